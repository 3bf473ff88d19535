//! `sasl passwd inspect`: what a verifier's text says.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Result;
use sasl::scram::ScramServer;
use sasl::stored::{self, Dialect, HashError, ReadError, Reading};
use sasl::{Preparation, ScramHash, ScramKeys, Verifier};
use sasl_password::{Cost, Hash, Strength};
use serde::Serialize;

use super::reading::{ReadingArgs, Unread};
use super::texts::{NO_TEXT, Texts};

/// Say what a verifier is: its scheme, what it costs, what it is worth
#[derive(clap::Args)]
#[command(after_help = "Examples:
  sasl passwd inspect '$2y$05$ulAaqHkPnPvjvmLdoQEcF.3DOsZHnkOFZnucW1an2f2q9SptJIE7u'
  cut -d: -f2 users.passwd | sasl passwd inspect --json

Exit status: 0 every text can be checked here; 1 at least one cannot.")]
pub(super) struct Args {
    #[command(flatten)]
    texts: Texts,

    /// Print a JSON object a line, one for every verifier
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    reading: ReadingArgs,
}

pub(super) fn run(args: &Args) -> Result<ExitCode> {
    let reading = args.reading.reading();
    let mut out = anstream::stdout().lock();
    let mut code = ExitCode::SUCCESS;
    args.texts.each(|line, text| {
        let seen = match text {
            Some(text) => seen(text, &reading, args.reading.dialect()),
            None => Err(Fault::new("no-text", NO_TEXT)),
        };
        match seen {
            Ok(seen) => {
                for one in &seen {
                    show(&mut out, args.json, line, one, |out| one.print(out))?;
                }
            }
            Err(fault) => {
                code = ExitCode::FAILURE;
                show(&mut out, args.json, line, &fault, |out| {
                    writeln!(out, "{:<12}{} ({})", "refused", fault.message, fault.error)
                })?;
            }
        }
        Ok(())
    })?;
    Ok(code)
}

/// Writes what was found in one of the two forms.
fn show<W: Write, S: Serialize>(
    out: &mut W,
    json: bool,
    line: u64,
    what: &S,
    print: impl FnOnce(&mut W) -> std::io::Result<()>,
) -> Result<()> {
    #[derive(Serialize)]
    struct Numbered<'a, S> {
        line: u64,
        #[serde(flatten)]
        what: &'a S,
    }
    if json {
        let text = serde_json::to_string(&Numbered { line, what })?;
        writeln!(out, "{text}")?;
    } else {
        writeln!(out, "{:<12}{line}", "line")?;
        print(out)?;
        writeln!(out)?;
    }
    Ok(())
}

/// Why a text says nothing.
#[derive(Debug, PartialEq, Serialize)]
struct Fault {
    error: &'static str,
    message: String,
}

impl Fault {
    fn new(error: &'static str, message: &(impl ToString + ?Sized)) -> Self {
        Self {
            error,
            message: message.to_string(),
        }
    }
}

impl From<ReadError> for Fault {
    fn from(reason: ReadError) -> Self {
        let word = match reason {
            ReadError::Malformed(reason) => reason.word(),
            ReadError::Hash(reason) => reason.word(),
            ReadError::UnnamedHash => "unnamed-hash",
            _ => "unreadable",
        };
        Self::new(word, &Unread(reason))
    }
}

impl From<HashError> for Fault {
    fn from(reason: HashError) -> Self {
        Self::new(reason.word(), &reason)
    }
}

/// What is to be said of one verifier.
#[derive(Debug, PartialEq, Serialize)]
struct Seen {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    scheme: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cost: Option<Price>,
    #[serde(skip_serializing_if = "Option::is_none")]
    salt_octets: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    digest_octets: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    preparation: Option<&'static str>,
    /// How much guessing is made harder for who reads the verifier.
    strength: &'static str,
    /// Whether who reads the text can log in with it.
    password_equivalent: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<&'static str>,
}

/// A cost with the name of what is counted.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", untagged)]
enum Price {
    Iterations {
        iterations: u32,
    },
    Exponent {
        exponent: u8,
    },
    Argon2 {
        memory_kib: u32,
        passes: u32,
        lanes: u32,
    },
    Scrypt {
        log_n: u8,
        block: u32,
        lanes: u32,
    },
}

impl Price {
    fn of(cost: Cost) -> Option<Self> {
        Some(match cost {
            Cost::Iterations(iterations) => Self::Iterations { iterations },
            Cost::Exponent(exponent) => Self::Exponent { exponent },
            Cost::Argon2 {
                memory_kib,
                passes,
                lanes,
            } => Self::Argon2 {
                memory_kib,
                passes,
                lanes,
            },
            Cost::Scrypt {
                log_n,
                block,
                lanes,
            } => Self::Scrypt {
                log_n,
                block,
                lanes,
            },
            _ => return None,
        })
    }

