//! A session that failed, in words.

use sasl::client::Failure;
use sasl::{Error, Malformed, Unavailable, Unusable, Violation};

use super::binding;
use super::drive::Told;
use super::explanation;
use super::refusal;
use super::scheme::Protocol;
use super::target::Target;
use super::verdict::{Kind, Verdict};

pub(super) fn failed(target: &Target, told: &Told, failure: &Failure) -> Verdict {
    let said = said(told, failure);
    let error = failure.error();
    let sentence = told
        .answer
        .as_ref()
        .and_then(|answer| answer.kind.zip(answer.sentence.clone()));
    let (kind, message) = match (error, sentence) {
        (Error::Refused(_) | Error::Unusable(_), Some(meant)) => meant,
        (Error::Refused(reason), _) => {
            binding::refused(target, told, reason).unwrap_or_else(|| in_words(target, told, error))
        }
        (error, _) => in_words(target, told, error),
    };
    let server_spoke = !matches!(
        error,
        Error::Malformed(_) | Error::Unavailable(Unavailable::Connection)
    );
    Verdict {
        kind,
        message,
        server_said: said.filter(|_| server_spoke || told.began),
        fault: Some(error),
    }
}

fn in_words(target: &Target, told: &Told, error: Error) -> (Kind, String) {
    let place = &target.place;
    match error {
        Error::Malformed(_) | Error::Unavailable(Unavailable::Connection) if speaks_tls(told) => {
            let instead = target.scheme.sibling().map(|scheme| scheme.name);
            let instead = instead.map_or_else(String::new, |name| format!(": it may be {name}://"));
            (
                Kind::TlsFailed,
                format!("{place} speaks TLS from the first octet{instead}"),
            )
        }
        Error::Refused(_) if !told.began => (
            Kind::NotServed,
            format!("{place} refuses to go on, before any login"),
        ),
        Error::Refused(reason) => {
            let kind = refusal::kind(target.scheme.protocol, told, reason);
            (kind, refusal::sentence(kind, told))
        }
        Error::Unavailable(Unavailable::Connection) if told.began => (
            Kind::ClosedMidExchange,
            format!(
                "{place} closed the connection in the middle of the exchange, without a verdict"
            ),
        ),
        Error::Unavailable(Unavailable::Connection) => (
            Kind::ConnectionClosed,
            format!("{place} closed the connection before any login"),
        ),
        Error::Unavailable(_) => (
            Kind::TemporaryFailure,
            format!("{place} cannot at the moment: try again later"),
        ),
        Error::Violation(Violation::ServerNotAuthenticated) => (
            Kind::EarlySuccess,
            format!(
                "{place} said success before it had proved that it knows the secret: not logged in, and this may not be the server it should be"
            ),
        ),
        Error::Violation(Violation::ServerProof) => (
            Kind::ServerProofWrong,
            format!(
                "{place} could not prove that it knows the secret: not logged in, and this may not be the server it should be"
            ),
        ),
        Error::Violation(reason @ (Violation::Downgrade | Violation::ChannelBinding)) => (
            Kind::Downgrade,
            format!("somebody between here and {place} may have changed what passes: {reason}"),
        ),
        Error::Violation(reason) => (
            Kind::Violation,
            format!("{place} broke the rules: {reason}"),
        ),
        Error::Malformed(reason) => malformed(target, told, reason),
        Error::Unusable(reason) => unusable(target, told, reason),
        other => (
            Kind::Violation,
            format!("the exchange with {place} ended: {other}"),
        ),
    }
}

/// Whether what came first is a TLS record, an alert or a handshake (RFC 8446 §5.1).
fn speaks_tls(told: &Told) -> bool {
    told.tls.is_none() && matches!(told.first.as_slice(), [0x15 | 0x16, 3, ..])
}

/// The reply as it came, with the mechanism's own message before it where there is one.
fn said(told: &Told, failure: &Failure) -> Option<String> {
    let reply = match &told.answer {
        Some(answer) => answer.shown(&told.hidden),
        None => told.hidden.clean(&told.reply),
    };
    let own = failure
        .said()
        .map(|said| told.hidden.clean(said.as_bytes()));
    match own {
        Some(own) if !own.is_empty() && !is_in(&own, &reply) => Some(match reply.as_str() {
            "" => own,
            reply => format!("{own} / {reply}"),
        }),
        _ => Some(reply).filter(|reply| !reply.is_empty()),
    }
}

/// Whether what a failure says is the reply's text, without its codes.
fn is_in(own: &str, reply: &str) -> bool {
    own.split(' ')
        .all(|word| reply.contains(word.trim_end_matches('…')))
}

fn malformed(target: &Target, told: &Told, reason: Malformed) -> (Kind, String) {
    let place = &target.place;
    if told.began {
        return (
            Kind::Malformed,
            format!("{place} says what cannot be read: {reason}"),
        );
    }
    let scheme = target.scheme.name;
    (
        Kind::Malformed,
        format!("{place} does not speak {scheme}: {reason}"),
    )
}

fn unusable(target: &Target, told: &Told, reason: Unusable) -> (Kind, String) {
    let place = &target.place;
    let instead = target.scheme.sibling().map_or_else(String::new, |scheme| {
        format!("; {}:// is with TLS from the first octet", scheme.name)
    });
    match reason {
        Unusable::ClearText if told.began => (
            Kind::EncryptionRequired,
            format!("{place} wants TLS before this login"),
        ),
        Unusable::ClearText if told.offer.is_none() && told.tls.is_none() => (
            Kind::StarttlsNotOffered,
            format!(
                "nothing sent: {place} offers no {}, or somebody on the way struck it out, and without TLS anybody on the way could \
                 read along{}; --no-starttls tries what does not show the secret",
                match target.scheme.protocol {
                    Protocol::Postgres | Protocol::Amqp => "TLS",
                    Protocol::Pop3 => "STLS",
                    _ => "STARTTLS",
                },
                instead,
            ),
        ),
        Unusable::Mechanism if told.began => (
            Kind::MechanismRefused,
            format!(
                "{place} offers {} and then does not take it",
                explanation::chosen(told)
            ),
        ),
        Unusable::PreAuthenticated => (
            Kind::PreAuthenticated,
            format!(
                "{place} has logged this connection in by itself: there is nothing to authenticate"
            ),
        ),
        Unusable::Referral => (Kind::Referral, format!("{place} refers to another server")),
        Unusable::Iterations => (
            Kind::IterationsOutOfRange,
            format!(
                "{place} asks for fewer or more iterations than --min-iterations and --max-iterations allow"
            ),
        ),
        reason if told.began => (Kind::Unusable, format!("given up: {reason}")),
        reason => (
            Kind::Unusable,
            format!(
                "nothing sent: {} cannot be used here: {reason}",
                explanation::chosen(told)
            ),
        ),
    }
}
