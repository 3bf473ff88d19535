//! What is said about a hash, and whether it should be made anew.

use sasl_password::{Algorithm, Cost, Description, Dialect, Hash, Scheme, Strength};

fn described(text: &str) -> Description {
    Hash::parse(text, Dialect::Unnamed).unwrap().description()
}

const DIGEST: &str = "p+pQwemdFVS/A6TiRlvqH1MARLKEYepuhw2PxibNV7E";

fn argon2(cost: &str) -> Description {
    described(&format!("$argon2id$v=19${cost}$c2FsdHNhbHQ${DIGEST}"))
}

#[test]
fn everything_is_said() {
    let argon2 = argon2("m=4096,t=3,p=2");
    assert_eq!(argon2.algorithm, Algorithm::Argon2id);
    assert_eq!(
        argon2.cost,
        Cost::Argon2 {
            memory_kib: 4096,
            passes: 3,
            lanes: 2
        }
    );
    assert_eq!((argon2.salt_len, argon2.digest_len), (8, 32));
    assert!(!argon2.legacy);
    assert_eq!(
        (argon2.cost.memory_kib(), argon2.cost.work_kib()),
        (4096, 12288)
    );

    // N=2^14, r=32: 64 MiB. crypt(3) says so in 11 characters.
    let scrypt = described(
        "$7$CU..../....un5bXNfp4uIZ20yhBR/xZ1$CHauk16Vev5mw6cxYT1lja5xD3Zo4dcyC8oQ30kaI09",
    );
    assert_eq!(
        scrypt.cost,
        Cost::Scrypt {
            log_n: 14,
            block: 32,
            lanes: 1
        }
    );
    assert_eq!(scrypt.cost.work_kib(), 64 * 1024);

    // libxcrypt's default: 16 MiB.
    let yescrypt =
        described("$y$j9T$AQYR1rWowzHWeVx6Rqu45.$V4IUosrqvzhZrvIsxZgo49U9w5yK1XgTAg3wx2lb0J5");
    assert_eq!(yescrypt.cost.work_kib(), 16 * 1024);
    assert_eq!(yescrypt.cost, Algorithm::Yescrypt.recommended_cost());

    let unsalted = described("{SHA}0vxRJJChUDZGC1SJQBQ51tpUB/o=");
    assert!(unsalted.legacy);
    assert_eq!((unsalted.salt_len, unsalted.cost), (0, Cost::Fixed));

    let crypt = described("$5$CecnWTSnO1Spx0tN$j6oaOJiVFBUy6F9DzmCPEpyLX0xA2R75WV/chZCAEID");
    assert_eq!(crypt.cost, Cost::Iterations(5000));
}

#[test]
fn less_than_the_policy_is_weaker() {
    let policy = Scheme::argon2id();
    for weaker in [
        argon2("m=19455,t=2,p=1"),
        argon2("m=19456,t=1,p=1"),
        described("$2y$05$ulAaqHkPnPvjvmLdoQEcF.3DOsZHnkOFZnucW1an2f2q9SptJIE7u"),
        described(
            "$6$DWkAAzxl/fullUZM$8QOAMguOVgKBuDjBeaT50SZRhn0TGIfb1.UUBMPhJm7FhFo3yGs0EmYkX8BkmYcwN2vQQVubzK4WJJMcV33du1",
        ),
        described("{SSHA}BMGsfICT0MuVK1h884teLirs83Uo8TNF"),
        described(&format!(
            "$scrypt$ln=14,r=8,p=1$vxfCeK+VUmqNcY7xHqM0Jg${DIGEST}"
        )),
    ] {
        assert!(weaker.is_weaker_than(&policy), "{weaker:?}");
    }
    for enough in [
        argon2("m=19456,t=2,p=1"),
        // OWASP's equivalent with less time and more memory.
        argon2("m=47104,t=1,p=1"),
        argon2("m=65536,t=3,p=4"),
        described(&format!(
            "$scrypt$ln=17,r=8,p=1$vxfCeK+VUmqNcY7xHqM0Jg${DIGEST}"
        )),
        // Half the memory in two lanes, as OWASP has it.
        described(&format!(
            "$scrypt$ln=16,r=8,p=2$vxfCeK+VUmqNcY7xHqM0Jg${DIGEST}"
        )),
        described("$y$j9T$AQYR1rWowzHWeVx6Rqu45.$V4IUosrqvzhZrvIsxZgo49U9w5yK1XgTAg3wx2lb0J5"),
    ] {
        assert!(!enough.is_weaker_than(&policy), "{enough:?}");
    }
    // A policy of fewer passes asks for no more than it has itself.
    let modest = Scheme::bcrypt().with_cost(Cost::Exponent(5)).unwrap();
    let bcrypt = described("$2y$05$ulAaqHkPnPvjvmLdoQEcF.3DOsZHnkOFZnucW1an2f2q9SptJIE7u");
    assert!(!bcrypt.is_weaker_than(&modest));
    assert!(!argon2("m=8,t=1,p=1").is_weaker_than(&modest));
}

#[test]
fn words_are_words_and_strengths_have_an_order() {
    assert!(Strength::Fast < Strength::Iterated && Strength::Iterated < Strength::MemoryHard);
    assert_eq!(Algorithm::Sha512Crypt.to_string(), "sha512-crypt");
}

/// No cost, however absurd, is counted as a small one.
#[test]
fn costs_saturate() {
    let most = Cost::Scrypt {
        log_n: 255,
        block: u32::MAX,
        lanes: u32::MAX,
    };
    assert!(most.memory_kib() >= 1 << 60 && most.work_kib() >= 1 << 60);
    let little = Cost::Scrypt {
        log_n: 1,
        block: 1,
        lanes: 1,
    };
    assert_eq!((little.memory_kib(), little.work_kib()), (1, 1));
}
