//! What users of pysasl and aiosasl expect, where no other test shows it. `docs/coming-from-python.md` has the whole list.

use core::num::NonZeroU16;
use std::collections::BTreeSet;

use sasl::client::{self, Turn as ClientTurn};
use sasl::server::{self, Begin, Failure, PasswordVerifier, Question, Turn};
use sasl::{
    Anonymous, Authcid, Channel, Client, CramMd5, CredentialKind, Credentials, Error, Identity,
    Key, Malformed, MechanismName, Offer, OsRandom, Password, PasswordHash, Plain, Preparation,
    Properties, Protection, Refused, ScramSha256, Server, Unusable, Verifier, Violation, Want,
    WithoutRandom, mechanism_name,
};
use sasl_core::testing::{Pair, Policy};
use sasl_password::{Cost, Passwords, Scheme};
use sasl_toy::{Decoys, ToyClient, ToyServer};

/// A mechanism under a name that is not its own.
struct Renamed<M>(MechanismName, M);

impl<M: server::Mechanism> server::Mechanism for Renamed<M> {
    fn name(&self) -> MechanismName {
        self.0
    }

    fn properties(&self) -> Properties {
        self.1.properties()
    }

    fn start(&self, start: server::Start<'_>) -> Result<server::Step, Failure> {
        self.1.start(start)
    }
}

impl<M: client::Mechanism> client::Mechanism for Renamed<M> {
    fn name(&self) -> MechanismName {
        self.0
    }

    fn properties(&self) -> Properties {
        self.1.properties()
    }

    fn needs(&self) -> &'static [CredentialKind] {
        self.1.needs()
    }

    fn start(&self, start: client::Start<'_>) -> Result<client::Step, client::Failure> {
        self.1.start(start)
    }
}

const X_PLAIN: MechanismName = mechanism_name!("X-PLAIN");

fn user() -> Authcid {
    Authcid::parse("user").unwrap()
}

fn credentials(password: &str) -> Credentials {
    Credentials::password(user(), Password::new(password))
}

fn account(verifier: Verifier) -> Identity {
    Identity::new(user()).with_verifier(verifier)
}

fn clear_text(password: &str) -> Verifier {
    Verifier::ClearText(Password::new(password))
}

fn tls() -> Channel {
    Channel::new(Protection::Tls)
}

#[test]
fn a_mechanism_works_under_another_name() {
    let (server, client) = (
        Renamed(X_PLAIN, Plain::server()),
        Renamed(X_PLAIN, Plain::client()),
    );
    let policy = Policy::new().with_account(account(clear_text("pencil")));
    let pair = Pair::new(&server, &client, policy);
    let login = pair.run(credentials("pencil")).server.unwrap();
    assert_eq!(
        (login.mechanism(), login.acts_as()),
        (X_PLAIN, user().as_str())
    );
    let refused = pair.run(credentials("eraser")).server_error();
    assert_eq!(refused, Some(Refused::Credentials.into()));
}

#[test]
fn a_mechanism_is_known_by_its_name() {
    let renamed = Renamed(Plain::NAME, Anonymous::server());
    assert_eq!(
        server::Mechanism::name(&renamed),
        server::Mechanism::name(&Plain::server())
    );
    let named = BTreeSet::from([X_PLAIN, Plain::NAME, MechanismName::parse("PLAIN").unwrap()]);
    assert_eq!(named.len(), 2);
    assert_eq!(MechanismName::parse("plain"), Err(Malformed::MechanismName));
    // In a registry there is one of a name, the last.
    let server = Server::builder(WithoutRandom)
        .mechanism(Plain::server())
        .mechanism(renamed)
        .build();
    assert_eq!(server.mechanisms().count(), 1);
    let only = server.mechanism("PLAIN").unwrap();
    assert_eq!(
        only.properties(),
        server::Mechanism::properties(&Anonymous::server())
    );
    assert!(server.mechanism("plain").is_none() && server.mechanism("ANONYMOUS").is_none());
}

