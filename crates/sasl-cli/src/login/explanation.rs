//! The longer sentences of a verdict.

use std::io;

use rustls::CertificateError;
use sasl::client::Authenticated;
use sasl::{Authzid, MechanismName, WhyNot, builtin};

use super::drive::Told;
use super::target::Target;
use super::verdict::{Kind, other_scheme, plain};
use super::words::Hidden;
use crate::certificate::Description;

/// The certificate that the server showed, and what is wrong with it.
#[derive(Default)]
pub(crate) struct Certificate {
    pub(crate) description: Option<Description>,
    pub(crate) fingerprint: Option<String>,
    pub(crate) problem: Option<rustls::Error>,
    /// What it was to be for.
    pub(crate) server_name: Option<String>,
    /// Taken in spite of it.
    pub(crate) insecure: bool,
}

pub(super) fn logged_in(
    target: &Target,
    told: &Told,
    certificate: &Certificate,
    login: &Authenticated,
) -> String {
    let name = match (login.authcid(), login.authzid()) {
        (Some(authcid), Some(authzid)) => format!(" as {authcid} acting as {authzid}"),
        (Some(name), None) => format!(" as {name}"),
        (None, Some(authzid)) => format!(" acting as {authzid}"),
        // Who that is, the channel or the token says, or nobody does.
        (None, None) => String::new(),
    };
    let bound = match login.channel_binding() {
        Some(binding) => format!("bound by {binding}"),
        None => "not bound".into(),
    };
    let channel = match (&told.tls, told.local) {
        (Some(tls), _) => tls.version,
        (None, true) => "no TLS, on this machine only",
        (None, false) => "NO TLS: anybody on the way could read along",
    };
    let unchecked = match (&certificate.problem, certificate.insecure) {
        (Some(_), true) => ", its certificate NOT to be trusted",
        _ => "",
    };
    let (place, mechanism) = (&target.place, login.mechanism());
    format!("logged in to {place}{name} by {mechanism} ({bound}, {channel}{unchecked})")
}

/// Why nothing of what is offered was taken, one after the other.
pub(super) fn passed_over(told: &Told) -> String {
    let reasons = told.passed_over.iter();
    let reasons: Vec<_> = reasons
        .map(|other| format!("{}: {}", other.name, why(other.name, other.why)))
        .collect();
    reasons.join("; ")
}

/// Whether nothing that is offered was asked for.
pub(super) fn all_left_out(told: &Told) -> bool {
    let mut reasons = told.passed_over.iter();
    reasons
        .all(|other| why_word(other.name, other.why) == "left-out" || other.why == WhyNot::Unknown)
}

/// What was asked for, and what there is.
pub(super) fn not_offered(target: &Target, told: &Told) -> String {
    let offered: Vec<_> = told
        .passed_over
        .iter()
        .map(|other| other.name.to_string())
        .collect();
    format!(
        "nothing sent: {} does not offer {}, but {}",
        target.place,
        told.asked.join(" or "),
        offered.join(", ")
    )
}

/// The reason in words.
pub(crate) fn why(name: MechanismName, why: WhyNot) -> String {
    match why {
        WhyNot::Unknown if builtin(name.as_str()).is_some() => "--mechanism leaves it out".into(),
        why => why.to_string(),
    }
}

/// The reason as a word for scripts.
pub(crate) fn why_word(name: MechanismName, why: WhyNot) -> &'static str {
    match why {
        WhyNot::Unknown if builtin(name.as_str()).is_some() => "left-out",
        WhyNot::Unknown => "unknown",
        WhyNot::ClearText => "clear-text",
        WhyNot::NoBinding => "no-binding",
        WhyNot::BindingTypes => "binding-types",
        WhyNot::BindingDisabled => "binding-disabled",
        WhyNot::BindingRequired => "binding-required",
        WhyNot::ClearTextDisabled => "clear-text-disabled",
        WhyNot::ServerProofRequired => "server-proof-required",
        WhyNot::Credentials => "no-credentials",
        WhyNot::Authzid => "authzid",
        WhyNot::Weaker => "weaker",
        _ => "other",
    }
}

pub(super) fn chosen(told: &Told) -> String {
    told.chosen
        .map_or_else(|| "the mechanism".into(), |name| name.to_string())
}

/// A handshake that failed.
pub(super) fn tls(
    target: &Target,
    told: &Told,
    certificate: &Certificate,
    error: &io::Error,
) -> (Kind, String) {
    let place = &target.place;
    let inner = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match inner {
        Some(rustls::Error::InvalidCertificate(problem)) => {
            let (kind, text) = self::certificate(certificate, problem);
            (
                kind,
                format!("nothing sent: the certificate of {place} {text}"),
            )
        }
        // What came instead was no TLS at all.
        Some(rustls::Error::InvalidMessage(_)) => (
            Kind::TlsFailed,
            format!("{place} does not answer with TLS{}", other_scheme(target)),
        ),
        Some(rustls::Error::AlertReceived(alert)) => (
            Kind::TlsFailed,
            format!("{place} broke off the TLS handshake: it says {alert:?}"),
        ),
        Some(error) => (Kind::TlsFailed, format!("no TLS with {place}: {error}")),
        None if told.tls.is_none() && error.kind() == io::ErrorKind::UnexpectedEof => (
            Kind::TlsFailed,
            format!("{place} closed the connection in the TLS handshake"),
        ),
        None => (
            Kind::TlsFailed,
            format!("no TLS with {place}: {}", plain(error)),
        ),
    }
}

/// What is wrong with a certificate, as the rest of a sentence about it.
pub(crate) fn certificate(certificate: &Certificate, problem: &CertificateError) -> (Kind, String) {
    let clean = |text: &str| Hidden::default().clean(text.as_bytes());
    let described = certificate.description.as_ref();
    let of = |part: fn(&Description) -> &String| {
        described.map_or_else(String::new, |it| clean(part(it)))
    };
    match problem {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => (
            Kind::CertificateExpired,
            format!("has expired, at {}", of(|it| &it.not_after)),
        ),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => (
            Kind::CertificateNotYetValid,
            format!("is not valid yet, but from {}", of(|it| &it.not_before)),
        ),
        CertificateError::UnknownIssuer => (
            Kind::CertificateUnknownIssuer,
            format!(
                "is not from an authority that is trusted here: it is from {} (see --ca)",
                of(|it| &it.issuer)
            ),
        ),
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            let names = described.map(|it| {
                it.names
                    .iter()
                    .take(8)
                    .map(|name| clean(name))
                    .collect::<Vec<_>>()
            });
            let names = match names.unwrap_or_default() {
                none if none.is_empty() => "nobody".into(),
                names => names.join(", "),
            };
            let meant = certificate.server_name.as_deref().unwrap_or_default();
            (
                Kind::CertificateWrongName,
                format!("is for {names}, and not for {meant}"),
            )
        }
        CertificateError::Revoked => (Kind::CertificateRevoked, "was revoked".into()),
        CertificateError::BadSignature => (
            Kind::CertificateInvalid,
            format!(
                "is signed with another key than that of {} which is trusted here: one of the two was made anew, or it is a forgery",
                of(|it| &it.issuer)
            ),
        ),
        other => (
            Kind::CertificateInvalid,
            format!("is not to be trusted: {}", clean(&other.to_string())),
        ),
    }
}

/// Whom a login is to act as, for the JSON.
pub(crate) fn shown(authzid: &Option<Authzid>) -> Option<String> {
    authzid.as_ref().map(|authzid| authzid.as_str().to_owned())
}
