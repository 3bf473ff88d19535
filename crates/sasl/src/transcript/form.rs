//! The form of a transcript for serde: names in clear, octets as base64.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use base64::display::Base64Display;
use base64::engine::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sasl_core::{MechanismName, Secret, Side};
use serde::de::{self, Deserializer, Visitor};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

use super::{Transcript, TranscriptId};

/// What is written. A field that is added gets a new version.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    version: u8,
    side: End,
    mechanism: String,
    id: String,
    expires: u64,
    drawn: Octets,
    initial_response: Option<Octets>,
    challenges: Vec<Octets>,
    responses: Vec<Octets>,
}

const VERSION: u8 = 1;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum End {
    Client,
    Server,
}

/// Octets as base64.
struct Octets(Secret);

impl Serialize for Octets {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&Base64Display::new(self.0.expose(), &STANDARD))
    }
}

impl<'de> Deserialize<'de> for Octets {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Base64;

        impl Visitor<'_> for Base64 {
            type Value = Octets;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("base64")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Octets, E> {
                let octets = STANDARD.decode(text).map_err(|_| E::custom("not base64"))?;
                Ok(Octets(Secret::new(octets)))
            }
        }

        deserializer.deserialize_str(Base64)
    }
}

impl Serialize for Transcript {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let all = |messages: &[Secret]| messages.iter().cloned().map(Octets).collect();
        let form = Form {
            version: VERSION,
            side: match self.side {
                Side::Client => End::Client,
                Side::Server => End::Server,
            },
            mechanism: self.mechanism.as_str().into(),
            id: alloc::format!("{}", self.id),
            expires: self.expires,
            drawn: Octets(self.drawn.clone()),
            initial_response: self.initial_response.clone().map(Octets),
            challenges: all(&self.challenges),
            responses: all(&self.responses),
        };
        form.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Transcript {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let form = Form::deserialize(deserializer)?;
        let all = |messages: Vec<Octets>| messages.into_iter().map(|octets| octets.0).collect();
        if form.version != VERSION {
            return Err(de::Error::custom("a transcript of another version"));
        }
        let transcript = Self {
            side: match form.side {
                End::Client => Side::Client,
                End::Server => Side::Server,
            },
            mechanism: MechanismName::parse(&form.mechanism).map_err(de::Error::custom)?,
            id: form.id.parse::<TranscriptId>().map_err(de::Error::custom)?,
            expires: form.expires,
            drawn: form.drawn.0,
            initial_response: form.initial_response.map(|octets| octets.0),
            challenges: all(form.challenges),
            responses: all(form.responses),
        };
        if transcript.is_sound() {
            Ok(transcript)
        } else {
            Err(de::Error::custom("not a transcript of an exchange"))
        }
    }
}