    fn words(&self) -> String {
        match self {
            Self::Iterations { iterations } => format!("{iterations} iterations"),
            Self::Exponent { exponent } => format!("2^{exponent} rounds"),
            Self::Argon2 {
                memory_kib,
                passes,
                lanes,
            } => format!("{memory_kib} KiB, {passes} passes, {lanes} lanes"),
            Self::Scrypt {
                log_n,
                block,
                lanes,
            } => format!("N=2^{log_n}, r={block}, p={lanes}"),
        }
    }
}

const LIKE_THE_PASSWORD: &str = "who reads it can log in: keep it as a password is kept";

fn seen(text: &str, reading: &Reading, dialect: Dialect) -> Result<Vec<Seen>, Fault> {
    let verifiers = stored::read(text, reading)?;
    verifiers
        .iter()
        .map(|verifier| {
            Ok(match verifier {
                Verifier::Scram(keys) => Seen::of_scram(keys, holds_salted_password(text)),
                Verifier::PasswordHash(hash) => {
                    Seen::of_hash(&Hash::parse(hash.as_str(), dialect)?)
                }
                Verifier::CramMd5(_) => Seen::bare("cram-md5-context", "none", true),
                Verifier::ClearText(_) => Seen::bare("clear-text", "none", true),
                Verifier::Other(other) => Seen {
                    scheme: Some(other.scheme.to_string()),
                    ..Seen::bare("other", "unknown", false)
                },
                _ => Seen::bare("unknown", "unknown", false),
            })
        })
        .collect()
}

/// passlib keeps the salted password and no keys; gsasl adds it to them when it is asked to say more.
fn holds_salted_password(text: &str) -> bool {
    text.starts_with("$scram$") || (text.starts_with("{SCRAM-") && text.split(',').count() > 4)
}

impl Seen {
    fn bare(kind: &'static str, strength: &'static str, password_equivalent: bool) -> Self {
        Self {
            kind,
            scheme: None,
            cost: None,
            salt_octets: None,
            digest_octets: None,
            preparation: None,
            strength,
            password_equivalent,
            advice: password_equivalent.then_some(LIKE_THE_PASSWORD),
        }
    }

    fn of_scram(keys: &ScramKeys, password_equivalent: bool) -> Self {
        let advice = if password_equivalent {
            Some("it holds the salted password, and who reads that can log in: convert it to keys")
        } else if keys.iterations < ScramServer::ITERATIONS {
            Some("RFC 7677 asks for 4096 iterations or more: make it anew")
        } else {
            None
        };
        Self {
            scheme: Some(scram_name(keys.hash).to_owned()),
            cost: Some(Price::Iterations {
                iterations: keys.iterations,
            }),
            salt_octets: Some(keys.salt.len()),
            digest_octets: Some(keys.hash.digest_len()),
            preparation: Some(match keys.preparation {
                Preparation::Saslprep => "saslprep",
                Preparation::SaslprepOrRaw => "saslprep-or-raw",
                Preparation::None => "none",
                _ => "unknown",
            }),
            advice,
            ..Self::bare("scram-keys", "iterated", password_equivalent)
        }
    }

    fn of_hash(hash: &Hash) -> Self {
        let description = hash.description();
        let (strength, advice) = match description.algorithm.strength() {
            Strength::Fast => (
                "fast",
                Some("billions of guesses a second: make it anew at the next login"),
            ),
            _ if description.salt_len == 0 => ("fast", None),
            Strength::Iterated => ("iterated", None),
            _ => ("memory-hard", None),
        };
        let below = description
            .is_below_recommended()
            .then_some("it costs less than is recommended today: make it anew at the next login");
        Self {
            scheme: Some(description.algorithm.name().to_owned()),
            cost: Price::of(description.cost),
            salt_octets: Some(description.salt_len),
            digest_octets: Some(description.digest_len),
            advice: advice.or(below),
            ..Self::bare("password-hash", strength, false)
        }
    }

    fn print(&self, out: &mut impl Write) -> std::io::Result<()> {
        let octets = |count: usize| format!("{count} octets");
        let rows = [
            ("kind", Some(self.kind.to_owned())),
            ("scheme", self.scheme.clone()),
            ("cost", self.cost.as_ref().map(Price::words)),
            ("salt", self.salt_octets.map(octets)),
            ("digest", self.digest_octets.map(octets)),
            ("prepared", self.preparation.map(str::to_owned)),
            ("strength", Some(self.strength.to_owned())),
            ("advice", self.advice.map(str::to_owned)),
        ];
        for (name, value) in rows {
            if let Some(value) = value {
                writeln!(out, "{name:<12}{value}")?;
            }
        }
        Ok(())
    }
}

fn scram_name(hash: ScramHash) -> &'static str {
    match hash {
        ScramHash::Sha1 => "scram-sha-1",
        ScramHash::Sha224 => "scram-sha-224",
        ScramHash::Sha256 => "scram-sha-256",
        ScramHash::Sha384 => "scram-sha-384",
        ScramHash::Sha512 => "scram-sha-512",
        ScramHash::Sha3_512 => "scram-sha3-512",
        _ => "scram",
    }
}
