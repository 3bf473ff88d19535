//! The client's response of OAUTHBEARER (RFC 7628 §3.1).

use alloc::collections::BTreeSet;
use alloc::string::ToString;
use alloc::vec::Vec;
use core::fmt;

use sasl_core::{Authzid, Error, Malformed, SaslName, Secret, Unusable, Violation, limits};

use super::KVSEP;
use super::value::{SCHEME, authzid, has_control, is_visible, join, text, token};

/// What the client sends first.
///
/// ```abnf
/// client-resp = (gs2-header kvsep *kvpair kvsep) / kvsep
/// kvpair      = key "=" value kvsep
/// key         = 1*(ALPHA)
/// value       = *(VCHAR / SP / HTAB / CR / LF)
/// kvsep       = %x01
/// gs2-header  = ("n" / "y") "," ["a=" saslname] "," ; RFC 5801 §4
/// ```
///
/// Of the keys `auth` is required, `host` and `port` are read, and others are ignored, but none may come twice: whoever reads
/// the first and whoever reads the last would read different messages. A value of `host` or `port` that is empty is none.
///
/// The gs2-header is read strictly. RFC 7628 §4.4 shows one, `n,user=someuser@example.com,`, which its own grammar does not
/// allow; taking it would be a second way to write an authzid that no client uses.
#[derive(Clone)]
pub struct BearerResponse<'a> {
    /// Whom to act as.
    pub authzid: Option<Authzid>,
    /// The host that the client meant to reach. Never empty.
    pub host: Option<&'a str>,
    /// The port that the client meant to reach.
    pub port: Option<u16>,
    /// The token, of `VCHAR` only. Empty, it asks what a token would be needed for (RFC 7628 §4.3).
    pub token: &'a str,
}

impl<'a> BearerResponse<'a> {
    /// The most octets the message has here. Tokens that carry claims fill some thousand.
    pub const MAX: usize = limits::MESSAGE;

    /// Reads the response.
    ///
    /// # Errors
    /// [`Malformed`] for what does not follow the grammar, has a key twice, no `auth`, or another scheme than `Bearer`;
    /// [`Violation::UnexpectedMessage`] for a lone `kvsep`, which is the answer to an error and not the first message;
    /// [`Violation::ChannelBinding`] for a `p=` flag, since OAUTHBEARER binds no channel.
    pub fn parse(octets: &'a [u8]) -> Result<Self, Error> {
        let text = text(octets, Self::MAX)?;
        let (header, mut rest) = text.split_once(KVSEP).ok_or(Malformed::Message)?;
        if header.is_empty() && rest.is_empty() {
            return Err(Violation::UnexpectedMessage.into());
        }
        let authzid = gs2_header(header)?;
        let (mut auth, mut host, mut port) = (None, None, None);
        let mut seen = BTreeSet::new();
        loop {
            let (pair, after) = rest.split_once(KVSEP).ok_or(Malformed::Message)?;
            if pair.is_empty() {
                if after.is_empty() {
                    break;
                }
                return Err(Malformed::Message.into());
            }
            let (key, value) = kvpair(pair)?;
            if !seen.insert(key) {
                return Err(Malformed::Message.into());
            }
            match key {
                "auth" => auth = Some(token(value)?),
                "host" => host = some_host(value)?,
                "port" => port = some_port(value)?,
                _ => {}
            }
            rest = after;
        }
        Ok(Self {
            authzid,
            host,
            port,
            token: auth.ok_or(Malformed::Message)?,
        })
    }

