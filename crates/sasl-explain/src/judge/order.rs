//! Who may say what when (RFC 4422 §3), whatever the mechanism.

use std::collections::BTreeSet;

use super::{Case, Judge, outcome};
use crate::cause::{self, Party};
use crate::decode::Role;
use crate::exchange::{Advertised, Answer, Kind, Protocol, Side};
use crate::explanation::Login;
use crate::family::Family;
use crate::shown;

const INITIAL: &str = "initial-response";
const OFFERED: &str = "mechanism-offered";

/// What the beginning of an exchange can get wrong.
pub(super) fn before(case: &Case<'_>, judge: &mut Judge) {
    offered(case, judge);
    if !case.family.is_server_first() {
        return;
    }
    let misplaced = case.first(Role::ScramClientFirst);
    if let Some(item) = misplaced {
        let detail = "this is the client-first-message of SCRAM";
        judge.fail(
            "message-of-mechanism",
            item.step,
            &cause::CLIENT_FIRST_MISPLACED,
            detail,
        );
    }
    let initial = case.items.iter().find(|item| item.initial);
    let Some(item) = initial else { return };
    let refused = case.outcome().map(|(_, outcome)| outcome.answer);
    let tolerated = case.family == Family::Login
        && !matches!(refused, Some(Answer::Malformed | Answer::InitialResponse));
    if tolerated {
        let detail = "the name came with the command, which most servers of LOGIN take";
        judge.pass(INITIAL, item.step, detail);
    } else {
        let detail = "the mechanism begins with a challenge of the server";
        judge.fail(INITIAL, item.step, &cause::INITIAL_RESPONSE, detail);
    }
}

fn offered(case: &Case<'_>, judge: &mut Judge) {
    let exchange = case.exchange;
    for pair in exchange.advertised.windows(2) {
        let [earlier, later] = pair else { continue };
        let set = |names: &[String]| names.iter().cloned().collect::<BTreeSet<_>>();
        if earlier.tls == later.tls && set(&earlier.mechanisms) != set(&later.mechanisms) {
            let at = later
                .line
                .map_or_else(String::new, |line| format!(" in line {line}"));
            let detail = format!(
                "the list{at} is another one than before, and no TLS handshake was in between"
            );
            judge.find(&cause::OFFER_CHANGED, Party::Network, None, detail);
        }
    }
    let begun = case.step_of(|kind| matches!(kind, Kind::Begin { .. }));
    let (Some(step), Some(offer), Some(name)) = (begun, exchange.offer(), case.mechanism) else {
        if begun.is_some() {
            judge.cannot(OFFERED, "the server's list is not in the log");
        }
        return;
    };
    if offer.mechanisms.iter().any(|offered| offered == name) {
        judge.pass(OFFERED, step, "the mechanism is in the server's list");
    } else {
        judge.fail(
            OFFERED,
            step,
            &cause::NOT_OFFERED,
            format!(
                "{} is not in the server's list: {}",
                shown::text(name),
                offered_names(offer)
            ),
        );
    }
}

fn offered_names(offer: &Advertised) -> String {
    let names: Vec<_> = offer
        .mechanisms
        .iter()
        .map(|name| shown::text(name))
        .collect();
    shown::text(&names.join(" "))
}

/// What the end of an exchange can get wrong.
pub(super) fn after(case: &Case<'_>, judge: &mut Judge) {
    if let Some((end, outcome)) = case.outcome() {
        let success = outcome.answer == Answer::Success;
        if outcome.data.is_some() && !success {
            let detail = "there is data in the refusal itself";
            judge.fail(
                "nothing-after-the-end",
                end,
                &cause::DATA_AFTER_FAILURE,
                detail,
            );
        }
        for item in case.items.iter().filter(|item| item.step > end) {
            let (cause, detail) = match item.side {
                // SCRAM's signature after the success is early success, and said there.
                Side::Server if success && case.family.is_scram() => continue,
                Side::Server if !success => (
                    &cause::DATA_AFTER_FAILURE,
                    "the server goes on after its refusal",
                ),
                _ => (&cause::UNEXPECTED_MESSAGE, "it comes after the outcome"),
            };
            let party = super::encoding::party(item.side);
            judge.blame("nothing-after-the-end", item.step, cause, party, detail);
        }
    }
    if let Some(step) = case.cancelled() {
        judge.find(
            &cause::CANCELLED,
            Party::Client,
            Some(step),
            if case.exchange.protocol == Protocol::Xmpp {
                "the client sent <abort/>"
            } else {
                "the client sent '*', or stopped"
            },
        );
    }
    if outcome::ended(case) == Login::Undecided {
        let last = case.exchange.events.len();
        let detail = "no success and no refusal follows";
        judge.find(&cause::INCOMPLETE, Party::Nobody, Some(last), detail);
    }
}
