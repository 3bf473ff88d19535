//! The suite that a mechanism has to pass: it tries to refute what the core cannot see to.
//!
//! The core makes successes, looks at the standing of accounts and asks for authorizations. Whether a mechanism checks its
//! proofs, treats unknown users as others and hides its secrets, nobody can tell without running it. The suite runs it: with
//! right and wrong credentials, for users who do not exist, with messages cut, changed, repeated and replayed, without
//! randomness and with a store that does not answer. What it claims stands with each [`Check`].
//!
//! An author describes the mechanism as a [`Subject`] and [runs](run) the suite on it; the module [above](super) has an
//! example. A mechanism that cannot pass a check, because its specification or its deployed peers do not let it, is
//! [excused](Subject::excused) with a reason that stands in the report.
//!
//! What it does not see:
//!
//! - time. It counts computations and questions; whether two computations take equally long is for benchmarks.
//! - whether the cryptography is good. A mechanism that proves knowledge of the wrong thing passes.
//! - other implementations. That a mechanism speaks its protocol is for test vectors and foreign peers.
//!
//! It runs some thousand exchanges. Accounts whose keys are cheap to derive keep that short.

/// Ends a check with what refutes it.
macro_rules! fail {
    ($($what:tt)+) => {
        return Err($crate::testing::conformance::scene::Stop::Failed(alloc::format!($($what)+)))
    };
}

/// Ends a check with what refutes it, unless this holds.
macro_rules! ensure {
    ($holds:expr, $($what:tt)+) => {
        if !$holds {
            fail!($($what)+);
        }
    };
}

mod alike;
mod check;
mod report;
mod scene;
mod subject;

mod accounts;
mod authorization;
mod binding;
mod freshness;
mod login;
mod messages;
mod opening;
mod proof;
mod secrets;
mod told;

use alloc::format;
use alloc::string::{String, ToString};
use core::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

pub use check::Check;
pub use report::{Report, Verdict};
pub use subject::Subject;

use scene::{Outcome, Scene, Stop};

/// Tries to refute every check, and says what became of each. A mechanism that panics fails the check that made it panic.
pub fn run(subject: &Subject<'_>) -> Report {
    let line = |check: &Check| (*check, verdict(subject, *check));
    Report::new(Check::ALL.iter().map(line).collect())
}

fn verdict(subject: &Subject<'_>, check: Check) -> Verdict {
    if let Some(reason) = subject.excuse(check) {
        return Verdict::Excused(reason);
    }
    let refute = refutation(check);
    match catch_unwind(AssertUnwindSafe(|| refute(&Scene::new(subject)))) {
        Ok(Ok(())) => Verdict::Passed,
        Ok(Err(Stop::NotApplicable(reason))) => Verdict::NotApplicable(reason),
        Ok(Err(Stop::Failed(what))) => Verdict::Failed(what),
        Err(panic) => Verdict::Failed(format!("the mechanism panics: {}", said(&*panic))),
    }
}

fn refutation(check: Check) -> fn(&Scene<'_, '_>) -> Outcome {
    match check {
        Check::RightCredentials => login::right_credentials,
        Check::WrongCredentials => login::wrong_credentials,
        Check::ToldWhy => told::told_why,
        Check::UnknownUserAlike => accounts::unknown_user_alike,
        Check::DisabledAccount => accounts::disabled_account,
        Check::StoreUnavailable => accounts::store_unavailable,
        Check::NoUsableVerifier => accounts::no_usable_verifier,
        Check::KnownUser => accounts::known_user,
        Check::EmptyMessage => messages::empty_message,
        Check::DamagedMessage => messages::damaged_message,
        Check::OversizedMessage => messages::oversized_message,
        Check::ExtraMessage => messages::extra_message,
        Check::ServerProof => proof::server_proof,
        Check::SuccessDataForm => proof::success_data_form,
        Check::InitialResponse => opening::initial_response,
        Check::Authorization => authorization::authorization,
        Check::ChannelBinding => binding::channel_binding,
        Check::Replay => freshness::replay,
        Check::Freshness => freshness::freshness,
        Check::NoRandomness => freshness::no_randomness,
        Check::SecretsHidden => secrets::secrets_hidden,
        Check::NamesAgree => opening::names_agree,
    }
}

/// What a panic said.
fn said(panic: &(dyn Any + Send)) -> String {
    let literal = panic.downcast_ref::<&str>().map(ToString::to_string);
    let said = literal.or_else(|| panic.downcast_ref::<String>().cloned());
    said.unwrap_or_else(|| "without a word".to_string())
}
