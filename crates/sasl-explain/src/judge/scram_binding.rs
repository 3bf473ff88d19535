//! What SCRAM says of the channel (RFC 5802 §6) and of the offer (XEP-0474).

use sasl_core::{BindingName, MechanismName, Offer};

use super::encoding::decoded;
use super::scram::of;
use super::{Case, Judge, hash_of};
use crate::cause::{self, Party};
use crate::decode::{Pieces, Role, binding_of};
use crate::family::Family;

pub(super) fn check(case: &Case<'_>, judge: &mut Judge) {
    let first = case.first(Role::ScramClientFirst);
    let pieces = first.and_then(|item| Some((item.step, Pieces::of_client_first(item.octets()?)?)));
    if let Some((step, pieces)) = &pieces {
        flag(case, *step, pieces.flag(), judge);
    }
    bound(
        case,
        pieces.as_ref().and_then(|(_, pieces)| pieces.gs2_header()),
        judge,
    );
    offer_hash(case, judge);
}

/// The flag beside the mechanism's name and the offer.
fn flag(case: &Case<'_>, step: usize, flag: &str, judge: &mut Judge) {
    let Family::Scram { plus, .. } = case.family else {
        return;
    };
    let binds = flag.starts_with("p=");
    match plus {
        Some(true) if !binds => {
            judge.fail(
                "gs2-flag",
                step,
                &cause::CB_FLAG,
                "the mechanism is a -PLUS one, the flag is not p=",
            );
            return;
        }
        Some(false) if binds => {
            judge.fail(
                "gs2-flag",
                step,
                &cause::CB_FLAG,
                "the flag is p=, the mechanism is no -PLUS one",
            );
            return;
        }
        _ => {}
    }
    if flag != "y" {
        judge.pass("gs2-flag", step, "the flag fits the mechanism");
        return;
    }
    let Some(offer) = case.exchange.offer() else {
        judge.cannot(
            "gs2-flag",
            "the flag is y; whether the server offered a -PLUS form is not in the log",
        );
        return;
    };
    let plus = offer
        .mechanisms
        .iter()
        .find(|name| name.starts_with("SCRAM-") && name.ends_with("-PLUS"));
    match plus {
        Some(name) => {
            // It is known to be a mechanism's name.
            let detail = match crate::shown::name(name) {
                Some(name) => format!("the flag is y, and the server offered {name}"),
                None => "the flag is y, and the server offered a -PLUS form".into(),
            };
            judge.fail("gs2-flag", step, &cause::Y_FLAG, detail);
        }
        None => judge.pass(
            "gs2-flag",
            step,
            "the flag is y, and no -PLUS form was offered",
        ),
    }
}

/// `c=` beside the header of the first message.
fn bound(case: &Case<'_>, header: Option<&str>, judge: &mut Judge) {
    let Some((step, value)) = of(case, Role::ScramClientFinal, 'c') else {
        return;
    };
    let Some(octets) = decoded(value) else {
        judge.fail(
            "channel-binding",
            step,
            &cause::CB_HEADER,
            "c= is not base64",
        );
        return;
    };
    let Some(header) = header else {
        judge.cannot(
            "channel-binding",
            "the client's first message is not in the log",
        );
        return;
    };
    let Some(data) = octets.strip_prefix(header.as_bytes()) else {
        let (found, _) = binding_of(&octets);
        let detail = format!(
            "c= has the header \"{}\", the first message \"{}\"",
            crate::shown::octets(found),
            crate::shown::text(header)
        );
        judge.fail("channel-binding", step, &cause::CB_HEADER, detail);
        return;
    };
    match (header.starts_with("p="), data) {
        (true, []) => {
            judge.fail(
                "channel-binding",
                step,
                &cause::CB_EMPTY,
                "there is nothing behind the header in c=",
            );
        }
        (true, data) => {
            let detail = format!(
                "c= has the header of the first message, and {} of the channel",
                crate::shown::count(data.len())
            );
            judge.pass("channel-binding", step, detail);
        }
        (false, []) => judge.pass(
            "channel-binding",
            step,
            "c= has the header of the first message",
        ),
        (false, data) => {
            let detail = format!(
                "{} stand behind the header in c=",
                crate::shown::count(data.len())
            );
            judge.fail("channel-binding", step, &cause::CB_DATA, detail);
        }
    }
}

/// `h=` beside the offer that arrived.
fn offer_hash(case: &Case<'_>, judge: &mut Judge) {
    let Some((step, said)) = of(case, Role::ScramServerFirst, 'h') else {
        return;
    };
    let (Some(offered), Some(hash)) = (case.exchange.offer(), hash_of(case.family, case.items))
    else {
        judge.cannot(
            "offer-hash",
            "the server hashed its offer (h=), which is not in the log",
        );
        return;
    };
    let names = offered
        .mechanisms
        .iter()
        .filter_map(|name| MechanismName::parse(name).ok());
    let types = case
        .exchange
        .binding_types
        .iter()
        .filter_map(|name| BindingName::parse(name).ok());
    let offer: Offer = names.collect();
    let offer = offer.with_binding_types(types);
    let expected = sasl_scram::offer_hash(hash, &offer).unwrap_or_default();
    if expected == said {
        judge.pass(
            "offer-hash",
            step,
            "h= is the hash of the offer that arrived",
        );
    } else {
        let detail = "h= is the hash of another offer than the one that arrived";
        judge.blame(
            "offer-hash",
            step,
            &cause::DOWNGRADE,
            Party::Network,
            detail,
        );
    }
}
