//! `sasl-shim`, and whatever else speaks its lines: the peers in Python.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};

use super::base64::{decode, encode};
use super::channel::Channel;
use super::exchange::{Answer, Client, End, Opening, Server};
use super::matrix::Cell;
use super::program::{Program, command};

/// The salt of keys that our servers derive: any.
const SALT: &[u8] = b"sixteen and salt";

/// What the client sees of the channel, and usually the server too.
const SEEN: &[u8] = b"seen by both ends";

/// What the server sees in the middle of somebody else's attack.
const SEEN_OTHERWISE: &[u8] = b"seen by one end";

/// A program that speaks the shim's lines.
pub(crate) struct Shim {
    program: Program,
    /// What it said last, once it is through.
    verdict: Option<String>,
}

impl Shim {
    /// Our client, and what it sees of the channel.
    pub(crate) fn client(
        shim: &Path,
        cell: &Cell,
        preparation: &str,
        binding: Option<String>,
    ) -> Result<Self> {
        let mut command = command(shim);
        command
            .args(["client", "--mechanism", cell.mechanism])
            .args(["--prep", preparation]);
        let secret = cell.client_secret();
        match cell.mechanism {
            "EXTERNAL" => {}
            "ANONYMOUS" => _ = command.args(["--trace", &secret]),
            "OAUTHBEARER" | "XOAUTH2" => {
                _ = command.args(["--authcid", cell.user, "--token", &secret]);
            }
            _ => _ = command.args(["--authcid", cell.authcid(), "--password", &secret]),
        }
        if let Some(authzid) = cell.authzid() {
            command.args(["--authzid", &authzid]);
        }
        if let Some(binding) = binding {
            command.args(["--binding", &binding]);
        }
        Self::start(command)
    }

    /// Our server.
    pub(crate) fn server(shim: &Path, cell: &Cell, preparation: &str) -> Result<Self> {
        let mut command = command(shim);
        command
            .args(["server", "--mechanism", cell.mechanism])
            .args(["--user", cell.account().name])
            .args(["--password", cell.account().password])
            .args(["--salt", &encode(SALT), "--iterations", "4096"])
            .args(["--prep", preparation]);
        if cell.mechanism == "XOAUTH2" {
            let token = format!("{}={}", cell.server_secret(), cell.account().name);
            command.args(["--accept-token", &token]);
        }
        if let Some(identity) = cell.external_identity() {
            command.args(["--external-identity", identity]);
        }
        if let Some(binding) = server_binding(&cell.channel) {
            let (base, plus) = (cell.base(), format!("{}-PLUS", cell.base()));
            command
                .args(["--binding", &binding])
                .args(["--advertise", &format!("{plus},{base}")]);
        }
        Self::start(command)
    }

    /// Whatever the command runs.
    pub(crate) fn start(command: Command) -> Result<Self> {
        Ok(Self {
            program: Program::start(command)?,
            verdict: None,
        })
    }

    /// What a script sees of the channel of a real server, which it says first; or what it would be at the end of another.
    pub(crate) fn binding(&mut self, same: bool) -> Result<String> {
        let line = self.program.hear()?.unwrap_or_default();
        let (name, value) = line
            .strip_prefix("binding ")
            .and_then(|binding| binding.split_once('='))
            .with_context(|| format!("not a binding: {line:?}"))?;
        let mut value = decode(value)?;
        if let (Some(last), false) = (value.last_mut(), same) {
            *last ^= 1;
        }
        Ok(format!("{name}={}", encode(&value)))
    }

    /// The words of the next line. The last of them are also the verdict.
    fn hear(&mut self) -> Result<Option<Vec<String>>> {
        let Some(line) = self.program.hear()? else {
            return Ok(None);
        };
        let words: Vec<_> = line.split(' ').map(str::to_owned).collect();
        let fields: Vec<_> = words.iter().map(String::as_str).collect();
        match fields[..] {
            ["done", authcid, authzid] | ["success", _, authcid, authzid] => {
                self.verdict = Some(identities(authcid, authzid)?);
            }
            ["error", class, reason] | ["failure", class, reason, _] => {
                self.verdict = Some(format!("{class} {reason}"));
            }
            _ => {}
        }
        Ok(Some(words))
    }

