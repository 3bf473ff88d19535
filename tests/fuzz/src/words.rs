//! Where the protocols differ.

/// What a target has to know of a protocol.
pub struct Words {
    /// What a client says first.
    pub opening: &'static str,
    /// The command that asks for TLS.
    pub starttls: &'static str,
    /// What a client hears until it asks for TLS, answer by answer.
    pub hello: &'static [&'static [u8]],
    /// What a server wants to hear before it is asked for TLS.
    pub greeting: &'static [u8],
    /// What a server says of a login and of nothing else.
    pub success: &'static [u8],
    /// The lines that may have a password in them, where they have a star; commands of IMAP have a tag, which is a zero here.
    pub places: &'static [&'static str],
    /// What lines begin with that say again what was heard.
    pub echo: Option<&'static str>,
    /// What may go out beside line ends.
    pub may_go_out: fn(u8) -> bool,
}

fn printable(octet: u8) -> bool {
    matches!(octet, b' '..=b'~')
}

pub const SMTP: Words = Words {
    opening: "EHLO client.example.org\r\n",
    starttls: "STARTTLS",
    hello: &[b"220 mail\r\n", b"250-mail\r\n250 STARTTLS\r\n"],
    greeting: b"EHLO a\r\n",
    success: b"\n235 ",
    places: &["AUTH PLAIN *", "*"],
    echo: None,
    may_go_out: printable,
};

pub const LMTP: Words = Words {
    opening: "LHLO client.example.org\r\n",
    greeting: b"LHLO a\r\n",
    ..SMTP
};

pub const IMAP: Words = Words {
    opening: "A1 ",
    starttls: "STARTTLS",
    hello: &[b"* OK [CAPABILITY IMAP4rev1 STARTTLS] mail\r\n"],
    greeting: b"",
    success: b"] Logged in\r\n",
    places: &["A0 AUTHENTICATE PLAIN *", "*"],
    echo: None,
    may_go_out: printable,
};

pub const POP3: Words = Words {
    opening: "CAPA\r\n",
    starttls: "STLS",
    hello: &[b"+OK mail\r\n", b"+OK\r\nSTLS\r\n.\r\n"],
    greeting: b"",
    success: b"\n+OK Logged in\r\n",
    places: &["AUTH PLAIN *", "*"],
    echo: None,
    may_go_out: printable,
};

pub const SIEVE: Words = Words {
    opening: "",
    starttls: "STARTTLS",
    hello: &[b"\"STARTTLS\"\r\nOK\r\n"],
    greeting: b"",
    success: b"\nOK \"Logged in\"\r\n",
    places: &["AUTHENTICATE \"PLAIN\" \"*\"", "\"*\""],
    echo: None,
    may_go_out: printable,
};

pub const IRC: Words = Words {
    opening: "CAP LS 302\r\n",
    starttls: "STARTTLS",
    hello: &[b":a CAP * LS :tls\r\n"],
    greeting: b"",
    success: b"\n:mail.example.org 903 ",
    places: &["AUTHENTICATE *"],
    echo: Some("PONG "),
    // Names and tokens are the peer's own, in whatever encoding.
    may_go_out: |octet| !matches!(octet, 0 | b'\r' | b'\n'),
};
