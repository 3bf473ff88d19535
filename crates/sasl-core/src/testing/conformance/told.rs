//! What may follow when the server has said why it refuses.

use alloc::vec::Vec;

use super::scene::{Outcome, Scene, Stop, ended, replaced};
use crate::testing::{Message, Transcript};

pub(super) fn told_why(scene: &Scene<'_, '_>) -> Outcome {
    let baseline = scene.baseline()?;
    let run = scene.usual().run(scene.wrong_credentials()?);
    // The challenge that only the refused get is the one that says why.
    let is_challenge = |message: &Message| matches!(message, Message::Challenge(_));
    let challenges = |run: &Transcript| run.messages.iter().filter(|m| is_challenge(m)).count();
    let Some(index) = run.messages.iter().rposition(is_challenge) else {
        return Err(NOT_TOLD);
    };
    if challenges(&run) <= challenges(&baseline) {
        return Err(NOT_TOLD);
    }

    let pair = scene.usual();
    let right = baseline.messages.first().and_then(Message::data);
    for answer in [&b""[..], b"\x01", b"\xff", right.unwrap_or_default()] {
        let answer = Message::Response(answer.to_vec());
        let answered = replaced(&run.messages, index.saturating_add(1), &answer);
        let end = pair.play_to_server(answered);
        ensure!(
            end.server.is_err(),
            "after it has said why it refuses the server takes \"{answer}\""
        );
    }

    let told: Vec<Message> = run
        .messages
        .iter()
        .take(index.saturating_add(1))
        .cloned()
        .collect();
    let again = told.last().cloned();
    let successes = [None, Some(Vec::new()), again.as_ref().and_then(owned_data)];
    for success in successes.map(Message::Success) {
        let messages = [told.as_slice(), &[success]].concat();
        let end = pair.play_to_client(scene.wrong_credentials()?, messages);
        ensure!(
            end.client.is_err(),
            "the client believes in a success after it was told why it is refused"
        );
    }
    let messages = [told.as_slice(), again.as_slice()].concat();
    let end = pair.play_to_client(scene.wrong_credentials()?, messages);
    ensure!(
        end.messages.last() == Some(&Message::Cancel),
        "told a second time why it is refused, the client goes on: {}",
        ended(end.client_error())
    );
    Ok(())
}

const NOT_TOLD: Stop = Stop::NotApplicable("the server does not say why before it refuses");

fn owned_data(message: &Message) -> Option<Vec<u8>> {
    message.data().map(<[u8]>::to_vec)
}
