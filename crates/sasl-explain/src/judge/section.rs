//! Where a cause is written: protocols have words of their own for what they have in common.

use super::Case;
use crate::cause::{self, Cause};
use crate::exchange::Protocol;
use crate::family::Family;

/// The section for this exchange; the table's where the protocol has none of its own.
pub(super) fn of(cause: &Cause, case: &Case<'_>) -> &'static str {
    let by_grammar = cause.is(&cause::MALFORMED).then(|| grammar(case.family));
    by_grammar
        .flatten()
        .or_else(|| by_protocol(cause, case.exchange.protocol))
        .unwrap_or(cause.section)
}

fn grammar(family: Family) -> Option<&'static str> {
    Some(match family {
        Family::Plain => "RFC 4616 §2",
        Family::Scram { .. } => "RFC 5802 §7",
        Family::OauthBearer => "RFC 7628 §3",
        Family::External => "RFC 4422 §A.1",
        Family::Anonymous => "RFC 4505 §2",
        _ => return None,
    })
}

fn by_protocol(cause: &Cause, protocol: Protocol) -> Option<&'static str> {
    use Protocol::{Imap, Irc, Managesieve, Pop3, Smtp, Xmpp};

    let is = |other: &Cause| cause.is(other);
    Some(match protocol {
        Smtp if is(&cause::DISABLED) => "RFC 5248",
        Smtp if is(&cause::NOT_OFFERED) => "RFC 4422 §3.2, RFC 4954 §4",
        Smtp if is(&cause::NEEDS_TLS) || is(&cause::TEMPORARY) || is(&cause::TOO_WEAK) => {
            "RFC 4954 §6"
        }
        Imap if is(&cause::WRONG_PASSWORD) => "RFC 4422 §3.6, RFC 5530 §3",
        Imap if is(&cause::AUTHORIZATION) => "RFC 4422 §3.4.1, RFC 5530 §3",
        Imap if is(&cause::NEEDS_TLS) || is(&cause::TEMPORARY) || is(&cause::EXPIRED) => {
            "RFC 5530 §3"
        }
        Imap if is(&cause::SERVER_MALFORMED) => "RFC 9051 §6.2.2",
        Imap if is(&cause::EQUALS_SIGN) => "RFC 4959 §3",
        Pop3 if is(&cause::EQUALS_SIGN) || is(&cause::SERVER_MALFORMED) || is(&cause::TOO_LONG) => {
            "RFC 5034 §4"
        }
        Pop3 if is(&cause::WRONG_PASSWORD) => "RFC 4422 §3.6, RFC 3206 §5",
        Pop3 if is(&cause::TEMPORARY) => "RFC 3206 §4",
        Pop3 if is(&cause::NEEDS_TLS) => "RFC 2595 §4",
        Managesieve
            if is(&cause::NEEDS_TLS)
                || is(&cause::TOO_WEAK)
                || is(&cause::TEMPORARY)
                || is(&cause::TRANSITION) =>
        {
            "RFC 5804 §1.3"
        }
        Managesieve if is(&cause::WRONG_PASSWORD) => "RFC 4422 §3.6, RFC 5804 §2.1",
        Managesieve if is(&cause::SERVER_MALFORMED) => "RFC 5804 §2.1",
        Xmpp if is(&cause::NEEDS_TLS) => "RFC 6120 §6.5.4",
        Xmpp if is(&cause::EXPIRED) => "RFC 6120 §6.5.3",
        Xmpp if is(&cause::AUTHORIZATION) => "RFC 4422 §3.4.1, RFC 6120 §6.5.6",
        Xmpp if is(&cause::NOT_OFFERED) => "RFC 6120 §6.5.7",
        Xmpp if is(&cause::SERVER_MALFORMED) => "RFC 6120 §6.5.5, §6.5.8",
        Xmpp if is(&cause::TOO_WEAK) => "RFC 6120 §6.5.9",
        Xmpp if is(&cause::WRONG_PASSWORD) => "RFC 4422 §3.6, RFC 6120 §6.5.10",
        Xmpp if is(&cause::TEMPORARY) => "RFC 6120 §6.5.11",
        Xmpp if is(&cause::EQUALS_SIGN) => "RFC 6120 §6.4.2",
        Xmpp if is(&cause::DISABLED) => "RFC 6120 §6.5.2",
        // SMTP's are in the table.
        Smtp => return None,
        _ if is(&cause::WRONG_PASSWORD) || is(&cause::DISABLED) || is(&cause::TEMPORARY) => {
            "RFC 4422 §3.6"
        }
        Irc | Imap | Pop3 | Xmpp | Managesieve if is(&cause::ORDER) => "RFC 4422 §3.8",
        _ => return None,
    })
}
