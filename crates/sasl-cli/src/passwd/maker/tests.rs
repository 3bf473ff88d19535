use base64::engine::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::*;

const ANY: SchemeArgs = SchemeArgs {
    scheme: None,
    iterations: None,
    memory: None,
    lanes: None,
    cost: None,
};

const fn of(scheme: SchemeName) -> SchemeArgs {
    SchemeArgs {
        scheme: Some(scheme),
        ..ANY
    }
}

fn iterated(scheme: SchemeName, iterations: u32) -> SchemeArgs {
    SchemeArgs {
        iterations: Some(iterations),
        ..of(scheme)
    }
}

fn exponential(scheme: SchemeName, cost: u8) -> SchemeArgs {
    SchemeArgs {
        cost: Some(cost),
        ..of(scheme)
    }
}

fn maker(scheme: &SchemeArgs) -> Result<Maker> {
    scheme.maker(Form::Canonical, None)
}

#[test]
fn options_without_a_meaning_are_refused() {
    let memory = |scheme| SchemeArgs {
        memory: Some(8),
        ..of(scheme)
    };
    let lanes = |scheme| SchemeArgs {
        lanes: Some(1),
        ..of(scheme)
    };
    for refused in [
        exponential(SchemeName::Argon2id, 4),
        exponential(SchemeName::ScramSha256, 4),
        exponential(SchemeName::Bcrypt, 3),
        memory(SchemeName::Pbkdf2Sha256),
        memory(SchemeName::ScramSha1),
        lanes(SchemeName::Scrypt),
        iterated(SchemeName::CramMd5, 1),
        iterated(SchemeName::Bcrypt, 1),
        iterated(SchemeName::ScramSha256, 0),
        iterated(SchemeName::Sha512Crypt, 999),
    ] {
        assert!(maker(&refused).is_err());
    }
}

#[test]
fn what_the_format_has_no_place_for_is_refused() {
    for (format, scheme) in [
        (Form::Kafka, iterated(SchemeName::ScramSha256, 4095)),
        (Form::Kafka, of(SchemeName::ScramSha1)),
        (Form::Postgresql, of(SchemeName::ScramSha1)),
        (Form::Postgresql, of(SchemeName::Argon2id)),
        (Form::Dovecot, of(SchemeName::Scrypt)),
        (Form::Ldap, of(SchemeName::CramMd5)),
        (Form::Passlib, of(SchemeName::ScramSha256)),
    ] {
        assert!(scheme.maker(format, None).is_err(), "{format:?}");
    }
}

#[test]
fn what_the_scheme_cannot_take_is_refused() {
    let bcrypt = maker(&exponential(SchemeName::Bcrypt, 4)).unwrap();
    assert!(bcrypt.make(&Password::new(vec![b'x'; 73])).is_err());
    assert!(bcrypt.make(&Password::new(vec![b'x'; 72])).is_ok());
    let scram = maker(&of(SchemeName::ScramSha256)).unwrap();
    for unprepared in [b"\xff".as_slice(), b"pen\x07cil", b"\xc2\xad", b""] {
        assert!(scram.make(&Password::new(unprepared)).is_err());
    }
}

#[test]
fn a_salt_gives_the_text_that_others_made_with_it() {
    let scram = of(SchemeName::ScramSha256);
    let salt = STANDARD.decode("QSXCR+Q6sek8bf92").unwrap();
    let made = scram.maker(Form::Dovecot, None).unwrap().with_salt(&salt);
    // Made by gsasl 2.2.0.
    assert_eq!(
        *made.unwrap().make(&Password::new("pencil")).unwrap(),
        "{SCRAM-SHA-256}4096,QSXCR+Q6sek8bf92,\
         FO+9jBb3MUukt6jJnzjPZOWc5ow/Pu6JtPyju0aqaE8=,qxJ1SbmSAi5EcS0J5Ck/cKAm/+Ixa+Kwp63f4OHDgzo="
    );
    let pbkdf2 = iterated(SchemeName::Pbkdf2Sha256, 29000);
    let salt = STANDARD.decode("VipFaG3tvfceQ8h5z1lLiQ==").unwrap();
    let made = pbkdf2.maker(Form::Passlib, None).unwrap().with_salt(&salt);
    // Made by passlib 1.7.4.
    assert_eq!(
        *made.unwrap().make(&Password::new("pencil")).unwrap(),
        "$pbkdf2-sha256$29000$VipFaG3tvfceQ8h5z1lLiQ$R8Gud4j9S3DuTMRNwbWON0tyUTnFZq3/uZpZ9WDhQ.0"
    );
}

#[test]
fn a_salt_of_another_length_is_refused() {
    for (scheme, len) in [
        (SchemeName::Argon2id, 15),
        (SchemeName::Bcrypt, 17),
        (SchemeName::Sha512Crypt, 16),
        (SchemeName::ScramSha1, 0),
        (SchemeName::ScramSha1, 1025),
        (SchemeName::CramMd5, 16),
    ] {
        let maker = maker(&of(scheme)).unwrap();
        assert!(maker.with_salt(&vec![0; len]).is_err(), "{len}");
    }
    let crypt = maker(&iterated(SchemeName::Sha512Crypt, 1000)).unwrap();
    let made = crypt.with_salt(&[0; 12]).unwrap();
    let made = made.make(&Password::new("pencil")).unwrap();
    assert!(made.starts_with("$6$rounds=1000$................$"));
}

#[test]
fn every_scheme_makes_what_is_read_again() {
    for &scheme in SchemeName::value_variants() {
        let scheme = match scheme {
            SchemeName::Argon2id => SchemeArgs {
                memory: Some(8),
                ..of(scheme)
            },
            SchemeName::Scrypt => exponential(scheme, 1),
            SchemeName::Bcrypt => exponential(scheme, 4),
            SchemeName::CramMd5 => of(scheme),
            _ => iterated(scheme, 1000),
        };
        let made = maker(&scheme).unwrap().make(&Password::new("pencil"));
        let read = sasl::stored::read(&made.unwrap(), &Reading::new());
        assert_eq!(read.unwrap().len(), 1);
    }
}
