//! What a server's refusal says in its protocol's own words, beyond what the library's error says.

use sasl::{CredentialKind, Refused};

use super::drive::Told;
use super::scheme::Protocol;
use super::verdict::Kind;

/// What kind of refusal it is.
pub(super) fn kind(protocol: Protocol, told: &Told, reason: Refused) -> Kind {
    let answer = told.answer.as_ref().and_then(|answer| answer.kind);
    match reason {
        Refused::NotPermitted => Kind::AuthorizationRefused,
        Refused::Disabled => Kind::AccountDisabled,
        Refused::Expired => Kind::CredentialsExpired,
        Refused::Credentials => Kind::CredentialsRefused,
        _ => answer
            .or_else(|| spoken(protocol, &told.reply))
            .unwrap_or(Kind::LoginRefused),
    }
}

/// By codes that are there for it, and never by words that are for people.
fn spoken(protocol: Protocol, reply: &[u8]) -> Option<Kind> {
    let reply = String::from_utf8_lossy(reply).to_ascii_uppercase();
    let last = reply.lines().next_back()?;
    let mut words = last.split_ascii_whitespace();
    match protocol {
        Protocol::Smtp | Protocol::Lmtp => match last.get(..3)? {
            // RFC 4954 §6.
            "535" => Some(Kind::CredentialsRefused),
            // RFC 5248 §2.4, X.7.13.
            "525" => Some(Kind::AccountDisabled),
            // RFC 4954 §6, X.7.9.
            "534" => Some(Kind::MechanismRefused),
            "500" | "501" | "502" | "503" => Some(Kind::CommandRejected),
            _ => None,
        },
        // RFC 5530 §3, RFC 9051 §7.1.3.
        Protocol::Imap if last.contains(" NO [AUTHENTICATIONFAILED]") => {
            Some(Kind::CredentialsRefused)
        }
        Protocol::Imap => (words.nth(1)? == "BAD").then_some(Kind::CommandRejected),
        // RFC 3206 §5.
        Protocol::Pop3 => (words.nth(1)? == "[AUTH]").then_some(Kind::CredentialsRefused),
        // ERR_NICKLOCKED. 904 is said for every other reason as well.
        Protocol::Irc => (words.nth(1)? == "902").then_some(Kind::AccountDisabled),
        // RFC 5804 §1.3; it has no code for a wrong password.
        Protocol::Sieve => (words.nth(1)? == "(AUTH-TOO-WEAK)").then_some(Kind::MechanismRefused),
        // They have answers that were read already.
        Protocol::Xmpp | Protocol::Ldap | Protocol::Postgres | Protocol::Amqp => None,
    }
}

/// A refusal in a sentence.
pub(super) fn sentence(kind: Kind, told: &Told) -> String {
    let secret = match told.secret {
        Some(CredentialKind::Token | CredentialKind::Other) => "token",
        Some(CredentialKind::External) => "certificate",
        _ => "user name or password",
    };
    let text = match kind {
        Kind::AuthorizationRefused => {
            "the server says that this user may not act as the one asked for"
        }
        Kind::AccountDisabled => "the server says that the account is disabled",
        Kind::CredentialsExpired => "the server says that the password or token has expired",
        // What most servers say to an authzid that is not permitted as well.
        Kind::CredentialsRefused if told.acting => {
            return format!(
                "refused: the server says the {secret} is wrong, or that it may not act as the one asked for"
            );
        }
        Kind::CredentialsRefused => {
            return format!("refused: the server says the {secret} is wrong");
        }
        Kind::MechanismRefused => "the server says that the mechanism is too weak for this user",
        Kind::CommandRejected => {
            "the server does not take the command, which says nothing of the secret"
        }
        _ => {
            return format!(
                "refused: the server does not let this user in, and does not say whether the {secret} is wrong"
            );
        }
    };
    format!("refused: {text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_codes_count() {
        let kind = |protocol, reply: &str, reason| {
            let told = Told {
                reply: reply.into(),
                ..Told::default()
            };
            kind(protocol, &told, reason)
        };
        let by_server = |protocol, reply| kind(protocol, reply, Refused::ByServer);
        for (protocol, reply, expected) in [
            (
                Protocol::Smtp,
                "535-a\r\n535 5.7.8 b\r\n",
                Kind::CredentialsRefused,
            ),
            (Protocol::Lmtp, "534 5.7.9 b\r\n", Kind::MechanismRefused),
            (Protocol::Smtp, "550 535 password", Kind::LoginRefused),
            (Protocol::Smtp, "", Kind::LoginRefused),
            (Protocol::Smtp, "53", Kind::LoginRefused),
            (
                Protocol::Imap,
                "A1 NO [AUTHENTICATIONFAILED] no",
                Kind::CredentialsRefused,
            ),
            (
                Protocol::Imap,
                "* OK x\r\nA1 no [authenticationfailed] no",
                Kind::CredentialsRefused,
            ),
            (Protocol::Imap, "A1 BAD no", Kind::CommandRejected),
            (
                Protocol::Imap,
                "A1 NO [ALERT] [AUTHENTICATIONFAILED]",
                Kind::LoginRefused,
            ),
            (Protocol::Pop3, "-ERR [AUTH] no", Kind::CredentialsRefused),
            (Protocol::Pop3, "-ERR no [AUTH]", Kind::LoginRefused),
            (
                Protocol::Sieve,
                "NO (AUTH-TOO-WEAK) \"no\"",
                Kind::MechanismRefused,
            ),
            (
                Protocol::Sieve,
                "NO \"Authentication failed.\"",
                Kind::LoginRefused,
            ),
            (Protocol::Irc, ":a 902 b :no", Kind::AccountDisabled),
            (Protocol::Irc, ":a 904 b :no", Kind::LoginRefused),
        ] {
            assert_eq!(by_server(protocol, reply), expected, "{reply}");
        }
        let disabled = kind(Protocol::Smtp, "535 5.7.8 no", Refused::Disabled);
        assert_eq!(disabled, Kind::AccountDisabled);
    }
}