    /// Writes the response, in a buffer that is wiped.
    ///
    /// # Errors
    /// [`Unusable::Characters`] when the authzid has a control character, or host or token anything but `VCHAR`: in all of
    /// them a `kvsep` would add a field. [`Unusable::EmptyName`] for an empty host, [`Unusable::TooLong`] above
    /// [`MAX`](Self::MAX).
    pub fn encode(&self) -> Result<Secret, Unusable> {
        let name = self.authzid.as_ref().map_or("", Authzid::as_str);
        let host = self.host.unwrap_or_default();
        if has_control(name) || !is_visible(host) || !is_visible(self.token) {
            return Err(Unusable::Characters);
        }
        if self.host.is_some_and(str::is_empty) {
            return Err(Unusable::EmptyName);
        }
        let mut escaped = Vec::new();
        SaslName::escape(name, &mut escaped);
        let port = self.port.map(|port| port.to_string());
        let given = |given: bool, text: &'static str| if given { text } else { "" };
        let parts = [
            "n,".as_bytes(),
            given(self.authzid.is_some(), "a=").as_bytes(),
            &escaped,
            b",\x01",
            given(self.host.is_some(), "host=").as_bytes(),
            host.as_bytes(),
            given(self.host.is_some(), "\x01").as_bytes(),
            given(self.port.is_some(), "port=").as_bytes(),
            port.as_deref().unwrap_or_default().as_bytes(),
            given(self.port.is_some(), "\x01").as_bytes(),
            b"auth=",
            given(!self.token.is_empty(), SCHEME).as_bytes(),
            given(!self.token.is_empty(), " ").as_bytes(),
            self.token.as_bytes(),
            b"\x01\x01",
        ];
        join(&parts, Self::MAX)
    }
}

/// Reads the header and says whom to act as. RFC 5801's `F` is for mechanisms that are none of GSS-API's.
fn gs2_header(header: &str) -> Result<Option<Authzid>, Error> {
    let (flag, name) = header.split_once(',').ok_or(Malformed::Message)?;
    match flag {
        // RFC 5801 §5: a client that could bind, and knows of nobody to bind to, is no other client here.
        "n" | "y" => {}
        flag if flag.starts_with("p=") => return Err(Violation::ChannelBinding.into()),
        _ => return Err(Malformed::Message.into()),
    }
    let name = name.strip_suffix(',').ok_or(Malformed::Message)?;
    if name.is_empty() {
        return Ok(None);
    }
    let name = SaslName::parse(name.strip_prefix("a=").ok_or(Malformed::Message)?)?;
    Ok(Some(authzid(&name.unescaped())?))
}

fn kvpair(pair: &str) -> Result<(&str, &str), Malformed> {
    let (key, value) = pair.split_once('=').ok_or(Malformed::Message)?;
    let is_value = |octet: u8| octet.is_ascii_graphic() || b" \t\r\n".contains(&octet);
    if key.is_empty()
        || !key.bytes().all(|octet| octet.is_ascii_alphabetic())
        || !value.bytes().all(is_value)
    {
        return Err(Malformed::Message);
    }
    Ok((key, value))
}

fn some_host(value: &str) -> Result<Option<&str>, Malformed> {
    match value {
        "" => Ok(None),
        host if is_visible(host) => Ok(Some(host)),
        _ => Err(Malformed::Message),
    }
}

fn some_port(value: &str) -> Result<Option<u16>, Malformed> {
    match value {
        "" => Ok(None),
        // `parse` would take a sign.
        port if port.bytes().all(|octet| octet.is_ascii_digit()) => {
            port.parse().map(Some).map_err(|_| Malformed::Message)
        }
        _ => Err(Malformed::Message),
    }
}

