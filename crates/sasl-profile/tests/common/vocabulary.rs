//! What the two sides of each protocol can say, for noise that gets somewhere.

use super::protocol::Protocol;

#[derive(Clone, Debug)]
pub(crate) struct Vocabulary {
    /// What a server wants to hear before an attempt.
    pub(crate) hello: &'static [u8],
    /// What a client can say, but for the right password.
    pub(crate) client: &'static [&'static [u8]],
    /// What makes a client choose, answer by answer.
    pub(crate) offer: &'static [&'static [u8]],
    /// What a server can say, but for the proof.
    pub(crate) server: &'static [&'static [u8]],
}

impl Protocol {
    /// Those that have words of their own.
    pub(crate) const ALL: &'static [Self] = &[Self::Smtp, Self::Imap, Self::Pop3, Self::Sieve];

    pub(crate) fn vocabulary(self) -> Vocabulary {
        match self {
            Self::Smtp | Self::Lmtp => SMTP,
            Self::Imap => IMAP,
            Self::Pop3 => POP3,
            Self::Sieve => SIEVE,
        }
    }
}

const SMTP: Vocabulary = Vocabulary {
    hello: b"EHLO a\r\n",
    client: &[
        b"EHLO a\r\n",
        b"AUTH X-HELLO",
        b"AUTH X-PROVE\r\n",
        b"STARTTLS\r\n",
        b" ",
        b"=",
        b"*\r\n",
        b"\r\n",
        b"\r",
        b"\n",
        b"dXNlcg==",
        b"dXNlciB4",
        b"dXNlcjp4",
        b"AAAA",
        b"QUIT",
        b"MAIL FROM:<a@b>\r\n",
    ],
    offer: &[b"220 mail\r\n", b"250-mail\r\n250 AUTH X-PROVE\r\n"],
    server: &[
        b"220 mail\r\n",
        b"250-mail\r\n250 AUTH X-PROVE\r\n",
        b"250-mail\r\n250 STARTTLS\r\n",
        b"220 go\r\n",
        b"250-mail\r\n",
        b"250 ok\r\n",
        b"235 2.7.0 ok\r\n",
        b"235-",
        b"334 ",
        b"334 d2hvPw==\r\n",
        b"334 AAAA\r\n",
        b"334 \r\n",
        b"501 no\r\n",
        b"\r\n",
        b"\r",
        b"\n",
    ],
};

const IMAP: Vocabulary = Vocabulary {
    hello: b"",
    client: &[
        b"A1 CAPABILITY\r\n",
        b"A1 AUTHENTICATE X-HELLO",
        b"A1 AUTHENTICATE X-PROVE\r\n",
        b"A1 STARTTLS\r\n",
        b"A1 LOGIN {4}\r\n",
        b"A1 LOGIN {4+}\r\n",
        b"{9+}\r\n",
        b" ",
        b"=",
        b"*\r\n",
        b"\r\n",
        b"\r",
        b"\n",
        b"dXNlcg==",
        b"dXNlciB4",
        b"dXNlcjp4",
        b"AAAA",
        b"A1 LOGOUT",
        b"A1 SELECT INBOX\r\n",
    ],
    offer: &[b"* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=X-PROVE] mail\r\n"],
    server: &[
        b"* OK mail\r\n",
        b"* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=X-PROVE] mail\r\n",
        b"* CAPABILITY IMAP4rev1 AUTH=X-PROVE\r\n",
        b"* PREAUTH mail\r\n",
        b"* BYE\r\n",
        b"* LIST {20}\r\n",
        b"A1 OK done\r\n",
        b"A2 OK done\r\n",
        b"A3 OK done\r\n",
        b"A2 NO [EXPIRED] no\r\n",
        b"A1 BAD no\r\n",
        b"+ ",
        b"+",
        b"+ d2hvPw==\r\n",
        b"+ AAAA\r\n",
        b"\r\n",
        b"\r",
        b"\n",
    ],
};

const POP3: Vocabulary = Vocabulary {
    hello: b"CAPA\r\n",
    client: &[
        b"CAPA\r\n",
        b"AUTH\r\n",
        b"AUTH X-HELLO",
        b"AUTH X-PROVE\r\n",
        b"STLS\r\n",
        b"USER user\r\nPASS pencil\r\n",
        b" ",
        b"=",
        b"*\r\n",
        b"\r\n",
        b"\r",
        b"\n",
        b"dXNlcg==",
        b"dXNlciB4",
        b"dXNlcjp4",
        b"AAAA",
        b"QUIT",
        b"STAT\r\n",
    ],
    offer: &[b"+OK ready\r\n", b"+OK\r\nSASL X-PROVE\r\n.\r\n"],
    server: &[
        b"+OK ready\r\n",
        b"+OK\r\nSASL X-PROVE\r\n.\r\n",
        b"+OK\r\nSTLS\r\n.\r\n",
        b"+OK\r\n",
        b"SASL X-PROVE\r\n",
        b"STLS\r\n",
        b".\r\n",
        b"+OK",
        b"-ERR",
        b"+ ",
        b"+\r\n",
        b"+ d2hvPw==\r\n",
        b"+ AAAA\r\n",
        b"-ERR [AUTH] no\r\n",
        b"-ERR [SYS/TEMP] no\r\n",
        b"\r\n",
        b"\r",
        b"\n",
    ],
};

const SIEVE: Vocabulary = Vocabulary {
    hello: b"CAPABILITY\r\n",
    client: &[
        b"AUTHENTICATE \"X-HELLO\"",
        b"AUTHENTICATE \"X-PROVE\"\r\n",
        b"AUTHENTICATE {7+}\r\nX-PROVE",
        b"STARTTLS\r\n",
        b"NOOP \"a\"\r\n",
        b" ",
        b"\"",
        b"\\",
        b"\"\"\r\n",
        b"\"*\"\r\n",
        b"{1+}\r\n*\r\n",
        b"{8+}\r\ndXNlciB4\r\n",
        b"{8+}\r\n",
        b"\"dXNlcjp4\"\r\n",
        b"\r\n",
        b"\r",
        b"\n",
        b"LOGOUT",
        b"PUTSCRIPT \"a\" {9+}\r\n",
    ],
    offer: &[b"\"SASL\" \"X-PROVE\"\r\nOK\r\n"],
    server: &[
        b"\"SASL\" \"X-PROVE\"\r\nOK\r\n",
        b"\"STARTTLS\"\r\nOK\r\n",
        b"OK\r\n",
        b"OK (SASL \"\")\r\n",
        b"OK (SASL \"AAAA\") \"in\"\r\n",
        b"OK {4}\r\n",
        b"\"",
        b"\"\"\r\n",
        b"\"d2hvPw==\"\r\n",
        b"{8}\r\nd2hvPw==\r\n",
        b"\"AAAA\"\r\n",
        b"NO (TRYLATER)",
        b"NO (X (a \"b\"))\r\n",
        b"BYE (REFERRAL sieve://a)\r\n",
        b"\r\n",
        b"\r",
        b"\n",
    ],
};
