//! What the demo prints. Secrets are left out.

use anstream::{print, println};
use anstyle::{AnsiColor, Style};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sasl::{Channel, MechanismName, Protection};

use super::login::{Attempt, End, Sender, Verdict};
use super::tls::{Mode, Source, Tls};
use crate::redact;

const TITLE: Style = Style::new().bold();
const CLIENT: Style = AnsiColor::Cyan.on_default();
const SERVER: Style = AnsiColor::Green.on_default();
const NOTE: Style = Style::new().dimmed();

/// What the channel is taken for, and why.
pub(crate) fn channel(channel: &Channel) -> &'static str {
    match channel.protection() {
        Protection::None => "open: no secret may pass in clear text",
        Protection::Local => {
            "local: loopback without TLS, which counts as protected because this demo says so"
        }
        _ => "TLS",
    }
}

/// When TLS begins, and how to know the server by.
pub(crate) fn tls(tls: &Tls) {
    let when = match tls.mode {
        Mode::Implicit => "with the first octet",
        _ => "after STARTTLS",
    };
    println!("TLS: {when}");
    println!("certificate: SHA-256 {}", tls.fingerprint());
    match &tls.source {
        Source::Given(path) => println!("certificate: from {}", path.display()),
        Source::Written(path) => println!("certificate: written to {}", path.display()),
        Source::Made(pem) => print!("{pem}"),
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

/// One exchange, line by line, with what the server alone knows of it.
pub(crate) fn exchange(attempt: &Attempt, verdict: &Verdict, known: Option<&str>) {
    let mechanism = attempt.mechanism.name();
    println!("{TITLE}{mechanism}, {}{TITLE:#}", attempt.title);
    let mut challenge = Vec::new();
    for (sender, octets) in &verdict.passed.0 {
        for line in String::from_utf8_lossy(octets).lines() {
            match sender {
                Sender::Client => client_line(mechanism.as_str(), &challenge, line),
                Sender::Server => challenge = server_line(line),
                Sender::Handshake => println!("  {NOTE}   {line} from here on{NOTE:#}"),
            }
        }
    }
    let end = match &verdict.end {
        End::In(login) => {
            let name = login
                .authcid()
                .map_or_else(|| "nobody".into(), ToString::to_string);
            let proof = if login.server_proved() {
                "has proved itself too"
            } else {
                "proves nothing"
            };
            let bound = login
                .channel_binding()
                .map_or_else(String::new, |binding| format!(", bound by {binding}"));
            format!("logged in as {name}{bound}; the server {proof}")
        }
        End::Refused(failure) => failure.to_string(),
        End::NotTried(why) => why.to_string(),
    };
    println!("  {NOTE}=> the client: {end}{NOTE:#}");
    if let Some(known) = known {
        println!("  {NOTE}=> the server's log: {known}{NOTE:#}");
    }
    println!();
}

/// A line of the client, with the message in it taken apart.
fn client_line(mechanism: &str, challenge: &[u8], line: &str) {
    let encoded = match line.strip_prefix("AUTH ") {
        Some(command) => command.split_once(' ').map(|(_, encoded)| encoded),
        None => Some(line),
    };
    let message = encoded.and_then(|encoded| Some((encoded, STANDARD.decode(encoded).ok()?)));
    // The commands that are base64 too are no messages.
    let message = message.filter(|(_, octets)| !octets.is_empty() && line != "STARTTLS");
    let Some((encoded, octets)) = message else {
        println!("  {CLIENT}C: {}{CLIENT:#}", line.escape_debug());
        return;
    };
    let command = line.strip_suffix(encoded).unwrap_or_default();
    println!(
        "  {CLIENT}C: {command}<{} characters of base64>{CLIENT:#}",
        encoded.len()
    );
    // The draft's prompts, which this server says.
    let is_first = mechanism != "LOGIN" || challenge == b"Username:";
    let shown = redact::message(mechanism, is_first, &octets);
    println!("  {NOTE}   {shown}{NOTE:#}");
}

/// A line of the server, and the challenge in it.
fn server_line(line: &str) -> Vec<u8> {
    let challenge = line
        .strip_prefix("334 ")
        .and_then(|encoded| STANDARD.decode(encoded).ok())
        .unwrap_or_default();
    if challenge.is_empty() {
        println!("  {SERVER}S: {}{SERVER:#}", line.escape_debug());
    } else {
        let len = line.len().saturating_sub(4);
        println!("  {SERVER}S: 334 <{len} characters of base64>{SERVER:#}");
        let shown = redact::challenge(&challenge);
        println!("  {NOTE}   {shown}{NOTE:#}");
    }
    challenge
}

/// All attempts beside each other.
pub(crate) fn table(attempts: &[(Attempt, Verdict)]) {
    let row =
        |mechanism: &str, attempt: &str, authcid: &str, authzid: &str, answer: &str, end: &str| {
            println!(
                "{}",
                format!(
                    "{mechanism:<19} {attempt:<20} {authcid:<8} {authzid:<11} {answer:<48} {end}"
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
        let (answer, end) = match verdict.end {
            End::In(_) => (answer.trim_end(), "is in"),
            End::Refused(_) => (answer.trim_end(), "is refused"),
            End::NotTried(_) => ("-", "sent nothing"),
        };
        row(
            attempt.mechanism.name().as_str(),
            attempt.title,
            attempt.authcid,
            attempt.authzid.unwrap_or("-"),
            answer,
            end,
        );
    }
}
