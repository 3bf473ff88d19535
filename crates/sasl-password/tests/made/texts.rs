//! Whatever parses prints back to the same text, whoever wrote it.

use base64ct::{Base64, Base64Bcrypt, Base64ShaCrypt, Base64Unpadded, Encoding};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use sasl_password::{Dialect, Hash};

/// Salts and digests of all the lengths that occur, and of some that do not, written as the form wants them, or
/// otherwise.
fn octets(usual: fn(&[u8]) -> String, lens: &'static [usize]) -> impl Strategy<Value = String> {
    let len = prop_oneof![9 => select(lens), 1 => 0..70_usize];
    let codings: [fn(&[u8]) -> String; 6] = [padded, unpadded, ab64, crypt, bcrypt, hex];
    let coding = prop_oneof![19 => Just(usual), 1 => select(codings.to_vec())];
    (len.prop_flat_map(|len| vec(any::<u8>(), len)), coding)
        .prop_map(|(octets, coding)| coding(&octets))
}

fn padded(octets: &[u8]) -> String {
    Base64::encode_string(octets)
}

fn unpadded(octets: &[u8]) -> String {
    Base64Unpadded::encode_string(octets)
}

fn ab64(octets: &[u8]) -> String {
    unpadded(octets).replace('+', ".")
}

fn crypt(octets: &[u8]) -> String {
    Base64ShaCrypt::encode_string(octets)
}

