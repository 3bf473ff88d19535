//! What went wrong, cut by whose fault it is, and the little of it that a peer may hear.

use core::fmt;

/// Fieldless reasons with one kebab-case word and one sentence each. For the crates of this workspace; it may change at any time.
#[doc(hidden)]
#[macro_export]
macro_rules! reasons {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident: $word:literal, $sentence:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// The reason as one kebab-case word, stable for scripts and logs.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(match self {
                    $(Self::$variant => $sentence,)+
                })
            }
        }

        impl ::core::error::Error for $name {}
    };
}

/// The classes of an [`Error`] out of their reasons.
macro_rules! classes {
    ($($name:ident)+) => {$(
        impl From<$name> for Error {
            fn from(reason: $name) -> Self {
                Self::$name(reason)
            }
        }
    )+};
}
classes!(Malformed Violation Refused Unusable Unavailable);

/// Why an exchange ended without success.
///
/// Nothing a peer sent and no secret is in here, so that it can be logged. It says more than the peer may hear: for
/// that there is [`outcome`](Self::outcome).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Error {
    /// The peer's bytes do not parse.
    Malformed(Malformed),
    /// The peer's message parses but breaks the rules of the mechanism.
    Violation(Violation),
    /// The credentials or the authorization were refused.
    Refused(Refused),
    /// This configuration, identity or policy cannot do it; trying again changes nothing.
    Unusable(Unusable),
    /// It cannot be done at the moment; trying again later may help.
    Unavailable(Unavailable),
    /// One side gave up.
    Cancelled,
}

reasons! {
    /// The peer's bytes do not parse.
    Malformed {
        /// The message does not follow the mechanism's grammar.
        Message: "message", "the message does not follow the mechanism's grammar";
        /// The message is longer than its limit.
        TooLong: "too-long", "the message is longer than its limit";
        /// The base64 around the message is wrong (RFC 4648 §4, with padding, nothing else between).
        Base64: "base64", "the message is not base64";
        /// Text that must be UTF-8 is not.
        Utf8: "utf8", "text is not UTF-8";
        /// A NUL where none may be.
        Nul: "nul", "there is a NUL where none may be";
        /// The authentication identity is empty.
        EmptyAuthcid: "empty-authcid", "the authentication identity is empty";
        /// An authorization identity is empty where one is needed.
        EmptyAuthzid: "empty-authzid", "the authorization identity is empty";
        /// The password is empty.
        EmptyPassword: "empty-password", "the password is empty";
        /// A name is escaped wrongly (RFC 5802 §5.1: `=` is followed by `2C` or `3D`).
        NameEncoding: "name-encoding", "a name is escaped wrongly";
        /// A nonce is empty, too long or not printable.
        Nonce: "nonce", "a nonce is empty, too long or not printable";
        /// A salt is empty or too long.
        Salt: "salt", "a salt is empty or too long";
        /// An iteration count is not a positive number without sign and leading zero.
        Iterations: "iterations", "an iteration count is not a positive number";
        /// A proof or signature is not base64, or not as long as the hash.
        Proof: "proof", "a proof has the wrong length or encoding";
        /// A stored verifier does not have the form of its dialect.
        Verifier: "verifier", "the text is no verifier of this dialect";
        /// A key in a stored verifier is not encoded as it should be, or not as long as the hash.
        Key: "key", "a key has the wrong length or encoding";
        /// It is not the name of a mechanism.
        MechanismName: "mechanism-name", "it is not the name of a mechanism";
        /// A line of the protocol does not end, or is not made, as the protocol wants it.
        Line: "line", "the protocol line is malformed";
    }
}

reasons! {
    /// The peer's message parses but breaks the rules.
    Violation {
        /// An initial response came with a mechanism whose server speaks first (RFC 4422 §3).
        InitialResponse: "initial-response", "the mechanism takes no initial response";
        /// A message came where none may follow.
        UnexpectedMessage: "unexpected-message", "a message came where none may follow";
        /// The acknowledgement of success data was not empty (RFC 4422 §3).
        Acknowledgement: "acknowledgement", "the acknowledgement of success data was not empty";
        /// The protocol said success before the server had proved itself (RFC 4422 §6.1.2).
        ServerNotAuthenticated: "server-not-authenticated", "the protocol said success before the server proved itself";
        /// The server's proof is wrong.
        ServerProof: "server-proof", "the server's proof is wrong";
        /// A value that must be the one this side sent, or fresh, is not.
        Nonce: "nonce", "the nonce is not the one that was agreed";
        /// A mandatory extension that is not understood here: all of them (RFC 5802 §5.1, `m=`).
        Extension: "extension", "a mandatory extension is not understood";
        /// What the client binds is not this channel, or it binds where it must not, or does not where it must.
        ChannelBinding: "channel-binding", "the channel binding does not match";
        /// The client believes that no binding is offered, but it is: somebody changed the offer (RFC 5802 §6).
        Downgrade: "downgrade", "the offer was changed on the way";
        /// Bytes came that nobody may have sent yet, such as before a TLS handshake.
        Premature: "premature", "bytes came before their time";
        /// What the client says it meant to reach is not this server (RFC 7628 §3.2).
        Host: "host", "the message is meant for another host or port";
        /// A command came where the protocol does not allow it.
        Order: "order", "a command came where the protocol does not allow it";
    }
}

