//! What the fuzz targets of `sasl-profile`'s line protocols do; a target says which protocol and which side.

mod client;
mod pair;
mod server;
mod words;

pub use client::client;
pub use pair::pair;
pub use server::server;
pub use words::{IMAP, IRC, LMTP, POP3, SIEVE, SMTP, Words};

/// The host name, or the implementation, that servers are made with.
pub const SERVER: &str = "mail.example.org";
/// The host name that clients are made with, where they have one.
pub const CLIENT: &str = "client.example.org";

/// Takes the two octets out that say how the rest is cut and what is done about TLS.
fn settings(input: &[u8]) -> (usize, u8, &[u8]) {
    match input {
        [piece, starttls, rest @ ..] => (usize::from(*piece).max(1), *starttls, rest),
        short => (1, 0, short),
    }
}

/// What goes out is lines, of what may stand in them.
fn assert_lines(octets: &[u8], may_go_out: fn(u8) -> bool) {
    for line in octets.split_inclusive(|octet| *octet == b'\n') {
        let line = line.strip_suffix(b"\r\n").expect("a line end");
        assert!(line.iter().copied().all(may_go_out));
    }
}

fn contains(octets: &[u8], part: &[u8]) -> bool {
    octets.windows(part.len()).any(|octets| octets == part)
}
