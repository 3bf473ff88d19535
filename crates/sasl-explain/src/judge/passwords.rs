//! PLAIN, LOGIN, CRAM-MD5 and the mechanisms of one message.

use sasl_core::{Malformed, Password, Preparation};
use sasl_crammd5::{Challenge, Response, answer, derive_context};
use sasl_ht::message::InitiatorMessage;
use sasl_ht::{Draft, HashAlgorithm};

use super::encoding::decoded;
use super::{Case, Item, Judge};
use crate::cause::{self, Party};
use crate::decode::Role;
use crate::exchange::Side;
use crate::family::Family;

pub(super) fn check(case: &Case<'_>, password: Option<&Password>, judge: &mut Judge) {
    for item in case.within() {
        let Some(octets) = item.octets() else {
            continue;
        };
        match item.role {
            Role::Plain => plain(item, octets, password, judge),
            Role::LoginName => login_name(item, octets, judge),
            Role::LoginPassword if octets.is_empty() => {
                judge.fail(
                    "grammar",
                    item.step,
                    &cause::LOGIN_EMPTY,
                    "the password is empty",
                );
            }
            Role::LoginPassword => same(item, octets, password, judge),
            Role::CramChallenge if Challenge::parse(octets).is_err() => {
                let detail = "it is not text between < and >";
                judge.fail("grammar", item.step, &cause::CRAM_CHALLENGE, detail);
            }
            Role::CramResponse => cram(case, item, octets, password, judge),
            Role::External if sasl_external::Message::parse(octets).is_err() => {
                let detail = "the identity to act as is not UTF-8, or has a NUL";
                judge.fail("grammar", item.step, &cause::MALFORMED, detail);
            }
            Role::Anonymous => {
                if let Err(error) = sasl_anonymous::Message::parse(octets) {
                    judge.fail("grammar", item.step, &cause::MALFORMED, error.to_string());
                }
            }
            Role::HtInitiator => ht(case, item, octets, judge),
            Role::HtResponder => {
                if let [1, ..] = octets {
                    let detail = "the server refuses in its own message";
                    judge.find(
                        &cause::WRONG_PASSWORD,
                        Party::Client,
                        Some(item.step),
                        detail,
                    );
                }
            }
            Role::Unknown if case.family != Family::Other && item.payload.fault.is_none() => {
                let party = super::encoding::party(item.side);
                let detail = "the mechanism has no message here";
                judge.find(&cause::UNEXPECTED_MESSAGE, party, Some(item.step), detail);
            }
            _ => {}
        }
    }
}

fn plain(item: &Item<'_>, octets: &[u8], password: Option<&Password>, judge: &mut Judge) {
    // The lone '=' has been found, and says more.
    if item.payload.equals {
        return;
    }
    let step = item.step;
    let nuls = octets.iter().filter(|octet| **octet == 0).count();
    if nuls != 2 {
        let detail = match nuls {
            0 => "there is none, where there have to be two".into(),
            1 => "there is one, where there have to be two".into(),
            more => format!("there are {more}, where there have to be two"),
        };
        judge.fail("grammar", step, &cause::PLAIN_NULS, detail);
        return;
    }
    match sasl_plain::Message::parse(octets) {
        Ok(message) if message.authcid.is_empty() => {
            let detail = "nothing stands between the two NULs";
            judge.fail("grammar", step, &cause::PLAIN_AUTHCID, detail);
        }
        Ok(_) => {
            judge.pass("grammar", step, "the message follows RFC 4616 §2");
            let typed = octets
                .rsplit(|octet| *octet == 0)
                .next()
                .unwrap_or_default();
            same(item, typed, password, judge);
        }
        Err(Malformed::EmptyPassword) => {
            let detail = if octets.starts_with(&[0]) {
                "nothing stands behind the second NUL"
            } else {
                "nothing stands behind the second NUL: without an authzid, the message has to begin with a NUL"
            };
            judge.fail("grammar", step, &cause::PLAIN_PASSWORD, detail);
        }
        Err(error) => judge.fail("grammar", step, &cause::MALFORMED, error.to_string()),
    }
}

