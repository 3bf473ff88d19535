//! How to write a mechanism: X-TOY, a challenge-response with everything a mechanism can have, against the public traits of
//! `sasl-core` and nothing else. It is for reading and for testing the conformance suite; nobody should log in with it.
//!
//! ```text
//!   client                                                    server
//!      │◄──────────────────────── greeting: a nonce ────────────│ start
//!      │──────── hello: authzid, name, device, a nonce ────────►│ ExpectHello
//!      │                                                        │   Ask::Lookup: what is there about this name?
//!      │                                                        │   Ask::Other: is the device known?
//!      │◄──────────────────── challenge: salt, rounds ──────────│
//!      │ Compute: derive, prove                                 │
//!      │──────────────────── response: a proof ────────────────►│ ExpectProof
//!      │                                                        │   Compute: prove, compare
//!      │                                                        │   Proven ──► the core asks for the authorization
//!      │◄─────────────── success: the server's proof ───────────│
//! ```
//!
//! # In which order to write one
//!
//! **The messages first**, without any state: what they look like as ABNF, a type and a `parse` for each, hostile inputs in
//! the tests ([`message`]). Lengths are checked before anything is kept, nothing indexes or slices what a peer sent, and
//! values that must be compared in constant time have no `PartialEq`. The core has types for what every mechanism has
//! (`Authcid`, `Authzid`, `Password`) and refuses messages above `limits::MESSAGE` by itself.
//!
//! **Then what is computed** ([`keys`]), and what an account keeps for it: a verifier of one's own is
//! `Verifier::Other` with a scheme. Proofs cover the messages as they passed, not as they were understood.
//!
//! **Then the two sides**, a file each. `Mechanism` is the value that options live on; `start` opens with `server_first`,
//! as here, or with `client_first`. From then on there is a struct for each message that is waited for, named for it, which
//! its transition consumes:
//!
//! ```
//! use sasl_core::Malformed;
//! use sasl_core::server::{Failure, State, Step};
//!
//! struct ExpectPing;
//!
//! impl State for ExpectPing {
//!     fn respond(self: Box<Self>, response: &[u8]) -> Result<Step, Failure> {
//!         match response {
//!             b"ping" => Ok(Step::challenge(*b"pong", ExpectPing)),
//!             _ => Err(Malformed::Message.into()),
//!         }
//!     }
//! }
//! ```
//!
//! A transition ends in one of four ways on the server: with a challenge and the next state, with a question, with a
//! computation, or with `Proven`. On the client there are two: a response, and a computation.
//!
//! # What to remember on the server
//!
//! - Randomness, the channel and the known user come with `Start` and are only borrowed: draw and copy in `start` what
//!   later states need.
//! - Questions are asked by returning them. Whatever the answer was, go on as far as an honest user would: an account that
//!   does not exist, or has no verifier of this scheme, gets keys that are made up from a secret and the name ([`Decoys`]),
//!   and is asked and computed for all the same. They are made up for those who exist too, so that it takes no longer for
//!   those who do not.
//! - The standing of the account is none of a mechanism's business. The core tells it after the proof.
//! - A question of one's own is any type (`Ask::Other`); its answer is another one. Say in the documentation of the one
//!   which it is, as [`DeviceQuestion`] does: the compiler cannot.
//! - What takes longer than a hash goes into `Step::compute`, and owns all it needs.
//! - Secrets are compared with `Secret::matches` or `constant_time_eq`, and with `&` between two conditions, not `&&`.
//! - `Proven` is a claim, not a success. It carries whom the client asked to act as; the core asks whether it may. What the
//!   server has to prove goes in as `additional_data` and nowhere else: it leaves the core after the answer. What it says
//!   when it refuses is `parting`, in `Proven` as in `Failure`, and the same for every reason.
//!
//! # What to remember on the client
//!
//! - Credentials come whole and are taken apart. What the mechanism cannot carry (a NUL in a name, an authzid where there
//!   is no place for it) is `Unusable`, before a byte is sent; it is never left out.
//! - `success` is an error in every state but the last one, and the last one is reached through the server's proof.
//! - What comes with the success comes through `challenge`, like a challenge, and is answered with an empty response. It
//!   may be too late to compute then: what a proof is checked with has to be ready.
//! - After the end no message is right.
//! - The server's own words go into `Failure::with_said`, which cuts them. They are in no error.
//!
//! # How to test it
//!
//! The messages beside the code; an exchange with fixed nonces against values from elsewhere, and what somebody in the
//! middle can do, in memory (`tests/exchanges.rs`); and the conformance suite, to which an author describes the mechanism
//! with one account:
//!
//! ```
//! use core::num::NonZeroU16;
//!
//! use sasl_core::testing::conformance::{Subject, run};
//! use sasl_core::{Authcid, Credentials, Identity, Key, Password};
//! use sasl_toy::keys::Keys;
//! use sasl_toy::message::Challenge;
//! use sasl_toy::{Decoys, DeviceKnown, ToyClient, ToyServer};
//!
//! let rounds = NonZeroU16::MIN;
//! let server = ToyServer::new(Decoys::new(Key::new(b"a secret of the server"), rounds));
//! let client = ToyClient::new();
//!
//! let user = Authcid::parse("user")?;
//! let challenge = Challenge { salt: [7; 16], rounds };
//! let keys = Keys::derive(&Password::new("pencil"), challenge);
//! let identity = Identity::new(user.clone()).with_verifier(keys.to_verifier());
//!
//! let right = || Credentials::password(user.clone(), Password::new("pencil"));
//! let wrong = || Credentials::password(user.clone(), Password::new("eraser"));
//! let subject = Subject::new(&server, &client, identity, right, wrong)
//!     .with_answer(|question| question.answer(DeviceKnown::Yes));
//! let report = run(&subject);
//! assert!(report.passed(), "{report}");
//! # Ok::<(), sasl_core::Malformed>(())
//! ```
//!
//! `tests/conformance` has this mechanism once more with some forty flaws, one at a time: what is easily done wrong, and
//! which check finds it.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod keys;
pub mod message;

mod client;
mod decoys;
mod server;

use sasl_core::{MechanismName, Properties, mechanism_name};

pub use client::ToyClient;
pub use decoys::Decoys;
pub use server::{DeviceKnown, DeviceQuestion, ToyServer};

/// The name of the mechanism, the same on both sides.
pub const NAME: MechanismName = mechanism_name!("X-TOY");

/// What it does and promises, the same on both sides.
pub const PROPERTIES: Properties = Properties::server_first().with_server_proof();
