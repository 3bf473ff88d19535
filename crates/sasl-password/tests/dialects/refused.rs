//! What is known and refused, by name; what is no hash at all; what costs too much.

use sasl_core::Password;
use sasl_password::{Dialect, Hash, HashError, Limits};

use crate::data::refused;

fn why(text: &str) -> HashError {
    Hash::parse(text, Dialect::Unnamed).unwrap_err()
}

#[test]
fn each_refused_scheme_is_named() {
    let lines = refused();
    assert_eq!(lines.len(), 25);
    for line in lines {
        assert_eq!(
            why(&line.text).word(),
            line.reason,
            "{} by {}",
            line.text,
            line.tool
        );
    }
}

/// CVE-2013-4122: programs that trusted crypt(3) to return something.
#[test]
fn nobody_gets_into_a_locked_account() {
    for text in [
        "",
        "*",
        "!",
        "!!",
        "x",
        "*0",
        "*1",
        "*LK*",
        "!$6$salt$digest",
        "{CRYPT}",
        "{CRYPT}*",
        "{CRYPT}!",
    ] {
        assert_eq!(why(text), HashError::Locked, "{text}");
    }
}

#[test]
fn what_is_no_hash() {
    for text in [
        "$",
        "$$",
        "$1",
        "{",
        "{}",
        "{}x",
        "{CRYPT",
        "{NOSUCH}x",
        "{SSHA.ROT13}x",
        "{SSHA.}x",
        "pencil",
        "$0$x$y",
        "y",
        "xx",
        "x$",
    ] {
        assert_eq!(why(text), HashError::Unknown, "{text}");
    }
    for text in [
        "$1$",
        "$5$",
        "$6$",
        "$6$x",
        "$y$",
        "$7$",
        "$2b$",
        "$argon2id$",
        "$pbkdf2$",
        "$scrypt$",
        "$apr1$",
    ] {
        assert!(
            matches!(why(text), HashError::Syntax),
            "{text}: {:?}",
            why(text)
        );
    }
    assert_eq!(why(&"x".repeat(1025)), HashError::TextTooLong);
    assert_eq!(
        why(&format!("{{SSHA}}{}", "A".repeat(1 << 20))),
        HashError::TextTooLong
    );
}

/// A tag says what follows it.
#[test]
fn no_tag_in_front_of_another_scheme() {
    let bcrypt = "$2b$05$RiPJjOgwp3mYjo0AGgBa0O4XbTAMO9WQstYiwqUDs1ULAdScoh37a";
    let argon2i =
        "$argon2i$v=19$m=4096,t=3,p=1$c2FsdHNhbHQ$zshcp6zuuFcJ6h3ucyop/xLTsjdv4gIwNtX0ApwaOus";
    for text in [
        format!("{{SHA512-CRYPT}}{bcrypt}"),
        format!("{{ARGON2ID}}{argon2i}"),
        format!("{{CRYPT}}{argon2i}"),
        "{CRYPT}$apr1$V8nA/YAN$Anvh4H9zCzxVRa/x6DvLk.".to_owned(),
        "{CRYPT}{SHA}0vxRJJChUDZGC1SJQBQ51tpUB/o=".to_owned(),
    ] {
        assert_eq!(why(&text), HashError::Unknown, "{text}");
    }
}

