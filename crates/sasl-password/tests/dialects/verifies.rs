//! Each text verifies with its password and with no other.

use sasl_core::Password;
use sasl_password::{Algorithm, Dialect, Hash, HashError, Limits};

use crate::data::accepted;

#[test]
fn each_text_fits_its_password_and_no_other() {
    let lines = accepted();
    assert_eq!(lines.len(), 113);
    for line in &lines {
        let what = format!("{} by {}", line.text, line.tool);
        assert_eq!(line.fits(&line.text, &line.password), Ok(true), "{what}");
        // One octet less, another octet, another case.
        let mut other = line.password.clone();
        let last = other.pop().unwrap();
        assert_eq!(line.fits(&line.text, &other), Ok(false), "{what}");
        other.push(if last == 'L' { 'M' } else { 'L' });
        assert_eq!(line.fits(&line.text, &other), Ok(false), "{what}");
    }
}

#[test]
fn each_text_prints_back() {
    for line in accepted() {
        let hash = Hash::parse(&line.text, line.dialect()).unwrap();
        assert_eq!(hash.encode().as_str(), line.text, "{}", line.tool);
        let shown = format!("{hash:?}");
        let digest = &line.text[line.text.len() - 10..];
        assert!(!shown.contains(digest), "{shown}");
    }
}

#[test]
fn every_algorithm_is_there() {
    let names: std::collections::BTreeSet<&str> = accepted()
        .iter()
        .map(|line| Hash::parse(&line.text, line.dialect()).unwrap())
        .map(|hash| hash.description().algorithm.name())
        .collect();
    let all = [
        "apr1",
        "argon2d",
        "argon2i",
        "argon2id",
        "bcrypt",
        "md5",
        "md5-crypt",
        "pbkdf2-sha1",
        "pbkdf2-sha256",
        "pbkdf2-sha512",
        "scrypt",
        "sha1",
        "sha256",
        "sha256-crypt",
        "sha384",
        "sha512",
        "sha512-crypt",
        "yescrypt",
    ];
    assert!(names.into_iter().eq(all));
}

/// The case of a tag does not matter; that of a number in it does not exist.
#[test]
fn tags_in_any_case() {
    let line = "{ssha}BMGsfICT0MuVK1h884teLirs83Uo8TNF";
    let hash = Hash::parse(line, Dialect::Unnamed).unwrap();
    assert_eq!(hash.description().algorithm, Algorithm::Sha1);
    assert_eq!(hash.encode().as_str(), line.replace("ssha", "SSHA"));
}

/// bcrypt would look at the first 72 octets only, so that a longer password would fit too.
#[test]
fn bcrypt_takes_72_octets_and_no_more() {
    let lines = accepted();
    let line = lines
        .iter()
        .find(|line| line.text.starts_with("$2b$04") && line.password.len() == 72)
        .unwrap();
    let longer = format!("{}x", line.password);
    assert_eq!(
        line.fits(&line.text, &longer),
        Err(HashError::PasswordTooLong)
    );
    assert_eq!(line.fits(&line.text, &line.password[..71]), Ok(false));
}

/// bcrypt repeats its input, so that `pencil NUL pencil` would be `pencil`; HMAC fills up with NULs, so that PBKDF2 and
/// scrypt would take `pencil NUL` for it; crypt(3) ends at one.
#[test]
fn no_nul_anywhere() {
    for line in accepted() {
        for nul in [
            "\0".to_owned(),
            "\0x".to_owned(),
            format!("\0{}", line.password),
        ] {
            let password = format!("{}{nul}", line.password);
            let fits = line.fits(&line.text, &password);
            assert!(
                matches!(
                    fits,
                    Err(HashError::PasswordNul | HashError::PasswordTooLong)
                ),
                "{line:?}: {fits:?}"
            );
        }
    }
}

#[test]
fn passwords_have_a_limit() {
    let longest = Password::new(vec![b'x'; 512]);
    let hash = Hash::parse("$1$LN592KWz$hlBIt/KLWmxNVt4hlO1X5/", Dialect::Unnamed).unwrap();
    assert_eq!(
        hash.verify(&longest, &Limits::default()),
        Err(HashError::PasswordTooLong)
    );
    let longest = Password::new(vec![b'x'; 4097]);
    let hash = Hash::parse("{SHA}0vxRJJChUDZGC1SJQBQ51tpUB/o=", Dialect::Unnamed).unwrap();
    assert_eq!(
        hash.verify(&longest, &Limits::default()),
        Err(HashError::PasswordTooLong)
    );
}
