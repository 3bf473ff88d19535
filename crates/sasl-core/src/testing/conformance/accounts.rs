//! What a stranger may learn of an account: nothing.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::alike::{alike, server_data, stable};
use super::scene::{Outcome, Scene, Seeds, Stop, ended};
use crate::credentials::Credentials;
use crate::error::{Error, Refused, Unavailable};
use crate::identity::{Identity, Standing};
use crate::principal::Authcid;
use crate::secret::Key;
use crate::server;
use crate::testing::{Policy, Transcript};
use crate::verifier::{OtherVerifier, Verifier};

/// Exchanges that are compared to see what changes from one to the next. With eight, an octet out of the 64 of base64
/// stays by chance once in four million million.
const ATTEMPTS: u64 = 8;

pub(super) fn unknown_user_alike(scene: &Scene<'_, '_>) -> Outcome {
    scene.needs_names(&scene.baseline()?)?;
    let [ghost, other_ghost] = scene.subject.unknown_users();
    let known = attempts(scene, &scene.policy(), None)?;
    let unknown = attempts(scene, &scene.policy(), Some(&ghost))?;
    if let Some(difference) = difference(&known, &unknown) {
        fail!("a wrong password and an unknown user differ: {difference}");
    }
    // Where something in the messages belongs to the user, it has to belong to the unknown one too.
    let other = attempts(scene, &scene.policy(), Some(&other_ghost))?;
    if let (Some(known), Some(unknown), Some(other)) =
        (known.first(), unknown.first(), other.first())
    {
        ensure!(
            server_data(known) == server_data(unknown)
                || server_data(unknown) != server_data(other),
            "all unknown users get the same messages, and known ones others"
        );
    }
    Ok(())
}

/// Attempts to log in with a wrong password, under the known name or another one, each with its own randomness.
fn attempts(
    scene: &Scene<'_, '_>,
    policy: &Policy<'_>,
    name: Option<&Authcid>,
) -> Result<Vec<Transcript>, Stop> {
    let attempt = |n: u64| {
        let credentials = scene.wrong_credentials()?;
        let credentials = match name {
            Some(name) => credentials.with_authcid(name.clone()),
            None => credentials,
        };
        let seeds = Seeds {
            server: Seeds::USUAL.server.saturating_add(n),
            client: Seeds::USUAL.client.saturating_add(n),
        };
        Ok(scene.pair(policy.clone(), seeds).run(credentials))
    };
    (0..ATTEMPTS).map(attempt).collect()
}

/// What tells a series of attempts from another, each by itself or all together.
fn difference(one: &[Transcript], other: &[Transcript]) -> Option<String> {
    let mut pairs = one.iter().zip(other);
    pairs.find_map(|(one, other)| alike(one, other).err()).or_else(|| {
        let mut messages = stable(one).into_iter().zip(stable(other));
        let index = messages.position(|(one, other)| one != other)?;
        Some(format!(
            "in message {index} of the server, other octets stay the same from one attempt to the next"
        ))
    })
}

pub(super) fn disabled_account(scene: &Scene<'_, '_>) -> Outcome {
    let baseline = scene.baseline()?;
    scene.needs_names(&baseline)?;
    let wrong = scene.usual().run(scene.wrong_credentials()?);
    for (standing, told) in [
        (Standing::Disabled, Refused::Disabled),
        (Standing::Expired, Refused::Expired),
    ] {
        let account = scene.subject.identity.clone().with_standing(standing);
        let pair = scene.pair(scene.policy_with(account), Seeds::USUAL);

        let run = pair.run(scene.wrong_credentials()?);
        if let Err(difference) = alike(&wrong, &run) {
            fail!("with a wrong password, an account that is {standing:?} differs: {difference}");
        }
        ensure!(
            run.messages == wrong.messages,
            "with a wrong password, an account that is {standing:?} gets other messages"
        );

        let run = pair.run(scene.right_credentials());
        let error = run.server_error();
        ensure!(
            error == Some(told.into()) && run.client.is_err(),
            "with the right password, the owner of an account that is {standing:?} is told {}",
            ended(error)
        );
        let before = baseline
            .messages
            .split_last()
            .map(|(_success, before)| before);
        ensure!(
            before.is_some_and(|before| run.messages.starts_with(before)),
            "an account that is {standing:?} gets other messages before the end"
        );
        ensure!(
            run.questions == baseline.questions,
            "an account that is {standing:?} leads to other questions: {:?}",
            run.question_names()
        );
    }
    Ok(())
}

