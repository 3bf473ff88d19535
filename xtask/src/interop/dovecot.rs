//! Dovecot's IMAP server, and the tokens that it takes.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Result;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use xshell::Shell;

use super::base64::encode;
use super::certificates::Certificates;
use super::daemon::{Daemon, Place, free_port};
use super::matrix::{ACCOUNTS, Account};

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

pub(crate) fn start(sh: &Shell, certificates: &Certificates) -> Result<Daemon> {
    let place = Place::new(sh, certificates)?;
    let ports = [free_port()?, free_port()?];
    let [port, tls_port] = ports.map(|port| port.to_string());
    place.configure(
        "dovecot.conf",
        CONFIGURATION,
        &[("@PORT@", port), ("@TLS_PORT@", tls_port)],
    )?;
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
    Daemon::start(place, &mut command, "TERM", ports)
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
