//! ManageSieve (RFC 5804) as far as logging in goes: AUTHENTICATE and STARTTLS on a server and on a client.
//!
//! | | on the wire |
//! |---|---|
//! | initial response | `AUTHENTICATE "NAME" "base64"`, `""` if it is empty |
//! | challenge | `"base64"`, `""` if it is empty |
//! | response | `"base64"`, `""` if it is empty |
//! | cancellation | `"*"`, answered with NO |
//! | success | `OK`, with data as `OK (SASL "base64")` |
//! | failure | `NO` or `BYE`, sometimes with a response code |
//!
//! All of them are strings. One of more than 1024 octets is a literal: `{n+}` from a client, `{n}` from a server, CR LF, and
//! n octets (§4). Both sides read both forms everywhere.
//!
//! The authorization identity is a simple user name, which has to be prepared by SASLprep (§2.1). It passes inside the
//! mechanism: preparing it is left to mechanisms and to who answers the question about it.
//!
//! ```
//! use sasl_core::{Channel, Found, Identity, Password, Protection, Verifier, server};
//! use sasl_plain::Plain;
//! use sasl_profile::server::Event;
//! use sasl_profile::sieve;
//!
//! let channel = Channel::new(Protection::Tls);
//! let mut session = sieve::Server::new("Example 1.0", [Plain::NAME]);
//! session.receive(b"Authenticate \"PLAIN\" \"AHVzZXIAcGVuY2ls\"\r\n");
//! let mut heard = Vec::new();
//! let login = loop {
//!     match session.poll() {
//!         Event::Send(octets) => heard.extend_from_slice(&octets),
//!         Event::Auth(auth) => {
//!             let setup = server::Setup::default();
//!             session.turn(server::start(&Plain::server(), &setup, auth.begin(&channel)));
//!         }
//!         Event::Ask(question) => {
//!             let account = question.about().filter(|name| **name == "user").map(|name| {
//!                 let verifier = Verifier::ClearText(Password::new("pencil"));
//!                 Identity::new(name.clone()).with_verifier(verifier)
//!             });
//!             session.turn(question.found(Found::from(account)));
//!         }
//!         Event::Compute(job) => session.turn(job.run()),
//!         Event::Done(login) => break login,
//!         other => panic!("{other:?}"),
//!     }
//! };
//! assert_eq!(login.acts_as(), "user");
//! assert!(heard.ends_with(b"\"VERSION\" \"1.0\"\r\nOK\r\nOK \"Logged in\"\r\n"));
//! ```

mod client;
mod command;
mod heard;
mod reply;
mod server;
mod string;

/// A client's session. It begins with [`Client::new`].
pub type Client = crate::client::Session<client::Sieve>;
/// A server's session. It begins with [`Server::new`].
pub type Server = crate::server::Session<server::Sieve>;
