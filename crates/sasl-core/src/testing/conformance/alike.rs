//! Whether two exchanges can be told apart by whoever is at the other end of them.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::error::{Error, Refused};
use crate::properties::Side;
use crate::testing::{Message, Transcript};

/// # Errors
/// The first thing that tells them apart: how many messages of which kinds, how long those of the server are, what was
/// asked, how often the server computed, how it ended.
pub(super) fn alike(one: &Transcript, other: &Transcript) -> Result<(), String> {
    let (shape, other_shape) = (shape(one), shape(other));
    let differing = shape.iter().zip(&other_shape).position(|(a, b)| a != b);
    if let Some(index) = differing.or((shape.len() != other_shape.len()).then_some(shape.len())) {
        let [a, b] = [&shape, &other_shape].map(|shape| described(shape.get(index)));
        return Err(format!(
            "message {index} is {a} in one and {b} in the other"
        ));
    }
    let (asked, other_asked) = (one.question_names(), other.question_names());
    if asked != other_asked {
        return Err(format!("one asks {asked:?}, the other {other_asked:?}"));
    }
    let (work, other_work) = (one.server_computations, other.server_computations);
    if work != other_work {
        return Err(format!("one computes {work} times, the other {other_work}"));
    }
    let (end, other_end) = (end(one), end(other));
    if end != other_end {
        let [a, b] = [end, other_end].map(|end| match end {
            Some((error, parting)) => format!(
                "{error:?}, last word {:?}",
                parting.map(|word| word.escape_ascii())
            ),
            None => String::from("a success"),
        });
        return Err(format!("one ends in {a}, the other in {b}"));
    }
    Ok(())
}

/// Why the server refused, and its last word; `None` for a success. That an account has nothing to check against is said in the
/// server's own log only, and taken for wrong credentials here.
fn end(transcript: &Transcript) -> Option<(Error, Option<&[u8]>)> {
    let failure = transcript.server.as_ref().err()?;
    let error = match failure.error() {
        Error::Refused(Refused::NoVerifier) => Refused::Credentials.into(),
        error => error,
    };
    Some((error, failure.parting()))
}

/// A message as far as those who compare exchanges see it.
type Outline = (&'static str, Option<usize>);

fn shape(transcript: &Transcript) -> Vec<Outline> {
    let outline = |message: &Message| match message.sender() {
        Side::Server => (message.kind(), message.data().map(<[u8]>::len)),
        // Its length is the length of what the client knows.
        Side::Client => (message.kind(), None),
    };
    transcript.messages.iter().map(outline).collect()
}

fn described(outline: Option<&Outline>) -> String {
    match outline {
        Some((kind, Some(octets))) => format!("a {kind} of {octets} octets"),
        Some((kind, None)) => format!("a {kind}"),
        None => String::from("none"),
    }
}

/// For each octet of the server, whether it is the same in all of these exchanges; `None` for a message that has not
/// always the same length.
pub(super) fn stable(transcripts: &[Transcript]) -> Vec<Option<Vec<bool>>> {
    let sent: Vec<Vec<&[u8]>> = transcripts.iter().map(server_data).collect();
    let Some((first, others)) = sent.split_first() else {
        return Vec::new();
    };
    let of_message = |(index, data): (usize, &&[u8])| {
        let same_place: Vec<&[u8]> = others
            .iter()
            .map(|messages| messages.get(index).copied().unwrap_or_default())
            .collect();
        let comparable = same_place.iter().all(|other| other.len() == data.len());
        comparable.then(|| {
            let octets = data.iter().enumerate();
            octets
                .map(|(place, octet)| {
                    same_place
                        .iter()
                        .all(|other| other.get(place) == Some(octet))
                })
                .collect()
        })
    };
    first.iter().enumerate().map(of_message).collect()
}

/// What the server has sent, message by message.
pub(super) fn server_data(transcript: &Transcript) -> Vec<&[u8]> {
    let sent = transcript.sent_by(Side::Server);
    sent.map(|message| message.data().unwrap_or_default())
        .collect()
}
