//! What the server proves, and the two ways in which it passes.

use alloc::vec;
use alloc::vec::Vec;

use super::scene::{Outcome, Scene, Seeds, Stop, ended};
use crate::error::Violation;
use crate::properties::Side;
use crate::server::SuccessData;
use crate::testing::{Message, Transcript};

pub(super) fn server_proof(scene: &Scene<'_, '_>) -> Outcome {
    if !scene.properties.proves_server() {
        return Err(Stop::NotApplicable("the server proves nothing"));
    }
    let baseline = scene.baseline()?;
    let Some(proof) = baseline.success_data() else {
        fail!("no proof comes with the success");
    };
    let script = before_success(&baseline);
    let ends_well = |rest: &[Message]| {
        let messages = [script.as_slice(), rest].concat();
        let run = scene
            .usual()
            .play_to_client(scene.right_credentials(), messages);
        run.client.is_ok()
    };

    for (heard, _) in script.iter().enumerate() {
        let messages = script
            .iter()
            .take(heard)
            .cloned()
            .chain([Message::Success(None)]);
        let run = scene
            .usual()
            .play_to_client(scene.right_credentials(), messages);
        ensure!(
            run.client.is_err(),
            "the client believes in a success after {heard} challenges"
        );
    }
    ensure!(
        !ends_well(&[Message::Success(None)]),
        "the client believes in a success without a proof"
    );
    ensure!(
        ends_well(&[Message::Success(Some(proof.to_vec()))]),
        "the client does not take the proof with the success"
    );
    ensure!(
        ends_well(&[Message::Challenge(proof.to_vec()), Message::Success(None)]),
        "the client does not take the proof as a challenge"
    );

    let seeds = Seeds {
        server: 11,
        client: 12,
    };
    let elsewhere = scene
        .pair(scene.policy(), seeds)
        .run(scene.right_credentials());
    let false_proofs = [
        Vec::new(),
        vec![0; proof.len()],
        proof.iter().map(|octet| !octet).collect(),
        proof.repeat(2),
        elsewhere
            .success_data()
            .map(<[u8]>::to_vec)
            .unwrap_or_default(),
    ];
    for false_proof in false_proofs.into_iter().filter(|other| *other != proof) {
        for rest in [
            vec![Message::Success(Some(false_proof.clone()))],
            vec![Message::Challenge(false_proof), Message::Success(None)],
        ] {
            ensure!(
                !ends_well(&rest),
                "the client takes a false proof of {} octets, and not {}",
                rest.first().and_then(Message::data).map_or(0, <[u8]>::len),
                proof.len()
            );
        }
    }
    Ok(())
}

pub(super) fn success_data_form(scene: &Scene<'_, '_>) -> Outcome {
    let attached = scene.baseline()?;
    let pair = scene.usual().with_success_data(SuccessData::AsChallenge);
    let run = pair.run(scene.right_credentials());
    let (Ok(login), Ok(_)) = (&run.server, &run.client) else {
        fail!(
            "as a challenge, success data leads to server: {}, client: {}",
            ended(run.server_error()),
            ended(run.client_error())
        );
    };
    ensure!(
        login.additional_data().is_none(),
        "the data comes a second time"
    );
    let mut expected = attached.messages.clone();
    if let Some(data) = attached.success_data().map(<[u8]>::to_vec) {
        _ = expected.pop();
        expected.extend([
            Message::Challenge(data),
            Message::Response(Vec::new()),
            Message::Success(None),
        ]);
    }
    for (index, (sent, expected)) in run.messages.iter().zip(&expected).enumerate() {
        ensure!(
            sent == expected,
            "as a challenge, success data makes message {index} \"{sent}\", and not \"{expected}\""
        );
    }

    if attached.success_data().is_some() {
        let mut talkative: Vec<Message> = run.sent_by(Side::Client).cloned().collect();
        _ = talkative.pop();
        talkative.push(Message::Response(b"thanks".to_vec()));
        let error = pair.play_to_server(talkative).server_error();
        ensure!(
            error == Some(Violation::Acknowledgement.into()),
            "an acknowledgement that is not empty leads to {}",
            ended(error)
        );
    }
    Ok(())
}

/// What the server sends before its success.
fn before_success(transcript: &Transcript) -> Vec<Message> {
    let sent = transcript.sent_by(Side::Server);
    sent.filter(|message| !matches!(message, Message::Success(_)))
        .cloned()
        .collect()
}
