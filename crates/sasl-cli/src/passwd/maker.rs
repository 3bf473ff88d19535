//! How verifiers are made.

mod likeness;
#[cfg(test)]
mod tests;

use anyhow::{Result, bail, ensure};
use clap::ValueEnum;
use sasl::cram_md5::derive_context;
use sasl::scram::{ScramServer, derive_keys};
use sasl::stored::{Dialect, HashError, Reading};
use sasl::{
    Key, NoRandomness, OsRandom, Password, Preparation, Random, ScramHash, ScramKeys, Unusable,
    Verifier, limits,
};
use sasl_password::{Algorithm, Cost, Scheme, Scratch};
use zeroize::Zeroizing;

use super::form::Form;
use super::verify::Question;
use crate::prep::Prep;

pub(super) use self::likeness::Likeness;

#[derive(clap::Args)]
#[command(next_help_heading = "How it is made")]
pub(super) struct SchemeArgs {
    /// What is made. By default argon2id, and scram-sha-256 for PostgreSQL and Kafka
    #[arg(long, value_enum)]
    scheme: Option<SchemeName>,

    /// Iterations of SCRAM (4096 if nothing is said) and PBKDF2, rounds of SHA-crypt, passes of Argon2
    #[arg(long, value_name = "N")]
    iterations: Option<u32>,

    /// Memory of Argon2, in KiB
    #[arg(long, value_name = "KIB")]
    memory: Option<u32>,

    /// Lanes of Argon2
    #[arg(long, value_name = "N")]
    lanes: Option<u32>,

    /// The cost of bcrypt, or the binary logarithm of scrypt's N: one more doubles the work
    #[arg(long, value_name = "N")]
    cost: Option<u8>,
}

#[derive(clap::Args)]
#[command(next_help_heading = "How it is made")]
pub(super) struct MakerArgs {
    #[command(flatten)]
    scheme: SchemeArgs,

    /// How the text is written
    #[arg(long, value_enum, default_value_t = Form::Canonical)]
    format: Form,

    /// How the password is prepared before. By default with SASLprep for SCRAM (in PostgreSQL's format as PostgreSQL, in Dovecot's
    /// not at all, as they do themselves), and not at all for the rest
    #[arg(long, value_enum)]
    prep: Option<Prep>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SchemeName {
    #[value(name = "argon2id")]
    Argon2id,
    Scrypt,
    Bcrypt,
    #[value(name = "pbkdf2-sha256")]
    Pbkdf2Sha256,
    #[value(name = "pbkdf2-sha512")]
    Pbkdf2Sha512,
    #[value(name = "sha512-crypt")]
    Sha512Crypt,
    #[value(name = "scram-sha-1")]
    ScramSha1,
    #[value(name = "scram-sha-224")]
    ScramSha224,
    #[value(name = "scram-sha-256")]
    ScramSha256,
    #[value(name = "scram-sha-384")]
    ScramSha384,
    #[value(name = "scram-sha-512")]
    ScramSha512,
    #[value(name = "scram-sha3-512")]
    ScramSha3_512,
    /// As good as the password for who reads it
    CramMd5,
}

impl SchemeName {
    fn scram_hash(self) -> Option<ScramHash> {
        Some(match self {
            Self::ScramSha1 => ScramHash::Sha1,
            Self::ScramSha224 => ScramHash::Sha224,
            Self::ScramSha256 => ScramHash::Sha256,
            Self::ScramSha384 => ScramHash::Sha384,
            Self::ScramSha512 => ScramHash::Sha512,
            Self::ScramSha3_512 => ScramHash::Sha3_512,
            _ => return None,
        })
    }
}

/// What is done to a password.
#[derive(Debug, Clone, Copy)]
enum Recipe {
    Hash(Scheme),
    Scram { hash: ScramHash, iterations: u32 },
    CramMd5,
}

/// Makes verifiers of passwords, all in the same way.
#[derive(Debug)]
pub(super) struct Maker {
    recipe: Recipe,
    salt: Option<Box<[u8]>>,
    format: Form,
    preparation: Preparation,
}

impl MakerArgs {
    /// # Errors
    /// As [`SchemeArgs::maker`].
    pub(super) fn maker(&self) -> Result<Maker> {
        let preparation = self.prep.map(Preparation::from);
        self.scheme.maker(self.format, preparation)
    }
}

impl SchemeArgs {
    /// # Errors
    /// When an option says nothing to the scheme, or the scheme nothing to the format.
    pub(super) fn maker(&self, format: Form, preparation: Option<Preparation>) -> Result<Maker> {
        let scheme = self.scheme.unwrap_or(match format {
            Form::Postgresql | Form::Kafka => SchemeName::ScramSha256,
            _ => SchemeName::Argon2id,
        });
        let recipe = self.recipe(scheme, format)?;
        let preparation = match (preparation, recipe) {
            (Some(preparation), _) => preparation,
            (None, Recipe::Scram { .. }) => format.scram_preparation(),
            (None, _) => Preparation::None,
        };
        let maker = Maker {
            recipe,
            salt: None,
            format,
            preparation,
        };
        maker.example()?;
        Ok(maker)
    }

