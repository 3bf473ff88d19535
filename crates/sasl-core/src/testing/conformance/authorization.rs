//! Acting as somebody else.

use super::scene::{Outcome, Scene, Seeds, Stop, ended};
use crate::credentials::Credentials;
use crate::error::Refused;
use crate::principal::Authzid;
use crate::testing::{Asked, Message, Transcript};

/// Whom to act as: of one length, so that one can stand in the place of another.
const NAMES: [&str; 3] = ["postmaster", "hostmaster", "listmaster"];

pub(super) fn authorization(scene: &Scene<'_, '_>) -> Outcome {
    let baseline = scene.baseline()?;
    let account = scene.subject.identity.authcid();
    let authorizes = |run: &Transcript| {
        run.questions
            .iter()
            .any(|asked| matches!(asked, Asked::Authorize(..)))
    };
    ensure!(
        !authorizes(&baseline) || !vouched_for(&baseline),
        "without an authzid, and with an account that is vouched for, an authorization is asked for"
    );

    let mut names = NAMES.iter().filter(|name| account != **name);
    let mut names = names.by_ref().filter_map(|name| Authzid::parse(name).ok());
    let (Some(other), Some(third)) = (names.next(), names.next()) else {
        return Ok(());
    };
    let acting = |credentials: Credentials| credentials.acting_as(other.clone());
    let permitting = scene.policy().permitting(account.clone(), other.clone());
    let run = scene
        .pair(permitting.clone(), Seeds::USUAL)
        .run(acting(scene.right_credentials()));
    if run.messages.is_empty() {
        // It says so before a byte is sent, and does not act as somebody else than it was told to.
        return Err(Stop::NotApplicable("the client carries no authzid"));
    }
    let expected = Asked::Authorize(account.clone(), Some(other.clone()));
    ensure!(
        run.questions.last() == Some(&expected),
        "asked to act as {other}, the questions are {:?}",
        run.questions
    );
    let (Ok(login), Ok(client)) = (&run.server, &run.client) else {
        fail!(
            "permitted to act as {other}, they end in server: {}, client: {}",
            ended(run.server_error()),
            ended(run.client_error())
        );
    };
    ensure!(
        login.authzid() == Some(&other),
        "the server lets it act as {:?}",
        login.authzid()
    );
    ensure!(
        client.authzid() == Some(&other),
        "the client says that it acts as {:?}",
        client.authzid()
    );

    denied(scene, acting(scene.right_credentials()), &run)?;
    if scene.properties.proves_server() {
        let lying = scene.usual().without_partings().run_through(
            acting(scene.right_credentials()),
            |_, message| {
                Some(match message {
                    Message::Failure => Message::Success(None),
                    message => message,
                })
            },
        );
        ensure!(
            lying.client.is_err(),
            "the server has proved itself to the client before the authorization was denied"
        );
    }
    if scene.has_secret() && !scene.properties.sends_clear_text() {
        let run = diverted(scene, acting(scene.right_credentials()), &other, &third);
        ensure!(
            run.server.is_err() && !authorizes(&run),
            "somebody in the middle can change {other} to {third}"
        );
    }
    if scene.has_secret() {
        let run = scene
            .pair(permitting, Seeds::USUAL)
            .run(acting(scene.wrong_credentials()?));
        ensure!(
            !authorizes(&run),
            "an authorization is asked for before the proof"
        );
        ensure!(
            run.server.is_err(),
            "wrong credentials succeed with an authzid"
        );
    }
    Ok(())
}

/// The same exchange without the permission.
fn denied(scene: &Scene<'_, '_>, credentials: Credentials, permitted: &Transcript) -> Outcome {
    let run = scene.usual().run(credentials);
    let error = run.server_error();
    ensure!(
        error == Some(Refused::NotPermitted.into()),
        "not permitted, it ends in {}",
        ended(error)
    );
    ensure!(run.client.is_err(), "not permitted, the client succeeds");
    let proof = permitted.success_data().unwrap_or_default();
    let sends_proof = |message: &Message| {
        let data = message.data().unwrap_or_default();
        !proof.is_empty() && data.windows(proof.len()).any(|part| part == proof)
    };
    ensure!(
        !run.messages.iter().any(sends_proof),
        "not permitted, the server's success data is sent all the same"
    );
    Ok(())
}

/// The same exchange with one name changed to another on the way, who is permitted.
fn diverted(
    scene: &Scene<'_, '_>,
    credentials: Credentials,
    from: &Authzid,
    to: &Authzid,
) -> Transcript {
    let account = scene.subject.identity.authcid().clone();
    let policy = scene.policy().permitting(account, to.clone());
    let pair = scene.pair(policy, Seeds::USUAL);
    pair.run_through(credentials, |_, message| {
        let data = message.data().unwrap_or_default();
        let (from, to) = (from.as_str().as_bytes(), to.as_str().as_bytes());
        let place = data.windows(from.len()).position(|part| part == from);
        let Some((before, after)) = place.and_then(|place| data.split_at_checked(place)) else {
            return Some(message);
        };
        let after = after.get(from.len()..).unwrap_or_default();
        Some(message.with_data([before, to, after].concat()))
    })
}

/// Whether somebody was asked who can vouch for an account.
fn vouched_for(run: &Transcript) -> bool {
    run.questions
        .iter()
        .any(|asked| !matches!(asked, Asked::Other | Asked::Authorize(..)))
}