#[test]
fn a_third_partys_mechanism_is_one_like_the_others() {
    let decoys = Decoys::new(Key::new(b"stays the same over restarts"), NonZeroU16::MAX);
    let server = Server::builder(OsRandom)
        .named(&["PLAIN"])
        .unwrap()
        .mechanism(ToyServer::new(decoys))
        .build();
    let names = server.advertise(&tls());
    assert_eq!(names.len(), 2);
    let client = Client::builder(OsRandom)
        .named(&["PLAIN"])
        .unwrap()
        .mechanism(ToyClient::new())
        .build();
    let (offer, channel) = (names.iter().copied().collect::<Offer>(), tls());
    let chosen = client
        .choose(&offer, &channel, &[CredentialKind::Password])
        .unwrap();
    // It proves the server, and does not show the password.
    assert_ne!(chosen.name(), Plain::NAME);
    assert!(server.mechanism(chosen.name().as_str()).is_some());
}

#[test]
fn a_secret_is_fetched_when_a_mechanism_needs_it() {
    let client = Client::builder(OsRandom)
        .mechanism(Plain::client())
        .mechanism(Anonymous::client())
        .build();
    let mut fetched = 0;
    let mut fetch = || {
        fetched += 1;
        credentials("pencil")
    };
    let means = [CredentialKind::Password];
    for (offer, channel, starts) in [
        ("GSSAPI", tls(), false),
        ("PLAIN", Channel::new(Protection::None), false),
        ("GSSAPI PLAIN", tls(), true),
    ] {
        let offer = Offer::parse(offer);
        let chosen = client.choose(&offer, &channel, &means);
        assert_eq!(chosen.is_ok(), starts);
        if let Ok(chosen) = chosen {
            assert_eq!(chosen.needs(), means);
            assert!(chosen.start(fetch()).is_ok());
        }
    }
    assert_eq!(fetched, 1);
}

/// What this application takes for the same: letters of either case.
fn folded(text: &[u8]) -> Option<String> {
    Some(core::str::from_utf8(text).ok()?.to_lowercase())
}

struct Folding;

impl PasswordVerifier for Folding {
    fn check(&self, verifier: &Verifier, password: &[u8]) -> Option<bool> {
        let Verifier::PasswordHash(hash) = verifier else {
            return None;
        };
        let password = Password::new(folded(password)?.into_bytes());
        Some(password.matches(hash.as_str().as_bytes()))
    }

    fn decoy(&self, password: &[u8]) {
        _ = folded(password);
    }
}

#[test]
fn an_application_may_prepare_in_its_own_way() {
    let server = Server::builder(WithoutRandom)
        .mechanism(Plain::server().preparation(Preparation::None))
        .passwords(Folding)
        .build();
    let log_in = |message: &[u8]| {
        let channel = tls();
        let begin = Begin::new("PLAIN", &channel).with_initial_response(Some(message));
        let Turn::Ask(question) = server.start(begin)? else {
            panic!("PLAIN asks");
        };
        let name = question.about().map(|name| name.as_str().as_bytes());
        let found = (name.and_then(folded).as_deref() == Some("straße"))
            .then(|| account(Verifier::PasswordHash(PasswordHash::new("no№"))));
        match question.found(found)? {
            Turn::Compute(job) => job.run(),
            other => panic!("a check is a computation, not {other:?}"),
        }
    };
    for message in ["\0straße\0no№", "\0STRAßE\0NO№"] {
        assert!(
            matches!(log_in(message.as_bytes()), Ok(Turn::Done(_))),
            "{message:?}"
        );
    }
    // SASLprep would have made "noNo" of it.
    for message in ["\0straße\0noNo", "\0strasse\0no№"] {
        let error = log_in(message.as_bytes()).unwrap_err().error();
        assert_eq!(error, Refused::Credentials.into(), "{message:?}");
    }
}

