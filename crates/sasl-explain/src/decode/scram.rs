//! SCRAM's messages (RFC 5802 §5.1, §7), read more leniently than [`sasl_scram::message`] does, so that a wrong one can be shown.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::explanation::Attribute;
use crate::shown::{self, Show, attribute, count};

/// The most attributes of a message that are looked at.
const MAX: usize = 64;

/// The pieces of a message between commas.
#[derive(Debug)]
pub(crate) struct Pieces<'a> {
    text: &'a str,
    /// Where the attributes begin: behind the gs2-header of a client-first.
    skip: usize,
}

impl<'a> Pieces<'a> {
    /// Of a client's first message, whose gs2-header is no attributes.
    pub(crate) fn of_client_first(octets: &'a [u8]) -> Option<Self> {
        Some(Self {
            text: str::from_utf8(octets).ok()?,
            skip: 2,
        })
    }

    /// Of any other message.
    pub(crate) fn of(octets: &'a [u8]) -> Option<Self> {
        Some(Self {
            text: str::from_utf8(octets).ok()?,
            skip: 0,
        })
    }

    /// The first value of an attribute.
    pub(crate) fn value(&self, name: char) -> Option<&'a str> {
        self.attributes()
            .find(|(found, _)| *found == Some(name))
            .map(|(_, value)| value)
    }

    /// The attributes in order; what is none comes without a name.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = (Option<char>, &'a str)> {
        self.text.split(',').skip(self.skip).take(MAX).map(|piece| {
            let mut characters = piece.chars();
            match (characters.next(), characters.next()) {
                (Some(name), Some('=')) if name.is_ascii_alphabetic() => {
                    (Some(name), characters.as_str())
                }
                _ => (None, piece),
            }
        })
    }

    /// The gs2-header of a client-first, with its last comma.
    pub(crate) fn gs2_header(&self) -> Option<&'a str> {
        let (first, _) = self.text.match_indices(',').nth(1)?;
        self.text.get(..=first)
    }

    /// The flag for channel binding.
    pub(crate) fn flag(&self) -> &'a str {
        self.text.split(',').next().unwrap_or_default()
    }
}

/// What `c=` binds: the header as the first message has it, and the data behind it.
pub(crate) fn binding_of(decoded: &[u8]) -> (&[u8], &[u8]) {
    let second = decoded
        .iter()
        .enumerate()
        .filter(|(_, octet)| **octet == b',')
        .map(|(at, _)| at)
        .nth(1);
    match second.and_then(|at| decoded.split_at_checked(at.saturating_add(1))) {
        Some(parts) => parts,
        None => (decoded, &[]),
    }
}

pub(super) fn client_first(octets: &[u8], show: Show) -> (String, Vec<Attribute>) {
    let shown = shown::octets(octets);
    // What has neither name nor nonce is some other message, and may be a password.
    let pieces = Pieces::of_client_first(octets).filter(|pieces| {
        let has = |name: &str| pieces.text.split(',').any(|piece| piece.starts_with(name));
        !octets.contains(&0) && (has("n=") || has("r="))
    });
    let Some(pieces) = pieces else {
        let part = show.hidden("message", octets, "no message of SCRAM");
        return (show.within(octets), vec![part]);
    };
    let mut parts = Vec::new();
    let flag = pieces.flag();
    parts.push(attribute(
        "gs2-cbind-flag",
        flag,
        match flag {
            "n" => "the client binds no channel",
            "y" => "the client could bind the channel, and believes that the server cannot",
            _ if flag.starts_with("p=") => "the client binds the channel to this type of binding",
            _ => "no flag: it is n, y or p= with a type",
        },
    ));
    match pieces.text.split(',').nth(1) {
        Some("") => parts.push(attribute(
            "authzid",
            "none",
            "the client acts as who it logs in as",
        )),
        Some(authzid) => {
            let value = authzid.strip_prefix("a=").unwrap_or(authzid);
            parts.push(attribute(
                "a",
                value,
                "authzid: whom the client wants to act as",
            ));
        }
        None => {}
    }
    for (name, value) in pieces.attributes() {
        parts.push(match name {
            Some('n') => attribute("n", &unescaped(value), "username"),
            Some('r') => attribute(
                "r",
                value,
                format!("the client's nonce, {} characters", value.len()),
            ),
            name => common(name, value),
        });
    }
    (shown, parts)
}

pub(super) fn server_first(octets: &[u8], after_client: bool) -> (String, Vec<Attribute>) {
    let shown = shown::octets(octets);
    let Some(pieces) = Pieces::of(octets) else {
        return (
            shown.clone(),
            vec![attribute("message", &shown, "not UTF-8")],
        );
    };
    let parts = pieces.attributes().map(|(name, value)| match name {
        Some('r') => {
            let whose = if after_client {
                "the client's nonce, and the server's behind it"
            } else {
                "both nonces"
            };
            attribute("r", value, format!("{whose}, {} characters", value.len()))
        }
        Some('s') => attribute(
            "s",
            value,
            match STANDARD.decode(value) {
                Ok(salt) => format!("salt of the account's keys, {}", count(salt.len())),
                Err(_) => "salt, and not base64".into(),
            },
        ),
        Some('i') => attribute("i", value, "iterations of the key derivation"),
        Some('h') => attribute("h", value, "hash of what the server offered (XEP-0474)"),
        Some('e') => attribute("e", value, "the server's error"),
        name => common(name, value),
    });
    (shown, parts.collect())
}

