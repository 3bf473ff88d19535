//! What the demo prints. Secrets are left out.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use anstream::println;
use anstyle::{AnsiColor, Style};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sasl::plain::Message;
use sasl::{Channel, MechanismName, Protection};

use super::login::{Attempt, Sender, Verdict};

const TITLE: Style = Style::new().bold();
const CLIENT: Style = AnsiColor::Cyan.on_default();
const SERVER: Style = AnsiColor::Green.on_default();
const NOTE: Style = Style::new().dimmed();

/// What the channel is taken for, and why.
pub(crate) fn channel(channel: &Channel) -> &'static str {
    match channel.protection() {
        Protection::None => "open: no secret may pass in clear text",
        Protection::Local => {
            "local: loopback, which counts as protected because this demo says so; there is no TLS"
        }
        _ => "TLS",
    }
}

/// The mechanisms as a list.
pub(crate) fn offered(mechanisms: &[MechanismName]) -> String {
    let names: Vec<_> = mechanisms.iter().map(MechanismName::as_str).collect();
    if names.is_empty() {
        "nothing".into()
    } else {
        names.join(" ")
    }
}

/// Commands of other people's clients for what is offered, ready to paste.
pub(crate) fn recipes(address: SocketAddr, mechanisms: &[MechanismName]) {
    // Of all addresses, the one that is here.
    let host = if address.ip().is_unspecified() {
        IpAddr::V4(Ipv4Addr::LOCALHOST)
    } else {
        address.ip()
    };
    let (at, port) = (SocketAddr::new(host, address.port()), address.port());
    println!("Log in from another terminal (exit status 0: in):");
    if mechanisms.iter().any(|name| *name == "PLAIN") {
        println!("  curl --silent --url smtp://{at} --user user:pencil --login-options AUTH=PLAIN");
        println!(
            "  swaks --server {host} --port {port} --auth PLAIN --auth-user user --auth-password pencil --quit-after AUTH"
        );
    }
    println!(
        "  gsasl --smtp --connect={host}:{port} --no-starttls --no-cb -m SCRAM-SHA-256 -a user -p pencil"
    );
    println!("Stop with Ctrl-C.");
}

/// One exchange, line by line, with what the server alone knows of it.
pub(crate) fn exchange(attempt: &Attempt, verdict: &Verdict, known: Option<&str>) {
    println!("{TITLE}{}, {}{TITLE:#}", attempt.mechanism, attempt.title);
    for (sender, octets) in &verdict.passed().0 {
        for line in String::from_utf8_lossy(octets).lines() {
            match sender {
                Sender::Client => client_line(line),
                Sender::Server => server_line(line),
            }
        }
    }
    let end = match verdict {
        Verdict::In { login, .. } => {
            let name = login
                .authcid()
                .map_or_else(String::new, ToString::to_string);
            let proof = if login.server_proved() {
                "has proved itself too"
            } else {
                "proves nothing"
            };
            format!("logged in as {name}; the server {proof}")
        }
        Verdict::Refused { failure, .. } => failure.to_string(),
        Verdict::NotTried { why, .. } => why.to_string(),
    };
    println!("  {NOTE}=> the client: {end}{NOTE:#}");
    if let Some(known) = known {
        println!("  {NOTE}=> the server's log: {known}{NOTE:#}");
    }
    println!();
}

/// A line of the client, with the message in it taken apart.
fn client_line(line: &str) {
    let encoded = match line.strip_prefix("AUTH ") {
        Some(command) => command.split_once(' ').map(|(_, encoded)| encoded),
        None => Some(line),
    };
    let message = encoded.and_then(|encoded| Some((encoded, STANDARD.decode(encoded).ok()?)));
    let Some((encoded, octets)) = message.filter(|(_, octets)| !octets.is_empty()) else {
        println!("  {CLIENT}C: {}{CLIENT:#}", line.escape_debug());
        return;
    };
    let command = line.strip_suffix(encoded).unwrap_or_default();
    println!(
        "  {CLIENT}C: {command}<{} characters of base64>{CLIENT:#}",
        encoded.len()
    );
    let text = String::from_utf8_lossy(&octets);
    match Message::parse(&octets) {
        Ok(message) => {
            let authzid = if message.authzid.is_empty() {
                "none"
            } else {
                message.authzid
            };
            let (authzid, authcid) = (authzid.escape_debug(), message.authcid.escape_debug());
            println!(
                "  {NOTE}   authzid: {authzid}, authcid: {authcid}, password: not shown{NOTE:#}"
            );
        }
        // A proof is worth a guess at the password for each try on one's own machine.
        Err(_) => match text.split_once(",p=") {
            Some((without_proof, _)) => println!(
                "  {NOTE}   {},p=(not shown){NOTE:#}",
                without_proof.escape_debug()
            ),
            None => println!("  {NOTE}   {}{NOTE:#}", text.escape_debug()),
        },
    }
}

/// A line of the server, with the challenge in it.
fn server_line(line: &str) {
    let challenge = line
        .strip_prefix("334 ")
        .and_then(|encoded| STANDARD.decode(encoded).ok());
    let Some(challenge) = challenge.filter(|challenge| !challenge.is_empty()) else {
        println!("  {SERVER}S: {}{SERVER:#}", line.escape_debug());
        return;
    };
    println!(
        "  {SERVER}S: 334 <{} characters of base64>{SERVER:#}",
        line.len().saturating_sub(4)
    );
    let text = String::from_utf8_lossy(&challenge);
    let text = if text.starts_with("v=") {
        "v=(not shown)".into()
    } else {
        text
    };
    println!("  {NOTE}   {}{NOTE:#}", text.escape_debug());
}

/// All attempts beside each other.
pub(crate) fn table(attempts: &[(Attempt, Verdict)]) {
    let row =
        |mechanism: &str, attempt: &str, authcid: &str, authzid: &str, answer: &str, end: &str| {
            println!(
                "{}",
                format!(
                    "{mechanism:<14} {attempt:<20} {authcid:<8} {authzid:<11} {answer:<48} {end}"
                )
                .trim_end()
            );
        };
    row(
        "mechanism",
        "attempt",
        "authcid",
        "authzid",
        "the server's answer",
        "the client",
    );
    for (attempt, verdict) in attempts {
        let answer = String::from_utf8_lossy(verdict.answer());
        let (answer, end) = match verdict {
            Verdict::In { .. } => (answer.trim_end(), "is in"),
            Verdict::Refused { .. } => (answer.trim_end(), "is refused"),
            Verdict::NotTried { .. } => ("-", "sent nothing"),
        };
        row(
            attempt.mechanism,
            attempt.title,
            attempt.authcid,
            attempt.authzid.unwrap_or("-"),
            answer,
            end,
        );
    }
}
