//! This library's own text: [`rfc5803`]'s, with the preparation where it is not SASLprep.
//!
//! ```abnf
//! canonical   = authPasswordValue [";prep=" preparation]
//! preparation = "none" / "saslprep-or-raw"
//! ```

use alloc::string::String;

use sasl_core::{Malformed, Preparation, ScramKeys};

use super::rfc5803;

const NONE: &str = ";prep=none";
const SASLPREP_OR_RAW: &str = ";prep=saslprep-or-raw";

/// Reads a text.
///
/// # Errors
/// As [`rfc5803::parse`].
pub fn parse(text: &str) -> Result<ScramKeys, Malformed> {
    let (value, preparation) = if let Some(value) = text.strip_suffix(NONE) {
        (value, Preparation::None)
    } else if let Some(value) = text.strip_suffix(SASLPREP_OR_RAW) {
        (value, Preparation::SaslprepOrRaw)
    } else {
        (text, Preparation::Saslprep)
    };
    rfc5803::parse(value, preparation)
}

/// Writes the text.
#[must_use]
pub fn print(keys: &ScramKeys) -> String {
    let mut text = rfc5803::print(keys);
    text.push_str(match keys.preparation {
        Preparation::None => NONE,
        Preparation::SaslprepOrRaw => SASLPREP_OR_RAW,
        _ => "",
    });
    text
}
