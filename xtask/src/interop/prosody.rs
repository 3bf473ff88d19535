//! Prosody, an XMPP server.

use anyhow::Result;

use super::certificates::Certificates;
use super::daemon::{Daemon, Place, free_port};
use super::matrix::{ACCOUNTS, Account};
use super::real::{Protection, Word, between};

const CONFIGURATION: &str = include_str!("../../../tests/interop/prosody.cfg.lua");

/// Where it keeps accounts in clear text, of which it makes what SCRAM needs at each login.
const ACCOUNTS_OF: &str = "data/localhost/accounts";

pub(crate) fn start(certificates: &Certificates) -> Result<Daemon> {
    let place = Place::new(certificates)?;
    let ports = [("xmpp", free_port()?), ("xmpps", free_port()?)];
    let [port, tls_port] = ports.map(|(_, port)| port.to_string());
    place.configure(
        "prosody.cfg.lua",
        CONFIGURATION,
        &[("@PORT@", port), ("@TLS_PORT@", tls_port)],
    )?;
    place.directory(ACCOUNTS_OF)?;
    for Account { name, password } in ACCOUNTS {
        let account = format!("return {{ [\"password\"] = \"{password}\" }};\n");
        place.write(&format!("{ACCOUNTS_OF}/{}.dat", file_name(name)), account)?;
    }
    let mut command = place.command("prosody");
    command.args(["-F", "--config", &place.argument("prosody.cfg.lua")]);
    Daemon::start(place, command, "TERM", &ports)
}

/// Whatever is not a letter or a digit stands there in hexadecimal.
fn file_name(name: &str) -> String {
    let octets = name.bytes().map(|octet| match octet {
        b'a'..=b'z' | b'0'..=b'9' => char::from(octet).to_string(),
        other => format!("%{other:02x}"),
    });
    octets.collect()
}

/// What the log says of a login.
pub(crate) fn read(log: &str) -> Option<Word> {
    let user = between(log, "Authenticated as ", "@");
    let verdict = match user {
        Some(user) => format!("in as {user}"),
        None if log.contains("<failure") => "refused".to_owned(),
        None if log.contains("disconnected: ") => "no attempt".to_owned(),
        None => return None,
    };
    Some(Word {
        verdict,
        tls: Protection::of(between(log, "Stream encrypted (TLSv", " with")),
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_name_is_made_a_file_name() {
        assert_eq!(super::file_name("üser"), "%c3%bcser");
    }
}
