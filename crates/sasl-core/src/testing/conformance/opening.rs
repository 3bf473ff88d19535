//! How an exchange begins, and under which name.

use alloc::string::ToString;
use alloc::vec::Vec;

use super::scene::{Outcome, Scene, ended};
use crate::error::Violation;
use crate::testing::Message;

pub(super) fn initial_response(scene: &Scene<'_, '_>) -> Outcome {
    let run = scene.usual().run(scene.right_credentials());
    let Some(Message::Initial(initial)) = run.messages.first() else {
        fail!("the client does not begin: {}", ended(run.client_error()));
    };
    if scene.properties.is_client_first() {
        ensure!(
            initial.is_some(),
            "the client is to speak first and has no initial response"
        );
        _ = scene.baseline()?;
        let run = scene
            .usual()
            .without_initial_responses()
            .run(scene.right_credentials());
        ensure!(
            run.messages.get(1) == Some(&Message::Challenge(Vec::new())),
            "without an initial response the server does not send an empty challenge, but: {}",
            run.messages
                .get(1)
                .map_or("nothing".to_string(), Message::to_string)
        );
        ensure!(
            run.server.is_ok() && run.client.is_ok(),
            "without an initial response they end in server: {}, client: {}",
            ended(run.server_error()),
            ended(run.client_error())
        );
    } else {
        ensure!(
            initial.is_none(),
            "the server is to speak first and the client has an initial response"
        );
        for data in [&b""[..], b"initial"] {
            let run = scene
                .usual()
                .play_to_server([Message::Initial(Some(data.to_vec()))]);
            let error = run.server_error();
            ensure!(
                error == Some(Violation::InitialResponse.into()),
                "an initial response of {} octets leads to {}",
                data.len(),
                ended(error)
            );
        }
    }
    Ok(())
}

pub(super) fn names_agree(scene: &Scene<'_, '_>) -> Outcome {
    let (server, client) = (scene.subject.server, scene.subject.client);
    for _ in 0..2 {
        ensure!(
            server.name() == client.name(),
            "the server is {}, the client {}",
            server.name(),
            client.name()
        );
        ensure!(
            server.properties() == client.properties() && server.properties() == scene.properties,
            "the server is {:?}, the client {:?}",
            server.properties(),
            client.properties()
        );
    }
    ensure!(
        !server.name().is_plus() || scene.properties.binds_channel(),
        "{} does not bind the channel, as its name says (RFC 5801 §3.1)",
        server.name()
    );
    Ok(())
}