#[test]
fn an_identity_has_its_name_and_verifiers() {
    let identity =
        account(clear_text("pencil")).with_verifier(Verifier::PasswordHash(PasswordHash::new("$")));
    assert_eq!(*identity.authcid(), user());
    let clear = identity
        .verifiers()
        .iter()
        .find_map(|verifier| match verifier {
            Verifier::ClearText(password) => Some(password.expose()),
            _ => None,
        });
    assert_eq!(clear, Some(&b"pencil"[..]));
    let shown = format!("{identity:?}");
    assert!(shown.contains("user") && !shown.contains("pencil") && !shown.contains('$'));
}

/// `HashedIdentity.create` of pysasl 1.2.0 with `BuiltinHash(rounds=1000)`, for each of its hashes: of what its SASLprep makes of
/// "pass wörd№".
const HASHED: [&str; 3] = [
    "$pbkdf2$1000$Ty7YoSEKAXX+eSvVVKGLjg==$yaeMTwyee+CS2Ql74jaXSgBkDyo=",
    "$pbkdf2-sha256$1000$jhIjfOg9tCXatt2zzEz20w==$h02+Oh0MZxy9L+ZN618SIzxal1VU6Hedpg1a4vc8Exo=",
    "$pbkdf2-sha512$1000$Ia18QL1FDCpJadwmRM1qnw==$pKkBh04LrJicjN5nLf7Sp9JFQ6TywllMlfFYW2QOclQ64STF8sEIf2kBX6pdhfvFDZuWzfcRpnSOSrhxdYE2fg==",
];

#[test]
fn accounts_of_pysasl_log_in_as_they_are() {
    let cost = Cost::Iterations(1000);
    let policy = Scheme::pbkdf2_sha256().with_cost(cost).unwrap();
    let server = Server::builder(WithoutRandom)
        .mechanism(Plain::server())
        .passwords(Passwords::new(policy))
        .build();
    let log_in = |hash: &PasswordHash, password: &str| {
        let (channel, message) = (tls(), format!("\0user\0{password}"));
        let begin = Begin::new("PLAIN", &channel).with_initial_response(Some(message.as_bytes()));
        let Ok(Turn::Ask(question)) = server.start(begin) else {
            panic!("PLAIN asks");
        };
        let found = account(Verifier::PasswordHash(hash.clone()));
        let Ok(Turn::Compute(job)) = question.found(Some(found)) else {
            panic!("a check is a computation");
        };
        job.run().map(|_| ()).map_err(|failure| failure.error())
    };
    // What `HashedIdentity.create` does, here.
    let prepared = sasl_prep::stored(Preparation::Saslprep, "pass wörd№".as_bytes()).unwrap();
    let own = policy.hash(&Password::new(prepared.expose()), &OsRandom);
    let theirs = HASHED.map(PasswordHash::new);
    for hash in theirs.iter().chain([&own.unwrap()]) {
        for right in ["pass wörd№", "pass wördNo"] {
            assert_eq!(log_in(hash, right), Ok(()), "{}", hash.as_str());
        }
        for wrong in ["pass wörd", "pencil", hash.as_str()] {
            let refused = Err(Refused::Credentials.into());
            assert_eq!(log_in(hash, wrong), refused, "{}", hash.as_str());
        }
    }
}

#[test]
fn a_hash_is_of_no_use_to_cram_md5() {
    let server = Server::builder(OsRandom)
        .mechanism(CramMd5::server())
        .build();
    let refused = |verifier: Option<Verifier>| {
        let channel = tls();
        let Turn::Challenge(challenge) = server.start(Begin::new("CRAM-MD5", &channel)).unwrap()
        else {
            panic!("the server speaks first");
        };
        let digest = challenge.respond(b"user 00000000000000000000000000000000");
        let Ok(Turn::Ask(Question::Lookup(question))) = digest else {
            panic!("CRAM-MD5 looks up");
        };
        // The application can see it before it answers.
        assert!(question.wants().contains(&Want::ClearText));
        let useful = |verifier: &Verifier| question.wants().iter().any(|w| w.is_met_by(verifier));
        assert!(!verifier.as_ref().is_some_and(useful));
        let mut turn = question.supply(verifier.map(account));
        while let Ok(Turn::Compute(job)) = turn {
            turn = job.run();
        }
        turn.unwrap_err().error()
    };
    let hash = Verifier::PasswordHash(PasswordHash::new("$argon2id$"));
    let stranger = refused(None);
    assert_eq!(stranger, Refused::Credentials.into());
    // To the peer it is no other answer: it says nothing of how passwords are stored. The server's own log does.
    let hashed = refused(Some(hash));
    assert_eq!(hashed.outcome(), stranger.outcome());
    assert_eq!(hashed, Refused::NoVerifier.into());
}

