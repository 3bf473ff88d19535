//! Who gets in and who does not.

use super::scene::{Outcome, Scene, Seeds, ended};
use crate::principal::{Authcid, Authzid};
use crate::properties::Side;
use crate::testing::Asked;

pub(super) fn right_credentials(scene: &Scene<'_, '_>) -> Outcome {
    let run = scene.usual().run(scene.right_credentials());
    ensure!(!run.endless, "the exchange does not end");
    let (Ok(login), Ok(client)) = (&run.server, &run.client) else {
        fail!(
            "they end in server: {}, client: {}",
            ended(run.server_error()),
            ended(run.client_error())
        );
    };

    let account = scene.subject.identity.authcid();
    ensure!(
        login.authcid() == account,
        "the server lets in {} in the place of {account}",
        login.authcid()
    );
    ensure!(
        client
            .authcid()
            .is_none_or(|sent| sent == login.presented() || sent.is_ignored()),
        "the client says that it is {:?}, the server that it wrote {}",
        client.authcid(),
        login.presented()
    );
    // Beside a token there is one place for a name: without an authzid the authcid stands there, and asks for itself.
    let itself = run.questions.contains(&Asked::Token)
        && client.authzid().is_none()
        && client.authcid().map(Authcid::as_str) == login.authzid().map(Authzid::as_str);
    ensure!(
        client.authzid() == login.authzid() || itself,
        "the client acts as {:?}, the server lets it act as {:?}",
        client.authzid(),
        login.authzid()
    );
    ensure!(
        client.server_proved() == scene.properties.proves_server(),
        "that the server proves itself is promised: {}, done: {}",
        scene.properties.proves_server(),
        client.server_proved()
    );
    ensure!(
        run.success_data() == login.additional_data(),
        "what comes with the success does not reach the client"
    );
    ensure!(
        !scene.has_secret()
            || run
                .sent_by(Side::Client)
                .any(|message| message.data().is_some_and(|data| !data.is_empty())),
        "the client is let in before it has said anything"
    );
    let thrifty = scene.policy().supplying_what_is_wanted();
    let again = scene
        .pair(thrifty, Seeds::USUAL)
        .run(scene.right_credentials());
    ensure!(
        again.server.is_ok(),
        "with a store that supplies only what the mechanism wants, the server ends in {}",
        ended(again.server_error())
    );
    // The other checks change recordings, which says something only if an unchanged one leads to the same end.
    let pair = scene.usual();
    let again = pair.play_to_server(run.messages.clone());
    ensure!(
        again.server.is_ok(),
        "with the same randomness the same messages lead the server to another end: {}",
        ended(again.server_error())
    );
    let again = pair.play_to_client(scene.right_credentials(), run.messages.clone());
    ensure!(
        again.client.is_ok(),
        "with the same randomness the same messages lead the client to another end: {}",
        ended(again.client_error())
    );
    Ok(())
}

pub(super) fn wrong_credentials(scene: &Scene<'_, '_>) -> Outcome {
    let credentials = scene.wrong_credentials()?;
    let run = scene.usual().run(credentials);
    ensure!(!run.endless, "the exchange does not end");
    ensure!(
        run.server_error()
            .is_some_and(|error| error.class() == "refused"),
        "the server ends in {}",
        ended(run.server_error())
    );
    ensure!(run.client.is_err(), "the client succeeds");
    ensure!(
        run.success_data().is_none(),
        "the server's success data is sent"
    );
    Ok(())
}
