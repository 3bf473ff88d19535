//! Messages that are not what they should be.

use alloc::vec;
use alloc::vec::Vec;

use super::scene::{Outcome, Scene, ended, filled, replaced};
use crate::client::Authenticated;
use crate::error::{Error, Malformed};
use crate::limits;
use crate::properties::Side;
use crate::testing::Message;

/// Damages tried on one message to the server, of each kind: evenly spread, where there are more.
const TO_SERVER: usize = 128;

/// The same for the client: fewer, since it may have to derive a key each time.
const TO_CLIENT: usize = 32;

/// Messages after its last response that a client has to refuse one of.
const EXTRA: usize = 16;

pub(super) fn empty_message(scene: &Scene<'_, '_>) -> Outcome {
    let baseline = scene.baseline()?;
    let pair = scene.usual();
    for (index, message, _) in filled(&baseline, Side::Client) {
        let run = pair.play_to_server(replaced(&baseline.messages, index, &message.with_data(b"")));
        ensure!(
            run.server.is_err() || !scene.has_secret(),
            "the server takes an empty {} for message {index}",
            message.kind()
        );
    }
    for (index, message, _) in filled(&baseline, Side::Server) {
        let messages = replaced(&baseline.messages, index, &message.with_data(b""));
        let run = pair.play_to_client(scene.right_credentials(), messages);
        ensure!(
            run.client.is_err() || !scene.properties.proves_server(),
            "the client takes an empty {} for message {index}",
            message.kind()
        );
    }
    Ok(())
}

pub(super) fn damaged_message(scene: &Scene<'_, '_>) -> Outcome {
    let baseline = scene.baseline()?;
    let pair = scene.usual();
    let account = scene.subject.identity.authcid();
    let is_proof = scene.has_secret() && !scene.properties.sends_clear_text();
    let last = filled(&baseline, Side::Client)
        .last()
        .map(|(index, ..)| index);
    for (index, message, data) in filled(&baseline, Side::Client) {
        let play = |damaged: Vec<u8>| {
            pair.play_to_server(replaced(
                &baseline.messages,
                index,
                &message.with_data(damaged),
            ))
        };
        for damaged in other_lengths(data, TO_SERVER).chain(single_octets(256)) {
            let length = damaged.len();
            ensure!(
                damaged == data || play(damaged).server.is_err() || !scene.has_secret(),
                "the server takes {length} octets in the place of message {index}, which has {}",
                data.len()
            );
        }
        for damaged in flipped(data, TO_SERVER) {
            let run = play(damaged);
            ensure!(
                run.server
                    .as_ref()
                    .map_or(true, |login| login.authcid() == account),
                "with a changed bit in message {index} the server lets in somebody else"
            );
            // What proves a secret without sending it covers all of its last message.
            ensure!(
                run.server.is_err() || !is_proof || Some(index) != last,
                "with a changed bit in message {index}, the last one, the server lets the client in"
            );
        }
    }

    let messages = baseline.messages.clone();
    let server_messages: Vec<(usize, Message, Vec<u8>)> = filled(&baseline, Side::Server)
        .map(|(index, message, data)| (index, message.clone(), data.to_vec()))
        .collect();
    let keys = baseline.client.ok().and_then(Authenticated::into_keys);
    for (index, message, data) in server_messages {
        let is_proof = scene.properties.proves_server() && matches!(message, Message::Success(_));
        let damaged = other_lengths(&data, TO_CLIENT)
            .chain(single_octets(TO_CLIENT))
            .chain(flipped(&data, TO_CLIENT));
        for damaged in damaged.filter(|damaged| *damaged != data) {
            let messages = replaced(&messages, index, &message.with_data(damaged));
            let run = pair.play_to_client(scene.quick_credentials(keys.as_ref()), messages);
            ensure!(
                run.client.is_err() || !is_proof,
                "the client takes a damaged proof of the server in message {index}"
            );
        }
    }
    Ok(())
}

