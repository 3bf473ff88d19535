//! SMTP (RFC 5321) as far as logging in goes: the extensions AUTH (RFC 4954) and STARTTLS (RFC 3207) on a server and on a
//! client.
//!
//! | | on the wire |
//! |---|---|
//! | initial response | `AUTH NAME base64`, `=` if it is empty |
//! | challenge | `334 base64`, `334 ` if it is empty |
//! | response | base64, an empty line if it is empty |
//! | cancellation | `*`, answered with 501 |
//! | success | 235, without a field for data: that goes out as one more challenge (RFC 4422 §3) |
//! | failure | a 4yz or 5yz reply |
//!
//! LMTP (RFC 2033) is the same but for LHLO: [`Client::lmtp`] and [`Server::lmtp`].

mod client;
mod command;
mod heard;
mod reply;
mod server;

use alloc::boxed::Box;
use alloc::string::String;

/// A client's session. It begins with [`Client::new`], or [`Client::lmtp`].
pub type Client = crate::client::Session<client::Smtp>;
/// A server's session. It begins with [`Server::new`], or [`Server::lmtp`].
pub type Server = crate::server::Session<server::Smtp>;

/// The most octets of base64 in one line: "sufficient […] for handling of deployed authentication mechanisms"
/// (RFC 4954 §4).
pub const BASE64: usize = 12_288;

/// A name for the greeting or EHLO. What cannot stand there, and might end the line, is left out.
fn host(name: &str) -> Box<str> {
    let name: String = name.chars().filter(char::is_ascii_graphic).collect();
    if name.is_empty() {
        "localhost".into()
    } else {
        name.into_boxed_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_name_cannot_end_its_line() {
        assert_eq!(&*host("a.example\r\n250 b"), "a.example250b");
        assert_eq!(&*host("[127.0.0.1]"), "[127.0.0.1]");
        assert_eq!(&*host("\u{fc}\n"), "localhost");
    }
}
