//! `OpenLDAP`'s server, whose SASL is Cyrus's.

use anyhow::Result;
use xshell::Shell;

use super::base64::encode;
use super::certificates::Certificates;
use super::daemon::{Daemon, Place, free_port};
use super::matrix::{ACCOUNTS, Account};

const CONFIGURATION: &str = include_str!("../../../tests/interop/slapd.conf");

/// What Cyrus reads, in a directory that its environment names.
const MECHANISMS: &str = "mech_list: SCRAM-SHA-1 SCRAM-SHA-256 SCRAM-SHA-512\n";

const ROOT: &str = "dn: dc=localhost
objectClass: dcObject
objectClass: organization
dc: localhost
o: localhost
";

pub(crate) fn start(sh: &Shell, certificates: &Certificates) -> Result<Daemon> {
    let users = ACCOUNTS.map(|Account { name, password }| (name, password));
    start_with(sh, certificates, &users)
}

/// With these users and what stands in their `userPassword`.
pub(crate) fn start_with(
    sh: &Shell,
    certificates: &Certificates,
    users: &[(&str, &str)],
) -> Result<Daemon> {
    let place = Place::new(sh, certificates)?;
    place.configure("slapd.conf", CONFIGURATION, &[])?;
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
    let ports = [free_port()?, free_port()?];
    let [port, tls_port] = ports;
    let mut command = place.command("slapd");
    command
        // It stays in the foreground only if it says something: its connections and results.
        .args(["-d", "stats", "-f", &configuration])
        .args([
            "-h",
            &format!("ldap://127.0.0.1:{port} ldaps://127.0.0.1:{tls_port}"),
        ])
        .env("SASL_CONF_PATH", place.path("sasl"));
    Daemon::start(place, &mut command, "TERM", ports)
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
