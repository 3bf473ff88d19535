//! The secret behind what unknown users are given (RFC 4422 §3.6: they must not be told apart).

use zeroize::Zeroizing;

use crate::error::Unusable;
use crate::random::{NoRandomness, Random};
use crate::secret::Key;

/// The server's secret that what unknown users get is derived from: SCRAM's salts, for one.
///
/// Keep it with the accounts: a decoy that changes at a restart is known for one.
#[derive(Debug, Clone)]
pub struct DecoyKey(Key);

impl DecoyKey {
    /// The fewest octets it has.
    pub const MIN: usize = 16;

    /// Takes a stored secret.
    ///
    /// # Errors
    /// [`Unusable::ShortSecret`] below [`MIN`](Self::MIN) octets, which could be guessed.
    pub fn new(octets: &[u8]) -> Result<Self, Unusable> {
        if octets.len() < Self::MIN {
            Err(Unusable::ShortSecret)
        } else {
            Ok(Self(Key::new(octets)))
        }
    }

    /// Makes a new one, to be stored.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn generate(random: &dyn Random) -> Result<Self, NoRandomness> {
        let mut octets = Zeroizing::new([0; 32]);
        random.fill(octets.as_mut_slice())?;
        Ok(Self(Key::new(octets.as_slice())))
    }

    /// The secret itself, to be stored.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.0.expose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_could_be_guessed_is_none() {
        for key in [&b""[..], &[7; DecoyKey::MIN - 1]] {
            assert_eq!(DecoyKey::new(key).err(), Some(Unusable::ShortSecret));
        }
        assert!(DecoyKey::new(&[7; DecoyKey::MIN]).is_ok());
    }
}
