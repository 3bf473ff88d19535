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

mod ask;
mod authorize;
mod begin;
mod exchange;
mod failure;
mod mechanism;
mod password;
mod proven;
mod question;
mod turn;
mod upgrade;

pub use ask::{Ask, Supplied, TokenError};
pub use authorize::{Authenticated, Authorize, Denial};
pub use begin::{Begin, Setup, SuccessData, start};
pub use failure::Failure;
pub use mechanism::{Mechanism, Start, State, Step, Then, client_first, server_first};
pub use password::{PasswordVerifier, Presented, StoredForm};
pub use proven::Proven;
pub use question::{
    AnonymousCheck, Custom, ExternalCheck, Lookup, PasswordCheck, Question, TokenCheck,
};
pub use turn::{Challenge, Computation, Turn};
pub use upgrade::{Upgrade, Upgrader};
