//! What is wrong with an exchange, and whose fault it is.

mod encoding;
mod oauth;
mod order;
mod outcome;
mod passwords;
mod scram;
mod scram_binding;
mod scram_proof;
mod section;

use sasl_core::{Password, ScramHash};

use crate::cause::{self, Cause, Party, Weight};
use crate::decode::{Pieces, Role};
use crate::exchange::{Answer, Exchange, Kind, Payload, Side};
use crate::explanation::{Check, CheckResult, Finding, Login, Verdict};
use crate::family::{Family, hash_of_length};

/// A message, with its place in the exchange.
#[derive(Debug)]
pub(crate) struct Item<'a> {
    pub(crate) step: usize,
    pub(crate) side: Side,
    pub(crate) role: Role,
    pub(crate) payload: &'a Payload,
    /// It came with the client's choice of the mechanism.
    pub(crate) initial: bool,
}

impl<'a> Item<'a> {
    pub(crate) fn octets(&self) -> Option<&'a [u8]> {
        self.payload.octets()
    }
}

/// What is judged.
#[derive(Debug)]
pub(crate) struct Case<'a> {
    pub(crate) exchange: &'a Exchange,
    pub(crate) family: Family,
    pub(crate) mechanism: Option<&'a str>,
    pub(crate) items: &'a [Item<'a>],
}

impl<'a> Case<'a> {
    /// The messages before the end, and what came with a success.
    fn within(&self) -> impl Iterator<Item = &Item<'a>> {
        let end = self.outcome();
        self.items.iter().filter(move |item| match &end {
            Some((end, outcome)) if outcome.answer == Answer::Success => item.step <= *end,
            Some((end, _)) => item.step < *end,
            None => true,
        })
    }

    fn first(&self, role: Role) -> Option<&Item<'a>> {
        self.items.iter().find(|item| item.role == role)
    }

    /// The number of the step that an event is.
    fn step_of(&self, wanted: impl Fn(&Kind) -> bool) -> Option<usize> {
        let at = self
            .exchange
            .events
            .iter()
            .position(|event| wanted(&event.kind))?;
        Some(at.saturating_add(1))
    }

    fn outcome(&self) -> Option<(usize, &'a crate::exchange::Outcome)> {
        self.exchange
            .events
            .iter()
            .enumerate()
            .find_map(|(at, event)| match &event.kind {
                Kind::Outcome(outcome) => Some((at.saturating_add(1), outcome)),
                _ => None,
            })
    }

    fn succeeded(&self) -> Option<usize> {
        self.outcome()
            .filter(|(_, outcome)| outcome.answer == Answer::Success)
            .map(|(step, _)| step)
    }

    fn cancelled(&self) -> Option<usize> {
        self.step_of(|kind| matches!(kind, Kind::Cancel))
    }
}

/// Something wrong, before it is known what decides.
struct Found {
    cause: &'static Cause,
    party: Party,
    step: Option<usize>,
    detail: String,
}

/// Collects what was looked at and what was found.
#[derive(Default)]
struct Judge {
    checks: Vec<Check>,
    found: Vec<Found>,
}

impl Judge {
    fn check(
        &mut self,
        name: &'static str,
        result: CheckResult,
        step: Option<usize>,
        detail: String,
    ) {
        self.checks.push(Check {
            name,
            result,
            step,
            detail,
        });
    }

    fn pass(&mut self, name: &'static str, step: usize, detail: impl Into<String>) {
        self.check(name, CheckResult::Passed, Some(step), detail.into());
    }

    fn fail(
        &mut self,
        name: &'static str,
        step: usize,
        cause: &'static Cause,
        detail: impl Into<String>,
    ) {
        self.blame(name, step, cause, cause.party, detail);
    }

    /// As `fail`, where the table does not know whose fault it is.
    fn blame(
        &mut self,
        name: &'static str,
        step: usize,
        cause: &'static Cause,
        party: Party,
        detail: impl Into<String>,
    ) {
        let detail = detail.into();
        self.check(name, CheckResult::Failed, Some(step), detail.clone());
        self.find(cause, party, Some(step), detail);
    }

