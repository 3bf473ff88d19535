//! The same password hash in the text of another program: tags put before it or taken away, PBKDF2's fields in another order.

use sasl::stored::Dialect;
use sasl_password::{Algorithm, Hash};
use zeroize::Zeroizing;

use super::form::{Form, Unfit};

/// Writes a hash for the readers of a form. Whatever comes out was read again as a hash of the same algorithm, cost and lengths.
pub(super) fn write(form: Form, text: &str, dialect: Dialect) -> Result<Zeroizing<String>, Unfit> {
    let hash = Hash::parse(text, dialect)?;
    let description = hash.description();
    let (tag, body) = split(text);
    if tag.is_some_and(|tag| tag.contains('.')) {
        return Err(Unfit::Suffix);
    }
    let candidates = candidates(form, description.algorithm, tag, body, dialect);
    let target = match form {
        Form::Ldap => Dialect::Ldap,
        Form::Dovecot => Dialect::Dovecot,
        _ => Dialect::Unnamed,
    };
    candidates
        .into_iter()
        .map(Zeroizing::new)
        .find(|text| Hash::parse(text, target).is_ok_and(|hash| hash.description() == description))
        .ok_or(Unfit::Unknown(form))
}

fn split(text: &str) -> (Option<&str>, &str) {
    match text.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
        Some((tag, body)) => (Some(tag), body),
        None => (None, text),
    }
}

/// What the text could be, best first; whether it is, is seen by reading it.
fn candidates(
    form: Form,
    algorithm: Algorithm,
    tag: Option<&str>,
    body: &str,
    dialect: Dialect,
) -> Vec<String> {
    let tagged = |tag: &str| format!("{{{tag}}}{body}");
    let own_tag = || tag.map(|tag| tagged(&tag.to_ascii_uppercase()));
    // One MD5 has a tag with one meaning too.
    let named_md5 = || match dialect {
        _ if algorithm != Algorithm::Md5 => None,
        Dialect::Dovecot => Some(tagged("PLAIN-MD5")),
        _ => Some(tagged("LDAP-MD5")),
    };
    let mut texts = Vec::new();
    match form {
        Form::Canonical => {
            // A dialect is not in the text: nothing may hang on it.
            texts.push(body.to_owned());
            texts.extend(own_tag());
            texts.extend(named_md5());
            texts.extend(passlib_pbkdf2(algorithm, tag, body));
        }
        Form::Passlib => {
            if is_of_passlib(algorithm) {
                texts.extend(passlib_pbkdf2(algorithm, tag, body));
                texts.push(body.to_owned());
                texts.extend(own_tag());
            }
        }
        Form::Dovecot => {
            texts.extend(named_md5());
            texts.extend(dovecot_tag(algorithm, body).map(tagged));
            texts.extend(own_tag().filter(|_| is_of_dovecot(algorithm)));
        }
        Form::Ldap => {
            let pbkdf2 = passlib_pbkdf2(algorithm, tag, body);
            texts.extend(pbkdf2.and_then(|text| ldap_pbkdf2(&text)));
            texts.extend(ldap_tag(algorithm).map(tagged));
            texts.extend(own_tag().filter(|_| is_digest(algorithm)));
        }
        Form::Postgresql | Form::Kafka => {}
    }
    texts
}

/// `$pbkdf2-sha256$29000$salt$digest`, out of passlib's own, the PHC form or LDAP's.
fn passlib_pbkdf2(algorithm: Algorithm, tag: Option<&str>, body: &str) -> Option<String> {
    let id = match algorithm {
        Algorithm::Pbkdf2Sha1 => "pbkdf2",
        Algorithm::Pbkdf2Sha256 => "pbkdf2-sha256",
        Algorithm::Pbkdf2Sha512 => "pbkdf2-sha512",
        _ => return None,
    };
    if tag.is_some() {
        return Some(format!("${id}${body}"));
    }
    let rest = body
        .strip_prefix('$')?
        .strip_prefix(id)?
        .strip_prefix('$')?;
    let Some(phc) = rest.strip_prefix("i=") else {
        return Some(body.to_owned());
    };
    let (parameters, rest) = phc.split_once('$')?;
    let iterations = parameters.split(',').next()?;
    // passlib has `.` where base64 has `+`.
    Some(format!("${id}${iterations}${}", rest.replace('+', ".")))
}

