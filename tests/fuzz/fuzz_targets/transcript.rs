//! A transcript from a store that somebody wrote to: nothing panics, and nobody is in who has not proved who it is.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl::server::{Begin, Turn};
use sasl::transcript::Transcript;
use sasl::{
    Authcid, Channel, DecoyKey, Identity, Password, Protection, ScramSha256, Server, Verifier,
};

/// Octets that no input can know are the password.
const PASSWORD: &str = "\u{1f511} no input contains this, or so one hopes";

// A line of JSON, and the response to go on with.
fuzz_target!(|input: &[u8]| {
    let mut lines = input.splitn(2, |octet| *octet == b'\n');
    let (text, response) = (lines.next().unwrap_or_default(), lines.next());
    let Ok(transcript) = serde_json::from_slice::<Transcript>(text) else {
        return;
    };
    let written = serde_json::to_string(&transcript).unwrap();
    let again: Transcript = serde_json::from_str(&written).unwrap();
    assert_eq!(serde_json::to_string(&again).unwrap(), written);

    let id = transcript.id();
    let name = transcript.mechanism();
    let Ok(claimed) = transcript.claim(&id, 1) else {
        return;
    };
    let decoy = DecoyKey::new(&[7; 16]).unwrap();
    let server = Server::builder(sasl::WithoutRandom)
        .mechanism(ScramSha256::server(&decoy).from_clear_text().iterations(1))
        .mechanism(sasl::Plain::server())
        .mechanism(sasl::Login::server())
        .mechanism(sasl::CramMd5::server())
        .build();
    let channel = Channel::new(Protection::Tls);
    let begin = Begin::new(name.as_str(), &channel);
    let Ok((mut recorder, mut turn)) = server.resume(claimed, begin) else {
        return;
    };
    let mut response = response;
    loop {
        let next = recorder.follow(turn).and_then(|turn| match turn {
            Turn::Challenge(challenge) => match response.take() {
                Some(response) => recorder.respond(challenge, response).map(Some),
                None => {
                    drop(challenge);
                    Ok(None)
                }
            },
            Turn::Compute(job) => job.run().map(Some),
            Turn::Ask(question) => {
                let user = Authcid::parse("user").unwrap();
                let stored = Verifier::ClearText(Password::new(PASSWORD));
                question
                    .found(Some(Identity::new(user).with_verifier(stored)))
                    .map(Some)
            }
            Turn::Done(login) => panic!("{login:?} is in"),
        });
        turn = match next {
            Ok(Some(turn)) => turn,
            Ok(None) | Err(_) => return,
        };
    }
});
