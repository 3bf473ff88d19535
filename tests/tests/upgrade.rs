//! What an account lacks is made when its password was found right in clear text, and only then.

use sasl::scram::{ScramPasswords, derive_keys};
use sasl::server::{Authenticated, Begin, Denial, Failure, Question, Turn, Upgrader};
use sasl::{
    Authcid, Channel, DecoyKey, Identity, OsRandom, Password, Plain, Preparation, Protection,
    ScramHash, ScramSha256, Server, Standing, Unusable, Verifier,
};

/// Wants keys of SHA-256.
struct Keys;

impl Upgrader for Keys {
    fn lacks(&self, identity: &Identity) -> bool {
        let has = |verifier: &Verifier| matches!(verifier, Verifier::Scram(keys) if keys.hash == ScramHash::Sha256);
        !identity.verifiers().iter().any(has)
    }

    fn make(&self, _identity: &Identity, password: &Password) -> Result<Vec<Verifier>, Unusable> {
        let keys = derive_keys(
            ScramHash::Sha256,
            password,
            &[3; 16],
            4096,
            Preparation::Saslprep,
        )?;
        Ok(vec![Verifier::Scram(keys)])
    }
}

fn server() -> Server {
    Server::builder(OsRandom)
        .mechanism(Plain::server())
        .mechanism(ScramSha256::server(&DecoyKey::new(&[7; 32]).unwrap()))
        .passwords(ScramPasswords::new(ScramHash::Sha256).unwrap())
        .upgrader(Keys)
        .build()
}

fn clear_text() -> Identity {
    Identity::new(Authcid::parse("user").unwrap())
        .with_verifier(Verifier::ClearText(Password::new("pencil")))
}

fn login(found: Option<Identity>, message: &[u8], allow: bool) -> Result<Authenticated, Failure> {
    let channel = Channel::new(Protection::Tls);
    let begin = Begin::new("PLAIN", &channel).with_initial_response(Some(message));
    let mut turn = server().start(begin)?;
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

#[test]
fn an_account_without_keys_gets_them_and_they_are_good() {
    let mut login = login(Some(clear_text()), b"\0user\0pencil", true).unwrap();
    let upgrade = login.take_upgrade().unwrap();
    assert!(login.take_upgrade().is_none());
    assert_eq!(*upgrade.identity().authcid(), "user");
    assert!(!format!("{upgrade:?} {login:?}").contains("pencil"));
    let made = std::thread::spawn(|| upgrade.run())
        .join()
        .unwrap()
        .unwrap();
    let upgraded = made.into_iter().fold(
        Identity::new(Authcid::parse("user").unwrap()),
        Identity::with_verifier,
    );
    let mut again = self::login(Some(upgraded.clone()), b"\0user\0pencil", true).unwrap();
    assert!(again.take_upgrade().is_none(), "it lacks nothing now");
    assert!(self::login(Some(upgraded), b"\0user\0eraser", true).is_err());
}

#[test]
fn nothing_is_made_of_what_was_not_found_right() {
    for (found, message, allow) in [
        (Some(clear_text()), &b"\0user\0eraser"[..], true),
        (None, b"\0user\0pencil", true),
        (
            Some(clear_text().with_standing(Standing::Disabled)),
            b"\0user\0pencil",
            true,
        ),
        (Some(clear_text()), b"other\0user\0pencil", false),
    ] {
        assert!(login(found, message, allow).is_err());
    }
    // Acting as somebody else: the account that was checked is the one that is upgraded.
    let mut login = login(Some(clear_text()), b"other\0user\0pencil", true).unwrap();
    assert_eq!(login.acts_as(), "other");
    assert_eq!(*login.take_upgrade().unwrap().identity().authcid(), "user");
}

/// What is made fits whatever is prepared to the same, and not only what this client happened to send.
#[test]
fn it_is_made_of_the_password_as_prepared() {
    struct Seen(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);

    impl Upgrader for Seen {
        fn lacks(&self, _identity: &Identity) -> bool {
            true
        }

        fn make(&self, _: &Identity, password: &Password) -> Result<Vec<Verifier>, Unusable> {
            *self.0.lock().unwrap() = password.expose().to_vec();
            Ok(Vec::new())
        }
    }

    let seen = std::sync::Arc::default();
    let server = Server::builder(OsRandom)
        .mechanism(Plain::server())
        .upgrader(Seen(std::sync::Arc::clone(&seen)))
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
