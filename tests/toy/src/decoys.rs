//! Users that do not exist.

use core::fmt;
use core::num::NonZeroU16;

use sasl_core::{Authcid, Key};

use crate::keys::{Keys, iterated_hmac};
use crate::message::Challenge;

/// Makes up the keys of users that do not exist: for each name always the same ones, of the same form as real ones.
#[derive(Clone)]
pub struct Decoys {
    secret: Key,
    rounds: NonZeroU16,
}

impl Decoys {
    /// Makes keys up from a secret, which has to stay the same over restarts: else it shows who is made up. The rounds are
    /// those that most real users have, for the same reason.
    #[must_use]
    pub fn new(secret: Key, rounds: NonZeroU16) -> Self {
        Self { secret, rounds }
    }

    /// The keys of a user who does not exist.
    #[must_use]
    pub fn keys(&self, authcid: &Authcid) -> Keys {
        let [salt, key] = ["salt", "key"].map(|of| {
            let message = [of, "\0", authcid.as_str()].concat();
            iterated_hmac(self.secret.expose(), message.as_bytes(), NonZeroU16::MIN)
        });
        let mut challenge = Challenge {
            salt: [0; 16],
            rounds: self.rounds,
        };
        for (place, octet) in challenge.salt.iter_mut().zip(salt) {
            *place = octet;
        }
        Keys::new(challenge, Key::new(&key))
    }
}

impl fmt::Debug for Decoys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decoys")
            .field("rounds", &self.rounds)
            .finish_non_exhaustive()
    }
}
