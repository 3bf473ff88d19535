//! SCRAM (RFC 5802 §5): what the messages say, each by itself and each of the one before.

use sasl_core::{Error, Malformed, Password, Violation};
use sasl_scram::message::{ClientFinal, ClientFirst, ServerFinal, ServerFirst};

use super::encoding::{decoded, party};
use super::{Case, Item, Judge, hash_of, scram_binding, scram_proof};
use crate::cause::{self, Cause, Party};
use crate::decode::{Pieces, Role};
use crate::exchange::Side;
use crate::shown;

/// RFC 5802 §5.1, RFC 7677 §4: what a server should ask for at least.
const MIN_ITERATIONS: u32 = 4096;

/// What clients are willing to do; above it a server may only want to keep them busy (RFC 5802 §9).
pub(super) const MAX_ITERATIONS: u32 = 2_000_000;

pub(super) fn check(case: &Case<'_>, password: Option<&Password>, judge: &mut Judge) {
    grammar(case, judge);
    nonces(case, judge);
    scram_binding::check(case, judge);
    iterations(case, judge);
    lengths(case, judge);
    errors(case, judge);
    scram_proof::check(case, password, judge);
}

/// Each message by the strict reader, and where it gives up what is wrong.
fn grammar(case: &Case<'_>, judge: &mut Judge) {
    for item in case.within() {
        let Some(octets) = item.octets() else {
            continue;
        };
        let (name, read) = match item.role {
            Role::ScramClientFirst => ("client-first", ClientFirst::parse(octets).err()),
            // An error may take the place of the salt.
            Role::ScramServerFirst if octets.starts_with(b"e=") => continue,
            Role::ScramServerFirst => ("server-first", ServerFirst::parse(octets).err()),
            Role::ScramClientFinal => ("client-final", ClientFinal::parse(octets).err()),
            Role::ScramServerFinal => ("server-final", ServerFinal::parse(octets).err()),
            Role::Unknown => {
                let detail = "SCRAM has no message here";
                judge.find(
                    &cause::UNEXPECTED_MESSAGE,
                    party(item.side),
                    Some(item.step),
                    detail,
                );
                continue;
            }
            _ => continue,
        };
        match read {
            None => judge.pass(
                "grammar",
                item.step,
                format!("the {name}-message follows RFC 5802 §7"),
            ),
            Some(error) => {
                let (cause, detail) = refused(item, octets, error);
                judge.blame("grammar", item.step, cause, party(item.side), detail);
            }
        }
        if item.role == Role::ScramClientFirst && value(item, 'n') == Some("") {
            judge.find(
                &cause::USERNAME_EMPTY,
                Party::Client,
                Some(item.step),
                "n= has no value",
            );
        }
    }
}

/// What is behind an error of the strict reader.
fn refused(item: &Item<'_>, octets: &[u8], error: Error) -> (&'static Cause, String) {
    let server = item.side == Side::Server;
    match error {
        Error::Violation(Violation::Extension) => (
            &cause::MANDATORY_EXTENSION,
            "the message has the attribute m=".into(),
        ),
        Error::Malformed(Malformed::NameEncoding) => (&cause::USERNAME_ENCODING, escape(octets)),
        Error::Malformed(Malformed::Nonce) => (
            &cause::NONCE_CHARACTERS,
            "r= is empty, too long, or has other characters".into(),
        ),
        Error::Malformed(Malformed::Salt) => (
            &cause::SALT,
            "s= is empty, longer than 1024 octets, or not base64".into(),
        ),
        Error::Malformed(Malformed::Iterations) => {
            let count = value(item, 'i').unwrap_or_default();
            let digits = count.bytes().all(|octet| octet.is_ascii_digit());
            if digits && count.starts_with(|first: char| matches!(first, '1'..='9')) {
                (
                    &cause::ITERATIONS_HIGH,
                    "i= is a number that does not fit 32 bits".into(),
                )
            } else {
                (
                    &cause::ITERATIONS_NUMBER,
                    format!("i= is \"{}\"", shown::text(count)),
                )
            }
        }
        Error::Malformed(Malformed::Proof) if server => {
            (&cause::SIGNATURE_FORM, "v= is not base64".into())
        }
        Error::Malformed(Malformed::Proof) => (&cause::PROOF_FORM, "p= is not base64".into()),
        error => {
            let at = departure(item, octets);
            (
                &cause::MALFORMED,
                if at.is_empty() { error.to_string() } else { at },
            )
        }
    }
}