impl fmt::Debug for BearerResponse<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BearerResponse(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::vec;

    type Fields<'a> = (Option<Authzid>, Option<&'a str>, Option<u16>, &'a str);

    fn parse(octets: &str) -> Result<Fields<'_>, Error> {
        BearerResponse::parse(octets.as_bytes()).map(|response| {
            (
                response.authzid,
                response.host,
                response.port,
                response.token,
            )
        })
    }

    fn name(name: &str) -> Option<Authzid> {
        Some(Authzid::parse(name).unwrap())
    }

    #[test]
    fn hostile_responses_are_refused() {
        for octets in [
            "",
            "n,,",
            "n,,\x01",
            "n,,\x01\x01",
            "\x01\x01",
            "\x01n,,\x01auth=Bearer abc\x01\x01",
            "n,,\x01auth=Bearer abc\x01",
            "n,,\x01auth=Bearer abc",
            "n,,auth=Bearer abc\x01\x01",
            "n,,\x01auth=Bearer abc\x01\x01x",
            "n,,\x01auth=Bearer abc\x01\x01\x01",
            "n,,\x01\x01auth=Bearer abc\x01\x01",
            "n,,\x01host=h\x01\x01",
            "n,,\x01auth=Bearer abc\x01auth=Bearer abc\x01\x01",
            "n,,\x01auth=Bearer abc\x01auth=\x01\x01",
            "n,,\x01host=a\x01host=a\x01auth=Bearer abc\x01\x01",
            "n,,\x01x=1\x01x=2\x01auth=Bearer abc\x01\x01",
            "n,,\x01auth\x01\x01",
            "n,,\x01=Bearer abc\x01\x01",
            "n,,\x01a1=x\x01auth=Bearer abc\x01\x01",
            "n,,\x01x=\x02\x01auth=Bearer abc\x01\x01",
            "n,,\x01x=\x7f\x01auth=Bearer abc\x01\x01",
            "n,,\x01x=\u{f6}\x01auth=Bearer abc\x01\x01",
            "n,,\x01auth=Basic abc\x01\x01",
            "n,,\x01auth=Bearer a b\x01\x01",
            "n,,\x01host=a b\x01auth=Bearer abc\x01\x01",
            "n,,\x01port=+143\x01auth=Bearer abc\x01\x01",
            "n,,\x01port=65536\x01auth=Bearer abc\x01\x01",
            "n,,\x01port=imap\x01auth=Bearer abc\x01\x01",
            "n,\x01auth=Bearer abc\x01\x01",
            "n\x01auth=Bearer abc\x01\x01",
            ",,\x01auth=Bearer abc\x01\x01",
            "N,,\x01auth=Bearer abc\x01\x01",
            "p,,\x01auth=Bearer abc\x01\x01",
            "F,n,,\x01auth=Bearer abc\x01\x01",
            "n,,,\x01auth=Bearer abc\x01\x01",
            "n,a=a,b,\x01auth=Bearer abc\x01\x01",
            "n,user,\x01auth=Bearer abc\x01\x01",
            // RFC 7628 §4.4.
            "n,user=someuser@example.com,\x01auth=Bearer abc\x01\x01",
            "n,a=us\x02er,\x01auth=Bearer abc\x01\x01",
            "n,a=us\r\ner,\x01auth=Bearer abc\x01\x01",
        ] {
            assert_eq!(parse(octets), Err(Malformed::Message.into()), "{octets:?}");
        }
        let with = |header: &str| parse_error(&format!("{header}\x01auth=Bearer abc\x01\x01"));
        assert_eq!(with("n,a=,"), Malformed::EmptyAuthzid.into());
        assert_eq!(with("n,a=us=er,"), Malformed::NameEncoding.into());
        assert_eq!(with("n,a=us=2cer,"), Malformed::NameEncoding.into());
        assert_eq!(with("n,a=a\0b,"), Malformed::Nul.into());
        assert_eq!(with("p=tls-exporter,,"), Violation::ChannelBinding.into());
        assert_eq!(with("p=,,"), Violation::ChannelBinding.into());
        assert_eq!(
            with(&format!("n,a={},", "x".repeat(1025))),
            Malformed::TooLong.into()
        );
        assert_eq!(parse_error("\x01"), Violation::UnexpectedMessage.into());
        assert_eq!(
            BearerResponse::parse(b"n,a=\xff,\x01auth=Bearer abc\x01\x01").map(|_| ()),
            Err(Malformed::Utf8.into())
        );
        assert_eq!(
            BearerResponse::parse(&vec![b'a'; BearerResponse::MAX + 1]).map(|_| ()),
            Err(Malformed::TooLong.into())
        );
    }

    fn parse_error(octets: &str) -> Error {
        parse(octets).expect_err(octets)
    }

    #[test]
    fn fields_are_read_and_unknown_ones_ignored() {
        for (octets, fields) in [
            ("n,,\x01auth=Bearer abc\x01\x01", (None, None, None, "abc")),
            ("y,,\x01auth=bearer abc\x01\x01", (None, None, None, "abc")),
            ("n,,\x01auth=\x01\x01", (None, None, None, "")),
            (
                "n,a=us=2Cer=3D,\x01port=143\x01auth=Bearer abc\x01host=h\x01\x01",
                (name("us,er="), Some("h"), Some(143), "abc"),
            ),
            (
                "n,,\x01mthd=POST\x01qs=a=b&c\r\n\t d\x01AUTH=x\x01auth=Bearer abc\x01\x01",
                (None, None, None, "abc"),
            ),
            (
                "n,,\x01host=\x01port=\x01auth=Bearer abc\x01\x01",
                (None, None, None, "abc"),
            ),
        ] {
            assert_eq!(parse(octets), Ok(fields), "{octets:?}");
        }
    }

    /// Keys without end take no time without end.
    #[test]
    fn many_keys_are_read_once() {
        let letters = || b'a'..=b'z';
        let mut octets = alloc::string::String::from("n,,\x01");
        for (one, other) in letters().flat_map(|one| letters().map(move |other| (one, other))) {
            octets += &format!("x{}{}=\x01", char::from(one), char::from(other));
        }
        assert!(parse(&format!("{octets}auth=Bearer abc\x01\x01")).is_ok());
        assert!(parse(&format!("{octets}xaa=\x01auth=Bearer abc\x01\x01")).is_err());
    }

    #[test]
    fn nothing_that_adds_a_field_is_sent() {
        let plain = BearerResponse {
            authzid: None,
            host: None,
            port: None,
            token: "abc",
        };
        let refused = |response: &BearerResponse<'_>| response.encode().map(|_| ());
        for token in [
            "abc\x01host=x",
            "a\0b",
            "a\rb",
            "a\nb",
            "a b",
            "\u{f6}",
            "abc\x01\x01",
        ] {
            let response = BearerResponse {
                token,
                ..plain.clone()
            };
            assert_eq!(refused(&response), Err(Unusable::Characters), "{token:?}");
        }
        for host in [
            "h\x01auth=Bearer x",
            "h\0",
            "h\r\n",
            "a b",
            "b\u{fc}cher.example",
        ] {
            let response = BearerResponse {
                host: Some(host),
                ..plain.clone()
            };
            assert_eq!(refused(&response), Err(Unusable::Characters), "{host:?}");
        }
        for authzid in ["a\x01auth=Bearer x", "a\r\nb", "a\x7fb"] {
            let response = BearerResponse {
                authzid: name(authzid),
                ..plain.clone()
            };
            assert_eq!(refused(&response), Err(Unusable::Characters), "{authzid:?}");
        }
        let response = BearerResponse {
            host: Some(""),
            ..plain.clone()
        };
        assert_eq!(refused(&response), Err(Unusable::EmptyName));
        for length in [BearerResponse::MAX, BearerResponse::MAX * 8] {
            let response = BearerResponse {
                token: &"x".repeat(length),
                ..plain.clone()
            };
            assert_eq!(refused(&response), Err(Unusable::TooLong));
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let long = "=".repeat(1024);
        for fields in [
            (None, None, None, ""),
            (
                name("us,er="),
                Some("mail.example.org"),
                Some(65535),
                "abc==",
            ),
            (name(&long), Some("[::1]"), Some(0), "a|b"),
            (name("J\u{fc}rgen"), None, Some(993), "x"),
        ] {
            let (authzid, host, port, token) = fields.clone();
            let octets = BearerResponse {
                authzid,
                host,
                port,
                token,
            }
            .encode()
            .unwrap();
            assert_eq!(
                parse(core::str::from_utf8(octets.expose()).unwrap()),
                Ok(fields)
            );
        }
    }
}
