//! What the server's outcome says by itself.

use super::{Case, Judge};
use crate::cause::{self, Party, Weight};
use crate::decode::{Pieces, Role};
use crate::exchange::Answer;
use crate::explanation::Login;
use crate::family::Family;
use crate::shown;

/// How the exchange ended, as far as its messages tell.
pub(super) fn ended(case: &Case<'_>) -> Login {
    if let Some((_, outcome)) = case.outcome() {
        return match outcome.answer {
            Answer::Success => Login::Ok,
            _ => Login::Failed,
        };
    }
    if case.cancelled().is_some() {
        return Login::Failed;
    }
    // Without a protocol around it the last message of the mechanism is the outcome.
    let last = case
        .items
        .iter()
        .rev()
        .find_map(|item| match (item.role, item.octets()?) {
            (Role::ScramServerFinal, octets) => {
                let pieces = Pieces::of(octets)?;
                let login = match (pieces.value('v'), pieces.value('e')) {
                    (_, Some(_)) => Login::Failed,
                    (Some(_), _) => Login::Ok,
                    _ => Login::Undecided,
                };
                Some(login)
            }
            (Role::HtResponder, [1, ..]) | (Role::TokenError, _) => Some(Login::Failed),
            (Role::HtResponder, _) => Some(Login::Ok),
            _ => None,
        });
    last.unwrap_or(Login::Undecided)
}

pub(super) fn check(case: &Case<'_>, judge: &mut Judge) {
    let Some((step, outcome)) = case.outcome() else {
        return;
    };
    let code = shown::text(&outcome.code);
    let text = shown::text(&crate::explain::echo_free(case.items.iter(), &outcome.text));
    let said = format!("{code} {text}");
    let detail = match said.trim() {
        "" => "the server refused".into(),
        said => format!("the server said: {said}"),
    };
    let cause = match outcome.answer {
        Answer::Success => return,
        Answer::Temporary => &cause::TEMPORARY,
        Answer::EncryptionRequired => &cause::NEEDS_TLS,
        Answer::TooWeak => &cause::TOO_WEAK,
        Answer::NoMechanism => {
            let offered = judge.checks.iter().any(|check| {
                check.name == "mechanism-offered"
                    && check.result == crate::explanation::CheckResult::Passed
            });
            let party = if offered {
                Party::Administrator
            } else {
                Party::Client
            };
            if !judge.has(&cause::NOT_OFFERED) {
                judge.find(&cause::NOT_OFFERED, party, Some(step), detail);
            }
            return;
        }
        Answer::Malformed | Answer::Encoding => &cause::SERVER_MALFORMED,
        Answer::TooLong => &cause::TOO_LONG,
        Answer::InitialResponse => &cause::INITIAL_RESPONSE,
        Answer::Aborted if case.cancelled().is_some() => return,
        Answer::Aborted => &cause::CANCELLED,
        Answer::Order => &cause::ORDER,
        Answer::Disabled => &cause::DISABLED,
        Answer::Expired => &cause::EXPIRED,
        Answer::Authorization => &cause::AUTHORIZATION,
        Answer::Transition => &cause::TRANSITION,
        Answer::Refused => match case.family {
            Family::Plain | Family::Login | Family::CramMd5 | Family::Ht => &cause::WRONG_PASSWORD,
            Family::Scram { .. } if case.first(Role::ScramClientFinal).is_some() => {
                &cause::WRONG_PASSWORD
            }
            Family::OauthBearer | Family::Xoauth2 => {
                if judge
                    .found
                    .iter()
                    .any(|found| found.cause.word.starts_with("token-"))
                {
                    return;
                }
                &cause::TOKEN_REFUSED
            }
            _ => &cause::REFUSED,
        },
    };
    // Why it was refused has been found, or said: that the password is wrong is what remains where nothing else was.
    let explained = |found: &super::Found| {
        found.cause.weight <= Weight::Said || found.cause.is(&cause::RIGHT_REFUSED)
    };
    // And what was found in the messages says more than the server's words for it.
    if judge.has(cause) || cause.weight == Weight::General && judge.found.iter().any(explained) {
        return;
    }
    judge.find(cause, cause.party, Some(step), detail);
}
