//! The options of the shim's contract.

use std::ffi::OsString;
use std::num::NonZeroU32;
use std::os::unix::ffi::OsStringExt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lexopt::{Arg, Parser};
use sasl::{Channel, ChannelBinding, MechanismName, Preparation, Protection};

use crate::End;

/// The options of both sides.
pub struct Common {
    /// The mechanism to run.
    pub mechanism: MechanismName,
    /// The connection.
    pub channel: Channel,
    /// How names and passwords are prepared, where it is not as the mechanism does by itself.
    pub preparation: Option<Preparation>,
    /// This side's nonce, or part of it.
    pub nonce: Option<String>,
}

/// The options of the client.
pub struct Client {
    /// Those of both sides.
    pub common: Common,
    /// Who authenticates.
    pub authcid: Option<Vec<u8>>,
    /// Whom to act as.
    pub authzid: Option<Vec<u8>>,
    /// The password.
    pub password: Option<Vec<u8>>,
    /// The bearer token.
    pub token: Option<Vec<u8>>,
    /// The trace of ANONYMOUS.
    pub trace: Option<Vec<u8>>,
    /// All that the server offers.
    pub offer: Vec<MechanismName>,
    /// The fewest iterations that the server may ask for.
    pub min_iterations: Option<u32>,
    /// The most iterations that the server may ask for.
    pub max_iterations: Option<u32>,
}

/// The options of the server.
pub struct Server {
    /// Those of both sides.
    pub common: Common,
    /// Who can log in.
    pub users: Vec<User>,
    /// The user, where it is known from elsewhere.
    pub known_user: Option<Vec<u8>>,
    /// All that is advertised.
    pub advertise: Vec<MechanismName>,
    /// The salt of keys that are derived from passwords.
    pub salt: Option<Vec<u8>>,
    /// The iterations of keys that are derived from passwords.
    pub iterations: Option<u32>,
    /// The secret that unknown users' salts come from.
    pub decoy_key: Option<Vec<u8>>,
    /// The challenge of CRAM-MD5.
    pub challenge: Option<String>,
    /// The tokens that are good.
    pub accept_tokens: Vec<AcceptedToken>,
}

/// A bearer token and who it belongs to.
pub struct AcceptedToken {
    /// The token.
    pub token: Vec<u8>,
    /// Its owner.
    pub owner: Vec<u8>,
}

/// One user.
pub struct User {
    /// The name as stored.
    pub name: Vec<u8>,
    /// The passwords.
    pub passwords: Vec<Vec<u8>>,
    /// Whom it may act as.
    pub may_act_as: Vec<Vec<u8>>,
}

/// What is gathered for [`Common`] while the options are read.
#[derive(Default)]
struct Gathered {
    mechanism: Option<String>,
    clear_text: bool,
    bindings: Vec<ChannelBinding>,
    host: Option<String>,
    port: Option<u16>,
    external: Option<String>,
    preparation: Option<Preparation>,
    nonce: Option<String>,
}

impl Gathered {
    /// Takes an option that both sides have.
    fn take(&mut self, name: &str, parser: &mut Parser) -> Result<(), End> {
        match name {
            "mechanism" => self.mechanism = Some(text(value(parser, false)?)?),
            "cleartext-channel" => self.clear_text = true,
            "binding" => self.bindings.push(binding(&text(value(parser, false)?)?)?),
            "host" => self.host = Some(text(value(parser, false)?)?),
            "port" => self.port = Some(number(&text(value(parser, false)?)?)?),
            "nonce" => self.nonce = Some(text(value(parser, false)?)?),
            "nonce-b64" => self.nonce = Some(text(value(parser, true)?)?),
            "prep" => {
                self.preparation = Some(match text(value(parser, false)?)?.as_str() {
                    "saslprep" => Preparation::Saslprep,
                    "none" => Preparation::None,
                    "saslprep-or-raw" => Preparation::SaslprepOrRaw,
                    other => return Err(End::Usage(format!("no such preparation: {other}"))),
                });
            }
            other => return Err(End::Usage(format!("unknown option: --{other}"))),
        }
        Ok(())
    }

    fn finish(self) -> Result<Common, End> {
        let name = self
            .mechanism
            .ok_or_else(|| End::Usage("--mechanism is missing".into()))?;
        let mechanism = MechanismName::parse(&name)
            .map_err(|_| End::Missing(format!("the mechanism {name:?}")))?;
        let mut channel = Channel::new(if self.clear_text {
            Protection::None
        } else {
            Protection::Tls
        });
        for binding in self.bindings {
            channel = channel.with_binding(binding);
        }
        if let Some(host) = self.host {
            channel = channel.with_host(host);
        }
        if let Some(port) = self.port {
            channel = channel.with_port(port);
        }
        if let Some(identity) = self.external {
            channel = channel.with_external_identity(identity);
        }
        Ok(Common {
            mechanism,
            channel,
            preparation: self.preparation,
            nonce: self.nonce,
        })
    }
}

impl Client {
    /// Reads the options.
    pub fn parse(mut parser: Parser) -> Result<Self, End> {
        let mut common = Gathered::default();
        let (mut authcid, mut authzid, mut password, mut token, mut trace) =
            (None, None, None, None, None);
        let mut offer = None;
        let (mut min_iterations, mut max_iterations) = (None, None);
        while let Some(name) = option(&mut parser)? {
            let (plain, base64) = base64_twin(&name);
            match plain {
                "authcid" => authcid = Some(value(&mut parser, base64)?),
                "authzid" => authzid = Some(value(&mut parser, base64)?),
                "password" => password = Some(value(&mut parser, base64)?),
                "token" => token = Some(value(&mut parser, base64)?),
                "trace" => trace = Some(value(&mut parser, base64)?),
                "offer" if !base64 => offer = Some(names(&text(value(&mut parser, false)?)?)),
                "min-iterations" if !base64 => min_iterations = Some(iterations(&mut parser)?),
                "max-iterations" if !base64 => max_iterations = Some(iterations(&mut parser)?),
                _ => common.take(&name, &mut parser)?,
            }
        }
        let common = common.finish()?;
        let offer = offer.unwrap_or_else(|| vec![common.mechanism]);
        Ok(Self {
            common,
            authcid,
            authzid,
            password,
            token,
            trace,
            offer,
            min_iterations,
            max_iterations,
        })
    }
}

