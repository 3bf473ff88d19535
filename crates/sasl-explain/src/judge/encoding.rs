//! The base64 around the messages.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{Case, Judge};
use crate::cause::{self, Cause, Party};
use crate::decode::place;
use crate::exchange::{Base64FaultKind, Side};
use crate::explanation::CheckResult;
use crate::family::Family;

const CHECK: &str = "base64";

pub(super) fn check(case: &Case<'_>, judge: &mut Judge) {
    let mut sound = true;
    for item in case.items {
        if item.payload.equals && equals_sign(case, item.initial) {
            sound = false;
            let detail = if item.initial {
                "the command's '=' is an initial response that is empty, where the mechanism has a message to send"
            } else {
                "'=' as a response of its own is no base64: an empty response is an empty line"
            };
            judge.fail(CHECK, item.step, &cause::EQUALS_SIGN, detail);
        } else if let Some(fault) = item.payload.fault {
            sound = false;
            // A client may have read it all the same.
            let cause = match item.side {
                Side::Client => cause_of(fault.kind),
                Side::Server => &cause::SERVER_BASE64,
            };
            judge.fail(CHECK, item.step, cause, place(fault));
        } else if item.payload.is_hidden() {
            sound = false;
            judge.cannot(
                CHECK,
                format!("the message of step {} is not in the log", item.step),
            );
        }
    }
    if sound && !case.items.is_empty() {
        let detail = "every message is encoded as it should be".into();
        judge.check(CHECK, CheckResult::Passed, None, detail);
    }
}

/// Whether `=` is wrong there.
fn equals_sign(case: &Case<'_>, initial: bool) -> bool {
    let may_be_empty = matches!(
        case.family,
        Family::External | Family::Anonymous | Family::Other
    );
    !initial || !may_be_empty
}

fn cause_of(kind: Base64FaultKind) -> &'static Cause {
    match kind {
        Base64FaultKind::UrlSafe => &cause::URL_SAFE_BASE64,
        Base64FaultKind::Space => &cause::BASE64_SPACE,
        Base64FaultKind::Padding => &cause::BASE64_PADDING,
        Base64FaultKind::TrailingBits => &cause::BASE64_BITS,
        Base64FaultKind::Character => &cause::BAD_BASE64,
    }
}

/// The fault of who sent it.
pub(super) fn party(side: Side) -> Party {
    match side {
        Side::Client => Party::Client,
        Side::Server => Party::Server,
    }
}

/// The octets of a value within a message.
pub(super) fn decoded(value: &str) -> Option<Vec<u8>> {
    STANDARD.decode(value).ok()
}