    fn recipe(&self, scheme: SchemeName, format: Form) -> Result<Recipe> {
        if let Some(hash) = scheme.scram_hash() {
            self.only(&["iterations"])?;
            let iterations = self.iterations.unwrap_or(ScramServer::ITERATIONS);
            ensure!(iterations > 0, "--iterations has to be 1 or more");
            return Ok(Recipe::Scram { hash, iterations });
        }
        let passlib = format == Form::Passlib;
        let scheme = match scheme {
            SchemeName::Argon2id => Scheme::argon2id(),
            SchemeName::Scrypt => Scheme::scrypt(),
            SchemeName::Bcrypt => Scheme::bcrypt(),
            SchemeName::Pbkdf2Sha256 if passlib => Scheme::passlib_pbkdf2_sha256(),
            SchemeName::Pbkdf2Sha256 => Scheme::pbkdf2_sha256(),
            SchemeName::Pbkdf2Sha512 if passlib => Scheme::passlib_pbkdf2_sha512(),
            SchemeName::Pbkdf2Sha512 => Scheme::pbkdf2_sha512(),
            SchemeName::Sha512Crypt => Scheme::sha512_crypt(),
            _ => {
                self.only(&[])?;
                return Ok(Recipe::CramMd5);
            }
        };
        let cost = match scheme.cost() {
            Cost::Argon2 {
                memory_kib,
                passes,
                lanes,
            } => {
                self.only(&["iterations", "memory", "lanes"])?;
                Cost::Argon2 {
                    memory_kib: self.memory.unwrap_or(memory_kib),
                    passes: self.iterations.unwrap_or(passes),
                    lanes: self.lanes.unwrap_or(lanes),
                }
            }
            Cost::Scrypt {
                log_n,
                block,
                lanes,
            } => {
                self.only(&["cost"])?;
                Cost::Scrypt {
                    log_n: self.cost.unwrap_or(log_n),
                    block,
                    lanes,
                }
            }
            Cost::Exponent(cost) => {
                self.only(&["cost"])?;
                Cost::Exponent(self.cost.unwrap_or(cost))
            }
            Cost::Iterations(iterations) => {
                self.only(&["iterations"])?;
                Cost::Iterations(self.iterations.unwrap_or(iterations))
            }
            fixed => fixed,
        };
        Ok(Recipe::Hash(scheme.with_cost(cost)?))
    }

    /// Refuses the options that the scheme has no use for: whoever gave one thinks that it counts.
    fn only(&self, useful: &[&str]) -> Result<()> {
        let given = [
            ("iterations", self.iterations.is_some()),
            ("memory", self.memory.is_some()),
            ("lanes", self.lanes.is_some()),
            ("cost", self.cost.is_some()),
        ];
        for (option, is_given) in given {
            ensure!(
                !is_given || useful.contains(&option),
                "--{option} says nothing to this scheme"
            );
        }
        Ok(())
    }
}

impl Maker {
    /// Makes every verifier with this salt.
    pub(super) fn with_salt(self, salt: &[u8]) -> Result<Self> {
        let fits = match self.recipe {
            Recipe::Hash(scheme) => salt.len() == salt_len(scheme),
            Recipe::Scram { .. } => (1..=limits::SALT).contains(&salt.len()),
            Recipe::CramMd5 => bail!("CRAM-MD5 has no salt"),
        };
        ensure!(fits, "--salt has not the length that this scheme takes");
        Ok(Self {
            salt: Some(salt.into()),
            ..self
        })
    }

