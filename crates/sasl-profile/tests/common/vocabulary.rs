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
    pub(crate) const ALL: &'static [Self] = &[Self::Smtp];

    pub(crate) fn vocabulary(self) -> Vocabulary {
        match self {
            Self::Smtp | Self::Lmtp => SMTP,
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
