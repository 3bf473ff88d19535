//! Dovecot's servers, and the tokens that they take.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Result;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::base64::encode;
use super::certificates::Certificates;
use super::channel::Version;
use super::daemon::{Daemon, Place, free_port};
use super::matrix::{ACCOUNTS, Account};
use super::real::{Protection, Word, between};

const CONFIGURATION: &str = include_str!("../../../tests/interop/dovecot.conf");
const OAUTH: &str = include_str!("../../../tests/interop/dovecot-oauth2.conf");

/// With what tokens are signed: a block of HMAC-SHA256.
type Key = [u8; 64];

/// Dovecot's.
pub(crate) const KEY: Key = [1; 64];

/// Anybody's.
pub(crate) const OTHER_KEY: Key = [2; 64];

/// Where Dovecot looks for it: by what a token says of it when it says nothing.
const KEYS: &str = "keys/default/HS256";

/// What it listens for: mail protocols, without and with TLS at once, and what Postfix asks.
const SERVICES: [&str; 9] = [
    "imap",
    "imaps",
    "pop3",
    "pop3s",
    "submission",
    "submissions",
    "sieve",
    "sieves",
    "auth",
];

/// What OpenSSL reads: Dovecot itself has no option for the newest version that it takes.
const OPENSSL: &str = "openssl_conf = main
[main]
ssl_conf = ssl
[ssl]
system_default = versions
[versions]
MinProtocol = TLSv@VERSION@
MaxProtocol = TLSv@VERSION@
";

/// With this version of TLS only.
pub(crate) fn start(certificates: &Certificates, version: Version) -> Result<Daemon> {
    let place = Place::new(certificates)?;
    let mut ports = Vec::new();
    let mut words = Vec::new();
    for service in SERVICES {
        let port = free_port()?;
        ports.push((service, port));
        words.push((format!("@{}@", service.to_uppercase()), port.to_string()));
    }
    let words: Vec<_> = words
        .iter()
        .map(|(word, port)| (word.as_str(), port.clone()))
        .collect();
    place.configure("dovecot.conf", CONFIGURATION, &words)?;
    let version = version.number().to_owned();
    place.configure("openssl.cnf", OPENSSL, &[("@VERSION@", version)])?;
    place.configure("oauth2.conf", OAUTH, &[])?;
    place.directory(KEYS)?;
    place.write(&format!("{KEYS}/default"), encode(&KEY))?;
    place.directory("mail")?;
    let users = ACCOUNTS.map(|Account { name, password }| format!("{name}:{{PLAIN}}{password}\n"));
    place.write("users", users.concat())?;
    // Of those who have a certificate only this one is known.
    place.write("holders", "user:::::::nopassword=y\n")?;
    let mut command = place.command("dovecot");
    command.args(["-F", "-c", &place.argument("dovecot.conf")]);
    Daemon::start(place, command, "TERM", &ports)
}

/// What the log says of a login.
pub(crate) fn read(log: &str) -> Option<Word> {
    let line = log
        .lines()
        .find(|line| line.contains("-login: Info: Login: "))
        .or_else(|| {
            let mut lines = log.lines();
            lines.find(|line| {
                let ended = ["Disconnected", "Aborted login"];
                line.contains("-login: Info: ") && ended.iter().any(|end| line.contains(end))
            })
        })?;
    let user = between(line, "user=<", ">").unwrap_or_default();
    let verdict = if line.contains(": Login: ") {
        let (_, rest) = line.split_once("method=").unwrap_or_default();
        let mechanism = rest.split(',').next().unwrap_or_default();
        format!("in as {user} by {mechanism}")
    } else if line.contains("auth failed") {
        "refused".to_owned()
    } else {
        "no attempt".to_owned()
    };
    Some(Word {
        verdict,
        tls: Protection::of(between(line, ", TLSv", " with cipher")),
    })
}

/// A JSON Web Token (RFC 7519) for an hour, signed with HMAC-SHA256.
pub(crate) fn token(subject: &str, key: &Key) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.unwrap_or_default().as_secs();
    let header = serde_json::json!({ "typ": "JWT", "alg": "HS256" });
    let claims = serde_json::json!({ "sub": subject, "iat": now, "exp": now + 3600 });
    let [header, claims] =
        [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string().as_bytes()));
    let mut mac = Hmac::<Sha256>::new(key.into());
    mac.update(format!("{header}.{claims}").as_bytes());
    let signature = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
    format!("{header}.{claims}.{signature}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_says_who_came_in() {
        for (line, verdict, tls) in [
            (
                "imap-login: Info: Login: user=<u>, method=PLAIN, TLSv1.3 with cipher X (256/256 bits)",
                "in as u by PLAIN",
                Some("1.3"),
            ),
            (
                "pop3-login: Info: Login: user=<u>, method=LOGIN",
                "in as u by LOGIN",
                None,
            ),
            (
                "imap-login: Info: Disconnected: Connection closed (auth failed, 1 attempts in 0 secs): user=<u>, method=PLAIN",
                "refused",
                None,
            ),
            (
                "imap-login: Info: Aborted login (no auth attempts in 0 secs): user=<>",
                "no attempt",
                None,
            ),
        ] {
            let word = read(line).unwrap();
            assert_eq!(word.verdict, verdict);
            assert_eq!(word.tls, Protection::of(tls));
        }
        assert!(read("auth: Info: passwd-file(user): Password mismatch").is_none());
    }
}
