//! What stands around an exchange in PostgreSQL's protocol 3 (its documentation, "Message Formats").

use std::fmt;

use sasl::Malformed;
use zeroize::Zeroizing;

/// Octets of the longest first message: PostgreSQL's own limit.
pub(super) const MAX: usize = 10_000;

/// What a client's first message asks for. It has a length and no type.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Request {
    /// `SSLRequest`.
    Tls,
    /// `GSSENCRequest`.
    Gss,
    /// `CancelRequest`: never answered.
    Cancel,
    Startup(Startup),
}

/// `StartupMessage`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Startup {
    /// The protocol's minor version.
    pub(super) minor: u16,
    pub(super) user: String,
    /// Names of parameters that want something of the protocol which is not there.
    pub(super) unknown: Vec<String>,
}

/// How long the first message is.
pub(super) fn request_len(octets: &[u8]) -> Result<Option<usize>, Malformed> {
    let Some(len) = octets.first_chunk() else {
        return Ok(None);
    };
    let len = usize::try_from(u32::from_be_bytes(*len)).map_err(|_| Malformed::TooLong)?;
    match len {
        ..8 => Err(Malformed::Message),
        8..=MAX => Ok((len <= octets.len()).then_some(len)),
        // The beginning of something else, such as a TLS handshake, looks like this.
        _ => Err(Malformed::TooLong),
    }
}

impl Request {
    /// Reads a whole message. The error is what the client is told.
    pub(super) fn parse(message: &[u8]) -> Result<Self, Refusal> {
        let malformed = Refusal::fatal("08P01", "invalid startup packet");
        let code = message.get(4..8).and_then(|code| code.first_chunk());
        let code = code.ok_or(malformed)?;
        let body = message.get(8..).unwrap_or_default();
        match (u32::from_be_bytes(*code), body) {
            (80_877_103, []) => Ok(Self::Tls),
            (80_877_104, []) => Ok(Self::Gss),
            (80_877_102, [_, ..]) => Ok(Self::Cancel),
            _ => match code {
                [0, 3, minor @ ..] => {
                    Startup::parse(u16::from_be_bytes(*minor), body).map(Self::Startup)
                }
                _ => Err(Refusal::fatal("0A000", "unsupported frontend protocol")),
            },
        }
    }
}

impl Startup {
    fn parse(minor: u16, body: &[u8]) -> Result<Self, Refusal> {
        let malformed = Refusal::fatal("08P01", "invalid startup packet layout");
        // Each string has its NUL, and so has the end.
        let [strings @ .., 0, 0] = body else {
            return Err(malformed);
        };
        let mut user = None;
        let mut unknown = Vec::new();
        let mut strings = strings.split(|octet| *octet == 0);
        while let Some(name) = strings.next() {
            let value = strings.next().ok_or(malformed)?;
            match name {
                b"" => return Err(malformed),
                b"user" => user = Some(String::from_utf8(value.to_vec()).map_err(|_| malformed)?),
                _ if name.starts_with(b"_pq_.") => {
                    unknown.push(String::from_utf8_lossy(name).into_owned());
                }
                _ => {}
            }
        }
        Ok(Self {
            minor,
            user: user.filter(|user| !user.is_empty()).ok_or(Refusal::fatal(
                "28000",
                "no user name is in the startup packet",
            ))?,
            unknown,
        })
    }
}

/// An error as the client is told it, with nothing in it that the client sent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Refusal {
    severity: &'static str,
    code: &'static str,
    words: &'static str,
}

impl Refusal {
    /// The end of the connection.
    pub(super) const fn fatal(code: &'static str, words: &'static str) -> Self {
        Self {
            severity: "FATAL",
            code,
            words,
        }
    }

    /// The end of a query.
    pub(super) const fn error(code: &'static str, words: &'static str) -> Self {
        Self {
            severity: "ERROR",
            code,
            words,
        }
    }

    /// `ErrorResponse`.
    pub(super) fn encode(self) -> Vec<u8> {
        let Self {
            severity,
            code,
            words,
        } = self;
        let fields = format!("S{severity}\0V{severity}\0C{code}\0M{words}\0\0");
        message(b'E', fields.as_bytes())
    }
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.words)
    }
}

/// A message of this type.
pub(super) fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    // The length counts itself.
    let len = u32::try_from(body.len().saturating_add(4)).unwrap_or(u32::MAX);
    [&[kind][..], &len.to_be_bytes(), body].concat()
}

/// `NegotiateProtocolVersion`: 3.0, and no options.
pub(super) fn negotiate(startup: &Startup) -> Option<Vec<u8>> {
    if startup.minor == 0 && startup.unknown.is_empty() {
        return None;
    }
    let count = u32::try_from(startup.unknown.len()).unwrap_or(u32::MAX);
    // The documentation has the minor version here; servers and libpq have both.
    let mut body = [[0, 3, 0, 0], count.to_be_bytes()].concat();
    for name in &startup.unknown {
        body.extend_from_slice(name.as_bytes());
        body.push(0);
    }
    Some(message(b'v', &body))
}

