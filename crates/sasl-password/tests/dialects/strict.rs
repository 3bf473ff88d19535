//! A hash has one text: cut short, changed in one character, made longer or written otherwise, it lets nobody in.

use sasl_core::Password;
use sasl_password::{Dialect, Hash, HashError, Limits};

use crate::data::{Accepted, accepted};

/// Cheap to check, since each is checked hundreds of times.
fn fast() -> impl Iterator<Item = Accepted> {
    accepted().into_iter().filter(|line| {
        let cost = Hash::parse(&line.text, line.dialect())
            .unwrap()
            .description()
            .cost;
        match cost {
            sasl_password::Cost::Iterations(rounds) => rounds <= 1000,
            sasl_password::Cost::Exponent(cost) => cost <= 4,
            cost => cost.work_kib() <= 256,
        }
    })
}

/// A number that was changed must not make a check a long one.
fn lets_in(line: &Accepted, text: &str) -> bool {
    let limits = Limits::default()
        .memory_kib(1024)
        .work_kib(1024)
        .pbkdf2_iterations(2000)
        .sha_crypt_rounds(5000)
        .bcrypt_cost(6);
    let password = Password::new(line.password.as_str());
    Hash::parse(text, line.dialect()).and_then(|hash| hash.verify(&password, &limits)) == Ok(true)
}

#[test]
fn nothing_cut_off() {
    // Where checking is dear: a text cut short does not even parse.
    for line in accepted() {
        for (end, _) in line.text.char_indices() {
            let cut = &line.text[..end];
            let parsed = Hash::parse(cut, line.dialect());
            let is_salted = line.text.starts_with("{SSHA") || line.text.starts_with("{SMD5");
            let is_shorter_argon2 = line.text.contains("$argon2");
            assert!(
                parsed.is_err() || is_salted || is_shorter_argon2,
                "{cut} of {}",
                line.text
            );
        }
    }
    // Where it is cheap: and if it parses, it lets nobody in.
    let mut lines = 0;
    for line in fast() {
        lines += 1;
        for (end, _) in line.text.char_indices() {
            assert!(!lets_in(&line, &line.text[..end]), "{}", &line.text[..end]);
        }
    }
    assert!(lines > 60, "{lines}");
}

#[test]
fn nothing_added() {
    for line in accepted() {
        for more in ["$", " ", "\n", "\0", "=", "A", ".", "$x", "\u{e9}", "}"] {
            let text = format!("{}{more}", line.text);
            if more != "A" && more != "." && !line.text.contains("$argon2") {
                assert!(Hash::parse(&text, line.dialect()).is_err(), "{text}");
            }
            let text = format!("{more}{}", line.text);
            assert!(Hash::parse(&text, line.dialect()).is_err(), "{text}");
        }
    }
    for line in fast() {
        for more in ["A", ".", "AAAA", "...."] {
            let text = format!("{}{more}", line.text);
            assert!(!lets_in(&line, &text), "{text}");
        }
    }
}

/// Each character becomes its neighbours in ASCII, its other case, and a few that mean something.
#[test]
fn no_character_changed() {
    let mut changes = 0;
    for line in fast() {
        let octets = line.text.as_bytes();
        for place in 0..octets.len() {
            let old = octets[place];
            for new in [
                old ^ 1,
                old ^ 0x20,
                old.wrapping_add(1),
                b'$',
                b'0',
                b'=',
                b' ',
                b'.',
            ] {
                let mut octets = octets.to_vec();
                octets[place] = new;
                let Ok(text) = String::from_utf8(octets) else {
                    continue;
                };
                if text == line.text || is_the_same_hash(&line.text, &text) {
                    continue;
                }
                changes += 1;
                assert!(!lets_in(&line, &text), "{text} for {}", line.text);
            }
        }
    }
    assert!(changes > 20_000, "{changes}");
}

/// Two names of one function, and the case of a tag.
fn is_the_same_hash(old: &str, new: &str) -> bool {
    let bcrypt = |text: &str| {
        ["$2a$", "$2b$", "$2y$"]
            .iter()
            .find_map(|version| text.strip_prefix(version).map(str::to_owned))
    };
    let untagged = |text: &str| {
        text.split_once('}')
            .map(|(tag, rest)| format!("{}}}{rest}", tag.to_ascii_uppercase()))
    };
    bcrypt(old).is_some_and(|rest| bcrypt(new) == Some(rest))
        || untagged(old).is_some_and(|text| untagged(new) == Some(text))
        // No version is the version 16.
        || old.contains("$argon2i$v=16$") && new == old.replace("v=16$", "")
}

