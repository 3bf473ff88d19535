//! `PostgreSQL`, which has TLS and does without on the same port.

use std::fs;
use std::path::PathBuf;
use std::process::Stdio;

use anyhow::Result;

use super::certificates::Certificates;
use super::daemon::{Daemon, Place, free_port};
use super::matrix::{ACCOUNTS, Account};
use super::real::{Protection, Word, between};

/// Where Debian keeps a directory for each version, away from all other programs.
const VERSIONS: &str = "/usr/lib/postgresql";

/// Nobody comes in but by SCRAM.
const WHO_COMES_IN: &str = "host all all 127.0.0.1/32 scram-sha-256\n";

/// The directories of its programs.
pub(crate) fn programs() -> Vec<PathBuf> {
    let versions = fs::read_dir(VERSIONS).into_iter().flatten().flatten();
    let mut programs: Vec<_> = versions.map(|entry| entry.path().join("bin")).collect();
    programs.sort();
    programs
}

pub(crate) fn start(certificates: &Certificates) -> Result<Daemon> {
    let users = ACCOUNTS.map(|Account { name, password }| (name, password));
    start_with(certificates, &users)
}

/// With these users and what PostgreSQL is told to be their passwords.
pub(crate) fn start_with(certificates: &Certificates, users: &[(&str, &str)]) -> Result<Daemon> {
    let place = Place::new(certificates)?;
    let data = place.argument("data");
    place.run(
        place
            .command("initdb")
            .args(["--pgdata", &data, "--username=postgres", "--auth=reject"])
            .args(["--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]),
    )?;
    let users = users
        .iter()
        .map(|(name, password)| format!("CREATE USER \"{name}\" PASSWORD '{password}'\n"));
    place.write("users.sql", users.collect::<String>())?;
    // It takes a statement from each line, without a server.
    place.run(
        place
            .command("postgres")
            .args(["--single", "-D", &data, "postgres"])
            .stdin(Stdio::from(fs::File::open(place.path("users.sql"))?)),
    )?;
    place.write("pg_hba.conf", WHO_COMES_IN)?;
    let port = free_port()?;
    let mut command = place.command("postgres");
    command.args(["-D", &data]);
    for setting in [
        format!("port={port}"),
        format!("hba_file={}", place.argument("pg_hba.conf")),
        format!("ssl_cert_file={}", place.argument("server.pem")),
        format!("ssl_key_file={}", place.argument("server.key")),
        "ssl=on".to_owned(),
        "listen_addresses=127.0.0.1".to_owned(),
        "unix_socket_directories=".to_owned(),
        "fsync=off".to_owned(),
        "log_connections=on".to_owned(),
    ] {
        command.args(["-c", &setting]);
    }
    // It goes without waiting for anybody.
    Daemon::start(place, command, "INT", &[("postgres", port)])
}

/// What the log says of a login.
pub(crate) fn read(log: &str) -> Option<Word> {
    let line = log
        .lines()
        .find(|line| line.contains("connection authorized: ") || line.contains("FATAL:  "))?;
    let verdict = match between(line, "authorized: user=", " database=") {
        Some(user) => format!("in as {user}"),
        None if line.contains("password authentication failed") => "refused".to_owned(),
        None => "no attempt".to_owned(),
    };
    let tls = match line.contains("FATAL:  ") {
        true => Protection::Unsaid,
        false => Protection::of(between(line, "protocol=TLSv", ",")),
    };
    Some(Word { verdict, tls })
}
