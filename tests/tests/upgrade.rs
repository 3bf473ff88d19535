//! What an account lacks is made when its password was found right in clear text, and only then.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use sasl::password::{Cost, Passwords, Rehash, Scheme};
use sasl::scram::{Rekey, ScramPasswords, derive_keys};
use sasl::server::{Authenticated, Begin, Denial, Failure, Question, Turn, Upgrader};
use sasl::{
    Authcid, Channel, Client, CredentialKind, Credentials, DecoyKey, Identity, Offer, OsRandom,
    Password, Plain, Preparation, Protection, Refused, ScramHash, ScramSha256, Server, Standing,
    Unusable, Verifier, client,
};

/// As cheap as it gets.
fn policy() -> Scheme {
    let cost = Cost::Argon2 {
        memory_kib: 8,
        passes: 1,
        lanes: 1,
    };
    Scheme::argon2id().with_cost(cost).unwrap()
}

/// SCRAM keys and a hash, in one setting.
fn upgrader() -> (Rekey, Rehash) {
    let keys = Rekey::new(ScramHash::Sha256, OsRandom).unwrap();
    (keys, Rehash::new(policy(), OsRandom))
}

fn server_with(upgrader: impl Upgrader + 'static) -> Server {
    let keys = ScramPasswords::new(ScramHash::Sha256).unwrap();
    Server::builder(OsRandom)
        .mechanism(Plain::server())
        .mechanism(ScramSha256::server(&DecoyKey::new(&[7; 32]).unwrap()))
        .passwords((Passwords::new(policy()), keys))
        .upgrader(upgrader)
        .build()
}

fn server() -> Server {
    server_with(upgrader())
}

fn user(verifiers: impl IntoIterator<Item = Verifier>) -> Identity {
    let user = Identity::new(Authcid::parse("user").unwrap());
    verifiers.into_iter().fold(user, Identity::with_verifier)
}

fn clear_text() -> Identity {
    user([Verifier::ClearText(Password::new("pencil"))])
}

/// What the server's database had, before anybody thought of SCRAM.
fn hashed() -> Identity {
    let hash = Scheme::argon2id()
        .hash(&Password::new("pencil"), &OsRandom)
        .unwrap();
    user([Verifier::PasswordHash(hash)])
}

fn keys(hash: ScramHash, iterations: u32) -> Verifier {
    let (password, preparation) = (Password::new("pencil"), Preparation::Saslprep);
    Verifier::Scram(derive_keys(hash, &password, b"salt", iterations, preparation).unwrap())
}

fn login(found: Option<Identity>, message: &[u8], allow: bool) -> Result<Authenticated, Failure> {
    login_to(&server(), found, message, allow)
}

fn login_to(
    server: &Server,
    found: Option<Identity>,
    message: &[u8],
    allow: bool,
) -> Result<Authenticated, Failure> {
    let channel = Channel::new(Protection::Tls);
    let begin = Begin::new("PLAIN", &channel).with_initial_response(Some(message));
    let mut turn = server.start(begin)?;
    loop {
        turn = match turn {
            Turn::Compute(job) => job.run()?,
            Turn::Ask(Question::Authorize(question)) if allow => question.allow()?,
            Turn::Ask(Question::Authorize(question)) => question.deny(Denial::NotPermitted)?,
            Turn::Ask(question) => question.found(found.clone())?,
            Turn::Done(login) => return Ok(login),
            Turn::Challenge(_) => panic!("PLAIN has no challenge"),
        };
    }
}