/// Costs outside of what the scheme itself defines do not parse.
#[test]
fn costs_out_of_range() {
    let long = "R8Gud4j9S3DuTMRNwbWON0tyUTnFZq3/uZpZ9WDhQ.0";
    for text in [
        "$2b$03$RiPJjOgwp3mYjo0AGgBa0O4XbTAMO9WQstYiwqUDs1ULAdScoh37a".to_owned(),
        "$2b$32$RiPJjOgwp3mYjo0AGgBa0O4XbTAMO9WQstYiwqUDs1ULAdScoh37a".to_owned(),
        "$2b$99$RiPJjOgwp3mYjo0AGgBa0O4XbTAMO9WQstYiwqUDs1ULAdScoh37a".to_owned(),
        "$6$rounds=999$pbhq4hSYZ/CulwTN$x".to_owned(),
        "$6$rounds=0$pbhq4hSYZ/CulwTN$x".to_owned(),
        "$6$rounds=1000000000$x$x".to_owned(),
        "$6$rounds=99999999999999999999$x$x".to_owned(),
        format!("$pbkdf2-sha256$0$VipFaG3tvfceQ8h5z1lLiQ${long}"),
        format!("$pbkdf2-sha256$4294967296$VipFaG3tvfceQ8h5z1lLiQ${long}"),
        "$argon2id$v=19$m=7,t=3,p=1$c2FsdHNhbHQ$p+pQwemdFVS/A6TiRlvqH1MARLKEYepuhw2PxibNV7E".to_owned(),
        "$argon2id$v=19$m=4096,t=0,p=1$c2FsdHNhbHQ$p+pQwemdFVS/A6TiRlvqH1MARLKEYepuhw2PxibNV7E".to_owned(),
        "$argon2id$v=19$m=4096,t=3,p=0$c2FsdHNhbHQ$p+pQwemdFVS/A6TiRlvqH1MARLKEYepuhw2PxibNV7E".to_owned(),
        "$argon2id$v=19$m=4294967296,t=3,p=1$c2FsdHNhbHQ$p+pQwemdFVS/A6TiRlvqH1MARLKEYepuhw2PxibNV7E".to_owned(),
        "$scrypt$ln=64,r=8,p=1$vxfCeK+VUmqNcY7xHqM0Jg$QNJ4lqiad+nZNBXhz3cyjXW8nio+lg+UX6TT1WuZn7M".to_owned(),
        "$scrypt$ln=0,r=8,p=1$vxfCeK+VUmqNcY7xHqM0Jg$QNJ4lqiad+nZNBXhz3cyjXW8nio+lg+UX6TT1WuZn7M".to_owned(),
        "$scrypt$ln=16,r=4294967295,p=4294967295$vxfCeK+VUmqNcY7xHqM0Jg$QNJ4lqiad+nZNBXhz3cyjXW8nio+lg+UX6TT1WuZn7M".to_owned(),
        "$scrypt$ln=16,r=0,p=1$vxfCeK+VUmqNcY7xHqM0Jg$QNJ4lqiad+nZNBXhz3cyjXW8nio+lg+UX6TT1WuZn7M".to_owned(),
        "$y$j.T$AQYR1rWowzHWeVx6Rqu45.$V4IUosrqvzhZrvIsxZgo49U9w5yK1XgTAg3wx2lb0J5".to_owned(),
        "$y$jzT$AQYR1rWowzHWeVx6Rqu45.$V4IUosrqvzhZrvIsxZgo49U9w5yK1XgTAg3wx2lb0J5".to_owned(),
        "$y$j9.$AQYR1rWowzHWeVx6Rqu45.$V4IUosrqvzhZrvIsxZgo49U9w5yK1XgTAg3wx2lb0J5".to_owned(),
    ] {
        assert_eq!(why(&text), HashError::Cost, "{text}");
    }
}

