//! `--explain`: the messages of the login, handed to what explains them.

use sasl_explain::{Answer, Exchange, Explanation, Options, Outcome, Side, explain};

use super::drive::Told;
use super::record::{Record, Sender};
use super::scheme::Protocol;
use super::verdict::{Kind, Verdict};

/// What passed, explained; `None` where no exchange began.
pub(super) fn explained(
    protocol: Protocol,
    record: &Record,
    told: &Told,
    verdict: &Verdict,
) -> Option<Explanation> {
    let mechanism = told.chosen.filter(|_| told.began)?;
    let mut exchange = Exchange::new(mechanism.as_str());
    if let Some(protocol) = known(protocol) {
        exchange = exchange.over(protocol);
    }
    if let Some(offer) = &told.offer {
        exchange = exchange.offered(offer);
    }
    let messages = record.messages();
    let mut messages = messages.iter().peekable();
    let initial = messages.next_if(|first| first.sender == Sender::Client);
    exchange.start(initial.map(|initial| initial.octets.expose()));
    for message in messages {
        match message.sender {
            Sender::Client => exchange.message(Side::Client, message.octets.expose()),
            // A server may have said back what it was told.
            Sender::Server => {
                exchange.message(Side::Server, &told.hidden.strip(message.octets.expose()));
            }
        }
    }
    match answer(verdict.kind) {
        End::Server(answer) => {
            let said = verdict.server_said.as_deref().unwrap_or_default();
            exchange.end(Outcome::new(answer, "", said));
        }
        End::Client => exchange.cancel(),
        End::Nobody => {}
    }
    Some(explain(&exchange, &Options::default()))
}

/// Who ended an exchange.
enum End {
    Server(Answer),
    Client,
    /// It broke off.
    Nobody,
}

fn answer(kind: Kind) -> End {
    End::Server(match kind {
        Kind::LoggedIn | Kind::EarlySuccess => Answer::Success,
        Kind::CredentialsRefused | Kind::LoginRefused => Answer::Refused,
        Kind::AuthorizationRefused => Answer::Authorization,
        Kind::AccountDisabled => Answer::Disabled,
        Kind::CredentialsExpired => Answer::Expired,
        Kind::CommandRejected => Answer::Malformed,
        Kind::MechanismRefused => Answer::NoMechanism,
        Kind::EncryptionRequired => Answer::EncryptionRequired,
        Kind::TemporaryFailure => Answer::Temporary,
        Kind::Malformed
        | Kind::Violation
        | Kind::ServerProofWrong
        | Kind::Downgrade
        | Kind::IterationsOutOfRange
        | Kind::Unusable => return End::Client,
        _ => return End::Nobody,
    })
}

fn known(protocol: Protocol) -> Option<sasl_explain::Protocol> {
    use sasl_explain::Protocol as Theirs;

    Some(match protocol {
        Protocol::Smtp | Protocol::Lmtp => Theirs::Smtp,
        Protocol::Imap => Theirs::Imap,
        Protocol::Pop3 => Theirs::Pop3,
        Protocol::Sieve => Theirs::Managesieve,
        Protocol::Irc => Theirs::Irc,
        Protocol::Xmpp => Theirs::Xmpp,
        Protocol::Ldap | Protocol::Postgres | Protocol::Amqp => return None,
    })
}
