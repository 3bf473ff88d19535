//! The server's side of an exchange: who is asked what, and when it is over.
//!
//! ```text
//!              start(Begin)
//!                   │
//!   ┌───────────────▼───────────────┐
//!   │ Turn::Challenge   .respond(..)│──┐
//!   │ Turn::Ask         .supply(..) │  │ each consumes the turn
//!   │ Turn::Compute     .run()      │  │ and returns the next one
//!   └───────────────▲───────────────┘  │ or a Failure
//!                   └──────────────────┘
//!                   │
//!        Turn::Done(Authenticated)       authenticated and authorized
//! ```

mod authorize;
mod begin;
mod exchange;
mod failure;
mod mechanism;
mod password;
mod question;
mod turn;

pub use authorize::{Authenticated, Authorize, Denial};
pub use begin::{Begin, Setup, SuccessData, start};
pub use failure::Failure;
pub use mechanism::{
    Ask, Mechanism, Proven, Start, State, Step, Supplied, Then, TokenError, client_first,
    server_first,
};
pub use password::{PasswordVerifier, Presented, StoredForm};
pub use question::{
    AnonymousCheck, Custom, ExternalCheck, Lookup, PasswordCheck, Question, TokenCheck,
};
pub use turn::{Challenge, Computation, Turn};
