//! POP3 (RFC 1939) as far as logging in goes: the commands CAPA (RFC 2449), AUTH (RFC 5034) and STLS (RFC 2595) on a
//! server and on a client.
//!
//! | | on the wire |
//! |---|---|
//! | initial response | `AUTH NAME base64`, `=` if it is empty |
//! | challenge | `+ base64`, `+ ` if it is empty |
//! | response | base64, an empty line if it is empty |
//! | cancellation | `*`, answered with `-ERR` |
//! | success | `+OK`, without a field for data: that goes out as one more challenge (RFC 4422 §3) |
//! | failure | `-ERR`, with `[AUTH]` or `[SYS/TEMP]` (RFC 3206) where it fits |
//!
//! USER, PASS and APOP are not offered, and refused: RFC 1939's own passwords are what AUTH is there to replace.
//!
//! ```
//! use sasl_plain::Plain;
//! use sasl_profile::{pop3, server::Event};
//!
//! let mut pop3 = pop3::Server::new("pop.example.org", [Plain::NAME]);
//! pop3.receive(b"CAPA\r\n");
//! let mut said = String::new();
//! while let Event::Send(octets) = pop3.poll() {
//!     said.push_str(&String::from_utf8_lossy(&octets));
//! }
//! assert!(said.starts_with("+OK pop.example.org ready\r\n"));
//! assert!(said.contains("\r\nSASL PLAIN\r\n"));
//! ```

mod client;
mod command;
mod heard;
mod reply;
mod server;

/// A client's session. It begins with [`Client::new`].
pub type Client = crate::client::Session<client::Pop3>;
/// A server's session. It begins with [`Server::new`].
pub type Server = crate::server::Session<server::Pop3>;
