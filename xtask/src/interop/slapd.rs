//! `OpenLDAP`'s server, whose SASL is Cyrus's.

use anyhow::Result;

use super::base64::encode;
use super::certificates::Certificates;
use super::daemon::{Daemon, Place, free_port};
use super::matrix::{ACCOUNTS, Account};
use super::real::{Protection, Word, between};

const CONFIGURATION: &str = include_str!("../../../tests/interop/slapd.conf");

/// What Cyrus reads, in a directory that its environment names.
const MECHANISMS: &str =
    "mech_list: PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256 SCRAM-SHA-512 EXTERNAL\n";

/// Where it listens without a network.
pub(crate) const SOCKET: &str = "ldapi";

/// What of a channel it binds. There is one for all of a server.
#[derive(Clone, Copy)]
pub(crate) enum Binding {
    EndPoint,
    Unique,
}

const ROOT: &str = "dn: dc=localhost
objectClass: dcObject
objectClass: organization
dc: localhost
o: localhost
";

pub(crate) fn start(certificates: &Certificates, binding: Binding) -> Result<Daemon> {
    let users = ACCOUNTS.map(|Account { name, password }| (name, password));
    start_with(certificates, &users, binding)
}

/// With these users and what stands in their `userPassword`.
pub(crate) fn start_with(
    certificates: &Certificates,
    users: &[(&str, &str)],
    binding: Binding,
) -> Result<Daemon> {
    let place = Place::new(certificates)?;
    let binding = match binding {
        Binding::EndPoint => "tls-endpoint",
        Binding::Unique => "tls-unique",
    };
    let words = [("@BINDING@", binding.to_owned())];
    place.configure("slapd.conf", CONFIGURATION, &words)?;
    let configuration = place.argument("slapd.conf");
    place.directory("sasl")?;
    place.write("sasl/slapd.conf", MECHANISMS)?;
    place.directory("db")?;
    let users: String = users.iter().map(entry).collect();
    place.write("users.ldif", format!("{ROOT}{users}"))?;
    place.run(
        place
            .command("slapadd")
            .args(["-q", "-f", &configuration])
            .args(["-l", &place.argument("users.ldif")]),
    )?;
    let ports = [("ldap", free_port()?), ("ldaps", free_port()?)];
    let [port, tls_port] = ports.map(|(_, port)| port);
    let socket = place.argument(SOCKET).replace('/', "%2F");
    let mut command = place.command("slapd");
    command
        // It stays in the foreground only if it says something: its connections and results.
        .args(["-d", "stats", "-f", &configuration])
        .args([
            "-h",
            &format!("ldap://127.0.0.1:{port} ldaps://127.0.0.1:{tls_port} ldapi://{socket}"),
        ])
        .env("SASL_CONF_PATH", place.path("sasl"));
    Daemon::start(place, command, "TERM", &ports)
}

/// In LDIF (RFC 2849), where only ASCII stands as it is.
fn entry((name, password): &(&str, &str)) -> String {
    let [dn, uid, password] = [&*format!("uid={name},dc=localhost"), *name, *password]
        .map(|text| encode(text.as_bytes()));
    format!(
        "\ndn:: {dn}\nobjectClass: account\nobjectClass: simpleSecurityObject\n\
         uid:: {uid}\nuserPassword:: {password}\n"
    )
}

/// What the log says of a login.
pub(crate) fn read(log: &str) -> Option<Word> {
    // 14 is a bind that goes on.
    let mut results = log
        .lines()
        .filter(|line| line.contains(" RESULT tag=97 ") && !line.contains(" err=14 "));
    let verdict = if results.next()?.contains(" err=0 ") {
        let (_, bind) = log.rsplit_once(" BIND dn=\"uid=")?;
        let user = bind.split_once(",dc=localhost\"")?.0;
        let mechanism = between(bind, " mech=", " ")?;
        format!("in as {user} by {mechanism}")
    } else {
        "refused".to_owned()
    };
    Some(Word {
        verdict,
        tls: Protection::of(between(log, " tls_proto=TLS", " ")),
    })
}
