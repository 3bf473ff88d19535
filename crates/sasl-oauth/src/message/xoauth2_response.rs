//! The client's response of XOAUTH2 (Google's "XOAUTH2 Mechanism").

use core::fmt;

use sasl_core::{Authzid, Malformed, Secret, Unusable, limits};

use super::KVSEP;
use super::value::{SCHEME, authzid, has_control, is_visible, join, text, token};

/// What the client sends first.
///
/// ```abnf
/// response = "user=" user kvsep "auth=" scheme SP token kvsep kvsep
/// user     = 1*UTF8-char ; no control characters here
/// scheme   = "Bearer" ; in any case
/// kvsep    = %x01
/// ```
///
/// There are these two fields in this order and no others.
#[derive(Clone)]
pub struct Xoauth2Response<'a> {
    /// Whose mailbox is asked for: the authzid. Whose the token is says the token.
    pub user: Authzid,
    /// The token, of `VCHAR` only. A server gets empty ones too; none is sent.
    pub token: &'a str,
}

impl<'a> Xoauth2Response<'a> {
    /// The most octets the message has here.
    pub const MAX: usize = limits::MESSAGE;

    /// Reads the response.
    ///
    /// # Errors
    /// [`Malformed::EmptyAuthzid`] without a user, another [`Malformed`] for what does not follow the grammar or has another
    /// scheme than `Bearer`.
    pub fn parse(octets: &'a [u8]) -> Result<Self, Malformed> {
        let text = text(octets, Self::MAX)?;
        let (user, rest) = text
            .strip_prefix("user=")
            .and_then(|rest| rest.split_once(KVSEP))
            .ok_or(Malformed::Message)?;
        let credentials = rest
            .strip_suffix("\x01\x01")
            .and_then(|rest| rest.strip_prefix("auth="))
            .ok_or(Malformed::Message)?;
        Ok(Self {
            user: authzid(user)?,
            token: token(credentials)?,
        })
    }

    /// Writes the response, in a buffer that is wiped.
    ///
    /// # Errors
    /// [`Unusable::Characters`] when the user has a control character or the token anything but `VCHAR`,
    /// [`Unusable::EmptySecret`] without a token: only OAUTHBEARER gives that a meaning. [`Unusable::TooLong`] above
    /// [`MAX`](Self::MAX).
    pub fn encode(&self) -> Result<Secret, Unusable> {
        let user = self.user.as_str();
        if has_control(user) || !is_visible(self.token) {
            return Err(Unusable::Characters);
        }
        if self.token.is_empty() {
            return Err(Unusable::EmptySecret);
        }
        let parts = [
            "user=",
            user,
            "\x01auth=",
            SCHEME,
            " ",
            self.token,
            "\x01\x01",
        ];
        join(&parts.map(str::as_bytes), Self::MAX)
    }
}

impl fmt::Debug for Xoauth2Response<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Xoauth2Response(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;
    use alloc::vec;

    fn parse(octets: &[u8]) -> Result<(alloc::string::String, &str), Malformed> {
        Xoauth2Response::parse(octets)
            .map(|response| (response.user.as_str().to_string(), response.token))
    }

    #[test]
    fn hostile_responses_are_refused() {
        for octets in [
            &b""[..],
            b"\x01",
            b"abcdefghi",
            b"user=u",
            b"user=u\x01",
            b"user=u\x01\x01",
            b"user=u\x01auth=Bearer t",
            b"user=u\x01auth=Bearer t\x01",
            b"user=u\x01auth=Bearer t\x01\x01x",
            b"user=u\x01auth=Bearer t\x01\x01\x01",
            b"user=u\x01auth=Bearer t\x01auth=Bearer o\x01\x01",
            b"user=u\x01user=v\x01auth=Bearer t\x01\x01",
            b"auth=Bearer t\x01user=u\x01\x01",
            b"auth=Bearer t\x01\x01",
            b"User=u\x01auth=Bearer t\x01\x01",
            b"user=u\x01auth=Basic t\x01\x01",
            b"user=u\x01auth=Bearer t t\x01\x01",
            b"user=u\r\nx\x01auth=Bearer t\x01\x01",
            b"n,a=u,\x01auth=Bearer t\x01\x01",
        ] {
            assert_eq!(parse(octets), Err(Malformed::Message), "{octets:?}");
        }
        assert_eq!(
            parse(b"user=\x01auth=Bearer t\x01\x01"),
            Err(Malformed::EmptyAuthzid)
        );
        assert_eq!(
            parse(b"user=\xff\x01auth=Bearer t\x01\x01"),
            Err(Malformed::Utf8)
        );
        assert_eq!(
            parse(b"user=u\x01auth=Bearer \0\x01\x01"),
            Err(Malformed::Nul)
        );
        assert_eq!(
            parse(&vec![b'a'; Xoauth2Response::MAX + 1]),
            Err(Malformed::TooLong)
        );
    }

    #[test]
    fn user_and_token_are_read() {
        assert_eq!(
            parse(b"user=us=er,a\x01auth=BEARER t==\x01\x01"),
            Ok(("us=er,a".into(), "t=="))
        );
        assert_eq!(
            parse(b"user=u\x01auth=Bearer \x01\x01"),
            Ok(("u".into(), ""))
        );
    }

    #[test]
    fn nothing_that_adds_a_field_is_sent() {
        let refused = |user: &str, token: &str| {
            let user = Authzid::parse(user).unwrap();
            Xoauth2Response { user, token }.encode().map(|_| ())
        };
        for (user, token) in [
            ("u\x01auth=Bearer x", "t"),
            ("u\r\n", "t"),
            ("u", "t\x01auth=Bearer x"),
            ("u", "t\0"),
            ("u", "t\n"),
            ("u", "t t"),
        ] {
            assert_eq!(
                refused(user, token),
                Err(Unusable::Characters),
                "{user:?} {token:?}"
            );
        }
        assert_eq!(refused("u", ""), Err(Unusable::EmptySecret));
        assert_eq!(
            refused("u", &"t".repeat(Xoauth2Response::MAX)),
            Err(Unusable::TooLong)
        );
        assert_eq!(refused("u,=\u{fc}", "t"), Ok(()));
    }
}
