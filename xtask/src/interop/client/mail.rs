//! Mail clients.

use std::process::Command;

use super::{Door, PATIENCE, authority, own_certificate};
use crate::interop::certificates::Certificates;
use crate::interop::matrix::Cell;

/// After the login it says something that changes nothing, and that has an answer from servers with nobody to relay to.
pub(super) fn curl(command: &mut Command, cell: &Cell, door: &Door, certificates: &Certificates) {
    let (mechanism, user, secret) = (cell.mechanism, cell.user, &*cell.client_secret());
    let (scheme, farewell): (_, &[_]) = match door.protocol {
        "smtp" | "submission" => ("smtp", &["--request", "EHLO localhost"]),
        // Otherwise it waits for lines that do not come.
        "pop3" => ("pop3", &["--head", "--request", "NOOP"]),
        protocol => (protocol, &["--request", "NOOP"]),
    };
    let at_once = if cell.channel.is_at_once() { "s" } else { "" };
    let address = door.address;
    command
        .args(["--silent", "--show-error", "--max-time", PATIENCE])
        .args(farewell)
        .args(["--url", &format!("{scheme}{at_once}://{address}")])
        .args(["--login-options", &format!("AUTH={mechanism}")]);
    if let Some(authority) = authority(cell, certificates) {
        command.args(["--ssl-reqd", "--cacert", &authority]);
    }
    match mechanism {
        "OAUTHBEARER" | "XOAUTH2" => {
            command.args(["--user", &format!("{user}:"), "--oauth2-bearer", secret])
        }
        "EXTERNAL" => command.args([
            "--user",
            &format!("{}:", &cell.authzid().unwrap_or_default()),
        ]),
        _ => command.args(["--user", &format!("{user}:{secret}")]),
    };
    if let Some([certificate, key]) = own_certificate(cell, certificates) {
        command.args(["--cert", &certificate, "--key", &key]);
    }
}

/// It refuses to leave a channel unbound that it can bind, unless it is told to.
pub(super) fn gsasl(command: &mut Command, cell: &Cell, door: &Door, certificates: &Certificates) {
    let (mechanism, user, secret) = (cell.mechanism, cell.user, &*cell.client_secret());
    let protocol = match door.protocol {
        "imap" => "--imap",
        _ => "--smtp",
    };
    command
        .args([protocol, &format!("--connect={}", door.address)])
        .args(["--mechanism", mechanism]);
    match authority(cell, certificates) {
        None => command.arg("--no-starttls"),
        // It begins with TLS by itself. Told to, it does so twice.
        Some(authority) => command.arg(format!("--x509-ca-file={authority}")),
    };
    if !mechanism.ends_with("-PLUS") {
        command.arg("--no-cb");
    }
    match mechanism {
        "ANONYMOUS" => command.args(["--anonymous-token", secret]),
        "EXTERNAL" => command.args(["--authorization-id", &cell.authzid().unwrap_or_default()]),
        _ => command.args(["--authentication-id", user, "--password", secret]),
    };
    if let Some([certificate, key]) = own_certificate(cell, certificates) {
        command
            .arg(format!("--x509-cert-file={certificate}"))
            .arg(format!("--x509-key-file={key}"));
    }
}

/// With a host on the command line, no configuration is read. An empty mail goes as far as MAIL FROM.
pub(super) fn msmtp(command: &mut Command, cell: &Cell, door: &Door, certificates: &Certificates) {
    let (host, port) = (
        door.address.ip().to_string(),
        door.address.port().to_string(),
    );
    command
        .args(["--host", &host, "--port", &port, "--timeout", PATIENCE])
        // Its value is optional: as a word of its own it would be an address, and msmtp would choose.
        .arg(format!("--auth={}", cell.mechanism.to_ascii_lowercase()))
        .args(["--from=user@localhost", "user@localhost"])
        .args(["--protocol", lmtp_or_smtp(door)]);
    match cell.mechanism {
        // Its user is whom it asks to act as.
        "EXTERNAL" => command.args(["--user", &cell.authzid().unwrap_or_default()]),
        _ => command.args(["--user", cell.user]).args([
            "--passwordeval",
            &format!("printf %s '{}'", cell.client_secret()),
        ]),
    };
    match authority(cell, certificates) {
        None => command.arg("--tls=off"),
        Some(authority) => command.args(["--tls=on", &format!("--tls-trust-file={authority}")]),
    };
    if let Some([certificate, key]) = own_certificate(cell, certificates) {
        command.args(["--tls-cert-file", &certificate, "--tls-key-file", &key]);
    }
    if cell.channel.is_at_once() {
        command.arg("--tls-starttls=off");
    }
}

pub(super) fn swaks(command: &mut Command, cell: &Cell, door: &Door, certificates: &Certificates) {
    let (host, port) = (
        door.address.ip().to_string(),
        door.address.port().to_string(),
    );
    // Without the E it would not ask what the server can do.
    let swaks_protocol = match lmtp_or_smtp(door) {
        "lmtp" => "LMTP",
        _ => "ESMTP",
    };
    command
        .args(["--timeout", PATIENCE, "--server", &host, "--port", &port])
        .args(["--auth", cell.mechanism, "--quit-after", "AUTH"])
        .args(["--protocol", swaks_protocol])
        .args(["--auth-user", cell.user])
        .args(["--auth-password", &cell.client_secret()]);
    if let Some(authority) = authority(cell, certificates) {
        let when = if cell.channel.is_at_once() {
            "--tls-on-connect"
        } else {
            "--tls"
        };
        command.args([when, "--tls-verify", "--tls-ca-path", &authority]);
    }
}

fn lmtp_or_smtp(door: &Door) -> &'static str {
    match door.protocol {
        "lmtp" => "lmtp",
        _ => "smtp",
    }
}
