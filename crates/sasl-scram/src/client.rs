//! The client's side of SCRAM.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use core::ops::RangeInclusive;

use sasl_core::client::{Failure, Mechanism, Start, Step};
use sasl_core::{
    Authcid, Channel, ChannelBinding, CredentialKind, MechanismName, Offer, Preparation,
    Properties, Unusable,
};
use sasl_prep::query_text;

use crate::downgrade::{DowngradeProtection, offer};
use crate::keys::prepare;
use crate::message::{CbindFlag, is_value, write_bare};
use crate::nonce::Nonce;
use crate::variant::Variant;

mod server_final;
mod server_first;

use self::server_first::ExpectServerFirst;

/// The client's side of a SCRAM mechanism (RFC 5802 §3).
///
/// It refuses a server that asks for fewer or more iterations than its range before it derives anything, and does not
/// take a success before the server has proved itself. The derived keys can be taken out of
/// [`Authenticated::into_keys`](sasl_core::client::Authenticated::into_keys) and given back the next time.
#[derive(Clone)]
#[must_use]
pub struct ScramClient {
    config: Arc<Config>,
}

/// What all exchanges have in common.
#[derive(Clone)]
struct Config {
    variant: Variant,
    name: Option<MechanismName>,
    iterations: RangeInclusive<u32>,
    preparation: Preparation,
    downgrade: DowngradeProtection,
    extensions: String,
    nonce: Option<Box<str>>,
}

impl ScramClient {
    /// The iterations that a client does where nothing else is said: from what RFC 7677 §4 has servers announce at least,
    /// to what takes a slow device about a second.
    pub const ITERATIONS: RangeInclusive<u32> = 4096..=2_000_000;

    pub(crate) fn new(variant: Variant) -> Self {
        let config = Config {
            variant,
            name: None,
            iterations: Self::ITERATIONS,
            preparation: Preparation::Saslprep,
            downgrade: DowngradeProtection::IfPresent,
            extensions: String::new(),
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

    /// Sets the iterations that a server may ask for. Below the range its salt could be attacked cheaply, above it could
    /// have this client work for nothing.
    pub fn iterations(self, range: RangeInclusive<u32>) -> Self {
        self.with(|config| config.iterations = range)
    }

    /// Sets how the name and the password are prepared: as the server's keys were made.
    pub fn preparation(self, preparation: Preparation) -> Self {
        self.with(|config| config.preparation = preparation)
    }

    /// Sets what is done about `h=` (XEP-0474). By default it is compared where it comes.
    pub fn downgrade_protection(self, protection: DowngradeProtection) -> Self {
        self.with(|config| config.downgrade = protection)
    }

    /// Uses another mechanism name: some servers take a channel binding under the name without `-PLUS`.
    pub fn with_name(self, name: MechanismName) -> Self {
        self.with(|config| config.name = Some(name))
    }

    /// Adds an extension to the first message, such as Kafka's `tokenauth=true`. Its name may have several letters, in
    /// spite of RFC 5802 §5.1, since Kafka's has.
    ///
    /// # Errors
    /// [`Unusable::Characters`] unless the name is of ASCII letters, and the value neither empty nor with NUL or comma.
    pub fn extension(self, name: &str, value: &str) -> Result<Self, Unusable> {
        let letters = !name.is_empty() && name.bytes().all(|c| c.is_ascii_alphabetic());
        if !letters || !is_value(value) {
            return Err(Unusable::Characters);
        }
        Ok(self.with(|config| config.extensions.extend([",", name, "=", value])))
    }

    /// Sets the client's nonce, for tests and test vectors. A nonce that does not change lets a server be replayed.
    #[cfg(feature = "testing")]
    pub fn dangerous_fixed_nonce(self, nonce: &str) -> Self {
        self.with(|config| config.nonce = Some(nonce.into()))
    }
}

/// Octets that the AuthMessage takes, as a rule.
const ROOM: usize = 384;

impl Mechanism for ScramClient {
    fn name(&self) -> MechanismName {
        self.config
            .name
            .unwrap_or_else(|| self.config.variant.name())
    }

    fn properties(&self) -> Properties {
        self.config.variant.properties()
    }

    fn needs(&self) -> &'static [CredentialKind] {
        &[CredentialKind::Password, CredentialKind::DerivedKeys]
    }

    fn start(&self, start: Start<'_>) -> Result<Step, Failure> {
        let config = self.config.clone();
        let credentials = start.credentials.into_parts();
        let authcid = credentials.authcid.ok_or(Unusable::Credentials)?;
        let username = username(config.preparation, &authcid)?;
        // Before anything is sent: what cannot be prepared is this side's fault.
        let password = credentials
            .password
            .map(|password| prepare(config.preparation, &password))
            .transpose()?;
        let binding = if config.variant.plus {
            Some(choose(start.channel, start.offer)?)
        } else {
            None
        };
        let with_binding = Variant {
            plus: true,
            ..config.variant
        };
        let flag = flag(
            binding,
            start.channel,
            start.offer.contains(with_binding.name()),
        );
        let gs2_header = flag.gs2_header(credentials.authzid.as_ref());
        let nonce = Nonce::new(config.nonce.as_deref(), start.random)?;

        let mut auth_message = Vec::with_capacity(ROOM);
        let nonce = write_bare(&username, &nonce, &config.extensions, &mut auth_message);
        let message = [gs2_header.as_slice(), &auth_message].concat();
        let offered = match config.downgrade {
            DowngradeProtection::Off => Vec::new(),
            _ => offer(start.offer.mechanisms(), start.offer.binding_types()),
        };
        let state = ExpectServerFirst {
            offered,
            config,
            binding: binding.cloned(),
            gs2_header,
            auth_message,
            nonce,
            authcid,
            authzid: credentials.authzid,
            password,
            keys: credentials.keys,
        };
        Ok(Step::respond(message, state))
    }
}

/// The name as prepared (RFC 5802 §5.1, `n=`), or empty where the server ignores it.
fn username(preparation: Preparation, authcid: &Authcid) -> Result<String, Unusable> {
    if authcid.is_ignored() {
        return Ok(String::new());
    }
    let prepared = query_text(preparation, authcid.as_str()).map_err(|_| Unusable::Preparation)?;
    if prepared.is_empty() {
        Err(Unusable::EmptyName)
    } else {
        Ok(prepared.as_str().into())
    }
}

/// The first of the channel's bindings that the server takes, if it says which (XEP-0440).
fn choose<'a>(channel: &'a Channel, offer: &Offer) -> Result<&'a ChannelBinding, Unusable> {
    let taken = |binding: &&ChannelBinding| {
        offer.binding_types().is_empty() || offer.binding_types().contains(binding.binding_name())
    };
    channel
        .bindings()
        .iter()
        .find(taken)
        .ok_or(Unusable::Binding)
}

/// RFC 5802 §6: `p` with what is bound; `y` when this side could bind, but the same mechanism with binding is not offered;
/// else `n`. That some other mechanism with binding is offered says nothing: somebody on the way can put one there that this
/// side does not have.
fn flag(binding: Option<&ChannelBinding>, channel: &Channel, offered: bool) -> CbindFlag {
    match binding {
        Some(binding) => CbindFlag::Used(binding.binding_name().clone()),
        None if !channel.bindings().is_empty() && !offered => CbindFlag::NotOffered,
        None => CbindFlag::NotSupported,
    }
}

impl fmt::Debug for ScramClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScramClient")
            .field("name", &self.name())
            .field("iterations", &self.config.iterations)
            .finish_non_exhaustive()
    }
}
