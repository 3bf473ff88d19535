//! The four messages of LOGIN (draft-murchison-sasl-login-00 §2).

mod passwd;
mod prompt;
mod username;

pub use passwd::Passwd;
pub use prompt::Prompt;
pub use username::Username;

use sasl_core::Malformed;

/// What neither a name nor a password may contain, if there is such a thing in there.
fn forbidden(octets: &[u8]) -> Option<Malformed> {
    octets.iter().find_map(|octet| match octet {
        0 => Some(Malformed::Nul),
        b'\r' | b'\n' => Some(Malformed::Message),
        _ => None,
    })
}
