//! What other programs keep of passwords, checked by `sasl passwd`; and what it makes, checked by them.

mod programs;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail, ensure};

use self::programs::{Gets, MAKERS, Maker, OURS, Reader, Told};
use super::certificates::argument;
use super::daemon::Daemon;
use super::matrix::UNPREPARED;
use super::program::{command, fed, shown};
use super::{Stage, postgres, slapd};

/// What `--peer` calls it.
pub(super) const NAME: &str = "passwd";

/// The second is one that SASLprep changes.
const PASSWORDS: [&str; 2] = ["pencil", UNPREPARED.password];

const WRONG_PASSWORD: &str = "pencils";

/// What is said of a password.
type Verdict = &'static str;

const RIGHT: Verdict = "right";
const WRONG: Verdict = "wrong";
const UNKNOWN: Verdict = "cannot be told";

/// Plays all, prints a line for each, and returns what was not as expected.
pub(super) fn play(stage: &Stage) -> Result<Vec<String>> {
    let play = Play {
        sasl: stage.shim.with_file_name("sasl"),
        stage,
        red: Vec::new(),
        count: 0,
    };
    play.all()
}

struct Play<'a> {
    sasl: PathBuf,
    stage: &'a Stage,
    red: Vec<String>,
    count: usize,
}

/// A verifier of ours, and who is to check it.
struct Made {
    reader: Reader,
    what: String,
    password: &'static str,
    /// The account that has it, where there are accounts.
    user: String,
    verifier: String,
}