#[test]
fn written_otherwise() {
    let digest = "p+pQwemdFVS/A6TiRlvqH1MARLKEYepuhw2PxibNV7E";
    let cases = [
        // Argon2: order, signs, leading zeros, what stands for nothing, padding, what is not known here.
        format!("$argon2id$v=19$t=3,m=4096,p=1$c2FsdHNhbHQ${digest}"),
        format!("$argon2id$v=19$m=04096,t=3,p=1$c2FsdHNhbHQ${digest}"),
        format!("$argon2id$v=19$m=+4096,t=3,p=1$c2FsdHNhbHQ${digest}"),
        format!("$argon2id$v=19$m= 4096,t=3,p=1$c2FsdHNhbHQ${digest}"),
        format!("$argon2id$v=19$m=4096,t=3,p=1,$c2FsdHNhbHQ${digest}"),
        format!("$argon2id$v=19$m=4096,t=3$c2FsdHNhbHQ${digest}"),
        format!("$argon2id$v=19$m=4096,t=3,p=1,data=c2Fs$c2FsdHNhbHQ${digest}"),
        format!("$argon2id$v=19$m=4096,t=3,p=1,keyid=c2Fs$c2FsdHNhbHQ${digest}"),
        format!("$argon2id$v=13$m=4096,t=3,p=1$c2FsdHNhbHQ${digest}"),
        format!("$argon2id$v=19$v=19$m=4096,t=3,p=1$c2FsdHNhbHQ${digest}"),
        format!("$argon2id$v=19$m=4096,t=3,p=1$c2FsdHNhbHQ=${digest}"),
        format!("$argon2id$v=19$m=4096,t=3,p=1$c2FsdHNhbHQ${digest}="),
        format!("$ARGON2ID$v=19$m=4096,t=3,p=1$c2FsdHNhbHQ${digest}"),
        // PBKDF2.
        format!("$pbkdf2-sha256$i=1000,l=31$VipFaG3tvfceQ8h5z1lLiQ${digest}"),
        format!("$pbkdf2-sha256$l=32,i=1000$VipFaG3tvfceQ8h5z1lLiQ${digest}"),
        format!("$pbkdf2-sha256$i=1000,l=32,x=1$VipFaG3tvfceQ8h5z1lLiQ${digest}"),
        format!("$pbkdf2-sha256$i=1000,l=32$${digest}"),
        format!("$pbkdf2-sha256$1000$${}", digest.replace('+', ".")),
        format!(
            "$pbkdf2-sha256$01000$VipFaG3tvfceQ8h5z1lLiQ${}",
            digest.replace('+', ".")
        ),
        format!("$pbkdf2-sha256$1000$VipFaG3tvfceQ8h5z1lLiQ${digest}"),
        format!(
            "$pbkdf2-sha512$1000$VipFaG3tvfceQ8h5z1lLiQ${}",
            digest.replace('+', ".")
        ),
        format!("pbkdf2_sha256$1000$${digest}="),
        format!("pbkdf2_sha256$1000$sa lt${digest}="),
        format!("pbkdf2_sha256$1000$salt${digest}"),
        "{PBKDF2}$1$3hrXC0Tsi3TCrT6E$5000$1ECBF348E9E160E30CE3B3BABD6E87237B6444D8".to_owned(),
        "{PBKDF2}$2$3hrXC0Tsi3TCrT6E$5000$1ecbf348e9e160e30ce3b3babd6e87237b6444d8".to_owned(),
        // SHA-crypt: a salt too long, none, other characters; pad bits.
        "$5$CecnWTSnO1Spx0tNx$j6oaOJiVFBUy6F9DzmCPEpyLX0xA2R75WV/chZCAEID".to_owned(),
        "$5$$j6oaOJiVFBUy6F9DzmCPEpyLX0xA2R75WV/chZCAEID".to_owned(),
        "$5$Cecn-TSnO1Spx0tN$j6oaOJiVFBUy6F9DzmCPEpyLX0xA2R75WV/chZCAEID".to_owned(),
        "$5$CecnWTSnO1Spx0tN$j6oaOJiVFBUy6F9DzmCPEpyLX0xA2R75WV/chZCAEIz".to_owned(),
        "$5$rounds=05000$CecnWTSnO1Spx0tN$j6oaOJiVFBUy6F9DzmCPEpyLX0xA2R75WV/chZCAEID".to_owned(),
        "$5$rounds=5000,$CecnWTSnO1Spx0tN$j6oaOJiVFBUy6F9DzmCPEpyLX0xA2R75WV/chZCAEID".to_owned(),
        // bcrypt: the pad bits of salt and digest, one digit.
        "$2b$05$RiPJjOgwp3mYjo0AGgBa0P4XbTAMO9WQstYiwqUDs1ULAdScoh37a".to_owned(),
        "$2b$05$RiPJjOgwp3mYjo0AGgBa0O4XbTAMO9WQstYiwqUDs1ULAdScoh37b".to_owned(),
        "$2b$5$RiPJjOgwp3mYjo0AGgBa0O4XbTAMO9WQstYiwqUDs1ULAdScoh37a".to_owned(),
        "$2b$+5$RiPJjOgwp3mYjo0AGgBa0O4XbTAMO9WQstYiwqUDs1ULAdScoh37a".to_owned(),
        "$2b$005$RiPJjOgwp3mYjo0AGgBa0O4XbTAMO9WQstYiwqUDs1ULAdScoh37a".to_owned(),
        // yescrypt and scrypt: other flavours, more fields, other characters.
        "$y$/9T$AQYR1rWowzHWeVx6Rqu45.$V4IUosrqvzhZrvIsxZgo49U9w5yK1XgTAg3wx2lb0J5".to_owned(),
        "$y$j9T/.$AQYR1rWowzHWeVx6Rqu45.$V4IUosrqvzhZrvIsxZgo49U9w5yK1XgTAg3wx2lb0J5".to_owned(),
        "$y$j9T$$V4IUosrqvzhZrvIsxZgo49U9w5yK1XgTAg3wx2lb0J5".to_owned(),
        "$7$CU..../....$CHauk16Vev5mw6cxYT1lja5xD3Zo4dcyC8oQ30kaI09".to_owned(),
        "$7$CU...$CHauk16Vev5mw6cxYT1lja5xD3Zo4dcyC8oQ30kaI09".to_owned(),
        "$7$C\u{e9}..../....un5b$CHauk16Vev5mw6cxYT1lja5xD3Zo4dcyC8oQ30kaI09".to_owned(),
        "$scrypt$ln=16,r=8$vxfCeK+VUmqNcY7xHqM0Jg$QNJ4lqiad+nZNBXhz3cyjXW8nio+lg+UX6TT1WuZn7M"
            .to_owned(),
        "$scrypt$ln=16,r=8,p=1$$QNJ4lqiad+nZNBXhz3cyjXW8nio+lg+UX6TT1WuZn7M".to_owned(),
        // Digests: no salt where there must be one, one where there must be none, white space, upper case.
        "{SSHA}0vxRJJChUDZGC1SJQBQ51tpUB/o=".to_owned(),
        "{SHA}BMGsfICT0MuVK1h884teLirs83Uo8TNF".to_owned(),
        "{SHA} 0vxRJJChUDZGC1SJQBQ51tpUB/o=".to_owned(),
        "{SHA}".to_owned(),
        "{PLAIN-MD5}A8F6830BCE790A8A67FC2E84E12093BA".to_owned(),
        "{PLAIN-MD5.B64}a8f6830bce790a8a67fc2e84e12093ba".to_owned(),
        // MD5-crypt.
        "$1$LN592KWzx$hlBIt/KLWmxNVt4hlO1X5/".to_owned(),
        "$1$$hlBIt/KLWmxNVt4hlO1X5/".to_owned(),
        "$1$LN592KWz$hlBIt/KLWmxNVt4hlO1X5z".to_owned(),
    ];
    for text in cases {
        let why = Hash::parse(&text, Dialect::Dovecot).expect_err(&text);
        assert!(
            matches!(
                why,
                HashError::Syntax
                    | HashError::Encoding
                    | HashError::Salt
                    | HashError::Digest
                    | HashError::Unknown
            ),
            "{text}: {why:?}"
        );
    }
}
