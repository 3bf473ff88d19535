//! Whether the proofs are there, come in time, and are of the password that was given.

use sasl_core::{Password, Preparation, ScramHash, ScramKeys};
use sasl_scram::message::{ClientFinal, ClientFirst, ServerFinal, ServerFirst};
use sasl_scram::{AuthMessage, derive_keys};

use super::scram::{MAX_ITERATIONS, of};
use super::{Case, Judge, hash_of};
use crate::cause::{self, Party};
use crate::decode::Role;

const PROOF: &str = "proof";
const SIGNATURE: &str = "server-signature";

pub(super) fn check(case: &Case<'_>, password: Option<&Password>, judge: &mut Judge) {
    if let Some(success) = case.succeeded() {
        in_time(case, success, judge);
    }
    match password {
        None => judge.cannot(PROOF, "no password was given to check the proofs with"),
        Some(password) => {
            if let Err(why) = proofs(case, password, judge) {
                judge.cannot(PROOF, why);
            }
        }
    }
}

/// The server proves itself before it is believed (RFC 5802 §5).
fn in_time(case: &Case<'_>, success: usize, judge: &mut Judge) {
    if case.items.iter().any(|item| item.octets().is_none()) {
        judge.cannot("server-proved", "messages are missing in the log");
        return;
    }
    let signed = of(case, Role::ScramServerFinal, 'v').map(|(step, _)| step);
    let last = case.first(Role::ScramClientFinal).map(|item| item.step);
    match (last, signed) {
        (Some(_), Some(signed)) if signed <= success => {
            judge.pass(
                "server-proved",
                signed,
                "the server sent its signature before the end",
            );
        }
        (Some(last), None) if last < success => {
            let detail = "success came, and no v= with or before it";
            judge.fail("server-proved", success, &cause::NO_SIGNATURE, detail);
        }
        (Some(_), Some(_)) => {
            let detail = "success came before v=";
            judge.fail("server-proved", success, &cause::EARLY_SUCCESS, detail);
        }
        _ => {
            let detail = "success came before the client had proved anything";
            judge.fail("server-proved", success, &cause::EARLY_SUCCESS, detail);
        }
    }
}

/// Checks both proofs with the password, or says why it cannot.
fn proofs(case: &Case<'_>, password: &Password, judge: &mut Judge) -> Result<(), &'static str> {
    const ABSENT: &str = "not all of the messages are in the log, or not all can be read";
    let octets = |role| case.first(role).and_then(super::Item::octets).ok_or(ABSENT);
    let first = ClientFirst::parse(octets(Role::ScramClientFirst)?).map_err(|_| ABSENT)?;
    let answer = octets(Role::ScramServerFirst)?;
    let server_first = ServerFirst::parse(answer).map_err(|_| ABSENT)?;
    let last = ClientFinal::parse(octets(Role::ScramClientFinal)?).map_err(|_| ABSENT)?;
    if server_first.iterations > MAX_ITERATIONS {
        return Err("the server wants more iterations than are done here");
    }
    let hash =
        hash_of(case.family, case.items).ok_or("the hash is not known: name the mechanism")?;
    let signed = AuthMessage::of(&first, answer, &last);
    let derived = keys(hash, password, &server_first);
    if derived.is_empty() {
        return Err("no keys can be made of this password");
    }
    let step = case
        .first(Role::ScramClientFinal)
        .map(|item| item.step)
        .unwrap_or_default();
    let proved = derived.iter().find(|keys| signed.is_proved_by(keys, &last));
    if proved.is_some() {
        judge.pass(
            PROOF,
            step,
            "the client's proof is of the password that was given",
        );
        if let Some((end, outcome)) = case.outcome()
            && outcome.answer == crate::exchange::Answer::Refused
        {
            let detail = "the proof is right, by the password that was given here";
            judge.find(
                &cause::RIGHT_REFUSED,
                Party::Administrator,
                Some(end),
                detail,
            );
        }
        if of(case, Role::ScramServerFinal, 'e').is_some_and(|(_, word)| word == "invalid-proof") {
            let detail = "the proof is right, by the password that was given here, and the server says that it is not";
            judge.find(
                &cause::RIGHT_REFUSED,
                Party::Administrator,
                Some(step),
                detail,
            );
        }
    } else {
        let detail = "the client's proof is of another password than the one that was given, or of other messages";
        judge.fail(PROOF, step, &cause::WRONG_PASSWORD, detail);
    }
    if let Some(item) = case.first(Role::ScramServerFinal) {
        let parsed = item
            .octets()
            .and_then(|octets| ServerFinal::parse(octets).ok());
        if let Some(ServerFinal::Verifier(signature)) = parsed {
            let candidates = proved.map_or(derived.as_slice(), std::slice::from_ref);
            if candidates
                .iter()
                .any(|keys| signed.is_signed_by(keys, &signature))
            {
                judge.pass(
                    SIGNATURE,
                    item.step,
                    "the server's signature is of the same password",
                );
            } else if proved.is_some() {
                let detail = "the proof is of the password that was given, the signature is not";
                judge.fail(SIGNATURE, item.step, &cause::SIGNATURE_WRONG, detail);
            } else {
                judge.cannot(SIGNATURE, "the password that was given is not the client's");
            }
        }
    }
    Ok(())
}

/// The keys of a password, prepared as most do and as it is.
fn keys(hash: ScramHash, password: &Password, said: &ServerFirst<'_>) -> Vec<ScramKeys> {
    let mut preparations = vec![Preparation::SaslprepOrRaw];
    if !password.expose().is_ascii() {
        preparations.push(Preparation::None);
    }
    preparations
        .into_iter()
        .filter_map(|preparation| {
            derive_keys(hash, password, &said.salt, said.iterations, preparation).ok()
        })
        .collect()
}