fn bcrypt(octets: &[u8]) -> String {
    Base64Bcrypt::encode_string(octets)
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

/// Texts that are hashes, or nearly.
fn text() -> impl Strategy<Value = String> {
    let argon2 = (
        "argon2(id|i|d)",
        "(v=1[69]\\$)?",
        "m=[1-9][0-9]{2,5}",
        "t=[0-9]{1,3}",
        "p=[0-9]{1,2}",
        octets(unpadded, &[8, 16]),
        octets(unpadded, &[16, 32, 64]),
    )
        .prop_map(|(id, v, m, t, p, salt, digest)| format!("${id}${v}{m},{t},{p}${salt}${digest}"));
    let scrypt = (
        "[0-9]{1,2}",
        "[1-9][0-9]?",
        "[1-9]",
        octets(unpadded, &[8, 16]),
        octets(unpadded, &[32]),
    )
        .prop_map(|(n, r, p, salt, digest)| format!("$scrypt$ln={n},r={r},p={p}${salt}${digest}"));
    let phc = (
        "-sha256|-sha512|",
        "i=[1-9][0-9]{0,6}(,l=(20|32|64))?",
        octets(unpadded, &[8, 16]),
        octets(unpadded, &[20, 32, 64]),
    )
        .prop_map(|(id, cost, salt, digest)| format!("$pbkdf2{id}${cost}${salt}${digest}"));
    let passlib = (
        "\\$pbkdf2(-sha256|-sha512)?\\$|\\{PBKDF2(-SHA(1|256|512))?\\}",
        "[1-9][0-9]{0,6}",
        octets(ab64, &[8, 16]),
        octets(ab64, &[20, 32, 64]),
    )
        .prop_map(|(id, rounds, salt, digest)| format!("{id}{rounds}${salt}${digest}"));
    let pysasl = (
        "\\$pbkdf2(-sha256|-sha512)?\\$",
        "[1-9][0-9]{0,6}",
        octets(padded, &[8, 16, 18]),
        octets(padded, &[20, 32, 64]),
    )
        .prop_map(|(id, rounds, salt, digest)| format!("{id}{rounds}${salt}${digest}"));
    let django = (
        "pbkdf2_sha(1|256|512)",
        "[1-9][0-9]{0,6}",
        "[!-~]{1,12}",
        octets(padded, &[20, 32, 64]),
    )
        .prop_map(|(id, rounds, salt, digest)| format!("{id}${rounds}${salt}${digest}"));
    let dovecot = ("[!-~]{1,12}", "[1-9][0-9]{0,6}", octets(hex, &[20]))
        .prop_map(|(salt, rounds, digest)| format!("{{PBKDF2}}$1${salt}${rounds}${digest}"));
    let crypts = (
        "\\$(1|apr1)\\$[./A-Za-z0-9]{0,9}\\$|\\$[56]\\$(rounds=[0-9]{4,6}\\$)?[./A-Za-z0-9]{0,17}\\$|\\$7\\$[./A-Za-z0-9]{12,30}\\$",
        octets(crypt, &[16, 32, 64]),
    )
        .prop_map(|(setting, digest)| format!("{setting}{digest}"));
    let yescrypt = (
        "\\$y\\$j[./A-Za-z0-9]{2}\\$",
        octets(crypt, &[16]),
        octets(crypt, &[32]),
    )
        .prop_map(|(setting, salt, digest)| format!("{setting}{salt}${digest}"));
    let bcrypts = (
        "\\$2[aby]\\$[0-3][0-9]\\$",
        octets(bcrypt, &[16]),
        octets(bcrypt, &[23]),
    )
        .prop_map(|(setting, salt, digest)| format!("{setting}{salt}{digest}"));
    let bare = prop_oneof![
        argon2, scrypt, phc, passlib, pysasl, django, dovecot, crypts, yescrypt, bcrypts
    ]
    .boxed();
    let tagged = (
        "\\{(CRYPT|BLF-CRYPT|crypt|Argon2|MD5|SHA512-CRYPT)(\\.(HEX|B64|base64))?\\}",
        bare.clone(),
    )
        .prop_map(|(tag, rest)| {
            let upper = tag.to_ascii_uppercase();
            if upper.ends_with(".HEX}") {
                format!("{tag}{}", hex(rest.as_bytes()))
            } else if upper.contains('.') {
                format!("{tag}{}", padded(rest.as_bytes()))
            } else {
                format!("{tag}{rest}")
            }
        });
    let digest = (
        "\\{(S?SHA(1|256|384|512)?|S?MD5|LDAP-MD5|PLAIN-MD5|PKCS5S2)(\\.(HEX|B64|BASE64))?\\}",
        octets(padded, &[16, 20, 32, 48, 64]),
    )
        .prop_map(|(tag, rest)| format!("{tag}{rest}"));
    prop_oneof![10 => bare, 2 => tagged, 2 => digest, 1 => ".{0,40}"]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn whatever_parses_prints_back(text in text()) {
        for dialect in [Dialect::Unnamed, Dialect::Ldap, Dialect::Dovecot] {
            if let Ok(hash) = Hash::parse(&text, dialect) {
                let printed = hash.encode();
                let tag_len = if text.starts_with('{') { text.find('}').unwrap() } else { 0 };
                prop_assert_eq!(&printed.as_str()[tag_len..], &text[tag_len..]);
                prop_assert!(printed.as_str().eq_ignore_ascii_case(&text));
                let again = Hash::parse(printed.as_str(), dialect).unwrap();
                prop_assert_eq!(again.description(), hash.description());
            }
        }
    }
}

/// The property above would say nothing if the texts did not parse.
#[test]
fn enough_of_them_parse() {
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let strategy = text();
    let mut counts = std::collections::BTreeMap::new();
    for _ in 0..4096 {
        let text = strategy.new_tree(&mut runner).unwrap().current();
        if let Ok(hash) = Hash::parse(&text, Dialect::Ldap) {
            let tagged = if text.starts_with('{') { "tagged " } else { "" };
            let name = format!("{tagged}{}", hash.description().algorithm);
            *counts.entry(name).or_insert(0) += 1;
        }
    }
    for name in [
        "argon2d",
        "argon2i",
        "argon2id",
        "apr1",
        "bcrypt",
        "md5-crypt",
        "pbkdf2-sha1",
        "pbkdf2-sha256",
        "pbkdf2-sha512",
        "scrypt",
        "sha256-crypt",
        "sha512-crypt",
        "yescrypt",
        "tagged bcrypt",
        "tagged pbkdf2-sha256",
        "tagged md5",
        "tagged sha1",
    ] {
        assert!(
            counts.get(name).is_some_and(|count| *count >= 5),
            "{name}: {counts:?}"
        );
    }
}
