//! IMAP (RFC 3501, RFC 9051) as far as logging in goes: AUTHENTICATE with an initial response (RFC 4959) and STARTTLS, on a
//! server and on a client.
//!
//! | | on the wire |
//! |---|---|
//! | initial response | `A1 AUTHENTICATE NAME base64`, `=` if it is empty; only with SASL-IR or `IMAP4rev2` |
//! | challenge | `+ base64`, `+ ` if it is empty |
//! | response | base64, an empty line if it is empty |
//! | cancellation | `*`, answered with BAD |
//! | success | `A1 OK`, without a field for data: that goes out as one more challenge (RFC 4422 §3) |
//! | failure | `A1 NO` with a response code of RFC 5530, or `A1 BAD` |
//!
//! The command LOGIN is neither sent nor taken: it is refused (LOGINDISABLED), and what it says is thrown away.
//!
//! ```
//! use sasl_core::mechanism_name;
//! use sasl_profile::imap;
//! use sasl_profile::server::Event;
//!
//! let mut imap = imap::Server::new("mail.example.org", [mechanism_name!("PLAIN")]);
//! let Event::Send(greeting) = imap.poll() else { panic!() };
//! assert!(greeting.starts_with(b"* OK [CAPABILITY IMAP4rev1 "));
//!
//! imap.receive(b"A1 AUTHENTICATE PLAIN AHVzZXIAcGVuY2ls\r\n");
//! // From here on it goes as in SMTP: the application starts an exchange, and brings its turns.
//! let Event::Auth(auth) = imap.poll() else { panic!() };
//! assert_eq!(auth.mechanism(), "PLAIN");
//! ```
//!
//! On the client it is the loop of the crate's page, around [`Client::new`].

mod client;
mod command;
mod heard;
mod reply;
mod server;

/// A client's session. It begins with [`Client::new`].
///
/// A server that greets with PREAUTH has logged the client in by itself: then there is nothing to authenticate, and the
/// session fails with [`PreAuthenticated`](sasl_core::Unusable::PreAuthenticated). Where TLS is required it fails with
/// [`ClearText`](sasl_core::Unusable::ClearText), since STARTTLS cannot come behind PREAUTH, and anybody on the way can say it.
pub type Client = crate::client::Session<client::Imap>;
/// A server's session. It begins with [`Server::new`].
pub type Server = crate::server::Session<server::Imap>;

/// The most octets of base64 in one line, as in SMTP.
pub const BASE64: usize = crate::mail::BASE64;