reasons! {
    /// The credentials or the authorization were refused.
    Refused {
        /// Unknown user or wrong password, token or proof: deliberately one reason.
        Credentials: "credentials", "the credentials are wrong";
        /// The account has nothing that the mechanism can check a secret against, such as no SCRAM keys of its hash. The peer hears
        /// and sees what it does for wrong credentials.
        NoVerifier: "no-verifier", "the account has nothing that this mechanism can check";
        /// The authenticated identity may not act as the one it asked for.
        NotPermitted: "not-permitted", "acting as the requested identity is not permitted";
        /// The credentials were right, the account is disabled.
        Disabled: "disabled", "the account is disabled";
        /// The credentials were right but have expired.
        Expired: "expired", "the credentials have expired";
        /// The server refused and this side cannot tell why.
        ByServer: "by-server", "the server refused";
    }
}

reasons! {
    /// This configuration, identity or policy cannot do it.
    Unusable {
        /// There is no such mechanism here, or it is not offered on this channel.
        Mechanism: "mechanism", "the mechanism is not offered";
        /// The secret would pass in clear text over an unprotected channel.
        ClearText: "clear-text", "the channel is not protected against reading";
        /// The mechanism needs credentials of another kind.
        Credentials: "no-credentials", "the credentials are of another kind";
        /// A name is empty.
        EmptyName: "empty-name", "the name is empty";
        /// A password or token is empty.
        EmptySecret: "empty-secret", "the password or token is empty";
        /// A token or the key for decoys is so short that it could be guessed.
        ShortSecret: "short-secret", "the token or key is too short";
        /// A salt is empty or too long.
        Salt: "salt", "the salt is empty or too long";
        /// A name, password or token contains what the mechanism cannot carry.
        Characters: "characters", "a name or secret contains what the mechanism cannot carry";
        /// A name or password cannot be prepared.
        Preparation: "preparation", "a name or password cannot be prepared";
        /// The message would be longer than its limit.
        TooLong: "too-long", "the message would be longer than its limit";
        /// There is no usable channel binding, or no such type of it.
        Binding: "binding", "there is no usable channel binding";
        /// The iteration count is outside the range that the policy allows.
        Iterations: "iterations", "the iteration count is outside the allowed range";
        /// The derived keys are for another salt, count, hash or name, and there is no password to derive anew.
        StaleKeys: "stale-keys", "the derived keys do not fit, and there is no password";
        /// The mechanism asked for a computation where none can be done.
        Computation: "computation", "a computation was asked for where none can be done";
        /// The mechanism cannot carry an authorization identity.
        Authzid: "authzid", "the mechanism cannot carry an authorization identity";
        /// The channel has proven no identity.
        ExternalIdentity: "external-identity", "the channel has proven no identity";
        /// The mechanism contradicts itself: it has proved somebody else than it asked about.
        Confused: "confused", "the mechanism contradicts itself";
        /// The question wants an answer of another type.
        Answer: "answer", "the answer has another type than the question wants";
        /// The server has logged the client in by itself: there is nothing to authenticate (IMAP's PREAUTH).
        PreAuthenticated: "pre-authenticated", "the server has logged the client in by itself";
        /// An exchange that was written out has expired, belongs elsewhere, or would take another course now.
        Transcript: "transcript", "the exchange that was written out cannot be resumed";
        /// The server says which other one is to be used (RFC 5804 §1.3).
        Referral: "referral", "the server refers to another one";
    }
}

reasons! {
    /// It cannot be done at the moment.
    Unavailable {
        /// The store of identities, or who else was asked, does not answer.
        Store: "store", "the store of identities does not answer";
        /// There is no randomness.
        Randomness: "randomness", "there is no randomness";
        /// The server said that it cannot at the moment.
        Server: "server", "the server cannot at the moment";
        /// The connection ended.
        Connection: "connection", "the connection ended";
    }
}