pub(super) fn store_unavailable(scene: &Scene<'_, '_>) -> Outcome {
    let baseline = scene.baseline()?;
    for (index, asked) in baseline.questions.iter().enumerate() {
        let policy = scene.policy().unavailable_at(index);
        let run = scene
            .pair(policy, Seeds::USUAL)
            .run(scene.right_credentials());
        ensure!(
            run.server_error() == Some(Unavailable::Store.into()),
            "when the question \"{}\" cannot be answered, the exchange ends in {}",
            asked.name(),
            ended(run.server_error())
        );
        ensure!(
            run.client.is_err(),
            "the client succeeds without an answer to \"{}\"",
            asked.name()
        );
    }
    Ok(())
}

pub(super) fn no_usable_verifier(scene: &Scene<'_, '_>) -> Outcome {
    scene.needs_names(&scene.baseline()?)?;
    let known = attempts(scene, &scene.policy(), None)?;
    let wrong = scene.usual().run(scene.wrong_credentials()?);
    let bare = Identity::new(scene.subject.identity.authcid().clone());
    let foreign = Verifier::Other(OtherVerifier {
        scheme: "of-nobody".into(),
        data: Key::new(b"useless"),
    });
    let useless = [foreign].into_iter().chain(scene.subject.useless.clone());
    let equipped = useless.map(|verifier| bare.clone().with_verifier(verifier));
    for account in [bare.clone()].into_iter().chain(equipped) {
        let policy = scene.policy_with(account);
        let bare = attempts(scene, &policy, None)?;
        let right = scene
            .pair(policy, Seeds::USUAL)
            .run(scene.right_credentials());
        if let Some(difference) = difference(&known, &bare).or_else(|| alike(&wrong, &right).err())
        {
            fail!(
                "a wrong password and an account without anything to check it against differ: {difference}"
            );
        }
    }
    Ok(())
}

pub(super) fn known_user(scene: &Scene<'_, '_>) -> Outcome {
    scene.needs_names(&scene.baseline()?)?;
    let owner = scene.subject.identity.authcid();
    let [ghost, _] = scene.subject.unknown_users();
    let named =
        |name: &Authcid| -> Credentials { scene.right_credentials().with_authcid(name.clone()) };

    let pair = scene.usual().with_known_user(owner.clone());
    for written in [ghost.clone(), Authcid::ignored()] {
        let run = pair.run(named(&written));
        if written.is_ignored() && run.messages.is_empty() {
            // Not every client has a use for an empty name.
            continue;
        }
        let login = run.server.as_ref().map(server::Authenticated::authcid);
        ensure!(
            login == Ok(owner),
            "the user is known from elsewhere, the message says \"{written}\", and the exchange ends in {}",
            ended(run.server_error())
        );
    }
    // That the user is known is no proof.
    if let Ok(wrong) = scene.wrong_credentials() {
        let run = pair.run(wrong);
        ensure!(
            matches!(run.server_error(), Some(Error::Refused(_))) && run.client.is_err(),
            "the user is known from elsewhere, the credentials are wrong, and the exchange ends in {}",
            ended(run.server_error())
        );
    }
    let run = scene
        .usual()
        .with_known_user(ghost)
        .run(scene.right_credentials());
    ensure!(
        run.server.is_err(),
        "the user is known to be another one, and the one in the message is let in"
    );
    Ok(())
}
