//! MongoDB's own password for SCRAM-SHA-1.

use core::fmt::Write;

use md5::{Digest, Md5};
use sasl_core::Password;
use zeroize::{Zeroize, Zeroizing};

/// The password that MongoDB's SCRAM-SHA-1 uses in place of the user's: the lower-case hex of
/// `MD5(username ":mongo:" password)`. SCRAM-SHA-256 uses the password itself.
///
/// Neither is the name prepared there: use [`Preparation::None`](sasl_core::Preparation::None) with it.
///
/// ```
/// use sasl_core::Password;
///
/// let password = sasl_scram::mongodb_password("user", &Password::new("pencil"));
/// assert!(password.matches(b"1c33006ec1ffd90f9cadcbcc0e118200"));
/// ```
#[must_use]
pub fn mongodb_password(username: &str, password: &Password) -> Password {
    let mut digest = Md5::new()
        .chain_update(username)
        .chain_update(":mongo:")
        .chain_update(password.expose())
        .finalize();
    let mut hex = Zeroizing::new(alloc::string::String::with_capacity(32));
    for octet in &digest {
        // Writing to a string does not fail.
        let _ = write!(hex, "{octet:02x}");
    }
    digest.zeroize();
    Password::new(hex.as_str())
}
