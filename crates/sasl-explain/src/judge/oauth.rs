//! OAUTHBEARER (RFC 7628) and XOAUTH2.

use sasl_oauth::OauthError;
use sasl_oauth::message::{BearerResponse, Xoauth2Response};

use super::{Case, Judge};
use crate::cause::{self, Party};
use crate::decode::Role;
use crate::exchange::Side;
use crate::family::Family;
use crate::shown;

pub(super) fn check(case: &Case<'_>, judge: &mut Judge) {
    if let Some((step, octets)) = case
        .first(Role::Token)
        .and_then(|item| Some((item.step, item.octets()?)))
    {
        token(case, step, octets, judge);
    }
    let Some(error) = case.first(Role::TokenError) else {
        return;
    };
    refusal(error.step, error.octets().unwrap_or_default(), judge);
    answer(case, error.step, judge);
}

fn token(case: &Case<'_>, step: usize, octets: &[u8], judge: &mut Judge) {
    let read = match case.family {
        Family::Xoauth2 => Xoauth2Response::parse(octets)
            .map(|response| response.token.is_empty())
            .map_err(Into::into),
        _ => BearerResponse::parse(octets).map(|response| response.token.is_empty()),
    };
    match read {
        Ok(false) => judge.pass(
            "grammar",
            step,
            "the message with the token follows its grammar",
        ),
        Ok(true) => judge.fail("grammar", step, &cause::TOKEN_EMPTY, "auth= has no token"),
        Err(error) => {
            let at = place(case.family, octets).unwrap_or_else(|| error.to_string());
            judge.fail("grammar", step, &cause::OAUTH_MESSAGE, at);
        }
    }
}

/// What of the usual is wrong.
fn place(family: Family, octets: &[u8]) -> Option<String> {
    let has = |needle: &[u8]| octets.windows(needle.len()).any(|at| at == needle);
    let said = if octets == [1] {
        "0x01 alone is the answer to an error, and not the first message"
    } else if !octets.contains(&1) {
        "there is no 0x01 between the fields"
    } else if !octets.ends_with(&[1, 1]) {
        "the message does not end in 0x01 twice"
    } else if family == Family::Xoauth2 && !octets.starts_with(b"user=") {
        "the message does not begin with user="
    } else if family == Family::OauthBearer && octets.starts_with(b"user=") {
        "this is XOAUTH2's message: OAUTHBEARER begins with a gs2-header"
    } else if !has(b"auth=") {
        "there is no auth="
    } else if !octets
        .to_ascii_lowercase()
        .windows(12)
        .any(|at| at == b"auth=bearer ")
    {
        "auth= does not go on with the word Bearer and a space"
    } else if has(b"\r") || has(b"\n") {
        "there is a line break in it, perhaps at the token's end"
    } else {
        return None;
    };
    Some(said.into())
}

/// What the server's JSON says.
fn refusal(step: usize, octets: &[u8], judge: &mut Judge) {
    let error = str::from_utf8(octets)
        .ok()
        .and_then(|said| OauthError::parse(said).ok());
    let Some(error) = error else {
        let detail = "the challenge is no JSON object with a status";
        judge.blame(
            "error-challenge",
            step,
            &cause::MALFORMED,
            Party::Server,
            detail,
        );
        return;
    };
    let cause = match &*error.status {
        // Google says 400 of tokens that have expired.
        "invalid_token" | "401" | "400" => &cause::TOKEN_REFUSED,
        "insufficient_scope" | "403" => &cause::TOKEN_SCOPE,
        _ => &cause::TOKEN_ERROR,
    };
    let detail = format!("the server's status is \"{}\"", shown::text(&error.status));
    judge.find(cause, cause.party, Some(step), detail);
}

/// What the client has to say to an error (RFC 7628 §3.2.3).
fn answer(case: &Case<'_>, error: usize, judge: &mut Judge) {
    let answer = case
        .items
        .iter()
        .find(|item| item.step > error && item.side == Side::Client);
    let wanted: &[u8] = if case.family == Family::Xoauth2 {
        &[]
    } else {
        &[1]
    };
    match answer.map(|item| (item.step, item.octets())) {
        Some((step, Some(octets))) if octets == wanted => {
            judge.pass(
                "error-answer",
                step,
                "the client answered the error as it must",
            );
        }
        Some((step, Some([]))) => {
            judge.fail(
                "error-answer",
                step,
                &cause::DUMMY_ANSWER,
                "the answer is empty, where 0x01 has to be",
            );
        }
        Some((step, Some([1]))) => {
            judge.fail(
                "error-answer",
                step,
                &cause::DUMMY_ANSWER,
                "the answer is 0x01, where XOAUTH2 has an empty one",
            );
        }
        Some((step, Some(_))) => {
            judge.fail(
                "error-answer",
                step,
                &cause::DUMMY_ANSWER,
                "the answer is something else",
            );
        }
        Some((_, None)) => judge.cannot(
            "error-answer",
            "the answer is not in the log, or cannot be decoded",
        ),
        // Giving up is allowed, and a server may refuse without waiting.
        None if case.cancelled().is_some() || case.outcome().is_some() => {
            judge.pass(
                "error-answer",
                error,
                "the exchange ended without an answer",
            );
        }
        None => {
            judge.fail(
                "error-answer",
                error,
                &cause::DUMMY_ANSWER,
                "the client said nothing, and the server waits",
            );
        }
    }
}
