//! What came of a login: one kind, one exit status, one line.

use std::io;

use sasl::Error;

use super::connect::Trouble;
use super::drive::{End, Told};
use super::explanation::{self, Certificate};
use super::fault;
use super::scheme::{Scheme, Tls};
use super::target::Target;

/// The kinds of verdicts: a word that stays as it is, and the exit status.
macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident $word:literal $exit:literal;)+) => {
        /// What kind of end it is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Kind {
            $($(#[$doc])* $kind,)+
        }

        impl Kind {
            /// For scripts.
            pub(crate) fn word(self) -> &'static str {
                match self {
                    $(Self::$kind => $word,)+
                }
            }

            pub(crate) fn exit(self) -> u8 {
                match self {
                    $(Self::$kind => $exit,)+
                }
            }

            #[cfg(test)]
            const ALL: &[Self] = &[$(Self::$kind,)+];
        }
    };
}

kinds! {
    LoggedIn "logged-in" 0;

    /// The server says that the name or the secret is wrong.
    CredentialsRefused "credentials-refused" 1;
    /// It refuses, and does not say that.
    LoginRefused "login-refused" 1;
    AuthorizationRefused "authorization-refused" 1;
    AccountDisabled "account-disabled" 1;
    CredentialsExpired "credentials-expired" 1;

    Malformed "malformed" 3;
    Violation "violation" 3;
    EarlySuccess "early-success" 3;
    ServerProofWrong "server-proof-wrong" 3;
    Downgrade "downgrade" 3;
    ClosedMidExchange "closed-mid-exchange" 3;
    CommandRejected "command-rejected" 3;

    UnknownHost "unknown-host" 4;
    ConnectionRefused "connection-refused" 4;
    ConnectTimeout "connect-timeout" 4;
    ConnectFailed "connect-failed" 4;
    ConnectionClosed "connection-closed" 4;
    ConnectionLost "connection-lost" 4;
    AnswerTimeout "answer-timeout" 4;
    NotServed "not-served" 4;
    TlsFailed "tls-failed" 4;
    TlsTimeout "tls-timeout" 4;
    CertificateExpired "certificate-expired" 4;
    CertificateNotYetValid "certificate-not-yet-valid" 4;
    CertificateUnknownIssuer "certificate-unknown-issuer" 4;
    CertificateWrongName "certificate-wrong-name" 4;
    CertificateRevoked "certificate-revoked" 4;
    CertificateInvalid "certificate-invalid" 4;

    NothingOffered "nothing-offered" 5;
    NoMechanismFits "no-mechanism-fits" 5;
    MechanismRefused "mechanism-refused" 5;
    StarttlsNotOffered "starttls-not-offered" 5;
    EncryptionRequired "encryption-required" 5;
    PreAuthenticated "pre-authenticated" 5;
    Referral "referral" 5;
    IterationsOutOfRange "iterations-out-of-range" 5;
    Unusable "unusable" 5;

    TemporaryFailure "temporary-failure" 6;
}

/// The end, in words.
pub(crate) struct Verdict {
    pub(crate) kind: Kind,
    /// This side's own words, with nothing of the server's in them but its certificate's.
    pub(crate) message: String,
    /// The server's last words, made fit to be shown.
    pub(crate) server_said: Option<String>,
    /// The library's own class and reason.
    pub(crate) fault: Option<Error>,
}