impl Play<'_> {
    fn all(mut self) -> Result<Vec<String>> {
        for maker in MAKERS {
            for scheme in maker.schemes {
                for password in PASSWORDS {
                    let program = maker.words.split(' ').next().unwrap_or_default();
                    let what = format!("{program} {scheme} -> sasl, {password}");
                    let seen = self.theirs(maker, scheme, password);
                    let expected = match maker.told {
                        Told::Apart => [RIGHT, WRONG],
                        Told::Not => [UNKNOWN, UNKNOWN],
                    };
                    self.note(&what, seen, expected);
                }
            }
        }
        let made = self.made()?;
        let users = |reader| {
            let of = made.iter().filter(move |one| one.reader == reader);
            of.map(|one| (one.user.as_str(), one.verifier.as_str()))
                .collect::<Vec<_>>()
        };
        let certificates = &self.stage.certificates;
        let postgres = postgres::start_with(certificates, &users(Reader::Postgresql))?;
        let slapd = slapd::start_with(
            certificates,
            &users(Reader::Slapd),
            slapd::Binding::EndPoint,
        )?;
        for one in &made {
            let daemon = match one.reader {
                Reader::Slapd => &slapd,
                _ => &postgres,
            };
            let seen =
                [one.password, WRONG_PASSWORD].map(|password| self.read(one, password, daemon));
            let [right, wrong] = seen;
            let seen = right.and_then(|right| Ok([right, wrong?]));
            self.note(&one.what, seen, [RIGHT, WRONG]);
        }
        println!("{} verifiers made and checked", self.count);
        Ok(self.red)
    }

    /// Compares what came of the right password and of a wrong one with what should.
    fn note(&mut self, what: &str, seen: Result<[Verdict; 2]>, expected: [Verdict; 2]) {
        self.count += 1;
        match seen {
            Ok(seen) if seen == expected => println!("{what}: {}", seen.join(", ")),
            seen => {
                println!("{what}: {seen:?}   <-- RED, expected: {expected:?}");
                self.red.push(format!("{what}: {seen:?}"));
            }
        }
    }

    /// What we say of another program's verifier.
    fn theirs(&self, maker: &Maker, scheme: &str, password: &str) -> Result<[Verdict; 2]> {
        let mut words = maker.words.split(' ');
        let mut command = self.program(words.next().unwrap_or_default());
        for word in words {
            command.arg(word.replace("SCHEME", scheme).replace("PASSWORD", password));
        }
        let input = match maker.gets_password {
            Gets::AsArgument => "",
            Gets::OnInput => password,
        };
        let output = fed(&mut command, input)?;
        let text = str::from_utf8(&output.stdout)?.trim_end();
        ensure!(
            output.status.success() && !text.is_empty(),
            "{} made nothing: {output:?}",
            shown(&command)
        );
        // htpasswd's are lines of its file.
        let verifier = text.strip_prefix("user:").unwrap_or(text);
        let check = |password| {
            let mut command = self.passwd(&["check", "--quiet", "--password-stdin"]);
            command.args(["--dialect", maker.dialect, "--verifier", verifier]);
            Ok(match fed(&mut command, password)?.status.code() {
                Some(0) => RIGHT,
                Some(1) => WRONG,
                Some(2) => UNKNOWN,
                other => bail!("ended with {other:?}"),
            })
        };
        Ok([check(password)?, check(WRONG_PASSWORD)?])
    }

    /// What we make.
    fn made(&self) -> Result<Vec<Made>> {
        let mut made = Vec::new();
        for ours in OURS {
            for password in PASSWORDS {
                let mut command = self.passwd(&["make", "--password-stdin"]);
                command
                    .args(["--format", ours.reader.format()])
                    .args(ours.options);
                let output = fed(&mut command, password)?;
                ensure!(output.status.success(), "{}: {output:?}", shown(&command));
                made.push(Made {
                    reader: ours.reader,
                    what: format!(
                        "sasl {} -> {:?}, {password}",
                        ours.options.join(" "),
                        ours.reader
                    ),
                    password,
                    user: format!("user{}", made.len()),
                    verifier: String::from_utf8(output.stdout)?.trim_end().to_owned(),
                });
            }
        }
        Ok(made)
    }

    /// What another program says of a password and our verifier.
    fn read(&self, made: &Made, password: &str, daemon: &Daemon) -> Result<Verdict> {
        let Made {
            reader,
            user,
            verifier,
            ..
        } = made;
        let protocol = match reader {
            Reader::Slapd => "ldap",
            _ => "postgres",
        };
        let port = daemon.address(protocol)?.port();
        let mut file = None;
        let mut command = match reader {
            Reader::Doveadm => {
                let mut command = self.program("doveadm");
                command.args(["-O", "pw", "-t", verifier, "-p", password]);
                command
            }
            Reader::Htpasswd => {
                let path = self.sasl.with_file_name("passwd-interop.htpasswd");
                fs::write(&path, format!("{user}:{verifier}\n"))?;
                let mut command = self.program("htpasswd");
                command.args(["-vb", &argument(&path), user, password]);
                file = Some(path);
                command
            }
            Reader::Passlib => {
                let mut command = self.program("passlib");
                command.args(["check", verifier, password]);
                command
            }
            Reader::Postgresql => {
                let mut command = self.program("psql");
                let login = format!("host=127.0.0.1 port={port} user={user} dbname=postgres");
                command
                    .args([&login, "--no-psqlrc", "--command=SELECT 1"])
                    .env("PGPASSWORD", password);
                command
            }
            Reader::Slapd => {
                let mut command = self.program("ldapwhoami");
                command
                    .args(["-x", "-H", &format!("ldap://127.0.0.1:{port}")])
                    .args(["-D", &format!("uid={user},dc=localhost"), "-w", password]);
                command
            }
        };
        let output = fed(&mut command, "")?;
        if let Some(file) = file {
            fs::remove_file(file)?;
        }
        let complaint = String::from_utf8_lossy(&output.stderr);
        // So that no other failure is taken for a wrong password.
        let refused = match reader {
            Reader::Doveadm => "Password mismatch",
            Reader::Htpasswd => "password verification failed",
            Reader::Passlib => "wrong password",
            Reader::Postgresql => "password authentication failed",
            Reader::Slapd => "Invalid credentials",
        };
        ensure!(
            output.status.success() || complaint.contains(refused),
            "{}: {complaint}",
            shown(&command)
        );
        Ok(if output.status.success() {
            RIGHT
        } else {
            WRONG
        })
    }

    fn program(&self, name: &str) -> Command {
        match name {
            "passlib" => self.stage.python.passlib(),
            name => command(Path::new(name)),
        }
    }

    fn passwd(&self, args: &[&str]) -> Command {
        let mut command = command(&self.sasl);
        command.arg("passwd").args(args);
        command
    }
}
