//! Commands of other people's clients, ready to paste.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use anstream::println;
use sasl::MechanismName;

use super::offer::Tokens;
use super::tls::{Mode, Source, Tls};

/// For what is offered at this address in the end.
pub(crate) fn print(address: SocketAddr, tls: Option<&Tls>, offered: &[MechanismName]) {
    println!("Log in from another terminal (exit status 0: in):");
    for command in commands(address, tls, offered) {
        println!("  {command}");
    }
    println!("Stop with Ctrl-C.");
}

fn commands(address: SocketAddr, tls: Option<&Tls>, offered: &[MechanismName]) -> Vec<String> {
    // Of all addresses, the one that is here.
    let host = if address.ip().is_unspecified() {
        IpAddr::V4(Ipv4Addr::LOCALHOST)
    } else {
        address.ip()
    };
    let (at, port) = (SocketAddr::new(host, address.port()), address.port());
    let has = |name: &str| offered.iter().any(|offered| *offered == name);
    let mode = tls.map_or(Mode::None, |tls| tls.mode);
    let trusted = match tls.map(|tls| &tls.source) {
        Some(Source::Written(path)) => Some(path.display().to_string()),
        _ => None,
    };
    let trust = |option: &str, otherwise: &str| match &trusted {
        Some(path) => format!("{option} {path}"),
        None => otherwise.to_owned(),
    };
    let curl = match mode {
        Mode::None => format!("curl --silent --url smtp://{at}"),
        Mode::Starttls => {
            let trust = trust("--cacert", "--insecure");
            format!("curl --silent {trust} --ssl-reqd --url smtp://{at}")
        }
        Mode::Implicit => {
            let trust = trust("--cacert", "--insecure");
            format!("curl --silent {trust} --url smtps://{at}")
        }
    };
    let mut commands = Vec::new();
    for name in ["PLAIN", "LOGIN", "CRAM-MD5"] {
        if has(name) {
            commands.push(format!(
                "{curl} --user user:pencil --login-options AUTH={name}"
            ));
        }
    }
    for name in ["OAUTHBEARER", "XOAUTH2"] {
        if has(name) {
            commands.push(format!(
                "{curl} --user user: --oauth2-bearer {} --login-options AUTH={name}",
                Tokens::GOOD
            ));
        }
    }
    if has("EXTERNAL") {
        commands.push(format!(
            "{curl} --cert user.pem --key user.key --user user: --login-options AUTH=EXTERNAL"
        ));
    }
    if has("PLAIN") {
        let tls = match mode {
            Mode::None => "",
            Mode::Starttls => " --tls",
            Mode::Implicit => " --tls-on-connect",
        };
        commands.push(format!(
            "swaks --server {host} --port {port}{tls} --auth PLAIN --auth-user user --auth-password pencil --quit-after AUTH"
        ));
    }
    // It can begin with TLS by STARTTLS only.
    let gsasl = match mode {
        Mode::None => Some("--no-starttls --no-cb".to_owned()),
        Mode::Starttls => trusted
            .as_ref()
            .map(|path| format!("--x509-ca-file={path}")),
        Mode::Implicit => None,
    };
    let scram = offered
        .iter()
        .find(|name| name.as_str().starts_with("SCRAM-SHA-256"))
        .or_else(|| {
            offered
                .iter()
                .find(|name| name.as_str().starts_with("SCRAM-SHA-1"))
        });
    if let (Some(options), Some(mechanism)) = (gsasl, scram) {
        commands.push(format!(
            "gsasl --smtp --connect={host}:{port} {options} -m {mechanism} -a user -p pencil"
        ));
    }
    commands
}