/// pysasl's exceptions, and aiosasl's, by class and reason.
#[test]
fn what_python_raises_is_a_class_of_error() {
    let (channel, offer) = (tls(), Offer::parse("PLAIN"));
    let server = Server::builder(WithoutRandom)
        .mechanism(Plain::server())
        .build();
    let client = Client::builder(WithoutRandom)
        .mechanism(Plain::client())
        .build();
    let start = |name, message: &[u8]| {
        let begin = Begin::new(name, &channel).with_initial_response(Some(message));
        server.start(begin)
    };
    let respond = || {
        let chosen = client
            .choose(&offer, &channel, &[CredentialKind::Password])
            .unwrap();
        match chosen.start(credentials("pencil")) {
            Ok(ClientTurn::Respond(response)) => response,
            other => panic!("PLAIN responds, not {other:?}"),
        }
    };
    let refusal = || match start("PLAIN", b"\0user\0pencil") {
        Ok(Turn::Ask(question)) => question.refuse().unwrap_err(),
        other => panic!("PLAIN asks, not {other:?}"),
    };
    for (raised, error, expected) in [
        (
            "InvalidResponse",
            start("PLAIN", b"\0user").unwrap_err().error(),
            Error::from(Malformed::Nul),
        ),
        (
            "UnexpectedChallenge",
            respond().challenge(b"again").unwrap_err().error(),
            Violation::UnexpectedMessage.into(),
        ),
        (
            "KeyError",
            start("GSSAPI", b"").unwrap_err().error(),
            Unusable::Mechanism.into(),
        ),
        (
            "verify() is False",
            refusal().error(),
            Refused::Credentials.into(),
        ),
        (
            "AuthenticationFailure",
            respond().failure().error(),
            Refused::ByServer.into(),
        ),
    ] {
        assert_eq!(error, expected, "{raised}");
        assert!(!error.to_string().contains("user"), "{raised}");
    }
}

#[test]
fn a_clients_nonce_is_long_and_fresh() {
    let client = Client::builder(OsRandom)
        .mechanism(ScramSha256::client())
        .build();
    let (offer, channel) = (Offer::parse("SCRAM-SHA-256"), tls());
    let mut seen = BTreeSet::new();
    for _ in 0..1000 {
        let chosen = client
            .choose(&offer, &channel, &[CredentialKind::Password])
            .unwrap();
        let Ok(ClientTurn::Respond(response)) = chosen.start(credentials("pencil")) else {
            panic!("SCRAM responds");
        };
        let message = String::from_utf8(response.data().unwrap().to_vec()).unwrap();
        let (_, nonce) = message.split_once(",r=").unwrap();
        // 144 bits; aiosasl's default is 120.
        assert_eq!(nonce.len(), 24, "{message}");
        assert!(seen.insert(nonce.to_owned()));
    }
}

/// All crates have the workspace's version.
#[test]
fn the_version_is_that_of_the_workspace() {
    for manifest in [
        include_str!("../../crates/sasl/Cargo.toml"),
        include_str!("../../crates/sasl-core/Cargo.toml"),
        include_str!("../../crates/sasl-cli/Cargo.toml"),
    ] {
        assert!(manifest.contains("version.workspace = true"));
    }
    let workspace = include_str!("../../Cargo.toml");
    let version = format!("version = \"{}\"", env!("CARGO_PKG_VERSION"));
    let (_, package) = workspace.split_once("[workspace.package]").unwrap();
    assert!(
        package.trim_start().lines().any(|line| line == version),
        "{version}"
    );
}