/// Puts the end into words. `None` where it is no verdict, but that the secret could not be had.
pub(crate) fn judge(
    target: &Target,
    told: &Told,
    certificate: &Certificate,
    end: &End,
) -> Option<Verdict> {
    let place = &target.place;
    let (kind, message) = match end {
        End::In(login) => (
            Kind::LoggedIn,
            explanation::logged_in(target, told, certificate, login),
        ),
        End::Failed(failure) => return Some(fault::failed(target, told, failure)),
        End::NoneFits(none) if none.passed_over().is_empty() => (
            Kind::NothingOffered,
            format!(
                "nothing to log in with: {place} offers no mechanism{}",
                behind_tls(told)
            ),
        ),
        End::NoneFits(_) if !told.asked.is_empty() && explanation::all_left_out(told) => (
            Kind::NoMechanismFits,
            explanation::not_offered(target, told),
        ),
        End::NoneFits(_) => (
            Kind::NoMechanismFits,
            format!(
                "nothing sent: none of the offered mechanisms can be used ({})",
                explanation::passed_over(told)
            ),
        ),
        End::Connect(trouble) => unreached(target, trouble),
        End::Tls(error) => explanation::tls(target, told, certificate, error),
        End::TlsTimeout => (
            Kind::TlsTimeout,
            format!(
                "no answer from {place} to the TLS handshake in time{}",
                other_scheme(target)
            ),
        ),
        End::Silent if told.began => (
            Kind::AnswerTimeout,
            format!("no answer from {place} in time, in the middle of the exchange"),
        ),
        End::Silent if told.first.is_empty() && told.tls.is_none() => (
            Kind::AnswerTimeout,
            format!(
                "connected to {place}, which says nothing in time{}",
                other_scheme(target)
            ),
        ),
        End::Silent => (
            Kind::AnswerTimeout,
            format!("no answer from {place} in time"),
        ),
        End::Lost(error) => (
            Kind::ConnectionLost,
            format!("the connection to {place} broke: {}", plain(error)),
        ),
        End::Secret(_) => return None,
    };
    Some(Verdict {
        kind,
        message,
        server_said: None,
        fault: None,
    })
}

fn unreached(target: &Target, trouble: &Trouble) -> (Kind, String) {
    let place = &target.place;
    let at = |address: &Option<std::net::SocketAddr>| match address {
        // An address in the URL is not said twice.
        Some(address) if address.ip().to_string() == place.to_string() => address.to_string(),
        Some(address) => format!("{place} ({address})"),
        None => place.to_string(),
    };
    match trouble {
        Trouble::UnknownHost(error) => (
            Kind::UnknownHost,
            format!("the host {place} cannot be found: {}", plain(error)),
        ),
        Trouble::NameTimeout => (
            Kind::UnknownHost,
            format!("the name {place} could not be resolved in time"),
        ),
        Trouble::Connect(address, error) if error.kind() == io::ErrorKind::ConnectionRefused => (
            Kind::ConnectionRefused,
            format!("connection refused: nothing listens at {}", at(address)),
        ),
        Trouble::Connect(address, error) => (
            Kind::ConnectFailed,
            format!("cannot connect to {}: {}", at(address), plain(error)),
        ),
        Trouble::Timeout(address) => (
            Kind::ConnectTimeout,
            format!(
                "no connection to {} in time: it does not answer, or something on the way drops what is sent",
                at(address)
            ),
        ),
    }
}

/// An error of the system's, in one line.
pub(super) fn plain(error: &io::Error) -> String {
    error
        .to_string()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// Whether the port may want it the other way round.
pub(super) fn other_scheme(target: &Target) -> String {
    let other: Option<&Scheme> = target.scheme.sibling();
    match (target.scheme.tls, other) {
        (Tls::Upgrade, Some(other)) => format!(
            " (a port with TLS from the first octet waits for it: {}://)",
            other.name
        ),
        (Tls::Implicit, Some(other)) => format!(
            " (a port without TLS from the first octet is {}://)",
            other.name
        ),
        (_, None) => String::new(),
    }
}

fn behind_tls(told: &Told) -> &'static str {
    match told.tls {
        Some(_) => "",
        None => " without TLS",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_for_scripts_and_stand_once() {
        let mut words: Vec<_> = Kind::ALL.iter().map(|kind| kind.word()).collect();
        for word in &words {
            assert!(
                word.bytes()
                    .all(|octet| matches!(octet, b'a'..=b'z' | b'-')),
                "{word}"
            );
        }
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), Kind::ALL.len());
    }

    #[test]
    fn two_is_for_usage_and_one_for_a_refusal() {
        for kind in Kind::ALL {
            assert_eq!(kind.exit() == 0, *kind == Kind::LoggedIn);
            assert!(matches!(kind.exit(), 0 | 1 | 3..=6), "{kind:?}");
        }
    }
}