impl Server {
    /// Reads the options.
    pub fn parse(mut parser: Parser) -> Result<Self, End> {
        let mut common = Gathered::default();
        let mut users: Vec<User> = Vec::new();
        let mut accept_tokens = Vec::new();
        let (mut known_user, mut advertise, mut challenge) = (None, None, None);
        let (mut salt, mut derived_iterations, mut decoy_key) = (None, None, None);
        while let Some(name) = option(&mut parser)? {
            let (plain, base64) = base64_twin(&name);
            match plain {
                "user" => {
                    let name = value(&mut parser, base64)?;
                    users.push(User {
                        name,
                        passwords: Vec::new(),
                        may_act_as: Vec::new(),
                    });
                }
                "password" => {
                    let password = value(&mut parser, base64)?;
                    last(&mut users, plain)?.passwords.push(password);
                }
                "may-act-as" => {
                    let authzid = value(&mut parser, base64)?;
                    last(&mut users, plain)?.may_act_as.push(authzid);
                }
                "verifier" => {
                    last(&mut users, plain)?;
                    return Err(End::Missing("--verifier".into()));
                }
                "known-user" => known_user = Some(value(&mut parser, base64)?),
                "advertise" if !base64 => {
                    advertise = Some(names(&text(value(&mut parser, false)?)?));
                }
                "external-identity" => common.external = Some(text(value(&mut parser, base64)?)?),
                "iterations" if !base64 => derived_iterations = Some(iterations(&mut parser)?),
                "salt" if !base64 => salt = Some(value(&mut parser, true)?),
                "decoy-key" if !base64 => decoy_key = Some(value(&mut parser, true)?),
                "challenge" => challenge = Some(text(value(&mut parser, base64)?)?),
                "accept-token" => accept_tokens.push(accepted(&value(&mut parser, base64)?)?),
                _ => common.take(&name, &mut parser)?,
            }
        }
        let common = common.finish()?;
        let advertise = advertise.unwrap_or_else(|| vec![common.mechanism]);
        Ok(Self {
            common,
            users,
            known_user,
            advertise,
            salt,
            iterations: derived_iterations,
            decoy_key,
            accept_tokens,
            challenge,
        })
    }
}

/// The next option's name; a value without one is wrong.
fn option(parser: &mut Parser) -> Result<Option<String>, End> {
    match parser.next()? {
        None => Ok(None),
        Some(Arg::Long(name)) => Ok(Some(name.to_owned())),
        Some(other) => Err(End::Usage(other.unexpected().to_string())),
    }
}

/// An option's name without its `-b64`, and whether it had that.
fn base64_twin(name: &str) -> (&str, bool) {
    name.strip_suffix("-b64")
        .map_or((name, false), |plain| (plain, true))
}

/// An option's value, taken out of base64 if it is the twin's.
fn value(parser: &mut Parser, base64: bool) -> Result<Vec<u8>, End> {
    let octets = OsString::into_vec(parser.value()?);
    if !base64 {
        return Ok(octets);
    }
    STANDARD
        .decode(&octets)
        .map_err(|error| End::Usage(format!("base64: {error}")))
}

fn text(octets: Vec<u8>) -> Result<String, End> {
    String::from_utf8(octets).map_err(|_| End::Usage("an argument is not UTF-8".into()))
}

fn number<N: std::str::FromStr>(text: &str) -> Result<N, End> {
    text.parse()
        .map_err(|_| End::Usage(format!("not a number in range: {text:?}")))
}

/// A positive number of iterations.
fn iterations(parser: &mut Parser) -> Result<u32, End> {
    number::<NonZeroU32>(&text(value(parser, false)?)?).map(NonZeroU32::get)
}

/// Names between commas. What is no mechanism name is left out, as a client does with an offer.
fn names(list: &str) -> Vec<MechanismName> {
    list.split(',')
        .filter_map(|name| MechanismName::parse(name).ok())
        .collect()
}

/// `TYPE=B64`, split at the first `=`.
fn binding(text: &str) -> Result<ChannelBinding, End> {
    let (name, data) = text
        .split_once('=')
        .ok_or_else(|| End::Usage("--binding is TYPE=B64".into()))?;
    let data = STANDARD
        .decode(data)
        .map_err(|error| End::Usage(format!("--binding: {error}")))?;
    ChannelBinding::new(name, &data).map_err(|error| End::Usage(format!("--binding: {error}")))
}

/// `TOKEN=AUTHCID`, split at the last `=`, since tokens end in that.
fn accepted(text: &[u8]) -> Result<AcceptedToken, End> {
    let mut parts = text.rsplitn(2, |octet| *octet == b'=');
    match (parts.next(), parts.next()) {
        (Some(owner), Some(token)) => Ok(AcceptedToken {
            token: token.to_vec(),
            owner: owner.to_vec(),
        }),
        _ => Err(End::Usage("--accept-token is TOKEN=AUTHCID".into())),
    }
}

fn last<'a>(users: &'a mut [User], option: &str) -> Result<&'a mut User, End> {
    users
        .last_mut()
        .ok_or_else(|| End::Usage(format!("--{option} belongs to a --user")))
}