    pub(super) fn make(&self, password: &Password) -> Result<Zeroizing<String>> {
        self.make_in(&mut Scratch::new(), password)
    }

    /// As [`make`](Self::make), for many in a row.
    pub(super) fn make_in(
        &self,
        scratch: &mut Scratch,
        password: &Password,
    ) -> Result<Zeroizing<String>> {
        let verifier = match self.recipe {
            Recipe::Hash(scheme) => {
                let prepared = sasl_prep::stored(self.preparation, password.expose())
                    .map_err(|_| Unusable::Preparation)?;
                let prepared = Password::new(prepared);
                let hash = match &self.salt {
                    Some(salt) => scheme.hash_in(scratch, &prepared, &Given(salt)),
                    None => scheme.hash_in(scratch, &prepared, &OsRandom),
                };
                Verifier::PasswordHash(hash?)
            }
            Recipe::Scram { hash, iterations } => {
                let mut random = [0; ScramServer::SALT_LEN];
                let salt = match &self.salt {
                    Some(salt) => salt,
                    None => {
                        OsRandom.fill(&mut random)?;
                        random.as_slice()
                    }
                };
                Verifier::Scram(derive_keys(
                    hash,
                    password,
                    salt,
                    iterations,
                    self.preparation,
                )?)
            }
            Recipe::CramMd5 => Verifier::CramMd5(derive_context(password, self.preparation)?),
        };
        Ok(self.format.write(&verifier, Dialect::Unnamed)?)
    }

    /// Whether a text that was made in this way is a password's.
    pub(super) fn fits(&self, text: &str, password: &Password) -> Result<bool> {
        let mut reading = Reading::new().preparation(self.preparation);
        if let Recipe::Scram { hash, .. } = self.recipe {
            reading = reading.scram_hash(hash);
        }
        let question = Question {
            text,
            reading,
            dialect: Dialect::Unnamed,
            preparation: Some(self.preparation),
        };
        Ok(question.answer(password)?)
    }

    /// What the texts look like, made without the work: whether the format can take them is known before a password is asked for.
    pub(super) fn example(&self) -> Result<Zeroizing<String>> {
        let verifier = match self.recipe {
            // The format goes by the algorithm, whatever it costs.
            Recipe::Hash(scheme) => {
                Verifier::PasswordHash(least(scheme)?.hash(&Password::new("pencil"), &OsRandom)?)
            }
            Recipe::Scram { hash, iterations } => {
                let key = Key::new(vec![0; hash.digest_len()]);
                Verifier::Scram(ScramKeys {
                    hash,
                    iterations,
                    salt: Box::new([0; ScramServer::SALT_LEN]),
                    preparation: self.preparation,
                    stored_key: key.clone(),
                    server_key: key,
                })
            }
            Recipe::CramMd5 => {
                Verifier::CramMd5(derive_context(&Password::new("pencil"), Preparation::None)?)
            }
        };
        Ok(self.format.write(&verifier, Dialect::Unnamed)?)
    }
}

/// The scheme at the least cost.
fn least(scheme: Scheme) -> Result<Scheme, HashError> {
    scheme.with_cost(match (scheme.algorithm(), scheme.cost()) {
        (_, Cost::Argon2 { .. }) => Cost::Argon2 {
            memory_kib: 8,
            passes: 1,
            lanes: 1,
        },
        (_, Cost::Scrypt { .. }) => Cost::Scrypt {
            log_n: 1,
            block: 1,
            lanes: 1,
        },
        (_, Cost::Exponent(_)) => Cost::Exponent(4),
        (Algorithm::Sha512Crypt, _) => Cost::Iterations(1000),
        _ => Cost::Iterations(1),
    })
}

/// Octets of a salt that a scheme takes.
fn salt_len(scheme: Scheme) -> usize {
    if scheme.algorithm() == Algorithm::Sha512Crypt {
        12
    } else {
        16
    }
}

/// A salt that was chosen.
struct Given<'a>(&'a [u8]);

impl Random for Given<'_> {
    /// SHA-crypt asks for more than it takes.
    fn fill(&self, destination: &mut [u8]) -> Result<(), NoRandomness> {
        destination.fill(0);
        let taken = destination.get_mut(..self.0.len()).ok_or(NoRandomness)?;
        taken.copy_from_slice(self.0);
        Ok(())
    }
}