/// What comes behind `AuthenticationOk`: `ParameterStatus`, `BackendKeyData` and `ReadyForQuery`.
pub(super) fn welcome(key: [u8; 8]) -> Zeroizing<Vec<u8>> {
    let mut welcome = Vec::new();
    for (name, value) in [
        // The first version that knew SCRAM; clients look at the digits.
        ("server_version", "10.0 (sasl demo)"),
        ("server_encoding", "UTF8"),
        ("client_encoding", "UTF8"),
        ("DateStyle", "ISO, MDY"),
        ("TimeZone", "UTC"),
        ("integer_datetimes", "on"),
        ("standard_conforming_strings", "on"),
    ] {
        welcome.extend(message(b'S', format!("{name}\0{value}\0").as_bytes()));
    }
    welcome.extend(message(b'K', &key));
    welcome.extend(READY);
    Zeroizing::new(welcome)
}

/// `ReadyForQuery`, outside of a transaction.
pub(super) const READY: [u8; 6] = *b"Z\0\0\0\x05I";

#[cfg(test)]
mod tests {
    use super::*;

    fn written(code: [u8; 4], body: &[u8]) -> Vec<u8> {
        let len = u32::try_from(body.len().saturating_add(8)).unwrap();
        let message = [&len.to_be_bytes()[..], &code, body].concat();
        assert_eq!(request_len(&message), Ok(Some(message.len())));
        message
    }

    const V3: [u8; 4] = [0, 3, 0, 0];

    #[test]
    fn hostile_first_messages_are_refused() {
        let parsed = |code, body: &[u8]| Request::parse(&written(code, body));
        for len in [0_u32, 3, 7] {
            assert_eq!(request_len(&len.to_be_bytes()), Err(Malformed::Message));
        }
        for len in [10_001, 0x1603_0100, u32::MAX] {
            assert_eq!(request_len(&len.to_be_bytes()), Err(Malformed::TooLong));
        }
        assert_eq!(request_len(b"\0\0\0"), Ok(None));
        assert_eq!(request_len(b"\0\0\0\x09\0\x03\0\0"), Ok(None));
        for body in [
            &b""[..],
            b"\0",
            b"\0\0",
            b"user\0",
            b"user\0user",
            b"user\0user\0",
            b"user\0\0",
            b"user\0\0\0",
            b"user\0user\0database\0\0",
            b"\0user\0\0",
            b"user\0\xff\0\0",
            b"database\0user\0\0",
        ] {
            assert!(parsed(V3, body).is_err(), "{body:?}");
        }
        for code in [[0, 2, 0, 0], [0, 4, 0, 0], [0x47, 0x45, 0x54, 0x20]] {
            assert_eq!(
                parsed(code, b"user\0user\0\0"),
                Err(Refusal::fatal("0A000", "unsupported frontend protocol"))
            );
        }
        // With something behind it.
        assert!(parsed(80_877_103_u32.to_be_bytes(), b"x").is_err());
    }

    #[test]
    fn first_messages_are_read() {
        let parsed = |code, body: &[u8]| Request::parse(&written(code, body));
        assert_eq!(parsed(80_877_103_u32.to_be_bytes(), b""), Ok(Request::Tls));
        assert_eq!(parsed(80_877_104_u32.to_be_bytes(), b""), Ok(Request::Gss));
        assert_eq!(
            parsed(80_877_102_u32.to_be_bytes(), &[0; 8]),
            Ok(Request::Cancel)
        );
        let startup = |minor: u16, unknown: &[&str]| Startup {
            minor,
            user: "us\u{e9}r".into(),
            unknown: unknown.iter().map(ToString::to_string).collect(),
        };
        let plain = parsed(V3, "user\0us\u{e9}r\0database\0\0\0".as_bytes()).unwrap();
        assert_eq!(plain, Request::Startup(startup(0, &[])));
        assert_eq!(negotiate(&startup(0, &[])), None);
        let newer = parsed([0, 3, 0, 2], "user\0us\u{e9}r\0_pq_.a\0b\0\0".as_bytes()).unwrap();
        assert_eq!(newer, Request::Startup(startup(2, &["_pq_.a"])));
        assert_eq!(
            negotiate(&startup(2, &["_pq_.a"])).unwrap(),
            b"v\0\0\0\x13\0\x03\0\0\0\0\0\x01_pq_.a\0"
        );
    }

    #[test]
    fn errors_are_what_clients_read() {
        assert_eq!(
            Refusal::error("0A000", "no").encode(),
            b"E\0\0\0\x1eSERROR\0VERROR\0C0A000\0Mno\0\0"
        );
    }
}
