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
//! ```
//! # use sasl_core::server::{Ask, Presented, client_first};
//! # use sasl_core::*;
//! # struct Hello;
//! # const NAME: MechanismName = mechanism_name!("X-HELLO");
//! # const PROPERTIES: Properties = Properties::client_first().clear_text();
//! # impl server::Mechanism for Hello {
//! #     fn name(&self) -> MechanismName { NAME }
//! #     fn properties(&self) -> Properties { PROPERTIES }
//! #     fn start(&self, start: server::Start<'_>) -> Result<server::Step, server::Failure> {
//! #         client_first(start.initial_response, ExpectHello { known_user: start.known_user.cloned() })
//! #     }
//! # }
//! # struct ExpectHello { known_user: Option<Authcid> }
//! # impl server::State for ExpectHello {
//! #     fn respond(self: Box<Self>, response: &[u8]) -> Result<server::Step, server::Failure> {
//! #         let text = core::str::from_utf8(response).map_err(|_| Malformed::Utf8)?;
//! #         let (name, password) = text.split_once(' ').ok_or(Malformed::Message)?;
//! #         if password.is_empty() {
//! #             return Err(Malformed::EmptyPassword.into());
//! #         }
//! #         Ok(server::Step::Ask(Ask::Password {
//! #             authcid: match self.known_user {
//! #                 Some(user) => user,
//! #                 None => Authcid::parse(name)?,
//! #             },
//! #             password: Presented::unprepared(Password::new(password)),
//! #             then: Box::new(|authcid| Ok(server::Step::Proven(server::Proven::new(authcid)))),
//! #         }))
//! #     }
//! # }
//! # impl client::Mechanism for Hello {
//! #     fn name(&self) -> MechanismName { NAME }
//! #     fn properties(&self) -> Properties { PROPERTIES }
//! #     fn needs(&self) -> &'static [CredentialKind] { &[CredentialKind::Password] }
//! #     fn start(&self, start: client::Start<'_>) -> Result<client::Step, client::Failure> {
//! #         let parts = start.credentials.into_parts();
//! #         let (Some(name), Some(password), None) = (parts.authcid, parts.password, parts.authzid) else {
//! #             return Err(Unusable::Credentials.into());
//! #         };
//! #         let hello = [name.as_str().as_bytes(), password.expose()].join(&b' ');
//! #         Ok(client::Step::respond(hello, Said(name)))
//! #     }
//! # }
//! # struct Said(Authcid);
//! # impl client::State for Said {
//! #     fn challenge(self: Box<Self>, _: &[u8]) -> Result<client::Step, client::Failure> {
//! #         Err(Violation::UnexpectedMessage.into())
//! #     }
//! #     fn success(self: Box<Self>) -> Result<client::Proven, client::Failure> {
//! #         Ok(client::Proven::new(Some(self.0)))
//! #     }
//! # }
//! use sasl_core::testing::{Message, Pair, Policy, conformance};
//!
//! // `Hello` is a mechanism whose client says its name and its password, in the open.
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
