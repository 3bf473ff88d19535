//! Clients that are libraries of Python, by one script.

use std::process::Command;

use super::{Door, authority, own_certificate};
use crate::interop::certificates::Certificates;
use crate::interop::matrix::Cell;

/// The script.
pub(super) const NAME: &str = "clients.py";

/// What it is told after the name of the library.
pub(super) fn arguments(
    command: &mut Command,
    cell: &Cell,
    door: &Door,
    certificates: &Certificates,
) {
    command
        .args([cell.mechanism, cell.user, &cell.client_secret()])
        .args(["--protocol", door.protocol])
        .args(["--port", &door.address.port().to_string()])
        .args(["--authzid", &cell.authzid().unwrap_or_default()]);
    if let Some(authority) = authority(cell, certificates) {
        command.args(["--authority", &authority]);
    }
    if let Some(version) = cell.channel.version() {
        command.args(["--tls", version.number()]);
    }
    if cell.channel.is_at_once() {
        command.arg("--at-once");
    }
    if let Some([certificate, key]) = own_certificate(cell, certificates) {
        command.args(["--certificate", &certificate, "--key", &key]);
    }
}
