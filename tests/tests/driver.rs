//! The driver: whose fault it was, what it gives up, and that its futures go where the interface's go.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use sasl::driver::{Advice, Error, Interface, Reply, authenticate};
use sasl::scram::derive_keys;
use sasl::server::{Begin, Question, SuccessData, Turn};
use sasl::{
    Authcid, Channel, Client, Credentials, DecoyKey, Identity, MechanismName, Offer, OsRandom,
    Outcome, Password, Plain, Preparation, Protection, Refused, ScramHash, ScramSha256, Server,
    Unusable, Verifier, Violation,
};

/// A server in this process as the protocol.
struct Wire {
    server: Server,
    data: SuccessData,
    waits: Option<sasl::server::Challenge>,
    aborted: bool,
    breaks: bool,
    /// Says success after this many messages, whatever the server thinks.
    early: Option<usize>,
    spoils: bool,
    sent: usize,
}

fn wire(data: SuccessData) -> Wire {
    let decoy = DecoyKey::new(&[7; 32]).unwrap();
    let server = Server::builder(OsRandom)
        .mechanism(Plain::server())
        .mechanism(ScramSha256::server(&decoy))
        .build();
    Wire {
        server,
        data,
        waits: None,
        aborted: false,
        breaks: false,
        early: None,
        spoils: false,
        sent: 0,
    }
}

impl Wire {
    fn say(&mut self, turn: Result<Turn, sasl::server::Failure>) -> Result<Reply, &'static str> {
        self.sent += 1;
        if self.breaks {
            return Err("broken pipe");
        }
        if self.early == Some(self.sent) {
            return Ok(Reply::Success(None));
        }
        let mut turn = turn;
        loop {
            turn = match turn {
                Ok(Turn::Challenge(challenge)) => {
                    let mut data = challenge.data().to_vec();
                    if self.spoils {
                        data.reverse();
                    }
                    self.waits = Some(challenge);
                    return Ok(Reply::Challenge(data));
                }
                Ok(Turn::Compute(job)) => job.run(),
                Ok(Turn::Ask(question)) => answer(question),
                Ok(Turn::Done(login)) => {
                    return Ok(Reply::Success(login.additional_data().map(<[u8]>::to_vec)));
                }
                Err(failure) => return Ok(Reply::Failure(failure.outcome())),
            }
        }
    }
}

fn answer(question: Question) -> Result<Turn, sasl::server::Failure> {
    let password = Password::new("pencil");
    let keys = derive_keys(
        ScramHash::Sha256,
        &password,
        &[9; 16],
        4096,
        Preparation::Saslprep,
    );
    let found = question
        .about()
        .filter(|name| **name == *"user")
        .map(|name| {
            Identity::new(name.clone())
                .with_verifier(Verifier::ClearText(password))
                .with_verifier(Verifier::Scram(keys.unwrap()))
        });
    question.found(found)
}

impl Interface for Wire {
    type Error = &'static str;

    async fn initiate(
        &mut self,
        mechanism: MechanismName,
        initial_response: Option<&[u8]>,
    ) -> Result<Reply, Self::Error> {
        let channel = Channel::new(Protection::Tls);
        let begin = Begin::new(mechanism.as_str(), &channel)
            .with_initial_response(initial_response)
            .with_success_data(self.data);
        let turn = self.server.start(begin);
        self.say(turn)
    }

    async fn respond(&mut self, response: &[u8]) -> Result<Reply, Self::Error> {
        let turn = self
            .waits
            .take()
            .expect("a challenge waits")
            .respond(response);
        self.say(turn)
    }

    async fn abort(&mut self) -> Result<(), Self::Error> {
        self.aborted = true;
        if self.spoils {
            Err("broken pipe")
        } else {
            Ok(())
        }
    }
}

/// Runs a future that never has to wait.
fn now<T>(future: impl Future<Output = T> + Send) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("nothing here waits"),
    }
}

fn client() -> Client {
    Client::builder(OsRandom)
        .mechanism(Plain::client())
        .mechanism(ScramSha256::client())
        .build()
}

fn login(
    wire: &mut Wire,
    offer: &str,
    password: &str,
) -> Result<sasl::client::Authenticated, Error<&'static str>> {
    let (client, offer) = (client(), Offer::parse(offer));
    let channel = Channel::new(Protection::Tls);
    let user = Authcid::parse("user").unwrap();
    let credentials = Credentials::password(user, Password::new(password));
    let chosen = client.choose(&offer, &channel, &credentials).unwrap();
    now(authenticate(wire, chosen, credentials))
}

#[test]
fn success_with_data_and_after_an_empty_response_are_alike() {
    for data in [SuccessData::Attached, SuccessData::AsChallenge] {
        for (offer, proves) in [("PLAIN", false), ("PLAIN SCRAM-SHA-256", true)] {
            let login = login(&mut wire(data), offer, "pencil").unwrap();
            assert_eq!(login.server_proved(), proves, "{offer} {data:?}");
        }
    }
}

