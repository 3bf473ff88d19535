//! The client's side.

use alloc::boxed::Box;

use sasl_core::client::{Failure, Mechanism, Proven, Start, State, Step};
use sasl_core::{
    Authcid, BindingName, ChannelBinding, CredentialKind, MechanismName, Properties, Refused,
    Secret, Token, Unusable, Violation,
};

use crate::hash::{Role, Scope};
use crate::message::{InitiatorMessage, ResponderMessage};
use crate::token::{HashedToken, MIN_TOKEN, long_enough};
use crate::variant::Variant;
use crate::{Draft, Pairs};

/// The client's side of a mechanism of the family.
///
/// Its [`credentials`](crate::credentials) are the token, with the name that it was given to. Whether the token was given out
/// for this mechanism only the caller knows.
#[derive(Debug, Clone)]
#[must_use]
pub struct HtClient {
    variant: Variant,
    draft: Draft,
    pairs: Pairs,
    min_token: usize,
}

impl HtClient {
    pub(crate) fn new(variant: Variant, draft: Draft) -> Self {
        Self {
            variant,
            draft,
            pairs: Pairs::default(),
            min_token: MIN_TOKEN,
        }
    }

    /// Sets what else is said to the server. [`Draft::Schmaus08`] has no place for it: there an exchange does not start.
    pub fn pairs(mut self, pairs: Pairs) -> Self {
        self.pairs = pairs;
        self
    }

    /// Takes tokens that could be guessed, for test vectors.
    #[cfg(feature = "testing")]
    pub fn dangerous_short_tokens(mut self) -> Self {
        self.min_token = 1;
        self
    }
}

impl Mechanism for HtClient {
    fn name(&self) -> MechanismName {
        self.variant.name
    }

    fn properties(&self) -> Properties {
        self.variant.properties()
    }

    fn needs(&self) -> &'static [CredentialKind] {
        &[CredentialKind::Other]
    }

    fn start(&self, start: Start<'_>) -> Result<Step, Failure> {
        let credentials = start.credentials.into_parts();
        let (Some(authcid), Some(other)) = (credentials.authcid, credentials.other) else {
            return Err(Unusable::Credentials.into());
        };
        let Ok(token) = other.downcast::<HashedToken>() else {
            return Err(Unusable::Credentials.into());
        };
        let HashedToken(token) = *token;
        long_enough(&token, self.min_token)?;
        let binding = self.variant.binding(start.channel)?;
        let scope = Scope {
            hash: self.variant.hash,
            cb_data: binding.map(ChannelBinding::data).unwrap_or_default().into(),
        };
        let hashed_token = scope.hashed_token(Role::Initiator, token.expose(), &self.pairs);
        let message = InitiatorMessage {
            authcid: authcid.as_str(),
            pairs: self.pairs.clone(),
            hashed_token: hashed_token.expose(),
        };
        let octets = message.encode(self.draft)?;
        let state = ExpectResponder {
            draft: self.draft,
            scope,
            token,
            binding: binding.map(|binding| binding.binding_name().clone()),
            authcid,
        };
        Ok(Step::respond(octets, state))
    }
}

/// Waits for the server's message. A success before it is refused: the client MUST verify it (§3.3 of the drafts).
struct ExpectResponder {
    draft: Draft,
    scope: Scope,
    token: Token,
    binding: Option<BindingName>,
    authcid: Authcid,
}

impl State for ExpectResponder {
    fn challenge(self: Box<Self>, challenge: &[u8]) -> Result<Step, Failure> {
        let (pairs, hashed_token) =
            match ResponderMessage::parse(self.draft, self.scope.hash, challenge)? {
                ResponderMessage::Success {
                    pairs,
                    hashed_token,
                } => (pairs, hashed_token),
                ResponderMessage::Failure(said) => {
                    return Err(Failure::with_said(Refused::ByServer, said));
                }
            };
        let expected = self
            .scope
            .hashed_token(Role::Responder, self.token.expose(), &pairs);
        if !expected.matches(hashed_token) {
            return Err(Violation::ServerProof.into());
        }
        let proven = Proven::new(Some(self.authcid)).by_server();
        let proven = match self.binding {
            Some(binding) => proven.bound_to(binding),
            None => proven,
        };
        Ok(Step::last(Secret::default(), proven))
    }
}
