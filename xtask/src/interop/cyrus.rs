//! The sample programs of Cyrus SASL: `S: BASE64` and `C: BASE64`, with remarks in between.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, ensure};
use xshell::{Shell, cmd};

use super::base64::{decode, encode};
use super::exchange::{Answer, Client, End, Opening, Server};
use super::matrix::{ACCOUNTS, Account, Cell};
use super::program::{Program, command, path};

/// Its domain, host and realm.
const REALM: &str = "localhost";

/// A directory with Cyrus's configuration and users.
pub(crate) struct Home(PathBuf);

impl Home {
    /// Writes it anew.
    pub(crate) fn new(sh: &Shell, directory: PathBuf) -> Result<Self> {
        if directory.exists() {
            fs::remove_dir_all(&directory)?;
        }
        fs::create_dir_all(&directory)?;
        let users = directory.join("sasldb2");
        let configuration = format!(
            "pwcheck_method: auxprop\nauxprop_plugin: sasldb\nsasldb_path: {}\n\
             mech_list: PLAIN LOGIN CRAM-MD5 ANONYMOUS SCRAM-SHA-1 SCRAM-SHA-224 SCRAM-SHA-256 SCRAM-SHA-384 SCRAM-SHA-512\n",
            users.display()
        );
        fs::write(directory.join("sample.conf"), configuration)?;
        for Account { name, password } in ACCOUNTS {
            cmd!(sh, "saslpasswd2 -p -c -f {users} -u {REALM} {name}")
                .env("PATH", path())
                .env("SASL_CONF_PATH", &directory)
                .stdin(password)
                .quiet()
                .run()?;
        }
        Ok(Self(directory))
    }

    /// One of the programs, printing its lines as they come.
    fn command(&self, program: &str, last: bool) -> Command {
        // It asks the terminal for a password if it has one: it gets a session without.
        let mut command = command(Path::new("setsid"));
        command
            .args(["--wait", "stdbuf", "-oL", program, "-s", "sample"])
            .env("SASL_CONF_PATH", &self.0);
        if last {
            command.arg("-l");
        }
        command
    }
}

/// Either of them.
pub(crate) struct Sample {
    program: Program,
    mechanism: &'static str,
    password: &'static str,
    /// The server's last message stands beside the success.
    last: bool,
    /// It has not asked for the password yet.
    is_asking: bool,
    /// The server that it talks to has refused it, which nothing tells it.
    is_refused: bool,
    /// What it said in the end.
    verdict: Option<String>,
}

impl Sample {
    pub(crate) fn client(home: &Home, cell: &Cell, last: bool) -> Result<Self> {
        let mut command = home.command("sasl-sample-client", last);
        command
            .args(["-m", cell.mechanism, "-n", REALM])
            .args(["-a", cell.user, "-u", cell.user]);
        Self::start(command, cell, last)
    }

    pub(crate) fn server(home: &Home, cell: &Cell, last: bool) -> Result<Self> {
        let mut command = home.command("sasl-sample-server", last);
        command.args(["-m", cell.mechanism, "-d", REALM, "-u", REALM]);
        Self::start(command, cell, last)
    }

    fn start(command: Command, cell: &Cell, last: bool) -> Result<Self> {
        Ok(Self {
            program: Program::start(command)?,
            mechanism: cell.mechanism,
            password: cell.client_password(),
            last,
            is_asking: true,
            is_refused: false,
            verdict: None,
        })
    }

    fn say(&mut self, side: &str, message: &[u8]) {
        self.program.say(&format!("{side}: {}", encode(message)));
    }

    /// Once.
    fn tell_password(&mut self) {
        if self.is_asking && self.mechanism != "ANONYMOUS" {
            self.program.say(self.password);
        }
        self.is_asking = false;
    }

    /// Its next message; `None` if there is another line that ends the exchange.
    fn hear(&mut self, side: &str) -> Result<Option<Vec<u8>>> {
        while let Some(line) = self.program.hear()? {
            if let Some((speaker, message)) = line.split_once(':')
                && speaker == side
            {
                return decode(message.trim_start()).map(Some);
            }
            if line == "Negotiation complete" {
                self.verdict = Some(String::new());
                return Ok(None);
            }
        }
        Ok(None)
    }

    fn answer(&mut self) -> Result<Answer> {
        Ok(match self.hear("S")? {
            Some(challenge) => Answer::Challenge(challenge),
            None if self.verdict.is_none() => Answer::Failure(None),
            None if self.last => Answer::Success(self.hear("S")?),
            None => Answer::Success(None),
        })
    }

    /// It names the user after a success. Then it wants to talk under a security layer, and complains.
    fn end(mut self) -> Result<End> {
        self.program.close();
        while let Some(line) = self.program.hear()? {
            if line == "Negotiation complete" {
                self.verdict = Some(String::new());
            } else if let (Some(verdict), Some(name)) =
                (&mut self.verdict, line.strip_prefix("Username: "))
            {
                *verdict = format!("in as {name}");
            }
        }
        let ended = self.program.end()?;
        let verdict = match self.verdict {
            // A mechanism by which the server proves nothing is over when it has spoken.
            Some(_) if self.is_refused => "cannot tell".to_owned(),
            Some(verdict) => verdict,
            None => ended.complaint(),
        };
        Ok(End {
            verdict,
            transcript: ended.transcript,
        })
    }
}

impl Client for Sample {
    fn initial(&mut self) -> Result<Option<Opening>> {
        self.say("S", self.mechanism.as_bytes());
        // Here it asks when the server has spoken.
        if self.mechanism != "CRAM-MD5" {
            self.tell_password();
        }
        let Some(message) = self.hear("C")? else {
            return Ok(None);
        };
        let mut parts = message.splitn(2, |octet| *octet == 0);
        Ok(Some(match parts.nth(1) {
            Some(message) => Opening::With(message.to_vec()),
            None => Opening::Bare,
        }))
    }

    fn challenge(&mut self, challenge: &[u8]) -> Result<Option<Vec<u8>>> {
        self.say("S", challenge);
        self.tell_password();
        self.hear("C")
    }

    /// Without a field for it, the additional data is a challenge that is answered with nothing (RFC 4422 §3).
    fn success(&mut self, additional: Option<&[u8]>) -> Result<()> {
        if let Some(additional) = additional {
            self.say("S", additional);
            if !self.last {
                let response = self.hear("C")?;
                ensure!(
                    response.as_ref().is_none_or(Vec::is_empty),
                    "it answers success with {response:?}"
                );
            }
        }
        Ok(())
    }

    fn failure(&mut self) -> Result<()> {
        self.is_refused = true;
        Ok(())
    }

    fn end(self: Box<Self>) -> Result<End> {
        Self::end(*self)
    }
}

impl Server for Sample {
    fn initial(&mut self, opening: Opening) -> Result<Answer> {
        // What it offers comes first, and is the one mechanism.
        self.hear("S")?;
        let mut start = self.mechanism.as_bytes().to_vec();
        if let Opening::With(message) = opening {
            start.push(0);
            start.extend(message);
        }
        self.say("C", &start);
        self.answer()
    }

    fn response(&mut self, response: &[u8]) -> Result<Answer> {
        self.say("C", response);
        self.answer()
    }

    fn end(self: Box<Self>) -> Result<End> {
        Self::end(*self)
    }
}