impl Error {
    /// The kind of fault as one word: `malformed violation refused unusable unavailable cancelled`.
    #[must_use]
    pub fn class(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "malformed",
            Self::Violation(_) => "violation",
            Self::Refused(_) => "refused",
            Self::Unusable(_) => "unusable",
            Self::Unavailable(_) => "unavailable",
            Self::Cancelled => "cancelled",
        }
    }

    /// The reason as one kebab-case word, stable for scripts and logs.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Malformed(reason) => reason.word(),
            Self::Violation(reason) => reason.word(),
            Self::Refused(reason) => reason.word(),
            Self::Unusable(reason) => reason.word(),
            Self::Unavailable(reason) => reason.word(),
            Self::Cancelled => "cancelled",
        }
    }

    /// What the peer may be told.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::Malformed(Malformed::TooLong) => Outcome::TooLong,
            Self::Malformed(Malformed::Base64) => Outcome::IncorrectEncoding,
            Self::Malformed(_) | Self::Violation(_) => Outcome::Malformed,
            Self::Refused(Refused::Disabled) => Outcome::AccountDisabled,
            Self::Refused(Refused::Expired) => Outcome::CredentialsExpired,
            Self::Refused(_) => Outcome::NotAuthorized,
            Self::Unusable(Unusable::Mechanism) => Outcome::InvalidMechanism,
            Self::Unusable(Unusable::ClearText) => Outcome::EncryptionRequired,
            // Another exchange, begun anew, may do.
            Self::Unusable(Unusable::Transcript) => Outcome::TemporaryFailure,
            Self::Unusable(_) => Outcome::NotAuthorized,
            Self::Unavailable(_) => Outcome::TemporaryFailure,
            Self::Cancelled => Outcome::Aborted,
        }
    }
}

/// What a peer may hear about an [`Error`]: coarse on purpose.
///
/// Each protocol has its own words for these: SMTP's reply codes, IMAP's response codes (RFC 5530), XMPP's conditions
/// (RFC 6120 §6.5). An unknown user, a wrong password and a forbidden authzid are one and the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// The message does not parse, or breaks the rules.
    Malformed,
    /// The base64 around the message is wrong.
    IncorrectEncoding,
    /// The message is too long.
    TooLong,
    /// Refused.
    NotAuthorized,
    /// Refused after the right credentials: the account is disabled.
    AccountDisabled,
    /// Refused after the right credentials: they have expired.
    CredentialsExpired,
    /// There is no such mechanism on this channel.
    InvalidMechanism,
    /// The mechanism needs a protected channel.
    EncryptionRequired,
    /// Try again later.
    TemporaryFailure,
    /// The client gave up.
    Aborted,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(reason) => reason.fmt(f),
            Self::Violation(reason) => reason.fmt(f),
            Self::Refused(reason) => reason.fmt(f),
            Self::Unusable(reason) => reason.fmt(f),
            Self::Unavailable(reason) => reason.fmt(f),
            Self::Cancelled => f.write_str("the exchange was given up"),
        }
    }
}

impl core::error::Error for Error {}

impl From<crate::NoRandomness> for Error {
    fn from(_: crate::NoRandomness) -> Self {
        Self::Unavailable(Unavailable::Randomness)
    }
}

/// By class: refusals are `PermissionDenied`, bytes and rules `InvalidData`, the rest what it says.
#[cfg(feature = "std")]
impl From<Error> for std::io::Error {
    fn from(error: Error) -> Self {
        use std::io::ErrorKind;
        let kind = match error {
            Error::Malformed(_) | Error::Violation(_) => ErrorKind::InvalidData,
            Error::Refused(_) => ErrorKind::PermissionDenied,
            Error::Unusable(_) => ErrorKind::Unsupported,
            Error::Unavailable(Unavailable::Connection) => ErrorKind::UnexpectedEof,
            Error::Unavailable(_) => ErrorKind::Other,
            Error::Cancelled => ErrorKind::ConnectionAborted,
        };
        Self::new(kind, error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_must_look_alike_does() {
        let wrong = Error::from(Refused::Credentials).outcome();
        assert_eq!(wrong, Error::from(Refused::NotPermitted).outcome());
        assert_eq!(wrong, Error::from(Refused::NoVerifier).outcome());
        assert_eq!(wrong, Outcome::NotAuthorized);
    }

    #[test]
    fn class_and_reason_are_single_words() {
        let errors = [
            Error::from(Malformed::Base64),
            Violation::Nonce.into(),
            Refused::ByServer.into(),
            Unusable::ClearText.into(),
            Unavailable::Store.into(),
            Error::Cancelled,
        ];
        for error in errors {
            for word in [error.class(), error.reason()] {
                assert!(
                    !word.is_empty()
                        && word
                            .bytes()
                            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-'),
                    "{word}"
                );
            }
        }
    }
}
