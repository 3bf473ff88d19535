//! Why it failed.

use alloc::string::String;

use sasl_core::{Error, Malformed, Outcome, Refused, Unavailable, Unusable};

use crate::xml::{Element, Namespace, Out};

/// The conditions of a failure (RFC 6120 §6.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Condition {
    /// The client gave up (§6.5.1).
    Aborted,
    /// The account is disabled (§6.5.2).
    AccountDisabled,
    /// The credentials have expired (§6.5.3).
    CredentialsExpired,
    /// The mechanism needs a protected stream (§6.5.4).
    EncryptionRequired,
    /// The base64 is wrong (§6.5.5).
    IncorrectEncoding,
    /// The authzid is wrong, or may not be used (§6.5.6).
    InvalidAuthzid,
    /// The mechanism is not offered (§6.5.7).
    InvalidMechanism,
    /// The request is malformed (§6.5.8).
    MalformedRequest,
    /// The mechanism is weaker than the server wants for this user (§6.5.9).
    MechanismTooWeak,
    /// The credentials are wrong (§6.5.10). A condition that RFC 6120 does not define is read as this one.
    NotAuthorized,
    /// Try again later (§6.5.11).
    TemporaryAuthFailure,
}

impl Condition {
    const ALL: [Self; 11] = [
        Self::Aborted,
        Self::AccountDisabled,
        Self::CredentialsExpired,
        Self::EncryptionRequired,
        Self::IncorrectEncoding,
        Self::InvalidAuthzid,
        Self::InvalidMechanism,
        Self::MalformedRequest,
        Self::MechanismTooWeak,
        Self::NotAuthorized,
        Self::TemporaryAuthFailure,
    ];

    /// The name of its element.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Aborted => "aborted",
            Self::AccountDisabled => "account-disabled",
            Self::CredentialsExpired => "credentials-expired",
            Self::EncryptionRequired => "encryption-required",
            Self::IncorrectEncoding => "incorrect-encoding",
            Self::InvalidAuthzid => "invalid-authzid",
            Self::InvalidMechanism => "invalid-mechanism",
            Self::MalformedRequest => "malformed-request",
            Self::MechanismTooWeak => "mechanism-too-weak",
            Self::NotAuthorized => "not-authorized",
            Self::TemporaryAuthFailure => "temporary-auth-failure",
        }
    }

    /// What a client may hear about an error.
    ///
    /// A disabled account and expired credentials have conditions of their own, which would tell who tries passwords that
    /// this is the right one: they are [`NotAuthorized`](Self::NotAuthorized) here, as a forbidden authzid is.
    #[must_use]
    pub fn of(error: Error) -> Self {
        if error == Malformed::MechanismName.into() {
            return Self::InvalidMechanism;
        }
        match error.outcome() {
            Outcome::Malformed | Outcome::TooLong => Self::MalformedRequest,
            Outcome::IncorrectEncoding => Self::IncorrectEncoding,
            Outcome::InvalidMechanism => Self::InvalidMechanism,
            Outcome::EncryptionRequired => Self::EncryptionRequired,
            Outcome::TemporaryFailure => Self::TemporaryAuthFailure,
            Outcome::Aborted => Self::Aborted,
            _ => Self::NotAuthorized,
        }
    }

    /// What it means to a client; `None` where all it says is that the server refused, and the mechanism may know more.
    #[must_use]
    pub fn error(self) -> Option<Error> {
        match self {
            Self::AccountDisabled => Some(Refused::Disabled.into()),
            Self::CredentialsExpired => Some(Refused::Expired.into()),
            Self::EncryptionRequired => Some(Unusable::ClearText.into()),
            Self::InvalidAuthzid => Some(Refused::NotPermitted.into()),
            Self::InvalidMechanism | Self::MechanismTooWeak => Some(Unusable::Mechanism.into()),
            Self::TemporaryAuthFailure => Some(Unavailable::Server.into()),
            Self::Aborted
            | Self::IncorrectEncoding
            | Self::MalformedRequest
            | Self::NotAuthorized => None,
        }
    }
}

/// `<failure/>` (RFC 6120 §6.4.4, §6.5).
///
/// ```text
/// <failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>
///   <defined-condition/>
///   [<text xml:lang='langcode'>OPTIONAL text</text>]
/// </failure>
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// Why.
    pub condition: Condition,
    /// The server's words, unproven and for people.
    pub text: Option<String>,
}

impl Failure {
    /// A failure without words.
    #[must_use]
    pub fn new(condition: Condition) -> Self {
        Self {
            condition,
            text: None,
        }
    }

    /// Adds words for people.
    #[must_use]
    pub fn with_text(mut self, text: impl Into<String>) -> Self {
        self.text = Some(text.into());
        self
    }

    /// Reads the condition and the text in an element whose name was read. `texts` is the namespace of the text, which
    /// XEP-0388, Failure has changed.
    pub(crate) fn read(element: &Element, texts: Namespace) -> Result<Self, Malformed> {
        if !element.has_no_text() {
            return Err(Malformed::Message);
        }
        let named = |condition: &Condition| {
            let mut children = element.children.iter();
            children.any(|child| child.is(Namespace::Sasl, condition.as_str()))
        };
        let mut conditions = Condition::ALL.into_iter().filter(named);
        let condition = conditions.next().unwrap_or(Condition::NotAuthorized);
        if conditions.next().is_some() {
            return Err(Malformed::Message);
        }
        // One for each language.
        let mut children = element.children.iter();
        let text = children.find(|child| child.is(texts, "text"));
        Ok(Self {
            condition,
            text: text.map(Element::words),
        })
    }

    pub(crate) fn write(&self, namespace: Namespace, out: &mut Out) {
        out.element(namespace, "failure", None, |out| {
            out.element(Namespace::Sasl, self.condition.as_str(), None, |_| {});
            if let Some(text) = &self.text {
                out.child("text", None, |out| out.text(text));
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sasl_core::Violation;

    #[test]
    fn errors_have_the_conditions_of_rfc_6120() {
        for (error, condition) in [
            (Refused::Credentials.into(), "not-authorized"),
            (Refused::NotPermitted.into(), "not-authorized"),
            (Refused::Disabled.into(), "not-authorized"),
            (Refused::Expired.into(), "not-authorized"),
            (Unusable::Binding.into(), "not-authorized"),
            (Unusable::Mechanism.into(), "invalid-mechanism"),
            (Malformed::MechanismName.into(), "invalid-mechanism"),
            (Unusable::ClearText.into(), "encryption-required"),
            (Unavailable::Store.into(), "temporary-auth-failure"),
            (Violation::InitialResponse.into(), "malformed-request"),
            (Malformed::Base64.into(), "incorrect-encoding"),
            (Malformed::TooLong.into(), "malformed-request"),
            (Malformed::Message.into(), "malformed-request"),
            (Error::Cancelled, "aborted"),
        ] {
            assert_eq!(Condition::of(error).as_str(), condition, "{error:?}");
        }
    }
}
