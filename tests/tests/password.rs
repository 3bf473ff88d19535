//! Logins with passwords in clear text against what stores keep: hashes of many origins, SCRAM keys, clear text.

use sasl::password::{Cost, Dialect, Hash, Passwords, Rehash, Scheme};
use sasl::scram::{ScramPasswords, derive_keys};
use sasl::server::{Authenticated, Begin, Failure, Turn};
use sasl::{
    Authcid, Channel, Identity, Login, OsRandom, Outcome, Password, PasswordHash, Plain,
    Preparation, Protection, Refused, ScramHash, Server, Verifier,
};

/// As cheap as it gets: what is tested here is who gets in.
fn policy() -> Scheme {
    let cost = Cost::Argon2 {
        memory_kib: 8,
        passes: 1,
        lanes: 1,
    };
    Scheme::argon2id().with_cost(cost).unwrap()
}

fn server() -> Server {
    let hashes = Passwords::new(policy()).dialect(Dialect::Dovecot);
    let keys = ScramPasswords::new(ScramHash::Sha256)
        .unwrap()
        .iterations(4096);
    Server::builder(OsRandom)
        .mechanism(Plain::server())
        .mechanism(Login::server())
        .passwords((hashes, keys))
        .upgrader(Rehash::new(policy(), OsRandom).dialect(Dialect::Dovecot))
        .build()
}

fn account(verifiers: impl IntoIterator<Item = Verifier>) -> Identity {
    let name = Identity::new(Authcid::parse("user").unwrap());
    verifiers.into_iter().fold(name, Identity::with_verifier)
}

fn hash(text: &str) -> Verifier {
    Verifier::PasswordHash(PasswordHash::new(text))
}

fn keys(password: &str) -> Verifier {
    let password = Password::new(password);
    let (salt, hash) = (b"0123456789abcdef", ScramHash::Sha256);
    Verifier::Scram(derive_keys(hash, &password, salt, 4096, Preparation::Saslprep).unwrap())
}

fn clear(password: &str) -> Verifier {
    Verifier::ClearText(Password::new(password))
}

fn run(
    turn: Result<Turn, Failure>,
    found: Option<&Identity>,
    mut said: &[&str],
) -> Result<Authenticated, Failure> {
    let mut turn = turn?;
    loop {
        turn = match turn {
            Turn::Ask(question) => question.found(found.cloned())?,
            Turn::Compute(job) => job.run()?,
            Turn::Challenge(challenge) => {
                let (first, rest) = said.split_first().unwrap();
                said = rest;
                challenge.respond(first.as_bytes())?
            }
            Turn::Done(login) => return Ok(login),
        };
    }
}

fn plain(found: Option<&Identity>, password: &str) -> Result<Authenticated, Failure> {
    let channel = Channel::new(Protection::Tls);
    let message = format!("\0user\0{password}");
    let begin = Begin::new("PLAIN", &channel).with_initial_response(Some(message.as_bytes()));
    run(server().start(begin), found, &[])
}

fn login(found: Option<&Identity>, password: &str) -> Result<Authenticated, Failure> {
    let channel = Channel::new(Protection::Tls);
    let begin = Begin::new("LOGIN", &channel);
    run(server().start(begin), found, &["user", password])
}

/// What `pencil` is kept as.
fn kept() -> Vec<(&'static str, Identity)> {
    let texts = [
        (
            "argon2",
            "$argon2id$v=19$m=4096,t=3,p=1$c2FsdHNhbHQ$p+pQwemdFVS/A6TiRlvqH1MARLKEYepuhw2PxibNV7E",
        ),
        (
            "passlib",
            "$pbkdf2-sha256$29000$VipFaG3tvfceQ8h5z1lLiQ$R8Gud4j9S3DuTMRNwbWON0tyUTnFZq3/uZpZ9WDhQ.0",
        ),
        (
            "dovecot",
            "{PBKDF2}$1$3hrXC0Tsi3TCrT6E$5000$1ecbf348e9e160e30ce3b3babd6e87237b6444d8",
        ),
        (
            "htpasswd",
            "$2y$05$ulAaqHkPnPvjvmLdoQEcF.3DOsZHnkOFZnucW1an2f2q9SptJIE7u",
        ),
        (
            "mkpasswd",
            "$5$CecnWTSnO1Spx0tN$j6oaOJiVFBUy6F9DzmCPEpyLX0xA2R75WV/chZCAEID",
        ),
        ("slappasswd", "{SSHA}BMGsfICT0MuVK1h884teLirs83Uo8TNF"),
    ];
    let hashes = texts.map(|(name, text)| (name, account([hash(text)])));
    let others = [
        ("keys", account([keys("pencil")])),
        ("clear text", account([clear("pencil")])),
        // Of several hashes any one may fit.
        (
            "two",
            account([hash("{SHA}0vxRJJChUDZGC1SJQBQ51tpUB/o="), hash(texts[3].1)]),
        ),
    ];
    hashes.into_iter().chain(others).collect()
}

