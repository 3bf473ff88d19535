//! Exchanges that are written out after every message and taken up again by somebody else.

use sasl::client::{self, Turn as ClientTurn};
use sasl::scram::derive_keys;
use sasl::server::{Authenticated, Begin, Failure, Question, SuccessData, Turn};
use sasl::transcript::{Claimed, Transcript, TranscriptId};
use sasl::{
    Authcid, Channel, Client, CramMd5, CredentialKind, Credentials, DecoyKey, Error, Identity,
    Login, Offer, OsRandom, Password, Plain, Preparation, Protection, Refused, ScramHash,
    ScramSha256, ScramSha512, Server, Side, Unusable, Verifier,
};
use serde_json::{Value, json};

const NOW: u64 = 1_700_000_000;

/// A server as another process would make it: all it has in common is the decoy key.
fn server() -> Server {
    let decoy = DecoyKey::new(&[7; 32]).unwrap();
    Server::builder(OsRandom)
        .mechanism(Plain::server())
        .mechanism(Login::server())
        .mechanism(CramMd5::server())
        .mechanism(ScramSha256::server(&decoy))
        .mechanism(ScramSha512::server(&decoy).from_clear_text())
        .build()
}

fn client() -> Client {
    Client::builder(OsRandom)
        .mechanism(Plain::client())
        .mechanism(Login::client())
        .mechanism(CramMd5::client())
        .mechanism(ScramSha256::client())
        .mechanism(ScramSha512::client())
        .build()
}

fn tls() -> Channel {
    Channel::new(Protection::Tls)
}

fn account(question: Question, salt: u8) -> Result<Turn, Failure> {
    let password = Password::new("pencil");
    let keys = derive_keys(
        ScramHash::Sha256,
        &password,
        &[salt; 16],
        4096,
        Preparation::Saslprep,
    );
    let known = question.about().filter(|name| **name == *"user");
    let found = known.map(|name| {
        Identity::new(name.clone())
            .with_verifier(Verifier::ClearText(password))
            .with_verifier(Verifier::Scram(keys.unwrap()))
    });
    question.found(found)
}

/// One request to a server that keeps nothing.
enum Answer {
    Challenge(Vec<u8>, Transcript),
    In(Authenticated),
}

impl Answer {
    fn challenge(self) -> (Vec<u8>, Transcript) {
        match self {
            Self::Challenge(data, transcript) => (data, transcript),
            Self::In(login) => panic!("in already: {login:?}"),
        }
    }
}

fn request(
    begin: Begin<'_>,
    kept: Option<Claimed>,
    message: Option<&[u8]>,
    salt: u8,
) -> Result<Answer, Failure> {
    let server = server();
    let (mut recorder, mut turn) = match kept {
        None => server.record(begin, NOW + 60)?,
        Some(kept) => server.resume(kept, begin)?,
    };
    let mut message = message;
    loop {
        turn = match recorder.follow(turn)? {
            Turn::Challenge(challenge) => match message.take() {
                Some(message) => recorder.respond(challenge, message)?,
                None => {
                    let data = challenge.data().to_vec();
                    return Ok(Answer::Challenge(data, recorder.suspend(challenge)?));
                }
            },
            Turn::Compute(job) => job.run()?,
            Turn::Ask(question) => account(question, salt)?,
            Turn::Done(login) => return Ok(Answer::In(login)),
        };
    }
}

/// Through a database and back, as text.
fn stored(transcript: &Transcript) -> Transcript {
    serde_json::from_str(&serde_json::to_string(transcript).unwrap()).unwrap()
}

fn claimed(transcript: &Transcript) -> Claimed {
    let transcript = stored(transcript);
    let id = transcript.id();
    transcript.claim(&id, NOW).unwrap()
}

fn begin<'a>(name: &'a str, channel: &'a Channel) -> Begin<'a> {
    Begin::new(name, channel)
}

/// One request of a client that keeps nothing: the response to all challenges so far.
fn respond(
    client: &Client,
    kept: Option<Transcript>,
    challenge: Option<&[u8]>,
    password: &str,
) -> Result<(Option<Vec<u8>>, Transcript, client::Response), client::Failure> {
    let (offer, channel) = (
        Offer::parse("PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256 SCRAM-SHA-512"),
        tls(),
    );
    let chosen = client.choose(&offer, &channel, &[CredentialKind::Password])?;
    let credentials = || {
        let name = Authcid::parse("user").unwrap();
        Credentials::password(name, Password::new(password))
    };
    let (mut recorder, mut turn) = match kept {
        None => chosen.record(credentials(), NOW + 60)?,
        Some(kept) => chosen.resume(claimed(&kept), credentials())?,
    };
    let mut challenge = challenge;
    loop {
        turn = match recorder.follow(turn)? {
            ClientTurn::Compute(job) => job.run()?,
            ClientTurn::Respond(response) => match challenge.take() {
                Some(challenge) => recorder.challenge(response, challenge)?,
                None => {
                    let data = response.data().map(<[u8]>::to_vec);
                    // The caller of this test also goes on with the live response.
                    let again = resumed(client, &recorder.suspend(response), credentials());
                    return Ok((data, again.0, again.1));
                }
            },
        };
    }
}