/// The first `=` in a name that begins no escape.
fn escape(octets: &[u8]) -> String {
    let pieces = Pieces::of_client_first(octets);
    let name = pieces
        .as_ref()
        .and_then(|pieces| pieces.value('n'))
        .unwrap_or_default();
    let wrong = name.match_indices('=').find_map(|(at, _)| {
        let rest = name.get(at..)?;
        (!rest.starts_with("=2C") && !rest.starts_with("=3D"))
            .then(|| rest.chars().take(3).collect::<String>())
    });
    match wrong {
        Some(wrong) => format!(
            "n= has \"{}\", which is neither =2C nor =3D",
            shown::text(&wrong)
        ),
        None => "the authzid, a=, is escaped wrongly".into(),
    }
}

/// Where the order of attributes departs from the grammar.
fn departure(item: &Item<'_>, octets: &[u8]) -> String {
    let (pieces, expected): (_, &[char]) = match item.role {
        Role::ScramClientFirst => (Pieces::of_client_first(octets), &['n', 'r']),
        Role::ScramServerFirst => (Pieces::of(octets), &['r', 's', 'i']),
        Role::ScramClientFinal => (Pieces::of(octets), &['c', 'r']),
        _ => (Pieces::of(octets), &['v']),
    };
    let Some(pieces) = pieces else {
        return "the message is not UTF-8".into();
    };
    if item.role == Role::ScramClientFirst {
        let flag = pieces.flag();
        if !matches!(flag, "n" | "y") && !flag.starts_with("p=") {
            return "the message does not begin with a gs2-header: n, y or p= with a type, a comma, perhaps a=, a comma".into();
        }
    }
    let mut found = pieces.attributes().map(|(name, _)| name);
    for name in expected {
        match found.next().flatten() {
            Some(other) if other == *name => {}
            Some(other) => return format!("{other}= stands where {name}= belongs"),
            None => return format!("{name}= is missing"),
        }
    }
    if item.role == Role::ScramClientFinal
        && pieces.attributes().last().and_then(|(name, _)| name) != Some('p')
    {
        return "p= is not the last attribute".into();
    }
    "an attribute comes twice, has no value, or has no place here".into()
}

fn nonces(case: &Case<'_>, judge: &mut Judge) {
    let ours = of(case, Role::ScramClientFirst, 'r');
    let both = of(case, Role::ScramServerFirst, 'r');
    let last = of(case, Role::ScramClientFinal, 'r');
    if let (Some((_, ours)), Some((step, both))) = (ours, both) {
        match both.strip_prefix(ours) {
            Some("") => {
                judge.fail(
                    "server-nonce",
                    step,
                    &cause::SERVER_NONCE_EMPTY,
                    "r= is the client's nonce alone",
                );
            }
            Some(added) => {
                let detail = format!(
                    "the server added {} characters to the client's nonce",
                    added.len()
                );
                judge.pass("server-nonce", step, detail);
            }
            None => {
                let same = ours
                    .bytes()
                    .zip(both.bytes())
                    .take_while(|(ours, theirs)| ours == theirs)
                    .count();
                let detail = match same {
                    0 => "r= differs from the client's nonce from the first character on".into(),
                    same => format!("r= differs from the client's nonce after {same} characters"),
                };
                judge.fail("server-nonce", step, &cause::SERVER_NONCE, detail);
            }
        }
    } else if both.is_some() {
        judge.cannot("server-nonce", "the client's nonce is not in the log");
    }
    if let (Some((_, both)), Some((step, last))) = (both, last) {
        if both == last {
            judge.pass("client-nonce", step, "the client sent both nonces back");
        } else {
            let detail = match ours {
                Some((_, ours)) if ours == last => {
                    "r= is the client's nonce alone, without the server's part"
                }
                _ if both.starts_with(last) => "r= lacks the end of what the server sent",
                _ if last.starts_with(both) => "r= is longer than what the server sent",
                _ => "r= is another nonce than the one that the server sent",
            };
            judge.fail("client-nonce", step, &cause::CLIENT_NONCE, detail);
        }
    }
}