/// `{PBKDF2-SHA256}29000$salt$digest`.
fn ldap_pbkdf2(passlib: &str) -> Option<String> {
    let (id, body) = passlib.strip_prefix('$')?.split_once('$')?;
    Some(format!("{{{}}}{body}", id.to_ascii_uppercase()))
}

fn dovecot_tag(algorithm: Algorithm, body: &str) -> Option<&'static str> {
    Some(match algorithm {
        Algorithm::Argon2id => "ARGON2ID",
        Algorithm::Argon2i => "ARGON2I",
        Algorithm::Bcrypt => "BLF-CRYPT",
        Algorithm::Sha256Crypt => "SHA256-CRYPT",
        Algorithm::Sha512Crypt => "SHA512-CRYPT",
        Algorithm::Md5Crypt => "MD5-CRYPT",
        // By crypt(3), where that knows them.
        Algorithm::Yescrypt => "CRYPT",
        Algorithm::Scrypt if body.starts_with("$7$") => "CRYPT",
        _ => return None,
    })
}

/// What OpenLDAP checks itself or by a module of its own, and what crypt(3) does.
fn ldap_tag(algorithm: Algorithm) -> Option<&'static str> {
    Some(match algorithm {
        Algorithm::Argon2id | Algorithm::Argon2i => "ARGON2",
        Algorithm::Bcrypt
        | Algorithm::Sha256Crypt
        | Algorithm::Sha512Crypt
        | Algorithm::Md5Crypt
        | Algorithm::Yescrypt
        | Algorithm::Scrypt => "CRYPT",
        Algorithm::Md5 => "MD5",
        _ => return None,
    })
}

fn is_digest(algorithm: Algorithm) -> bool {
    matches!(
        algorithm,
        Algorithm::Md5
            | Algorithm::Sha1
            | Algorithm::Sha256
            | Algorithm::Sha384
            | Algorithm::Sha512
    )
}

/// Those that keep the tag they have: Dovecot has no SHA-384.
fn is_of_dovecot(algorithm: Algorithm) -> bool {
    (is_digest(algorithm) && algorithm != Algorithm::Sha384) || algorithm == Algorithm::Pbkdf2Sha1
}