    /// What the server answers.
    fn answer(&mut self) -> Result<Answer> {
        let words = self.hear()?.unwrap_or_default();
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        Ok(match words[..] {
            ["challenge", message] => Answer::Challenge(data(message)?.unwrap_or_default()),
            ["success", additional, ..] => Answer::Success(data(additional)?),
            ["failure", _, _, parting] => Answer::Failure(data(parting)?),
            _ => Answer::Failure(None),
        })
    }

    fn end(mut self) -> Result<End> {
        self.program.close();
        while self.hear()?.is_some() {}
        let ended = self.program.end()?;
        // What it says and its exit status have to be of one mind.
        let verdict = match (self.verdict, ended.code) {
            (Some(verdict), Some(0)) if is_in(&verdict) => verdict,
            (Some(verdict), Some(1)) if !is_in(&verdict) => verdict,
            (verdict, code) => format!("{verdict:?}, exit {code:?}"),
        };
        Ok(End {
            verdict,
            transcript: ended.transcript,
        })
    }
}

impl Client for Shim {
    fn initial(&mut self) -> Result<Option<Opening>> {
        Ok(match self.hear()?.as_deref() {
            Some([verb, message]) if verb == "initial" => Some(match data(message)? {
                Some(message) => Opening::With(message),
                None => Opening::Bare,
            }),
            _ => None,
        })
    }

    fn challenge(&mut self, challenge: &[u8]) -> Result<Option<Vec<u8>>> {
        self.program
            .say(&format!("challenge {}", field(Some(challenge))));
        match self.hear()?.as_deref() {
            Some([verb, message]) if verb == "response" => data(message),
            _ => Ok(None),
        }
    }

    fn success(&mut self, additional: Option<&[u8]>) -> Result<()> {
        self.program.say(&format!("success {}", field(additional)));
        Ok(())
    }

    fn failure(&mut self) -> Result<()> {
        self.program.say("failure");
        Ok(())
    }

    fn end(self: Box<Self>) -> Result<End> {
        Self::end(*self)
    }
}

impl Server for Shim {
    fn initial(&mut self, opening: Opening) -> Result<Answer> {
        let message = match &opening {
            Opening::With(message) => Some(message.as_slice()),
            Opening::Bare => None,
        };
        self.program.say(&format!("initial {}", field(message)));
        self.answer()
    }

    fn response(&mut self, response: &[u8]) -> Result<Answer> {
        self.program
            .say(&format!("response {}", field(Some(response))));
        self.answer()
    }

    fn end(self: Box<Self>) -> Result<End> {
        Self::end(*self)
    }
}

pub(crate) fn client_binding(channel: &Channel) -> Option<String> {
    Some(format!("{}={}", channel.client?, encode(SEEN)))
}

pub(crate) fn server_binding(channel: &Channel) -> Option<String> {
    let value = if channel.same { SEEN } else { SEEN_OTHERWISE };
    Some(format!("{}={}", channel.server?, encode(value)))
}

/// A DATA field.
fn field(data: Option<&[u8]>) -> String {
    match data {
        None => "-".to_owned(),
        Some([]) => "=".to_owned(),
        Some(octets) => encode(octets),
    }
}

/// What a DATA field says.
fn data(field: &str) -> Result<Option<Vec<u8>>> {
    match field {
        "-" => Ok(None),
        "=" => Ok(Some(Vec::new())),
        field => decode(field).map(Some),
    }
}

/// Whether a verdict is that of [`identities`].
pub(crate) fn is_in(verdict: &str) -> bool {
    verdict == "in" || verdict.starts_with("in ")
}

/// `in as user`, `in as user for` somebody else, `in` where the mechanism does not know as whom.
fn identities(authcid: &str, authzid: &str) -> Result<String> {
    let name = |text: &str, key: &str| -> Result<Option<String>> {
        let value = text.strip_prefix(key).context("an identity has no name")?;
        Ok(data(value)?.map(|name| String::from_utf8_lossy(&name).into_owned()))
    };
    let mut verdict = "in".to_owned();
    for (role, name) in [
        (" as ", name(authcid, "authcid=")?),
        (" for ", name(authzid, "authzid=")?),
    ] {
        if let Some(name) = name {
            verdict.push_str(role);
            // An empty one can be seen.
            verdict.push_str(if name.is_empty() { "\"\"" } else { &name });
        }
    }
    Ok(verdict)
}
