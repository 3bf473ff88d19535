//! The server's side of SCRAM.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use sasl_core::server::{Failure, Mechanism, Start, Step, client_first};
use sasl_core::{DecoyKey, Error, MechanismName, Preparation, Properties};

use crate::decoy::{Decoys, SALT_MAX};
use crate::downgrade::{DowngradeProtection, offer, offer_hash};
use crate::message::ServerError;
use crate::nonce::Nonce;
use crate::variant::{self, Variant};

mod client_final;
mod client_first;

use self::client_first::ExpectClientFirst;

/// The server's side of a SCRAM mechanism (RFC 5802 §3).
///
/// It asks for an account's keys by a lookup. A name that the store does not know gets a salt that is derived from the
/// server's [`DecoyKey`] and the name, [`iterations`](Self::iterations) and [`salt_len`](Self::salt_len): a stranger
/// cannot tell it from an account made under that policy. An account that was imported with another salt length or other
/// iterations reveals that it exists to whoever asks for its name. So does an account that is found under names that
/// preparation does not make the same, such as in another case: fold every name before it is asked for, known or not.
#[derive(Clone)]
#[must_use]
pub struct ScramServer {
    config: Arc<Config>,
}

/// What all exchanges have in common.
#[derive(Clone)]
struct Config {
    variant: Variant,
    decoys: Decoys,
    iterations: u32,
    salt_len: usize,
    from_clear_text: bool,
    preparation: Preparation,
    downgrade: DowngradeProtection,
    hand_out_client_key: bool,
    nonce: Option<Box<str>>,
}

impl ScramServer {
    /// Iterations that new accounts have where nothing else is said: the fewest that a server should announce
    /// (RFC 7677 §4).
    pub const ITERATIONS: u32 = 4096;

    /// Octets of salt that new accounts have where nothing else is said: what PostgreSQL and Dovecot use.
    pub const SALT_LEN: usize = 16;

    pub(crate) fn new(variant: Variant, decoy: &DecoyKey) -> Self {
        let config = Config {
            variant,
            decoys: Decoys::new(variant.hash, decoy),
            iterations: Self::ITERATIONS,
            salt_len: Self::SALT_LEN,
            from_clear_text: false,
            preparation: Preparation::Saslprep,
            downgrade: DowngradeProtection::Off,
            hand_out_client_key: false,
            nonce: None,
        };
        Self {
            config: Arc::new(config),
        }
    }

    fn with(mut self, change: impl FnOnce(&mut Config)) -> Self {
        change(Arc::make_mut(&mut self.config));
        self
    }

    /// Sets the iterations that accounts of this server are made with: what unknown users get, and accounts that have
    /// only a clear-text password. At least 1.
    pub fn iterations(self, iterations: u32) -> Self {
        self.with(|config| config.iterations = iterations.max(1))
    }

    /// Sets the octets of salt that accounts of this server are made with, 1 to 64.
    pub fn salt_len(self, octets: usize) -> Self {
        self.with(|config| config.salt_len = octets.clamp(1, SALT_MAX))
    }

    /// Says that accounts of this server have clear-text passwords and no keys: unknown users then cost a derivation
    /// too. An account without keys but with a clear-text password can log in either way, but without this it is told from
    /// an unknown one by the time that its derivation takes, and so is one with keys where this is set.
    pub fn from_clear_text(self) -> Self {
        self.with(|config| config.from_clear_text = true)
    }

    /// Sets how names, and clear-text passwords before a derivation, are prepared.
    pub fn preparation(self, preparation: Preparation) -> Self {
        self.with(|config| config.preparation = preparation)
    }

    /// Sets whether `h=` is sent (XEP-0474). It is not by default.
    pub fn downgrade_protection(self, protection: DowngradeProtection) -> Self {
        self.with(|config| config.downgrade = protection)
    }

    /// Hands the client key out with a success
    /// ([`Authenticated::client_key`](sasl_core::server::Authenticated::client_key)), for a proxy that logs in further on
    /// as the same user. It is worth as much as the password.
    pub fn hand_out_client_key(self) -> Self {
        self.with(|config| config.hand_out_client_key = true)
    }

    /// Sets the server's part of the nonce, for tests and test vectors. A nonce that does not change lets exchanges be
    /// replayed.
    #[cfg(feature = "testing")]
    pub fn dangerous_fixed_nonce(self, nonce: &str) -> Self {
        self.with(|config| config.nonce = Some(nonce.into()))
    }
}

impl Mechanism for ScramServer {
    fn name(&self) -> MechanismName {
        self.config.variant.name()
    }

    fn properties(&self) -> Properties {
        self.config.variant.properties()
    }

    fn start(&self, start: Start<'_>) -> Result<Step, Failure> {
        let config = self.config.clone();
        let bindings = if config.variant.plus {
            start.channel.bindings().to_vec()
        } else {
            Vec::new()
        };
        let offer_hash = (config.downgrade != DowngradeProtection::Off).then(|| {
            let offer = offer(start.advertised, start.binding_types);
            offer_hash(config.variant.hash, &offer)
        });
        let nonce = Nonce::new(config.nonce.as_deref(), start.random)?;
        let state = ExpectClientFirst {
            config,
            bindings,
            plus_advertised: start.advertised.iter().any(variant::is_scram_plus),
            offer_hash,
            nonce,
            known_user: start.known_user.cloned(),
        };
        client_first(start.initial_response, state)
    }
}

impl fmt::Debug for ScramServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScramServer")
            .field("name", &self.name())
            .field("iterations", &self.config.iterations)
            .field("salt_len", &self.config.salt_len)
            .finish_non_exhaustive()
    }
}

/// A failure with `e=` for the client (RFC 5802 §5.1), by what the error is.
fn refuse(error: impl Into<Error>) -> Failure {
    let error = error.into();
    refuse_saying(error, error.into())
}

fn refuse_saying(error: impl Into<Error>, said: ServerError) -> Failure {
    Failure::with_parting(error, said.message())
}