fn is_of_passlib(algorithm: Algorithm) -> bool {
    !matches!(algorithm, Algorithm::Yescrypt)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARGON2ID: &str =
        "$argon2id$v=19$m=4096,t=3,p=1$c2FsdHNhbHQ$p+pQwemdFVS/A6TiRlvqH1MARLKEYepuhw2PxibNV7E";
    const PASSLIB: &str =
        "$pbkdf2-sha256$29000$VipFaG3tvfceQ8h5z1lLiQ$R8Gud4j9S3DuTMRNwbWON0tyUTnFZq3/uZpZ9WDhQ.0";
    const BCRYPT: &str = "$2y$05$ulAaqHkPnPvjvmLdoQEcF.3DOsZHnkOFZnucW1an2f2q9SptJIE7u";

    fn written(form: Form, text: &str, dialect: Dialect) -> Result<String, Unfit> {
        write(form, text, dialect).map(|text| text.as_str().to_owned())
    }

    #[test]
    fn what_a_program_does_not_know_is_not_written_for_it() {
        for (form, text) in [
            (Form::Postgresql, ARGON2ID),
            (Form::Kafka, BCRYPT),
            (Form::Dovecot, PASSLIB),
            (Form::Dovecot, "$apr1$V8nA/YAN$Anvh4H9zCzxVRa/x6DvLk."),
            (
                Form::Dovecot,
                "$scrypt$ln=16,r=8,p=1$vxfCeK+VUmqNcY7xHqM0Jg$QNJ4lqiad+nZNBXhz3cyjXW8nio+lg+UX6TT1WuZn7M",
            ),
            (Form::Ldap, "$apr1$V8nA/YAN$Anvh4H9zCzxVRa/x6DvLk."),
            (
                Form::Passlib,
                "$y$j9T$AQYR1rWowzHWeVx6Rqu45.$V4IUosrqvzhZrvIsxZgo49U9w5yK1XgTAg3wx2lb0J5",
            ),
        ] {
            assert_eq!(
                written(form, text, Dialect::Unnamed),
                Err(Unfit::Unknown(form)),
                "{text}"
            );
        }
        let hexadecimal = "{SHA.HEX}d2fc714892a1503646182d494014 39d69ba507f8".replace(' ', "");
        assert!(written(Form::Canonical, &hexadecimal, Dialect::Dovecot).is_err());
    }

    #[test]
    fn tags_come_and_go() {
        for (form, text, dialect, expected) in [
            (
                Form::Dovecot,
                ARGON2ID,
                Dialect::Unnamed,
                format!("{{ARGON2ID}}{ARGON2ID}"),
            ),
            (
                Form::Ldap,
                ARGON2ID,
                Dialect::Unnamed,
                format!("{{ARGON2}}{ARGON2ID}"),
            ),
            (
                Form::Passlib,
                ARGON2ID,
                Dialect::Unnamed,
                ARGON2ID.to_owned(),
            ),
            (
                Form::Dovecot,
                BCRYPT,
                Dialect::Unnamed,
                format!("{{BLF-CRYPT}}{BCRYPT}"),
            ),
            (
                Form::Ldap,
                BCRYPT,
                Dialect::Unnamed,
                format!("{{CRYPT}}{BCRYPT}"),
            ),
        ] {
            assert_eq!(written(form, text, dialect).unwrap(), expected);
            assert_eq!(written(Form::Canonical, &expected, dialect).unwrap(), text);
        }
    }

    #[test]
    fn pbkdf2_has_three_orders() {
        let ldap = "{PBKDF2-SHA256}29000$VipFaG3tvfceQ8h5z1lLiQ$R8Gud4j9S3DuTMRNwbWON0tyUTnFZq3/uZpZ9WDhQ.0";
        let phc = "$pbkdf2-sha256$i=29000,l=32$VipFaG3tvfceQ8h5z1lLiQ$R8Gud4j9S3DuTMRNwbWON0tyUTnFZq3/uZpZ9WDhQ+0";
        for text in [PASSLIB, ldap, phc] {
            assert_eq!(written(Form::Ldap, text, Dialect::Unnamed).unwrap(), ldap);
            assert_eq!(
                written(Form::Passlib, text, Dialect::Unnamed).unwrap(),
                PASSLIB
            );
        }
        assert_eq!(
            written(Form::Canonical, phc, Dialect::Unnamed).unwrap(),
            phc
        );
    }

    #[test]
    fn what_has_two_meanings_gets_one() {
        let ldap = "{MD5}qPaDC855Copn/C6E4SCTug==";
        for (form, expected) in [
            (Form::Ldap, ldap),
            (Form::Dovecot, "{LDAP-MD5}qPaDC855Copn/C6E4SCTug=="),
            (Form::Canonical, "{LDAP-MD5}qPaDC855Copn/C6E4SCTug=="),
        ] {
            assert_eq!(written(form, ldap, Dialect::Ldap).unwrap(), expected);
        }
        let dovecot = "{MD5}$1$m858aBGg$zx7bN74alpzRbyhuRvR3b/";
        assert_eq!(
            written(Form::Canonical, dovecot, Dialect::Dovecot).unwrap(),
            "$1$m858aBGg$zx7bN74alpzRbyhuRvR3b/"
        );
        let pbkdf2 = "{PBKDF2}10000$7KLQIlmQ.9ZgJSjFyFQ32w$2JVQy4kk1snj7E5onj2e/RaH7OE";
        assert_eq!(
            written(Form::Canonical, pbkdf2, Dialect::Ldap).unwrap(),
            "$pbkdf2$10000$7KLQIlmQ.9ZgJSjFyFQ32w$2JVQy4kk1snj7E5onj2e/RaH7OE"
        );
    }
}
