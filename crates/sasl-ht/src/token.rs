//! The tokens: what a server gives out after a stronger login, and keeps.

use alloc::vec::Vec;

use sasl_core::{
    Authcid, Credentials, Key, MechanismName, NoRandomness, OtherVerifier, Random, Token, Unusable,
    Verifier,
};
use zeroize::Zeroizing;

/// The fewest octets of a token: the drafts want 128 bits of entropy (§5), which no fewer octets can hold.
pub const MIN_TOKEN: usize = 16;

/// Makes a new token: 192 random bits as 48 hexadecimal digits, since a token is text (§5 of the drafts).
///
/// ```
/// # use sasl_core::OsRandom;
/// let token = sasl_ht::generate_token(&OsRandom)?;
/// assert_eq!(token.expose().len(), 48);
/// # Ok::<(), sasl_core::NoRandomness>(())
/// ```
///
/// # Errors
/// [`NoRandomness`].
pub fn generate_token(random: &dyn Random) -> Result<Token, NoRandomness> {
    let mut octets = Zeroizing::new([0; 24]);
    random.fill(octets.as_mut_slice())?;
    let digit = |value: u8| match value {
        0..=9 => b'0'.wrapping_add(value),
        _ => b'a'.wrapping_add(value.wrapping_sub(10)),
    };
    // Of the right size at once: a buffer that grew would leave a copy of the token behind.
    let mut text = Vec::with_capacity(octets.len().saturating_mul(2));
    for octet in octets.iter() {
        text.extend([digit(octet >> 4), digit(octet & 0xf)]);
    }
    Ok(Token::new(text))
}

/// A client's credentials: the token, and the name that it was given to.
///
/// They are of a kind of their own ([`CredentialKind::Other`](sasl_core::CredentialKind::Other)), so that a client that also
/// has bearer tokens does not take one for the other.
#[must_use]
pub fn credentials(authcid: Authcid, token: Token) -> Credentials {
    Credentials::other(HashedToken(token)).with_authcid(authcid)
}

/// A token that only its hash may leave this side of.
pub(crate) struct HashedToken(pub(crate) Token);

/// A token as an account keeps it: pinned to one mechanism (§5 of the drafts) by its name.
pub(crate) fn verifier(mechanism: MechanismName, token: &Token) -> Result<Verifier, Unusable> {
    long_enough(token, MIN_TOKEN)?;
    Ok(Verifier::Other(OtherVerifier {
        scheme: mechanism.as_str().into(),
        data: Key::new(token.expose()),
    }))
}

/// Whether a token has at least as many octets.
pub(crate) fn long_enough(token: &Token, min: usize) -> Result<(), Unusable> {
    match token.expose().len() {
        0 => Err(Unusable::EmptySecret),
        len if len < min => Err(Unusable::ShortSecret),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sasl_core::testing::ScriptedRandom;

    #[test]
    fn a_token_is_all_of_its_randomness() {
        let mut script: Vec<u8> = (0..24).collect();
        script[23] = 0xff;
        let token = generate_token(&ScriptedRandom::new(script)).unwrap();
        assert!(token.matches(b"000102030405060708090a0b0c0d0e0f10111213141516ff"));
        assert!(generate_token(&sasl_core::WithoutRandom).is_err());
    }
}
