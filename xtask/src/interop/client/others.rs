//! What comes with servers that are not for mail.

use std::process::Command;

use super::{Door, authority, own_certificate};
use crate::interop::certificates::Certificates;
use crate::interop::channel::Version;
use crate::interop::matrix::{Cell, Side};

/// What psql says of a wrong password, in the server's words.
pub(super) const PSQL_REFUSED: &str = "password authentication failed";

/// It prints whom the server takes it for; of ours, which has no data, it asks nothing and waits for the answer. Under TLS it binds the channel or does not, as the mechanism has it.
pub(super) fn psql(command: &mut Command, cell: &Cell, door: &Door, certificates: &Certificates) {
    let (host, port, user) = (door.address.ip(), door.address.port(), cell.user);
    let mut login =
        format!("host={host} port={port} user={user} dbname=postgres connect_timeout=10");
    match (authority(cell, certificates), cell.channel.version()) {
        (Some(authority), Some(version)) => {
            let version = version.number();
            let binding = match cell.mechanism.ends_with("-PLUS") {
                true => "require",
                false => "disable",
            };
            login.push_str(&format!(
                " sslmode=verify-full sslrootcert={authority} channel_binding={binding} \
                 ssl_min_protocol_version=TLSv{version} ssl_max_protocol_version=TLSv{version}"
            ));
        }
        _ => login.push_str(" sslmode=disable"),
    }
    let query = match cell.we_are {
        Side::Server => ";",
        _ => "SELECT current_user",
    };
    command
        .args([&login, "--no-psqlrc", "--tuples-only", "--no-align"])
        .args(["--command", query])
        .env("PGPASSWORD", cell.client_secret());
}

/// It prints whom the server takes it for. What binds the channel is sent under the mechanism's name without -PLUS.
pub(super) fn ldapwhoami(
    command: &mut Command,
    cell: &Cell,
    door: &Door,
    certificates: &Certificates,
) {
    let server = match &door.socket {
        Some(socket) => {
            let path = socket.display().to_string().replace('/', "%2F");
            format!("ldapi://{path}")
        }
        None if cell.channel.is_at_once() => format!("ldaps://{}", door.address),
        None => format!("ldap://{}", door.address),
    };
    command
        .args(["-Q", "-Y", cell.base(), "-H", &server])
        .args(["-o", "nettimeout=10"])
        // Otherwise it would rather have a layer of its own than none.
        .args(["-O", "none"]);
    if let Some(authority) = authority(cell, certificates) {
        command.env("LDAPTLS_CACERT", authority);
        if !cell.channel.is_at_once() {
            command.arg("-ZZ");
        }
    }
    // Both sides' libraries would have the newest.
    match cell.channel.version() {
        Some(Version::V12) => command.env("LDAPTLS_CIPHER_SUITE", "NORMAL:-VERS-ALL:+VERS-TLS1.2"),
        Some(Version::V13) => command.env("LDAPTLS_CIPHER_SUITE", "NORMAL:-VERS-ALL:+VERS-TLS1.3"),
        None => command,
    };
    if let Some([certificate, key]) = own_certificate(cell, certificates)
        && cell.channel.tls.is_some()
    {
        command
            .env("LDAPTLS_CERT", certificate)
            .env("LDAPTLS_KEY", key);
    }
    if cell.mechanism.ends_with("-PLUS") {
        let kind = match door.protocol {
            "ldap unique" => "tls-unique",
            _ => "tls-endpoint",
        };
        command.args(["-o", &format!("SASL_CBINDING={kind}")]);
    }
    match cell.mechanism {
        "EXTERNAL" => {
            if let Some(authzid) = cell.authzid() {
                command.args(["-X", &authzid]);
            }
        }
        _ => {
            command.args(["-U", cell.user, "-w", &cell.client_secret()]);
        }
    }
}