pub(super) fn client_final(octets: &[u8], show: Show) -> (String, Vec<Attribute>) {
    let Some(pieces) = Pieces::of(octets) else {
        return (
            show.within(octets),
            vec![show.hidden("message", octets, "not UTF-8")],
        );
    };
    let mut parts = Vec::new();
    let mut text = Vec::new();
    for (name, value) in pieces.attributes() {
        match name {
            Some('c') => match STANDARD.decode(value) {
                Ok(decoded) => {
                    let (header, data) = binding_of(&decoded);
                    let header = shown::octets(header);
                    parts.push(attribute(
                        "c",
                        value,
                        format!("channel binding: base64 of the header \"{header}\""),
                    ));
                    if !data.is_empty() {
                        let meaning = format!("what is bound, {}, in hex", count(data.len()));
                        parts.push(attribute("cbind-data", &shown::hex(data), meaning));
                    }
                }
                Err(_) => parts.push(attribute("c", value, "channel binding, and not base64")),
            },
            Some('r') => parts.push(attribute(
                "r",
                value,
                format!("both nonces, {} characters", value.len()),
            )),
            Some('p') => parts.push(proof(
                "p",
                value,
                "the client's proof that it knows the password",
                show,
            )),
            Some('m') => parts.push(common(name, value)),
            // Nothing else of a client's last message is known to be no secret: a broken proof is none of the above.
            name => {
                let label = name.map_or_else(|| "?".into(), String::from);
                let meaning = if name.is_some() {
                    "extension"
                } else {
                    "no attribute"
                };
                parts.push(show.hidden(&label, value.as_bytes(), meaning));
            }
        }
        text.push(match name {
            Some(name @ ('c' | 'r' | 'm')) => format!("{name}={}", shown::text(value)),
            Some('p') => format!("p={}", within(value, show)),
            Some(name) => format!("{name}={}", show.within(value.as_bytes())),
            None => show.within(value.as_bytes()),
        });
    }
    (text.join(","), parts)
}

pub(super) fn server_final(octets: &[u8], show: Show) -> (String, Vec<Attribute>) {
    let Some(pieces) = Pieces::of(octets) else {
        return (
            show.within(octets),
            vec![show.hidden("message", octets, "not UTF-8")],
        );
    };
    let mut parts = Vec::new();
    let mut text = Vec::new();
    for (name, value) in pieces.attributes() {
        match name {
            Some('v') => {
                parts.push(proof(
                    "v",
                    value,
                    "the server's signature: it knows the password's keys",
                    show,
                ));
                text.push(format!("v={}", within(value, show)));
            }
            Some('e') => {
                parts.push(attribute("e", value, "the server's error"));
                text.push(format!("e={}", shown::text(value)));
            }
            name => {
                parts.push(common(name, value));
                text.push(
                    name.map_or_else(String::new, |name| format!("{name}=")) + &shown::text(value),
                );
            }
        }
    }
    (text.join(","), parts)
}

/// A proof within its message, counted as its octets are.
fn within(value: &str, show: Show) -> String {
    match STANDARD.decode(value) {
        Ok(octets) if !show.secrets => show.within(&octets),
        _ => show.within(value.as_bytes()),
    }
}

/// A proof: good enough to guess passwords by, on one's own machine and as often as one likes.
fn proof(name: &str, value: &str, meaning: &str, show: Show) -> Attribute {
    let octets = STANDARD.decode(value);
    let meaning = match &octets {
        Ok(_) => meaning.into(),
        Err(_) => format!("{meaning}; not base64"),
    };
    let mut part = show.hidden(
        name,
        octets.as_deref().unwrap_or(value.as_bytes()),
        &meaning,
    );
    if show.secrets {
        part.value = shown::text(value);
    }
    part
}

fn common(name: Option<char>, value: &str) -> Attribute {
    match name {
        Some('m') => attribute(
            "m",
            value,
            "a mandatory extension: whoever does not know it must stop",
        ),
        Some(name) => attribute(
            &name.to_string(),
            value,
            "extension, which is ignored by who does not know it",
        ),
        None => attribute("?", value, "no attribute: a letter and '=' are missing"),
    }
}

/// A name as its owner knows it, with the escapes that it was written with.
fn unescaped(value: &str) -> String {
    match sasl_core::SaslName::parse(value) {
        Ok(name) if name.unescaped() != value => format!("{value} (that is {})", name.unescaped()),
        _ => value.into(),
    }
}
