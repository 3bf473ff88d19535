//! The walk: for each mechanism one login that succeeds, and those that must fail alike.

use std::process::ExitCode;

use anstream::println;
use anyhow::{Context, Result, bail};
use sasl::{Builtin, Channel, CredentialKind, Side};
use tokio::sync::mpsc;

use super::login::{Attempt, Secret, Target, Verdict};
use super::offer::{self, Tokens};
use super::show;

/// Tries all of them. `channel` is what the connection is in the end, under TLS where there is TLS.
pub(crate) async fn walk(
    mechanisms: &[&'static Builtin],
    target: &Target,
    channel: &Channel,
    logged: &mut mpsc::Receiver<String>,
) -> Result<ExitCode> {
    let mut tried = Vec::new();
    for mechanism in mechanisms {
        for attempt in attempts(mechanism)? {
            let verdict = attempt.run(target).await?;
            let known = match verdict.was_tried() {
                true => logged.recv().await,
                false => None,
            };
            show::exchange(&attempt, &verdict, known.as_deref());
            tried.push((attempt, verdict));
        }
    }
    show::table(&tried);

    println!();
    let mut sound = true;
    for mechanism in mechanisms {
        let name = mechanism.name();
        let verdicts = tried
            .iter()
            .filter(|(attempt, _)| attempt.mechanism.name() == name);
        let verdicts: Vec<_> = verdicts.map(|(_, verdict)| verdict).collect();
        sound &= match mechanism.properties().obstacle(channel, Side::Client) {
            Some(obstacle) => {
                println!("{name} was not offered: {obstacle}.");
                !verdicts.iter().any(|verdict| verdict.was_tried())
            }
            None => is_sound(mechanism, &verdicts)?,
        };
    }
    Ok(if sound {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// What is tried with a mechanism, the right login first.
fn attempts(mechanism: &'static Builtin) -> Result<Vec<Attempt>> {
    let needs = mechanism.client().needs();
    let authzid = Some("postmaster");
    let attempts: &[_] = if needs.contains(&CredentialKind::Password) {
        let right = Secret::Password("pencil");
        &[
            ("the right password", "user", None, right),
            ("a wrong password", "user", None, Secret::Password("crayon")),
            ("an unknown user", "nobody", None, right),
            ("a forbidden authzid", "user", authzid, right),
        ]
    } else if needs.contains(&CredentialKind::Token) {
        let right = Secret::Token(Tokens::GOOD);
        &[
            ("the right token", "user", None, right),
            ("a wrong token", "user", None, Secret::Token("crayon-token")),
            ("a forbidden authzid", "user", authzid, right),
        ]
    } else if offer::is_hashed_token(mechanism) {
        let right = Secret::HashedToken("pencil");
        &[
            ("the right token", "user", None, right),
            ("a wrong token", "user", None, Secret::HashedToken("crayon")),
            ("an unknown user", "nobody", None, right),
        ]
    } else if needs.contains(&CredentialKind::Anonymous) {
        &[("a stranger", "sirhc", None, Secret::None)]
    } else {
        bail!(
            "{} takes what this client does not have: let others try it, with --listen",
            mechanism.name()
        );
    };
    let possible = attempts
        .iter()
        .filter(|(_, _, authzid, _)| authzid.is_none() || mechanism.properties().carries_authzid());
    Ok(possible
        .map(|&(title, authcid, authzid, secret)| Attempt {
            mechanism,
            title,
            authcid,
            authzid,
            secret,
        })
        .collect())
}

/// Whether the first came in, and all others were refused alike.
fn is_sound(mechanism: &Builtin, verdicts: &[&Verdict]) -> Result<bool> {
    let name = mechanism.name();
    let (first, refused) = verdicts.split_first().context("each mechanism was tried")?;
    if refused.is_empty() {
        println!("{name}: whoever asks is let in, as `anonymous`.");
        return Ok(first.succeeded());
    }
    let alike = refused
        .windows(2)
        .all(|pair| matches!(pair, [one, other] if one.answer() == other.answer()));
    let are = if alike { "one and the same" } else { "NOT one" };
    let count = refused.len();
    println!("{name}: the {count} refusals end with {are} answer to the client.");
    Ok(alike && first.succeeded() && !refused.iter().any(|verdict| verdict.succeeded()))
}