/// The transcript, and the exchange resumed from it.
fn resumed(
    client: &Client,
    transcript: &Transcript,
    credentials: Credentials,
) -> (Transcript, client::Response) {
    let (offer, channel) = (
        Offer::parse("PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256 SCRAM-SHA-512"),
        tls(),
    );
    let client = client.only(transcript.mechanism());
    let chosen = client.choose(&offer, &channel, &credentials).unwrap();
    let (mut recorder, mut turn) = chosen.resume(claimed(transcript), credentials).unwrap();
    loop {
        turn = match recorder.follow(turn).unwrap() {
            ClientTurn::Compute(job) => job.run().unwrap(),
            ClientTurn::Respond(response) => return (transcript.clone(), response),
        };
    }
}

/// Both ends forget everything after every message.
fn exchange(name: &str, data: SuccessData, password: &str) -> Result<Authenticated, Failure> {
    let client = client().only(sasl::MechanismName::parse(name).unwrap());
    let channel = tls();
    let begin = || begin(name, &channel).with_success_data(data);
    let (initial, mut here, _) = respond(&client, None, None, password).unwrap();
    let mut answer = request(
        begin().with_initial_response(initial.as_deref()),
        None,
        None,
        9,
    )?;
    loop {
        match answer {
            Answer::In(login) => return Ok(login),
            Answer::Challenge(challenge, there) => {
                let (response, next, _) =
                    respond(&client, Some(here), Some(&challenge), password).unwrap();
                here = next;
                let response = response.unwrap_or_default();
                answer = request(begin(), Some(claimed(&there)), Some(&response), 9)?;
            }
        }
    }
}

#[test]
fn every_mechanism_logs_in_between_two_sides_that_keep_nothing() {
    for name in [
        "PLAIN",
        "LOGIN",
        "CRAM-MD5",
        "SCRAM-SHA-256",
        "SCRAM-SHA-512",
    ] {
        for data in [SuccessData::Attached, SuccessData::AsChallenge] {
            let login = exchange(name, data, "pencil").unwrap();
            assert_eq!(login.acts_as(), "user", "{name}");
            let refused = exchange(name, data, "eraser").unwrap_err();
            assert_eq!(refused.error(), Error::from(Refused::Credentials), "{name}");
        }
    }
}

/// A server's SCRAM exchange that waits for the client's last message, and that message.
fn halfway() -> (Transcript, Vec<u8>) {
    let client = client().only(ScramSha256::NAME);
    let (initial, here, _) = respond(&client, None, None, "pencil").unwrap();
    let channel = tls();
    let begin = begin("SCRAM-SHA-256", &channel).with_initial_response(initial.as_deref());
    let (challenge, there) = request(begin, None, None, 9).unwrap().challenge();
    let (response, ..) = respond(&client, Some(here), Some(&challenge), "pencil").unwrap();
    (there, response.unwrap())
}

#[test]
fn a_transcript_that_is_resumed_twice_lets_in_twice() {
    // This is what has to be prevented by whoever keeps transcripts: the message of the one login is another one's, too.
    let (transcript, response) = halfway();
    let channel = tls();
    for _ in 0..2 {
        let begin = begin("SCRAM-SHA-256", &channel);
        let answer = request(begin, Some(claimed(&transcript)), Some(&response), 9);
        assert!(matches!(answer, Ok(Answer::In(_))));
    }
    // Against another transcript the message is worth nothing.
    let (other, _) = halfway();
    let begin = begin("SCRAM-SHA-256", &channel);
    assert!(request(begin, Some(claimed(&other)), Some(&response), 9).is_err());
}

#[test]
fn only_the_one_that_is_meant_and_in_time_is_claimed() {
    let (transcript, _) = halfway();
    let id = transcript.id();
    let claim = |id: TranscriptId, now| transcript.clone().claim(&id, now).map(|_| ());
    assert_eq!(claim(id, NOW), Ok(()));
    assert_eq!(claim(id, NOW + 59), Ok(()));
    assert_eq!(claim(id, NOW + 60), Err(Unusable::Transcript));
    assert_eq!(claim(id, u64::MAX), Err(Unusable::Transcript));
    assert_eq!(claim([0; 16].into(), NOW), Err(Unusable::Transcript));
    assert_eq!(claim(halfway().0.id(), NOW), Err(Unusable::Transcript));
    assert_eq!(id.to_string().parse::<TranscriptId>(), Ok(id));
    for wrong in ["", "0", &"g".repeat(32), &"A".repeat(32), &"0".repeat(34)] {
        assert!(wrong.parse::<TranscriptId>().is_err(), "{wrong}");
    }
}

