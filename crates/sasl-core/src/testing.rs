//! What authors of mechanisms test with (feature `testing`): both ends in memory, prescribed randomness, and the
//! conformance suite. Nothing of it belongs into a program that others use.
//!
//! ```text
//!   client mechanism        the middle        server mechanism
//!          │ ───── message ───────►│───────────────►│
//!          │                       │                │──── question ────► Policy
//!          │                       │                │◄──── answer ──────
//!          │◄──────────────────────│◄── message ────│
//!          └──────────┬────────────┴────────────────┘
//!                     ▼
//!                 Transcript
//! ```
//!
//! - [`Pair`] runs a client against a server, with somebody in the middle who may change, replace and drop messages.
//! - [`Policy`] is the application that answers the server's questions, out of lists.
//! - [`Transcript`] is all that happened: messages, questions, computations, both ends.
//! - [`ScriptedRandom`] and [`CountingRandom`] make nonces that are known beforehand.
//! - [`conformance`] tries to refute what a mechanism has to promise.
//!
//! `Hello` is the mechanism of this crate's own page: its client says its name and its password, in the open.
//!
//! ```
//! use sasl_core::server::{Presented, client_first};
//! use sasl_core::*;
//!
//! struct Hello;
//!
//! const NAME: MechanismName = mechanism_name!("X-HELLO");
//! const PROPERTIES: Properties = Properties::client_first().clear_text().without_authzid();
//!
//! impl server::Mechanism for Hello {
//!     fn name(&self) -> MechanismName { NAME }
//!     fn properties(&self) -> Properties { PROPERTIES }
//!     fn start(&self, start: server::Start<'_>) -> Result<server::Step, server::Failure> {
//!         client_first(start.initial_response, ExpectHello { known_user: start.known_user.cloned() })
//!     }
//! }
//!
//! struct ExpectHello { known_user: Option<Authcid> }
//!
//! impl server::State for ExpectHello {
//!     fn respond(self: Box<Self>, response: &[u8]) -> Result<server::Step, server::Failure> {
//!         let text = core::str::from_utf8(response).map_err(|_| Malformed::Utf8)?;
//!         let (name, password) = text.split_once(' ').ok_or(Malformed::Message)?;
//!         let authcid = match self.known_user {
//!             Some(user) => user,
//!             None => Authcid::parse(name)?,
//!         };
//!         let password = Presented::unprepared(Password::new(password));
//!         Ok(server::Step::password(authcid, password, |authcid| {
//!             Ok(server::Step::Proven(server::Proven::new(authcid)))
//!         }))
//!     }
//! }
//!
//! impl client::Mechanism for Hello {
//!     fn name(&self) -> MechanismName { NAME }
//!     fn properties(&self) -> Properties { PROPERTIES }
//!     fn needs(&self) -> &'static [CredentialKind] { &[CredentialKind::Password] }
//!     fn start(&self, start: client::Start<'_>) -> Result<client::Step, client::Failure> {
//!         let parts = start.credentials.into_parts();
//!         let (Some(name), Some(password)) = (parts.authcid, parts.password) else {
//!             return Err(Unusable::Credentials.into());
//!         };
//!         let hello = [name.as_str().as_bytes(), password.expose()].join(&b' ');
//!         Ok(client::Step::last(hello, client::Proven::new(Some(name))))
//!     }
//! }
//!
//! use sasl_core::testing::{Message, Pair, Policy, conformance};
//!
//! let user = Authcid::parse("user")?;
//! let identity = Identity::new(user.clone())
//!     .with_verifier(Verifier::ClearText(Password::new("pencil")));
//! let right = || Credentials::password(user.clone(), Password::new("pencil"));
//! let wrong = || Credentials::password(user.clone(), Password::new("eraser"));
//!
//! let pair = Pair::new(&Hello, &Hello, Policy::new().with_account(identity.clone()));
//! let run = pair.run(right());
//! assert_eq!(run.messages, [
//!     Message::Initial(Some(b"user pencil".to_vec())),
//!     Message::Success(None),
//! ]);
//! assert_eq!(run.question_names(), ["password"]);
//! assert_eq!(run.server.map(|login| login.authcid().clone()), Ok(user.clone()));
//!
//! // Somebody in the middle changes the password.
//! let run = pair.run_through(right(), |_, message| Some(match message {
//!     Message::Initial(_) => message.with_data(*b"user pencils"),
//!     message => message,
//! }));
//! assert_eq!(run.server_error(), Some(Refused::Credentials.into()));
//!
//! let subject = conformance::Subject::new(&Hello, &Hello, identity, right, wrong);
//! let report = conformance::run(&subject);
//! assert!(report.passed(), "{report}");
//! # Ok::<(), Malformed>(())
//! ```

pub mod conformance;

mod drive;
mod pair;
mod policy;
mod random;
mod transcript;

pub use pair::Pair;
pub use policy::Policy;
pub use random::{CountingRandom, ScriptedRandom};
pub use transcript::{Asked, Message, Transcript};