/// Costs that the schemes allow and a server cannot: refused before any work. Without the limit each of these would
/// take minutes to centuries, or all the memory there is.
#[test]
fn costs_above_the_limits() {
    let sha512 =
        "8QOAMguOVgKBuDjBeaT50SZRhn0TGIfb1.UUBMPhJm7FhFo3yGs0EmYkX8BkmYcwN2vQQVubzK4WJJMcV33du1";
    let digest = "p+pQwemdFVS/A6TiRlvqH1MARLKEYepuhw2PxibNV7E";
    for text in [
        format!("$6$rounds=999999999$DWkAAzxl/fullUZM${sha512}"),
        format!("$6$rounds=2500001$DWkAAzxl/fullUZM${sha512}"),
        "$5$rounds=999999999$CecnWTSnO1Spx0tN$j6oaOJiVFBUy6F9DzmCPEpyLX0xA2R75WV/chZCAEID"
            .to_owned(),
        "$2b$31$RiPJjOgwp3mYjo0AGgBa0O4XbTAMO9WQstYiwqUDs1ULAdScoh37a".to_owned(),
        "$2b$17$RiPJjOgwp3mYjo0AGgBa0O4XbTAMO9WQstYiwqUDs1ULAdScoh37a".to_owned(),
        format!("$argon2id$v=19$m=4194304,t=1,p=1$c2FsdHNhbHQ${digest}"),
        format!("$argon2id$v=19$m=4294967295,t=1,p=1$c2FsdHNhbHQ${digest}"),
        format!("$argon2id$v=19$m=8,t=4294967295,p=1$c2FsdHNhbHQ${digest}"),
        format!("$scrypt$ln=21,r=8,p=1$vxfCeK+VUmqNcY7xHqM0Jg${digest}"),
        format!("$scrypt$ln=63,r=1073741823,p=1$vxfCeK+VUmqNcY7xHqM0Jg${digest}"),
        format!("$scrypt$ln=10,r=8,p=100000$vxfCeK+VUmqNcY7xHqM0Jg${digest}"),
        format!("$scrypt$ln=1,r=1,p=1073741823$vxfCeK+VUmqNcY7xHqM0Jg${digest}"),
        "$7$zzzzz/..../....un5bXNfp4uIZ20yhBR/xZ1$CHauk16Vev5mw6cxYT1lja5xD3Zo4dcyC8oQ30kaI09"
            .replacen("zzzzz/", "zU", 1),
        "$y$jjT$AQYR1rWowzHWeVx6Rqu45.$V4IUosrqvzhZrvIsxZgo49U9w5yK1XgTAg3wx2lb0J5".to_owned(),
        format!(
            "$pbkdf2-sha256$4000001$VipFaG3tvfceQ8h5z1lLiQ${}",
            digest.replace('+', ".")
        ),
        format!("$pbkdf2-sha256$i=4294967295,l=32$VipFaG3tvfceQ8h5z1lLiQ${digest}"),
    ] {
        let hash =
            Hash::parse(&text, Dialect::Unnamed).unwrap_or_else(|why| panic!("{text}: {why:?}"));
        let verdict = hash.verify(&Password::new("pencil"), &Limits::default());
        assert_eq!(verdict, Err(HashError::TooCostly), "{text}");
    }
}

/// Without limits, memory that cannot be had is an error and not the end of the program.
#[test]
fn memory_that_is_not_there() {
    let unlimited = Limits::default().memory_kib(u64::MAX).work_kib(u64::MAX);
    for text in [
        "$scrypt$ln=52,r=8,p=1$vxfCeK+VUmqNcY7xHqM0Jg$QNJ4lqiad+nZNBXhz3cyjXW8nio+lg+UX6TT1WuZn7M",
        "$scrypt$ln=63,r=1073741823,p=1$vxfCeK+VUmqNcY7xHqM0Jg$QNJ4lqiad+nZNBXhz3cyjXW8nio+lg+UX6TT1WuZn7M",
        "$y$jjT$AQYR1rWowzHWeVx6Rqu45.$V4IUosrqvzhZrvIsxZgo49U9w5yK1XgTAg3wx2lb0J5",
    ] {
        let hash = Hash::parse(text, Dialect::Unnamed).unwrap();
        let verdict = hash.verify(&Password::new("pencil"), &unlimited);
        assert_eq!(verdict, Err(HashError::Memory), "{text}");
    }
}

#[test]
fn limits_can_be_moved() {
    let hash = Hash::parse(
        "$pbkdf2$131000$zDlnbC0lBKDUmlPqPcdY6w$GfSNmRchS/34jbxkrgeXBHGFO3Y",
        Dialect::Unnamed,
    )
    .unwrap();
    let password = Password::new("pencil");
    let exact = Limits::default().pbkdf2_iterations(131_000);
    assert_eq!(hash.verify(&password, &exact), Ok(true));
    let below = Limits::default().pbkdf2_iterations(130_999);
    assert_eq!(hash.verify(&password, &below), Err(HashError::TooCostly));
}

/// SHA-crypt's work grows with the password in every round, and a stranger chooses that.
#[test]
fn a_long_password_counts() {
    let text = "$6$rounds=656000$pbhq4hSYZ/CulwTN$XTFNNzYSqFBc7YACOEQCOdMsVu922QF53LJdUOBaelprM5HpSVYt2DhvUhpcqjXeeYnRl9FPKfoyKxo4lwZAP1";
    let hash = Hash::parse(text, Dialect::Unnamed).unwrap();
    let limits = Limits::default();
    for octets in [193, 255, 511] {
        let password = Password::new("x".repeat(octets));
        assert_eq!(
            hash.verify(&password, &limits),
            Err(HashError::TooCostly),
            "{octets}"
        );
    }
    assert_eq!(hash.verify(&Password::new("pencil"), &limits), Ok(true));
}
