//! The client's side of an exchange: what is sent, and when it is over.
//!
//! ```text
//!                  start
//!                    │
//!   ┌────────────────▼───────────────┐
//!   │ Turn::Respond   .challenge(..) │──┐ each consumes the turn
//!   │ Turn::Compute   .run()         │  │ and returns the next one
//!   └────────────────▲───────────────┘  │ or a Failure
//!                    └──────────────────┘
//!     Turn::Respond  .success(..)  ──►  Authenticated, the server having proved itself
//!                    .failure()    ──►  Failure, with what the server said
//! ```

mod begin;
mod exchange;
mod failure;
mod mechanism;
mod turn;

pub use begin::{Setup, start};
pub use failure::Failure;
pub use mechanism::{Mechanism, Proven, Start, State, Step};
pub use turn::{Authenticated, Computation, Response, Turn};