#[test]
fn whatever_a_store_keeps_lets_its_owner_in_and_nobody_else() {
    for (name, identity) in kept() {
        for mechanism in [plain, login] {
            let login = mechanism(Some(&identity), "pencil");
            assert_eq!(login.unwrap().acts_as(), "user", "{name}");
            let refused = mechanism(Some(&identity), "eraser").unwrap_err().error();
            assert_eq!(refused, Refused::Credentials.into(), "{name}");
        }
    }
}

/// What cannot be checked is no reason to be let in, and looks like a wrong password.
#[test]
fn what_cannot_be_checked_looks_like_a_stranger() {
    let stranger = plain(None, "pencil").unwrap_err();
    assert_eq!(stranger.error().outcome(), Outcome::NotAuthorized);
    for text in [
        "zeXTUnf7H4k3s",
        "$gy$j9T$pjJMOZtKU9Pc5bFTdtEUv1$PWBPNCy4Wt8ynHmV6orB6w3Cypk108mHD241Zlux9I/",
        "{PLAIN}pencil",
        "pencil",
        "",
        "*",
        "!",
        "{CRYPT}",
        "$6$rounds=999999999$DWkAAzxl/fullUZM$8QOAMguOVgKBuDjBeaT50SZRhn0TGIfb1.UUBMPhJm7FhFo3yGs0EmYkX8BkmYcwN2vQQVubzK4WJJMcV33du1",
        "$2b$99$ulAaqHkPnPvjvmLdoQEcF.3DOsZHnkOFZnucW1an2f2q9SptJIE7u",
        "{SSHA}BMGsfICT0MuVK1h884teLirs83Uo8TN",
    ] {
        let refused = plain(Some(&account([hash(text)])), "pencil").unwrap_err();
        assert_eq!(refused.error(), stranger.error(), "{text}");
    }
}

/// Hashes in the world were made of raw passwords (Dovecot) and of prepared ones (PostgreSQL): U+2168 is `IX`.
#[test]
fn hashes_of_raw_and_of_prepared_passwords() {
    let of = |password: &str| {
        let made = policy().hash(&Password::new(password), &OsRandom).unwrap();
        account([Verifier::PasswordHash(made)])
    };
    assert!(plain(Some(&of("\u{2168}")), "\u{2168}").is_ok());
    assert!(plain(Some(&of("IX")), "\u{2168}").is_ok());
    assert!(plain(Some(&of("\u{2168}")), "IX").is_err());
}

#[test]
fn a_weak_hash_is_made_anew_at_the_next_login() {
    for (name, identity) in kept() {
        let mut login = plain(Some(&identity), "pencil").unwrap();
        let Some(upgrade) = login.take_upgrade() else {
            assert_eq!(name, "argon2");
            continue;
        };
        let made = account(upgrade.run().unwrap());
        let Some(Verifier::PasswordHash(text)) = made.verifiers().first() else {
            panic!("{name}: no hash was made");
        };
        let description = Hash::parse(text.as_str(), Dialect::Unnamed)
            .unwrap()
            .description();
        assert_eq!(description, policy().description());
        let mut login = plain(Some(&made), "pencil").unwrap();
        assert!(login.take_upgrade().is_none(), "{name}");
        assert!(plain(Some(&made), "eraser").is_err());
    }
}
