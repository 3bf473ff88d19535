//! `--json`: all that is known of a login, in one object.

use std::time::Duration;

use sasl::Authcid;
use serde::Serialize;

use super::drive::{Attempt, End, Told};
use super::explanation::{self, Certificate};
use super::scheme;
use super::verdict::Verdict;
use super::words::Hidden;

#[derive(Serialize)]
pub(crate) struct Report {
    verdict: &'static str,
    exit: u8,
    message: String,
    server_said: Option<String>,
    /// The library's own words for the fault.
    fault: Option<Fault>,
    url: String,
    host: String,
    port: Option<u16>,
    user: Option<String>,
    authzid: Option<String>,
    peer: Option<String>,
    tls: Option<TlsReport>,
    certificate: Option<CertificateReport>,
    offered: Option<Vec<String>>,
    binding_types: Vec<String>,
    chosen: Option<String>,
    passed_over: Vec<PassedOver>,
    binding: Option<String>,
    server_proved: bool,
    timings_ms: Timings,
    /// With `--explain`, as `sasl explain --json` has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) explanation: Option<sasl_explain::Explanation>,
}

#[derive(Serialize)]
struct Fault {
    class: &'static str,
    reason: &'static str,
}

#[derive(Serialize)]
struct TlsReport {
    begun: &'static str,
    version: &'static str,
    cipher: Option<String>,
    client_certificate: &'static str,
}

#[derive(Serialize)]
struct CertificateReport {
    /// Trusted, or only taken because of `--insecure`.
    verified: bool,
    problem: Option<String>,
    server_name: Option<String>,
    subject: Option<String>,
    names: Vec<String>,
    issuer: Option<String>,
    not_before: Option<String>,
    not_after: Option<String>,
    sha256: Option<String>,
}

#[derive(Serialize)]
struct PassedOver {
    mechanism: String,
    why: &'static str,
    text: String,
}

#[derive(Serialize)]
struct Timings {
    resolve: Option<f64>,
    connect: Option<f64>,
    tls: Option<f64>,
    offer: Option<f64>,
    exchange: Option<f64>,
    total: Option<f64>,
}

impl Report {
    pub(crate) fn new(
        attempt: &Attempt<'_>,
        told: &Told,
        certificate: &Certificate,
        end: &End,
        verdict: &Verdict,
        total: Duration,
    ) -> Self {
        let login = match end {
            End::In(login) => Some(login),
            _ => None,
        };
        let target = attempt.target;
        let offered = told.offer.as_ref();
        let names = |names: &[sasl::MechanismName]| names.iter().map(ToString::to_string).collect();
        let types = offered.map(sasl::Offer::binding_types).unwrap_or_default();
        Self {
            verdict: verdict.kind.word(),
            exit: verdict.kind.exit(),
            message: verdict.message.clone(),
            server_said: verdict.server_said.clone(),
            fault: verdict.fault.map(|error| Fault {
                class: error.class(),
                reason: error.reason(),
            }),
            url: target.url.clone(),
            host: target.place.to_string(),
            port: target.place.port(),
            user: attempt
                .login
                .user
                .as_ref()
                .map(Authcid::as_str)
                .map(str::to_owned),
            authzid: explanation::shown(&attempt.login.authzid),
            peer: told.peer.as_ref().map(ToString::to_string),
            tls: told.tls.as_ref().map(|tls| TlsReport {
                begun: match target.scheme.tls {
                    scheme::Tls::Implicit => "implicit",
                    scheme::Tls::Upgrade => "starttls",
                },
                version: tls.version,
                cipher: tls.cipher.clone(),
                client_certificate: attempt.tls.client_certificate(),
            }),
            certificate: CertificateReport::new(certificate),
            offered: offered.map(|offer| names(offer.mechanisms())),
            binding_types: types.iter().map(ToString::to_string).collect(),
            chosen: told.chosen.map(|name| name.to_string()),
            passed_over: told
                .passed_over
                .iter()
                .map(|other| PassedOver {
                    mechanism: other.name.to_string(),
                    why: explanation::why_word(other.name, other.why),
                    text: explanation::why(other.name, other.why),
                })
                .collect(),
            binding: login
                .and_then(|login| login.channel_binding())
                .map(ToString::to_string),
            server_proved: login.is_some_and(|login| login.server_proved()),
            timings_ms: Timings {
                resolve: told.times.resolving.map(millis),
                connect: told.times.connecting.map(millis),
                tls: told.times.tls.map(millis),
                offer: told.times.offer.map(millis),
                exchange: told.times.exchange.map(millis),
                total: Some(millis(total)),
            },
            explanation: None,
        }
    }
}

impl CertificateReport {
    /// `None` where none was shown.
    fn new(certificate: &Certificate) -> Option<Self> {
        let sha256 = certificate.fingerprint.clone()?;
        let description = certificate.description.clone();
        // Somebody else's words.
        let clean = |text: String| Hidden::default().clean(text.as_bytes());
        let (subject, issuer, names, validity) = match description {
            Some(it) => (
                Some(clean(it.subject)),
                Some(clean(it.issuer)),
                it.names.into_iter().map(clean).collect(),
                Some((it.not_before, it.not_after)),
            ),
            None => (None, None, Vec::new(), None),
        };
        let (not_before, not_after) = validity.unzip();
        Some(Self {
            verified: certificate.problem.is_none(),
            problem: certificate.problem.as_ref().map(|problem| match problem {
                rustls::Error::InvalidCertificate(problem) => {
                    explanation::certificate(certificate, problem).1
                }
                other => clean(other.to_string()),
            }),
            server_name: certificate.server_name.clone(),
            subject,
            names,
            issuer,
            not_before,
            not_after,
            sha256: Some(sha256),
        })
    }
}

/// To the microsecond.
fn millis(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}
