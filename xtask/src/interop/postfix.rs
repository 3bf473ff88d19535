//! Postfix, which asks Dovecot's authentication server.

use std::fs;
use std::os::unix::fs::chown;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use super::certificates::Certificates;
use super::channel::Version;
use super::daemon::{Daemon, Place, free_port, is_root};
use super::dovecot;
use super::real::{Protection, Word, between};

const MAIN: &str = include_str!("../../../tests/interop/postfix-main.cf");
const MASTER: &str = include_str!("../../../tests/interop/postfix-master.cf");

/// What a package of Debian's starts, and starts what else there is.
const PROGRAM: &str = "/usr/lib/postfix/sbin/master";

/// As whom all of it runs that needs no rights.
const OWNER: &str = "postfix";

pub(crate) struct Postfix {
    /// First: it does not wait for Dovecot when it goes.
    pub(crate) daemon: Daemon,
    /// Knows who came in.
    pub(crate) dovecot: Daemon,
}

impl Postfix {
    pub(crate) fn start(certificates: &Certificates, version: Version) -> Result<Self> {
        ensure!(is_root()?, "Postfix is started by root only");
        let dovecot = dovecot::start(certificates, version)?;
        let place = Place::new(certificates)?;
        let ports = [("smtp", free_port()?), ("smtps", free_port()?)];
        let [port, tls_port] = ports.map(|(_, port)| port.to_string());
        let words = [
            ("@PORT@", port),
            ("@TLS_PORT@", tls_port),
            ("@TLS@", format!("TLSv{}", version.number())),
            ("@AUTH@", dovecot.address("auth")?.to_string()),
        ];
        place.configure_for_all("main.cf", MAIN, &words)?;
        place.configure_for_all("master.cf", MASTER, &words)?;
        for directory in ["queue", "data"] {
            fs::create_dir(place.path(directory))?;
        }
        let [uid, gid] = ["-u", "-g"].map(id_of_owner);
        chown(place.path("data"), Some(uid?), Some(gid?))?;
        let here = place.argument("");
        // Makes the directories of the queue, and complains of what is not root's.
        place.run(Command::new("/usr/sbin/postfix").args(["-c", &here, "check"]))?;
        let mut command = Place::privileged(PROGRAM);
        command.args(["-c", &here, "-s"]);
        Ok(Self {
            daemon: Daemon::start(place, command, "TERM", &ports)?,
            dovecot,
        })
    }
}

fn id_of_owner(of: &str) -> Result<u32> {
    let output = Command::new("id").args([of, OWNER]).output()?;
    let id = String::from_utf8(output.stdout)?;
    id.trim_end()
        .parse()
        .with_context(|| format!("there is no user {OWNER}"))
}

/// What Postfix's log says of a login once its connection has ended, with what Dovecot's says of who it was.
pub(crate) fn read(log: &str, dovecot: &str) -> Option<Word> {
    let end = log
        .lines()
        .find(|line| line.contains("]: disconnect from "))?;
    let verdict = match between(end, " auth=", " ") {
        Some("1") => {
            let mechanism = field(dovecot, "client in: AUTH", 2)?;
            let user = field(dovecot, "client passdb out: OK", 2)?;
            let user = user.strip_prefix("user=")?;
            format!("in as {user} by {mechanism}")
        }
        Some(_) => "refused".to_owned(),
        None => "no attempt".to_owned(),
    };
    Some(Word {
        verdict,
        tls: Protection::of(between(log, "]: TLSv", " with cipher")),
    })
}

/// A field of the last line of Dovecot's protocol that begins so, whose fields are parted by tabs.
fn field<'a>(log: &'a str, line: &str, number: usize) -> Option<&'a str> {
    let (_, rest) = log.rsplit_once(line)?;
    let line = rest.lines().next()?;
    line.split('\t').nth(number)?.split_whitespace().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_logs_say_who_came_in() {
        let began = "postfix/smtpd[1]: Anonymous TLS connection established from localhost[127.0.0.1]: TLSv1.3 with cipher X\n";
        let dovecot = "auth: Debug: client in: AUTH\t1\tPLAIN\tservice=smtp\n\
                       auth: Debug: client passdb out: OK\t1\tuser=üser\toriginal_user=u\n";
        assert!(read(began, dovecot).is_none());
        for (commands, verdict) in [
            ("ehlo=2 auth=1 quit=1 commands=5", "in as üser by PLAIN"),
            ("ehlo=2 auth=0/1 quit=1 commands=4/5", "refused"),
            ("ehlo=2 starttls=1 quit=1 commands=4", "no attempt"),
        ] {
            let end =
                format!("postfix/smtpd[1]: disconnect from localhost[127.0.0.1] {commands}\n");
            let word = read(&[began, &end].concat(), dovecot).unwrap();
            assert_eq!(word.verdict, verdict);
            assert_eq!(word.tls, Protection::of(Some("1.3")));
            assert_eq!(read(&end, dovecot).unwrap().tls, Protection::Clear);
        }
    }
}