/// A login by SCRAM-SHA-256; whether the server has proved itself, too.
fn scram(found: &Identity, password: &str) -> Result<bool, Failure> {
    let client = Client::builder(OsRandom)
        .mechanism(ScramSha256::client())
        .build();
    let (channel, server) = (Channel::new(Protection::Tls), server());
    let offer = Offer::parse("SCRAM-SHA-256");
    let credentials =
        Credentials::password(Authcid::parse("user").unwrap(), Password::new(password));
    let chosen = client
        .choose(&offer, &channel, &[CredentialKind::Password])
        .unwrap();
    let respond = |turn: client::Turn| match turn {
        client::Turn::Compute(job) => match job.run().unwrap() {
            client::Turn::Respond(response) => response,
            client::Turn::Compute(_) => panic!("one derivation is enough"),
        },
        client::Turn::Respond(response) => response,
    };
    let first = respond(chosen.start(credentials).unwrap());
    let begin = Begin::new("SCRAM-SHA-256", &channel).with_initial_response(first.data());
    let Turn::Ask(question) = server.start(begin)? else {
        panic!("SCRAM asks");
    };
    let Turn::Challenge(challenge) = question.found(Some(found.clone()))? else {
        panic!("salt and iterations");
    };
    let last = respond(first.challenge(challenge.data()).unwrap());
    match challenge.respond(last.data().unwrap())? {
        Turn::Done(login) => {
            let login = last.success(login.additional_data()).unwrap();
            Ok(login.server_proved())
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_account_without_keys_gets_them_and_they_are_good() {
    assert!(scram(&hashed(), "pencil").is_err(), "it has none yet");
    let mut login = login(Some(hashed()), b"\0user\0pencil", true).unwrap();
    let upgrade = login.take_upgrade().unwrap();
    assert!(login.take_upgrade().is_none());
    assert_eq!(*upgrade.identity().authcid(), "user");
    assert!(!format!("{upgrade:?} {login:?}").contains("pencil"));
    let made = std::thread::spawn(|| upgrade.run())
        .join()
        .unwrap()
        .unwrap();
    // Its hash is better than the policy, so that there are but keys.
    let [Verifier::Scram(keys)] = &made[..] else {
        panic!("{made:?}");
    };
    assert_eq!((keys.hash, keys.iterations), (ScramHash::Sha256, 4096));
    assert_eq!(keys.salt.len(), 16);

    let upgraded = made.into_iter().fold(hashed(), Identity::with_verifier);
    assert!(scram(&upgraded, "pencil").unwrap());
    let refused = scram(&upgraded, "eraser").unwrap_err().error();
    assert_eq!(refused, Refused::Credentials.into());
    let mut again = self::login(Some(upgraded.clone()), b"\0user\0pencil", true).unwrap();
    assert!(again.take_upgrade().is_none(), "it lacks nothing now");
    assert!(self::login(Some(upgraded), b"\0user\0eraser", true).is_err());
}

#[test]
fn keys_and_a_hash_come_out_of_one_job() {
    let mut login = login(Some(clear_text()), b"\0user\0pencil", true).unwrap();
    let made = login.take_upgrade().unwrap().run().unwrap();
    assert!(matches!(
        made[..],
        [Verifier::Scram(_), Verifier::PasswordHash(_)]
    ));
    let upgraded = user(made);
    assert!(scram(&upgraded, "pencil").unwrap());
    let mut again = self::login(Some(upgraded.clone()), b"\0user\0pencil", true).unwrap();
    assert!(again.take_upgrade().is_none(), "it lacks nothing now");
    assert!(self::login(Some(upgraded), b"\0user\0eraser", true).is_err());
}

#[test]
fn keys_of_too_few_iterations_or_another_hash_are_made_anew() {
    for (keys, is_enough) in [
        (keys(ScramHash::Sha256, 4095), false),
        (keys(ScramHash::Sha512, 10_000), false),
        (keys(ScramHash::Sha256, 4096), true),
        (keys(ScramHash::Sha256, 4097), true),
    ] {
        let found = user([keys, Verifier::ClearText(Password::new("pencil"))]);
        let rekey = Rekey::new(ScramHash::Sha256, OsRandom).unwrap();
        let server = server_with(rekey);
        let mut login = login_to(&server, Some(found), b"\0user\0pencil", true).unwrap();
        let made = login.take_upgrade().map(|upgrade| upgrade.run().unwrap());
        assert_eq!(made.is_none(), is_enough);
        if let Some(made) = made {
            assert!(scram(&user(made), "pencil").unwrap());
        }
    }
}

/// Counts what is made.
struct Counted<U>(U, Arc<AtomicU32>);

impl<U: Upgrader> Upgrader for Counted<U> {
    fn lacks(&self, identity: &Identity) -> bool {
        self.0.lacks(identity)
    }

    fn make(&self, identity: &Identity, password: &Password) -> Result<Vec<Verifier>, Unusable> {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.make(identity, password)
    }
}

#[test]
fn nothing_is_made_of_what_was_not_found_right() {
    let counted = Arc::default();
    let server = server_with(Counted(upgrader(), Arc::clone(&counted)));
    let login = |found, message: &[u8], allow| login_to(&server, found, message, allow);
    for (found, message, allow) in [
        (Some(clear_text()), &b"\0user\0eraser"[..], true),
        (Some(hashed()), b"\0user\0eraser", true),
        (None, b"\0user\0pencil", true),
        (
            Some(clear_text().with_standing(Standing::Disabled)),
            b"\0user\0pencil",
            true,
        ),
        (
            Some(hashed().with_standing(Standing::Expired)),
            b"\0user\0pencil",
            true,
        ),
        (Some(clear_text()), b"other\0user\0pencil", false),
    ] {
        assert!(login(found, message, allow).is_err());
    }
    assert_eq!(counted.load(Ordering::Relaxed), 0);
    // Acting as somebody else: the account that was checked is the one that is upgraded.
    let mut login = login(Some(clear_text()), b"other\0user\0pencil", true).unwrap();
    assert_eq!(login.acts_as(), "other");
    let upgrade = login.take_upgrade().unwrap();
    assert_eq!(*upgrade.identity().authcid(), "user");
    // Nor before it is run.
    assert_eq!(counted.load(Ordering::Relaxed), 0);
    assert_eq!(upgrade.run().unwrap().len(), 2);
    assert_eq!(counted.load(Ordering::Relaxed), 1);
}

/// What is made fits whatever is prepared to the same, and not only what this client happened to send.
#[test]
fn it_is_made_of_the_password_as_prepared() {
    struct Seen(Arc<std::sync::Mutex<Vec<u8>>>);

    impl Upgrader for Seen {
        fn lacks(&self, _identity: &Identity) -> bool {
            true
        }

        fn make(&self, _: &Identity, password: &Password) -> Result<Vec<Verifier>, Unusable> {
            *self.0.lock().unwrap() = password.expose().to_vec();
            Ok(Vec::new())
        }
    }

    let seen = Arc::default();
    let server = Server::builder(OsRandom)
        .mechanism(Plain::server())
        .upgrader(Seen(Arc::clone(&seen)))
        .build();
    let channel = Channel::new(Protection::Tls);
    let message = "\0user\0I\u{ad}X".as_bytes();
    let begin = Begin::new("PLAIN", &channel).with_initial_response(Some(message));
    let Turn::Ask(question) = server.start(begin).unwrap() else {
        panic!("PLAIN asks");
    };
    let account = Identity::new(Authcid::parse("user").unwrap())
        .with_verifier(Verifier::ClearText(Password::new("IX")));
    let Turn::Compute(job) = question.found(Some(account)).unwrap() else {
        panic!("a check is a computation");
    };
    let Turn::Done(mut login) = job.run().unwrap() else {
        panic!("nothing more is asked");
    };
    login.take_upgrade().unwrap().run().unwrap();
    assert_eq!(*seen.lock().unwrap(), b"IX");
}
