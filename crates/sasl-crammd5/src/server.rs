//! The server's side of CRAM-MD5.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;
use core::hint::black_box;

use sasl_core::server::{Failure, Mechanism, Proven, Start, State, Step, Supplied, server_first};
use sasl_core::{
    Authcid, CramMd5Context, Identity, MechanismName, Preparation, Properties, Refused, Unusable,
    Verifier, Want,
};
use sasl_prep::presented_authcid;

use crate::CramMd5;
use crate::hmac::{derive_context, is_sound, keyed, sign};
use crate::message::{Digest, Response, draw, is_host};

/// The server's side of CRAM-MD5 (RFC 2195 §2).
///
/// It asks for an account's context or clear-text password by a lookup; the first context decides, else the first password.
/// A name that the store does not know costs the same and fails as a wrong password does.
#[derive(Clone)]
#[must_use]
pub struct CramMd5Server {
    preparation: Preparation,
    host: Option<Box<str>>,
    fixed: Option<Box<str>>,
}

impl Default for CramMd5Server {
    fn default() -> Self {
        Self {
            preparation: CramMd5::PREPARATION,
            host: None,
            fixed: None,
        }
    }
}

impl CramMd5Server {
    /// Sets how names, and clear-text passwords before they become keys, are prepared: not at all by default, as RFC 2195
    /// and Cyrus SASL, curl and Dovecot have it. GNU SASL and msmtp prepare with SASLprep.
    pub fn preparation(mut self, preparation: Preparation) -> Self {
        self.preparation = preparation;
        self
    }

    /// Sets the host name that stands in challenges (RFC 2195 §2: the fully-qualified one). By default it is the
    /// channel's, or `localhost` where that has none that can stand there.
    ///
    /// # Errors
    /// [`Unusable::Characters`] unless it is 1 to 255 printable ASCII characters without a space, `<`, `>` and `@`.
    pub fn host(mut self, host: &str) -> Result<Self, Unusable> {
        if !is_host(host) {
            return Err(Unusable::Characters);
        }
        self.host = Some(host.into());
        Ok(self)
    }

    /// Sets the challenge, for tests and test vectors. A challenge that does not change lets exchanges be replayed.
    #[cfg(feature = "testing")]
    pub fn dangerous_fixed_challenge(mut self, challenge: &str) -> Self {
        self.fixed = Some(challenge.into());
        self
    }
}

impl Mechanism for CramMd5Server {
    fn name(&self) -> MechanismName {
        CramMd5::NAME
    }

    fn properties(&self) -> Properties {
        CramMd5::PROPERTIES
    }

    fn start(&self, start: Start<'_>) -> Result<Step, Failure> {
        let challenge: Vec<u8> = match &self.fixed {
            Some(fixed) => fixed.as_bytes().into(),
            None => {
                let host = self.host.as_deref();
                let host = host.or(start.channel.host().filter(|host| is_host(host)));
                draw(start.random, host.unwrap_or("localhost"))?.into()
            }
        };
        let state = ExpectResponse {
            preparation: self.preparation,
            challenge: challenge.clone(),
            known_user: start.known_user.cloned(),
        };
        server_first(start.initial_response, challenge, state)
    }
}

impl fmt::Debug for CramMd5Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CramMd5Server")
            .field("preparation", &self.preparation)
            .field("host", &self.host)
            .finish_non_exhaustive()
    }
}

/// Waits for the one response.
struct ExpectResponse {
    preparation: Preparation,
    challenge: Vec<u8>,
    known_user: Option<Authcid>,
}

impl State for ExpectResponse {
    fn respond(self: Box<Self>, response: &[u8]) -> Result<Step, Failure> {
        let Self {
            preparation,
            challenge,
            known_user,
        } = *self;
        let Response { username, digest } = Response::parse(response)?;
        let (authcid, presented) = match known_user {
            Some(user) => (user, None),
            None => presented_authcid(preparation, Authcid::parse(username)?)
                .map_err(|_| Refused::Credentials)?,
        };
        let wants = &[Want::CramMd5, Want::ClearText];
        Ok(Step::lookup(authcid, wants, move |supplied| {
            let Supplied {
                authcid, identity, ..
            } = supplied;
            if is_proved(preparation, &challenge, &digest, identity.as_ref()) {
                Ok(Step::Proven(Proven::new(authcid).presented(presented)))
            } else {
                Err(Refused::Credentials.into())
            }
        }))
    }
}

/// Whether the digest was made with the secret of this account. For every account, and none, one context is derived and
/// one digest compared.
fn is_proved(
    preparation: Preparation,
    challenge: &[u8],
    digest: &Digest,
    identity: Option<&Identity>,
) -> bool {
    let verifiers = identity.map(Identity::verifiers).unwrap_or_default();
    let stored = verifiers.iter().find_map(|verifier| match verifier {
        Verifier::CramMd5(context) if is_sound(context) => Some(context),
        _ => None,
    });
    let derived = verifiers.iter().find_map(|verifier| match verifier {
        Verifier::ClearText(password) => derive_context(password, preparation).ok(),
        _ => None,
    });
    let genuine = stored.is_some() || derived.is_some();
    let derived = black_box(derived.unwrap_or_else(decoy));
    let expected = sign(stored.unwrap_or(&derived), challenge);
    expected.is_some_and(|expected| expected.matches(digest)) & genuine
}

/// A context of nobody: what is proved with it counts for nothing.
fn decoy() -> CramMd5Context {
    keyed(black_box(b"sasl-crammd5 decoy"))
}