pub(super) fn oversized_message(scene: &Scene<'_, '_>) -> Outcome {
    let run = scene.usual().run(scene.right_credentials());
    for (index, message) in run.messages.iter().enumerate() {
        let octets = message.data().map_or(0, <[u8]>::len);
        ensure!(
            octets <= limits::MESSAGE,
            "message {index} has {octets} octets"
        );
    }

    let baseline = scene.baseline()?;
    let pair = scene.usual();
    let oversized = vec![b'a'; limits::MESSAGE.saturating_add(1)];
    let too_long = Error::from(Malformed::TooLong);
    for (index, message) in baseline.messages.iter().enumerate() {
        let messages = replaced(
            &baseline.messages,
            index,
            &message.with_data(oversized.clone()),
        );
        let error = match message.sender() {
            Side::Client => pair.play_to_server(messages).server_error(),
            Side::Server => pair
                .play_to_client(scene.right_credentials(), messages)
                .client_error(),
        };
        ensure!(
            error == Some(too_long),
            "{} octets for message {index} lead to {}",
            oversized.len(),
            ended(error)
        );
    }
    Ok(())
}

pub(super) fn extra_message(scene: &Scene<'_, '_>) -> Outcome {
    let baseline = scene.baseline()?;
    let success = baseline.success_data().map(<[u8]>::to_vec);
    let mut script: Vec<Message> = baseline
        .sent_by(Side::Server)
        .filter(|message| !matches!(message, Message::Success(_)))
        .cloned()
        .collect();
    let again = script.last().cloned();
    // As a challenge, success data leaves the client waiting for the success alone.
    script.extend(success.clone().map(Message::Challenge));

    let extras = [
        Some(Message::Challenge(Vec::new())),
        Some(Message::Challenge(b"extra".to_vec())),
        success.map(Message::Challenge),
        again,
    ];
    for extra in extras.into_iter().flatten() {
        for times in [1, 2, EXTRA] {
            let more = vec![extra.clone(); times];
            let messages = [script.as_slice(), &more, &[Message::Success(None)]].concat();
            let run = scene
                .usual()
                .play_to_client(scene.right_credentials(), messages);
            ensure!(
                run.client.is_err(),
                "the client succeeds after {times} messages ({extra}) beyond the end"
            );
        }
        let more = vec![extra.clone(); EXTRA];
        let messages = [script.as_slice(), &more].concat();
        let run = scene
            .usual()
            .play_to_client(scene.right_credentials(), messages);
        ensure!(
            run.messages.last() == Some(&Message::Cancel),
            "the client goes on after {EXTRA} messages ({extra}) beyond the end"
        );
    }
    Ok(())
}

/// The message cut to lengths from 1 on, and with an octet more.
fn other_lengths(data: &[u8], most: usize) -> impl Iterator<Item = Vec<u8>> {
    let cut = sampled(data.len(), most).filter(|length| *length > 0);
    let cut = cut.filter_map(|length| data.get(..length).map(<[u8]>::to_vec));
    let longer = [0, b'a', 0xff].map(|octet| [data, &[octet]].concat());
    cut.chain(longer)
}

fn single_octets(most: usize) -> impl Iterator<Item = Vec<u8>> {
    let octets = (0..=u8::MAX).step_by(256_usize.div_ceil(most).max(1));
    octets.map(|octet| vec![octet])
}

/// The message with one bit changed, in one place after the other.
fn flipped(data: &[u8], most: usize) -> impl Iterator<Item = Vec<u8>> {
    let bits = data.len().saturating_mul(8);
    sampled(bits, most).map(|bit| {
        let mut changed = data.to_vec();
        if let Some(octet) = changed.get_mut(bit.wrapping_div(8)) {
            *octet ^= 1_u8.rotate_left(u32::try_from(bit % 8).unwrap_or_default());
        }
        changed
    })
}

/// Not many more than `most` numbers below `count`, evenly spread.
fn sampled(count: usize, most: usize) -> impl Iterator<Item = usize> {
    (0..count).step_by(count.div_ceil(most).max(1))
}