/// The password that passed beside the one that was given.
fn same(item: &Item<'_>, typed: &[u8], password: Option<&Password>, judge: &mut Judge) {
    match password {
        None => {}
        Some(password) if password.matches(typed) => {
            judge.pass(
                "password",
                item.step,
                "the client sent the password that was given",
            );
        }
        Some(_) => {
            let detail = "the client sent another password than the one that was given";
            judge.fail("password", item.step, &cause::WRONG_PASSWORD, detail);
        }
    }
}

fn login_name(item: &Item<'_>, octets: &[u8], judge: &mut Judge) {
    if item.payload.equals {
        return;
    }
    if octets.is_empty() {
        judge.fail(
            "grammar",
            item.step,
            &cause::LOGIN_EMPTY,
            "the name is empty",
        );
        return;
    }
    // Four characters and more of base64 which hold nothing but what names are made of: hardly by chance.
    let inner = str::from_utf8(octets).ok().and_then(decoded);
    let named = |octet: &u8| octet.is_ascii_alphanumeric() || b"@._+-".contains(octet);
    if inner.is_some_and(|inner| inner.len() > 2 && inner.iter().all(named)) {
        let detail = "under the base64 of the name there is base64 again";
        judge.fail("encoded-once", item.step, &cause::LOGIN_TWICE, detail);
    }
}

/// What is most often wrong with a digest.
fn capitals(octets: &[u8]) -> Option<&'static str> {
    let digest = octets.rsplit(|octet| *octet == b' ').next()?;
    let hex = digest.len() == 32 && digest.iter().all(u8::is_ascii_hexdigit);
    (hex && digest.iter().any(u8::is_ascii_uppercase)).then_some("the digest is in capital letters")
}

fn cram(
    case: &Case<'_>,
    item: &Item<'_>,
    octets: &[u8],
    password: Option<&Password>,
    judge: &mut Judge,
) {
    let response = match Response::parse(octets) {
        Ok(response) => response,
        Err(error) => {
            judge.fail(
                "grammar",
                item.step,
                &cause::CRAM_RESPONSE,
                capitals(octets).map_or_else(|| error.to_string(), Into::into),
            );
            return;
        }
    };
    judge.pass("grammar", item.step, "the answer is a name and a digest");
    let challenge = case
        .items
        .iter()
        .find(|item| item.side == Side::Server && item.role == Role::CramChallenge)
        .and_then(|item| Challenge::parse(item.octets()?).ok());
    let Some(password) = password else {
        judge.cannot("proof", "no password was given to check the digest with");
        return;
    };
    let expected = derive_context(password, Preparation::None)
        .ok()
        .and_then(|context| answer(&context, challenge?));
    match expected {
        Some(expected) if expected.matches(&response.digest) => {
            judge.pass(
                "proof",
                item.step,
                "the digest is of the password that was given",
            );
            if let Some((end, outcome)) = case.outcome()
                && outcome.answer == crate::exchange::Answer::Refused
            {
                let detail = "the digest is right, by the password that was given here";
                judge.find(
                    &cause::RIGHT_REFUSED,
                    Party::Administrator,
                    Some(end),
                    detail,
                );
            }
        }
        Some(_) => {
            let detail = "the digest is of another password, or of another challenge";
            judge.fail("proof", item.step, &cause::WRONG_PASSWORD, detail);
        }
        None => judge.cannot("proof", "the challenge is not in the log"),
    }
}

fn ht(case: &Case<'_>, item: &Item<'_>, octets: &[u8], judge: &mut Judge) {
    let hash = match case.mechanism {
        Some(name) if name.starts_with("HT-SHA-512") => HashAlgorithm::Sha512,
        Some(name) if name.starts_with("HT-SHA-256") => HashAlgorithm::Sha256,
        _ => return judge.cannot("grammar", "the hash of the mechanism is not known here"),
    };
    let reads = |draft| InitiatorMessage::parse(draft, hash, octets).is_ok();
    if reads(Draft::Schmaus08) {
        judge.pass(
            "grammar",
            item.step,
            "the message follows draft-schmaus-kitten-sasl-ht-08 §3.1",
        );
    } else if reads(Draft::Ietf01) {
        judge.pass(
            "grammar",
            item.step,
            "the message follows draft-ietf-kitten-sasl-ht-01 §3.1",
        );
    } else {
        let detail = format!(
            "no name with a NUL and {} behind it",
            crate::shown::count(hash.digest_len())
        );
        judge.fail("grammar", item.step, &cause::HT_MESSAGE, detail);
    }
}