#[test]
fn wrong_credentials_say_stop() {
    for offer in ["PLAIN", "SCRAM-SHA-256"] {
        let mut wire = wire(SuccessData::Attached);
        let error = login(&mut wire, offer, "eraser").unwrap_err();
        assert_eq!(error.advice(), Advice::WrongCredentials, "{offer}");
        assert!(matches!(error, Error::Server(_, Outcome::NotAuthorized)));
        assert!(!wire.aborted, "the server has ended it");
    }
}

#[test]
fn a_mechanism_that_the_server_does_not_have_says_try_another() {
    let mut wire = wire(SuccessData::Attached);
    wire.server = Server::builder(OsRandom).mechanism(Plain::server()).build();
    let error = login(&mut wire, "PLAIN SCRAM-SHA-256", "pencil").unwrap_err();
    assert_eq!(error.advice(), Advice::AnotherMechanism);
    // That is the caller's to decide: the driver has made one attempt.
    assert_eq!(wire.sent, 1);
}

#[test]
fn what_cannot_be_sent_is_not() {
    let mut wire = wire(SuccessData::Attached);
    let error = login(&mut wire, "PLAIN", "nul\0").unwrap_err();
    assert_eq!(error, Error::NotStarted(Unusable::Characters.into()));
    assert_eq!((wire.sent, error.advice()), (0, Advice::AnotherMechanism));
}

#[test]
fn success_before_the_servers_proof_is_none() {
    for early in [1, 2] {
        let mut wire = wire(SuccessData::Attached);
        wire.early = Some(early);
        let error = login(&mut wire, "SCRAM-SHA-256", "pencil").unwrap_err();
        assert_eq!(
            error,
            Error::Client(Violation::ServerNotAuthenticated.into())
        );
        assert_eq!(error.advice(), Advice::Stop);
    }
}

#[test]
fn what_this_side_finds_wrong_is_given_up() {
    let mut wire = wire(SuccessData::Attached);
    wire.spoils = true;
    let error = login(&mut wire, "SCRAM-SHA-256", "pencil").unwrap_err();
    assert!(matches!(error, Error::Client(_)), "{error:?}");
    assert_eq!(error.advice(), Advice::Stop);
    assert!(wire.aborted);
}

#[test]
fn a_broken_connection_is_no_refusal() {
    let mut wire = wire(SuccessData::Attached);
    wire.breaks = true;
    let error = login(&mut wire, "SCRAM-SHA-256", "pencil").unwrap_err();
    assert_eq!(error, Error::Interface("broken pipe"));
    assert_eq!((error.advice(), error.failure()), (Advice::Later, None));
}

#[test]
fn what_the_server_says_decides() {
    use Advice::{AnotherMechanism, Later, WrongCredentials};
    for (outcome, advice) in [
        (Outcome::InvalidMechanism, AnotherMechanism),
        (Outcome::EncryptionRequired, AnotherMechanism),
        (Outcome::Malformed, AnotherMechanism),
        (Outcome::NotAuthorized, WrongCredentials),
        (Outcome::AccountDisabled, WrongCredentials),
        (Outcome::CredentialsExpired, WrongCredentials),
        (Outcome::TemporaryFailure, Later),
    ] {
        let error = Error::<()>::Server(Refused::ByServer.into(), outcome);
        assert_eq!(error.advice(), advice, "{outcome:?}");
    }
}

#[test]
fn derivations_go_where_the_interface_puts_them() {
    struct Elsewhere(Wire, usize);

    impl Interface for Elsewhere {
        type Error = &'static str;

        async fn initiate(
            &mut self,
            name: MechanismName,
            initial: Option<&[u8]>,
        ) -> Result<Reply, &'static str> {
            self.0.initiate(name, initial).await
        }

        async fn respond(&mut self, response: &[u8]) -> Result<Reply, &'static str> {
            self.0.respond(response).await
        }

        async fn abort(&mut self) -> Result<(), &'static str> {
            self.0.abort().await
        }

        async fn compute(
            &mut self,
            job: sasl::client::Computation,
        ) -> Result<sasl::client::Turn, sasl::client::Failure> {
            self.1 += 1;
            std::thread::spawn(|| job.run()).join().unwrap()
        }
    }

    let mut io = Elsewhere(wire(SuccessData::Attached), 0);
    let (client, offer) = (client(), Offer::parse("SCRAM-SHA-256"));
    let channel = Channel::new(Protection::Tls);
    let credentials =
        Credentials::password(Authcid::parse("user").unwrap(), Password::new("pencil"));
    let chosen = client.choose(&offer, &channel, &credentials).unwrap();
    let login = now(authenticate(&mut io, chosen, credentials)).unwrap();
    assert!(login.server_proved());
    assert_eq!(io.1, 1);
}