fn iterations(case: &Case<'_>, judge: &mut Judge) {
    let Some((step, count)) = of(case, Role::ScramServerFirst, 'i') else {
        return;
    };
    // What is no number has been found by the grammar.
    let Ok(count) = count.parse::<u32>() else {
        return;
    };
    if count == 0 {
    } else if count < MIN_ITERATIONS {
        judge.fail(
            "iterations",
            step,
            &cause::ITERATIONS_LOW,
            format!("i={count} is below {MIN_ITERATIONS}"),
        );
    } else if count > MAX_ITERATIONS {
        judge.fail(
            "iterations",
            step,
            &cause::ITERATIONS_HIGH,
            format!("i={count} is above {MAX_ITERATIONS}"),
        );
    } else {
        judge.pass("iterations", step, format!("i={count}"));
    }
}

/// Proof and signature are as long as the hash.
fn lengths(case: &Case<'_>, judge: &mut Judge) {
    let Some(hash) = hash_of(case.family, case.items) else {
        return;
    };
    let wanted = hash.digest_len();
    for (role, name, check, cause) in [
        (
            Role::ScramClientFinal,
            'p',
            "proof-length",
            &cause::PROOF_FORM,
        ),
        (
            Role::ScramServerFinal,
            'v',
            "signature-length",
            &cause::SIGNATURE_FORM,
        ),
    ] {
        let Some((step, octets)) =
            of(case, role, name).and_then(|(step, value)| Some((step, decoded(value)?)))
        else {
            continue;
        };
        let detail = format!("{name}= has {} octets, the hash {wanted}", octets.len());
        if octets.len() == wanted {
            judge.pass(check, step, detail);
        } else {
            judge.fail(check, step, cause, detail);
        }
    }
}

/// `e=`, in the server's own words (RFC 5802 §7).
fn errors(case: &Case<'_>, judge: &mut Judge) {
    let said =
        of(case, Role::ScramServerFinal, 'e').or_else(|| of(case, Role::ScramServerFirst, 'e'));
    let Some((step, word)) = said else { return };
    let cause = match word {
        "invalid-proof" => &cause::INVALID_PROOF,
        "channel-bindings-dont-match" => &cause::CB_REFUSED,
        "server-does-support-channel-binding" => &cause::Y_FLAG,
        "channel-binding-not-supported" => &cause::CB_UNSUPPORTED,
        "unsupported-channel-binding-type" => &cause::CB_TYPE,
        "unknown-user" => &cause::UNKNOWN_USER,
        "invalid-username-encoding" => &cause::USERNAME_ENCODING,
        "extensions-not-supported" => &cause::MANDATORY_EXTENSION,
        "no-resources" => &cause::TEMPORARY,
        _ => &cause::SERVER_ERROR,
    };
    // What has been found in the messages themselves says where; then nobody on the way is to blame for the channel.
    let bound_wrongly = [&cause::CB_HEADER, &cause::CB_DATA, &cause::CB_EMPTY];
    let seen = cause.is(&cause::CB_REFUSED) && bound_wrongly.iter().any(|found| judge.has(found));
    if judge.has(cause) || seen {
        return;
    }
    let mut party = cause.party;
    if word == "server-does-support-channel-binding" && case.exchange.offer().is_some() {
        // The offer that arrived had none, or it would have been found.
        party = Party::Network;
    }
    judge.find(
        cause,
        party,
        Some(step),
        format!("the server said e={}", shown::text(word)),
    );
}

/// A value in the first message of a role, and its step.
pub(super) fn of<'a>(case: &Case<'a>, role: Role, name: char) -> Option<(usize, &'a str)> {
    let item = case
        .items
        .iter()
        .find(|item| item.role == role && value(item, name).is_some())?;
    Some((item.step, value(item, name)?))
}

/// A value in a message.
pub(super) fn value<'a>(item: &Item<'a>, name: char) -> Option<&'a str> {
    let octets = item.octets()?;
    let pieces = match item.role {
        Role::ScramClientFirst => Pieces::of_client_first(octets)?,
        _ => Pieces::of(octets)?,
    };
    pieces.value(name)
}
