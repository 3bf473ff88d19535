//! What a server says about a token that it does not take.

use alloc::boxed::Box;
use alloc::string::{String, ToString};

use sasl_core::{Malformed, limits};
use serde_json::{Map, Value};

/// The error challenge of both mechanisms: a JSON object (RFC 7628 §3.2.2, Google's "XOAUTH2 Mechanism").
///
/// ```abnf
/// error = "{" member *("," member) "}" ; RFC 8259
/// ; of the members "status" is required, others are ignored
/// ```
///
/// What a client reads here are the server's own words: unproven, of any length up to a message's, possibly with control
/// characters. Before a token is fetched from where they say, somebody has to trust the server.
///
/// ```
/// use sasl_oauth::OauthError;
///
/// let said = r#"{"status":"invalid_token","scope":"mail","openid-configuration":"https://example.org/openid"}"#;
/// let error = OauthError::parse(said)?;
/// assert_eq!((&*error.status, error.scope.as_deref()), ("invalid_token", Some("mail")));
/// assert_eq!(error.encode(), said);
/// # Ok::<(), sasl_core::Malformed>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OauthError {
    /// What is wrong: a code of OAuth's registry (`invalid_token`, `insufficient_scope`), in XOAUTH2 HTTP's (`401`).
    pub status: Box<str>,
    /// The schemes of authentication that the server has (XOAUTH2).
    pub schemes: Option<Box<str>>,
    /// The scopes that a token needs, between spaces (RFC 6749 §3.3).
    pub scope: Option<Box<str>>,
    /// The URL of a document that says where tokens come from (`openid-configuration`, RFC 7628 §3.2.2).
    pub openid_configuration: Option<Box<str>>,
}

impl OauthError {
    /// The most octets that are read.
    pub const MAX: usize = limits::MESSAGE;

    /// An error with nothing but a status.
    #[must_use]
    pub fn new(status: &str) -> Self {
        Self {
            status: status.into(),
            schemes: None,
            scope: None,
            openid_configuration: None,
        }
    }

    /// Reads what a server said, which a client has from [`Failure::said`](sasl_core::client::Failure::said). That is cut to
    /// [`limits::SERVER_TEXT`](sasl_core::limits::SERVER_TEXT) octets; an error that was longer does not parse.
    ///
    /// Of a member that comes twice the last counts.
    ///
    /// # Errors
    /// [`Malformed::TooLong`] above [`MAX`](Self::MAX), [`Malformed::Message`] when it is no JSON object, when there is no
    /// `status`, and when a member that is read is no string.
    pub fn parse(said: &str) -> Result<Self, Malformed> {
        if said.len() > Self::MAX {
            return Err(Malformed::TooLong);
        }
        let mut members: Map<String, Value> =
            serde_json::from_str(said).map_err(|_| Malformed::Message)?;
        let mut member = |name: &str| match members.remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.into_boxed_str())),
            Some(_) => Err(Malformed::Message),
        };
        Ok(Self {
            status: member(STATUS)?.ok_or(Malformed::Message)?,
            schemes: member(SCHEMES)?,
            scope: member(SCOPE)?,
            openid_configuration: member(OPENID_CONFIGURATION)?,
        })
    }

    /// Writes the challenge.
    #[must_use]
    pub fn encode(&self) -> String {
        let members = [
            (STATUS, Some(&self.status)),
            (SCHEMES, self.schemes.as_ref()),
            (SCOPE, self.scope.as_ref()),
            (OPENID_CONFIGURATION, self.openid_configuration.as_ref()),
        ];
        let mut text = String::from("{");
        for (name, value) in members {
            let Some(value) = value else { continue };
            if text.len() > 1 {
                text.push(',');
            }
            text.push('"');
            text.push_str(name);
            text.push_str("\":");
            text.push_str(&Value::from(&**value).to_string());
        }
        text.push('}');
        text
    }
}

const STATUS: &str = "status";
const SCHEMES: &str = "schemes";
const SCOPE: &str = "scope";
const OPENID_CONFIGURATION: &str = "openid-configuration";

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn hostile_errors_are_refused() {
        let deep = format!("{{\"status\":\"x\",\"a\":{}", "[".repeat(10_000));
        for said in [
            "",
            "not json",
            "\x01",
            "{",
            "{}",
            "[]",
            "null",
            "\"invalid_token\"",
            "{\"status\":401}",
            "{\"status\":null}",
            "{\"status\":{}}",
            "{\"status\":\"x\",\"scope\":[]}",
            "{\"status\":\"x\"}x",
            "{\"status\":\"x\",}",
            "{'status':'x'}",
            "{\"status\":\"\x01\"}",
            "{\"status\":\"\\ud800\"}",
            &deep,
        ] {
            assert_eq!(OauthError::parse(said), Err(Malformed::Message), "{said:?}");
        }
        let long = format!("{{\"status\":\"{}\"}}", "x".repeat(OauthError::MAX));
        assert_eq!(OauthError::parse(&long), Err(Malformed::TooLong));
    }

    /// Escapes, white space and members of others.
    #[test]
    fn errors_are_read() {
        let error = OauthError::parse(
            " {\"x\":[1,{\"status\":2}], \"status\" : \"4\\u00301\", \"schemes\":\"bearer mac\",\n\
             \"scope\":\"https:\\/\\/mail.example.com\\/\", \"openid-configuration\":null}\n",
        )
        .unwrap();
        let mut expected = OauthError::new("401");
        expected.schemes = Some("bearer mac".into());
        expected.scope = Some("https://mail.example.com/".into());
        assert_eq!(error, expected);
        let twice = OauthError::parse("{\"status\":\"a\",\"status\":\"b\"}").unwrap();
        assert_eq!(&*twice.status, "b");
    }

    #[test]
    fn what_is_written_is_read_again() {
        let mut error = OauthError::new("invalid_token");
        assert_eq!(error.encode(), "{\"status\":\"invalid_token\"}");
        error.scope = Some("a\"b\\c\x01\u{2028}\u{1f512}".into());
        error.openid_configuration = Some("".into());
        assert_eq!(OauthError::parse(&error.encode()), Ok(error));
    }
}