    fn cannot(&mut self, name: &'static str, detail: impl Into<String>) {
        self.check(name, CheckResult::NotPossible, None, detail.into());
    }

    /// Something wrong that no check is named for.
    fn find(
        &mut self,
        cause: &'static Cause,
        party: Party,
        step: Option<usize>,
        detail: impl Into<String>,
    ) {
        let known = self
            .found
            .iter()
            .any(|found| found.cause.is(cause) && found.step == step);
        if !known {
            self.found.push(Found {
                cause,
                party,
                step,
                detail: detail.into(),
            });
        }
    }

    fn has(&self, cause: &Cause) -> bool {
        self.found.iter().any(|found| found.cause.is(cause))
    }
}

/// Judges an exchange.
pub(crate) fn judge(case: &Case<'_>, password: Option<&Password>) -> (Vec<Check>, Verdict) {
    let mut judge = Judge::default();
    order::before(case, &mut judge);
    encoding::check(case, &mut judge);
    match case.family {
        Family::Scram { .. } => scram::check(case, password, &mut judge),
        Family::OauthBearer | Family::Xoauth2 => oauth::check(case, &mut judge),
        _ => passwords::check(case, password, &mut judge),
    }
    order::after(case, &mut judge);
    outcome::check(case, &mut judge);
    let verdict = verdict(case, &mut judge);
    (judge.checks, verdict)
}

/// What decides, of all that was found.
fn verdict(case: &Case<'_>, judge: &mut Judge) -> Verdict {
    let ended = outcome::ended(case);
    let stopped = case.cancelled().is_some() || ended == Login::Undecided;
    let decides = |found: &Found| match (ended, found.cause.weight) {
        (_, Weight::Breaks) => true,
        // The server was lenient, or not asked; the client has no reason to doubt it.
        (Login::Ok, _) | (_, Weight::Beside) => false,
        (_, Weight::Stops) => stopped,
        _ => true,
    };
    let mut order: Vec<_> = std::mem::take(&mut judge.found);
    // A stable sort: what was found first comes first.
    order.sort_by_key(|found| {
        (
            !decides(found),
            found.cause.weight.max(Weight::Refused),
            found.step,
        )
    });
    let mut order = order.into_iter().peekable();
    let decided = order.next_if(|found| decides(found));
    let login = match (&decided, ended) {
        (Some(found), Login::Ok) if found.cause.weight == Weight::Breaks => Login::Failed,
        (Some(found), Login::Undecided) if found.cause.weight != Weight::General => Login::Failed,
        _ => ended,
    };
    let also = order.map(|found| Finding {
        cause: found.cause.word,
        step: found.step,
        fault: found.party,
        section: section::of(found.cause, case),
        detail: found.detail,
    });
    let also = also.collect();
    let (cause, party, step, detail) = match decided {
        Some(found) => (found.cause, found.party, found.step, found.detail),
        None => (&cause::NONE, Party::Nobody, None, String::new()),
    };
    Verdict {
        login,
        cause: cause.word,
        step,
        fault: party,
        section: section::of(cause, case),
        says: cause.says.into(),
        detail,
        advice: cause.advice,
        also,
    }
}

/// The hash of a SCRAM mechanism: by its name, or by the length of what proves something.
pub(crate) fn hash_of(family: Family, items: &[Item<'_>]) -> Option<ScramHash> {
    let Family::Scram { hash, .. } = family else {
        return None;
    };
    hash.or_else(|| {
        items.iter().find_map(|item| {
            let name = match item.role {
                Role::ScramClientFinal => 'p',
                Role::ScramServerFinal => 'v',
                _ => return None,
            };
            hash_of_length(encoding::decoded(Pieces::of(item.octets()?)?.value(name)?)?.len())
        })
    })
}
