//! Our own: `sasl login`.

use std::process::Command;

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::{Door, PATIENCE, authority, own_certificate};
use crate::interop::certificates::{Certificates, argument};
use crate::interop::channel::Version;
use crate::interop::matrix::Cell;

/// Its password or token is on its input.
pub(super) fn arguments(
    command: &mut Command,
    cell: &Cell,
    door: &Door,
    certificates: &Certificates,
) {
    let at_once = if cell.channel.is_at_once() { "s" } else { "" };
    let Door {
        protocol, address, ..
    } = door;
    let server = match (&door.socket, *protocol) {
        (Some(socket), _) => format!("ldapi://{}", argument(socket).replace('/', "%2F")),
        // XMPP asks for the host by its name.
        (_, "xmpp") => format!("xmpp{at_once}://localhost:{}", address.port()),
        _ => format!("{protocol}{at_once}://{address}"),
    };
    command
        .args(["login", "--json", "--timeout", PATIENCE, &server])
        .args(["--mechanism", cell.mechanism]);
    // As the servers that are asked keep it.
    if matches!(cell.program(), "dovecot" | "postfix" | "slapd") {
        command.args(["--prep", "none"]);
    }
    if matches!(cell.program(), "postgres" | "prosody" | "slapd") {
        // They have bindings, and refuse who could have bound and does not.
        match cell.mechanism.ends_with("-PLUS") {
            true if cell.program() == "slapd" => _ = command.args(["--binding-form", "openldap"]),
            true => {}
            false => _ = command.args(["--binding", "disable"]),
        }
    }
    match cell.mechanism {
        "EXTERNAL" | "ANONYMOUS" => {}
        "OAUTHBEARER" | "XOAUTH2" => _ = command.args(["--user", cell.user, "--token-stdin"]),
        _ => _ = command.args(["--user", cell.user, "--password-stdin"]),
    }
    if let Some(authzid) = cell.authzid() {
        command.args(["--authzid", &authzid]);
    }
    match authority(cell, certificates) {
        None => command.arg("--no-starttls"),
        Some(authority) if cell.channel.is_at_once() => command.args(["--ca", &authority]),
        Some(authority) => command.args(["--ca", &authority, "--starttls"]),
    };
    if let Some([certificate, key]) = own_certificate(cell, certificates) {
        command.args(["--cert", &certificate, "--key", &key]);
    }
}

/// What it says came of it. What it says beside that has to agree with it.
pub(super) fn verdict(code: Option<i32>, output: &str, cell: &Cell) -> Result<String> {
    let said: Value = serde_json::from_str(output)
        .with_context(|| format!("sasl login ended with {code:?} and said {output:?}"))?;
    let word = |pointer| said.pointer(pointer).and_then(Value::as_str);
    let mut verdict = match word("/verdict") {
        Some("logged-in") => format!("in by {}", word("/chosen").unwrap_or("nothing")),
        other => other.unwrap_or_default().to_owned(),
    };
    if let Some(binding) = word("/binding") {
        verdict.push_str(", bound by ");
        verdict.push_str(binding);
    }
    if said.pointer("/exit").and_then(Value::as_i64) != code.map(i64::from) {
        verdict.push_str(&format!(", exit {code:?}"));
    }
    let tls = word("/tls/version").map(|tls| tls.trim_start_matches("TLS ").to_owned());
    if tls.as_deref() != cell.channel.version().map(Version::number) {
        verdict.push_str(&format!(", TLS {tls:?}"));
    }
    Ok(verdict)
}