#[test]
fn it_is_not_resumed_as_something_else() {
    let (transcript, response) = halfway();
    let channel = tls();
    for name in ["SCRAM-SHA-512", "PLAIN", "scram-sha-256", ""] {
        let answer = request(begin(name, &channel), Some(claimed(&transcript)), None, 9);
        let error = answer.err().expect("must fail").error();
        assert_eq!(error, Error::from(Unusable::Transcript), "{name:?}");
    }
    // Over a channel that does not allow it, it is refused as at the start.
    let open = Channel::new(Protection::None);
    let (_, plain) = request(begin("PLAIN", &channel), None, None, 9)
        .unwrap()
        .challenge();
    let answer = request(
        begin("PLAIN", &open),
        Some(claimed(&plain)),
        Some(&response),
        9,
    );
    let error = answer.err().expect("must fail").error();
    assert_eq!(error, Error::from(Unusable::ClearText));
    // A server's is not a client's.
    let (offer, client) = (Offer::parse("SCRAM-SHA-256"), client());
    let chosen = client
        .choose(&offer, &channel, &[CredentialKind::Password])
        .unwrap();
    let credentials = Credentials::password(Authcid::parse("user").unwrap(), Password::new("p"));
    let error = chosen
        .resume(claimed(&transcript), credentials)
        .unwrap_err();
    assert_eq!(error.error(), Error::from(Unusable::Transcript));
}

#[test]
fn an_account_that_has_changed_ends_it() {
    let (transcript, response) = halfway();
    let channel = tls();
    let begin = begin("SCRAM-SHA-256", &channel);
    let answer = request(begin, Some(claimed(&transcript)), Some(&response), 8);
    let error = answer.err().expect("must fail").error();
    assert_eq!(error, Error::from(Unusable::Transcript));
}

#[test]
fn the_clients_success_is_its_own() {
    let client = client().only(ScramSha256::NAME);
    let (initial, here, _) = respond(&client, None, None, "pencil").unwrap();
    let channel = tls();
    let start = begin("SCRAM-SHA-256", &channel).with_initial_response(initial.as_deref());
    let (challenge, there) = request(start, None, None, 9).unwrap().challenge();
    let (last, _, response) = respond(&client, Some(here), Some(&challenge), "pencil").unwrap();
    let begin = begin("SCRAM-SHA-256", &channel);
    let Ok(Answer::In(login)) = request(begin, Some(claimed(&there)), last.as_deref(), 9) else {
        panic!("refused");
    };
    let login = response.success(login.additional_data()).unwrap();
    assert!(login.server_proved());
}

#[test]
fn nothing_of_it_is_shown() {
    let (transcript, _) = halfway();
    let shown = format!("{transcript:?} {:?}", claimed(&transcript));
    assert!(
        !shown.contains("n=user") && !shown.contains("biws"),
        "{shown}"
    );
    assert_eq!(transcript.side(), Side::Server);
    assert_eq!(transcript.expires(), NOW + 60);
}

#[test]
fn what_no_exchange_left_behind_is_not_read() {
    let (transcript, _) = halfway();
    let sound = serde_json::to_value(&transcript).unwrap();
    assert_eq!(sound["mechanism"], "SCRAM-SHA-256");
    let reads = |value: &Value| serde_json::from_value::<Transcript>(value.clone()).is_ok();
    assert!(reads(&sound));
    let long = "AAAA".repeat(6000);
    for (field, value) in [
        ("version", json!(2)),
        ("side", json!("both")),
        ("side", json!("client")),
        ("mechanism", json!("scram-sha-256")),
        ("mechanism", json!("")),
        ("id", json!("00")),
        ("expires", json!(-1)),
        ("drawn", json!("AAAA")),
        ("drawn", json!("!")),
        ("initial_response", json!(long)),
        ("challenges", json!([])),
        ("challenges", json!(["AAAA", "AAAA"])),
        ("challenges", json!([long])),
        ("challenges", json!(["AAA"])),
        ("responses", json!(["AAAA"])),
        ("responses", json!(vec!["AAAA"; 20])),
        ("more", json!(1)),
    ] {
        let mut forged = sound.clone();
        forged[field] = value.clone();
        assert!(!reads(&forged), "{field}: {value}");
    }
    for field in [
        "version",
        "side",
        "mechanism",
        "id",
        "expires",
        "drawn",
        "challenges",
        "responses",
    ] {
        let mut forged = sound.clone();
        forged.as_object_mut().unwrap().remove(field);
        assert!(!reads(&forged), "without {field}");
    }
}
