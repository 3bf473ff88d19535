//! The server's side.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::hint::black_box;

use sasl_core::server::{Failure, Mechanism, Proven, Start, State, Step, Supplied, client_first};
use sasl_core::{
    Authcid, BindingName, ChannelBinding, Error, Identity, Key, MechanismName, Properties, Refused,
    Secret, Unusable, Verifier,
};

use crate::hash::{Role, Scope};
use crate::message::{INVALID_TOKEN, InitiatorMessage, OTHER_ERROR, ResponderMessage};
use crate::token::MIN_TOKEN;
use crate::variant::Variant;
use crate::{Draft, Pairs};

/// The server's side of a mechanism of the family.
///
/// It looks the name up and takes the verifiers whose scheme is the name of the mechanism: a token that was given out for
/// another one opens nothing. All of them are tried, so that a token which is about to take the place of another is good
/// beside it (XEP-0484). A name without tokens costs as much as one with [`slots`](Self::slots) of them.
///
/// Giving tokens out, and taking them back after use or in time, is the protocol's and the application's part. Which one
/// was used is asked of the application where the server is [`reporting`](Self::reporting).
#[derive(Debug, Clone)]
#[must_use]
pub struct HtServer {
    variant: Variant,
    draft: Draft,
    slots: usize,
    reporting: bool,
    min_token: usize,
}

impl HtServer {
    /// Tokens of an account where nothing else is said: the current one and the next.
    pub const SLOTS: usize = 2;

    pub(crate) fn new(variant: Variant, draft: Draft) -> Self {
        Self {
            variant,
            draft,
            slots: Self::SLOTS,
            reporting: false,
            min_token: MIN_TOKEN,
        }
    }

    /// Sets how many tokens of this mechanism an account has at most, up to 64. Those that have fewer, and strangers, cost
    /// as much; an account that has more is good all the same, but is told from others by time. So is one whose tokens are
    /// longer than a block of the hash: 64 octets with SHA-256, 128 with SHA-512.
    pub fn slots(mut self, tokens: usize) -> Self {
        self.slots = tokens.min(64);
        self
    }

    /// Asks the application a [`TokenUsed`] once a token was found right: a question of this mechanism's own, to be
    /// answered with [`Pairs`].
    pub fn reporting(mut self) -> Self {
        self.reporting = true;
        self
    }

    /// Takes tokens that could be guessed, for test vectors.
    #[cfg(feature = "testing")]
    pub fn dangerous_short_tokens(mut self) -> Self {
        self.min_token = 1;
        self
    }

    /// The tokens to try, with their places among those of this mechanism: as many for everybody who has no more than
    /// the slots, a stranger among them, filled up with the decoy.
    fn candidates<'a>(&self, identity: Option<&'a Identity>) -> Vec<(Option<usize>, &'a [u8])> {
        let pinned = identity
            .map(Identity::verifiers)
            .unwrap_or_default()
            .iter()
            .filter_map(|verifier| match verifier {
                Verifier::Other(other) if *other.scheme == *self.variant.scheme => {
                    Some(other.data.expose())
                }
                _ => None,
            });
        let mut candidates: Vec<_> = pinned
            .enumerate()
            .filter(|(_, token)| token.len() >= self.min_token)
            .map(|(index, token)| (Some(index), token))
            .collect();
        candidates.resize(candidates.len().max(self.slots), (None, &DECOY[..]));
        candidates
    }

    /// A failure in the words of the draft; the earlier one has none.
    fn refuse(&self, error: impl Into<Error>, said: &'static [u8]) -> Failure {
        match self.draft {
            Draft::Schmaus08 => error.into().into(),
            Draft::Ietf01 => Failure::with_parting(error, said),
        }
    }
}

impl Mechanism for HtServer {
    fn name(&self) -> MechanismName {
        self.variant.name
    }

    fn properties(&self) -> Properties {
        self.variant.properties()
    }

    fn start(&self, start: Start<'_>) -> Result<Step, Failure> {
        let binding = self.variant.binding(start.channel)?;
        let state = ExpectInitiator {
            scope: Scope {
                hash: self.variant.hash,
                cb_data: binding.map(ChannelBinding::data).unwrap_or_default().into(),
            },
            binding: binding.map(|binding| binding.binding_name().clone()),
            config: self.clone(),
            known_user: start.known_user.cloned(),
        };
        client_first(start.initial_response, state)
    }
}

/// What the application is told, and asked, once a token was found right. It is not a login yet: a disabled account is refused
/// after it, and so is whoever the application does not authorize.
///
/// It is answered with the [`Pairs`] that the server sends along, which may be none. With [`Draft::Schmaus08`] they have to be.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenUsed {
    /// Whose token it is.
    pub authcid: Authcid,
    /// Which of the account's verifiers of this mechanism it is, counted from 0 in the order in which they were supplied.
    /// draft-schmaus-kitten-sasl-ht-08 §3.2 wants it revoked now.
    pub index: usize,
    /// What else the client said; none with [`Draft::Schmaus08`].
    pub pairs: Pairs,
}

/// Waits for the client's message.
struct ExpectInitiator {
    config: HtServer,
    scope: Scope,
    binding: Option<BindingName>,
    known_user: Option<Authcid>,
}

impl State for ExpectInitiator {
    fn respond(self: Box<Self>, response: &[u8]) -> Result<Step, Failure> {
        let Self {
            config,
            scope,
            binding,
            known_user,
        } = *self;
        let message = InitiatorMessage::parse(config.draft, scope.hash, response)
            .map_err(|error| config.refuse(error, OTHER_ERROR))?;
        let authcid = match known_user {
            Some(user) => user,
            None => Authcid::parse(message.authcid)
                .map_err(|error| config.refuse(error, OTHER_ERROR))?,
        };
        let presented = Presented {
            hashed_token: Secret::from(message.hashed_token),
            pairs: message.pairs,
            config,
            scope,
            binding,
        };
        let wants = presented.config.variant.wants;
        Ok(Step::lookup(authcid, wants, move |supplied| {
            presented.verify(supplied)
        }))
    }
}

/// What the client has presented, to be compared with what the account has.
struct Presented {
    config: HtServer,
    scope: Scope,
    binding: Option<BindingName>,
    hashed_token: Secret,
    pairs: Pairs,
}

/// What is hashed in the place of tokens that there are not. It need not be secret: its proof counts for nothing.
const DECOY: [u8; 48] = [0; 48];

impl Presented {
    fn verify(self, supplied: Supplied) -> Result<Step, Failure> {
        let mut right = None;
        for (index, token) in self.config.candidates(supplied.identity.as_ref()) {
            let is_of = black_box(self.is_of(token));
            if let (true, Some(index)) = (is_of, index) {
                right = Some((index, Key::new(token)));
            }
        }
        let Some((index, token)) = right else {
            return Err(self.config.refuse(Refused::Credentials, INVALID_TOKEN));
        };
        if !self.config.reporting {
            return self.reply(supplied.authcid, &token, Pairs::default());
        }
        let used = TokenUsed {
            authcid: supplied.authcid.clone(),
            index,
            pairs: self.pairs.clone(),
        };
        Ok(Step::other(used, move |pairs: Pairs| {
            self.reply(supplied.authcid, &token, pairs)
        }))
    }

    /// Whether the client has proved that it has this token.
    fn is_of(&self, token: &[u8]) -> bool {
        let expected = self.scope.hashed_token(Role::Initiator, token, &self.pairs);
        expected.matches(self.hashed_token.expose())
    }

    /// The server's own proof, which the core sends after the authorization.
    fn reply(self, authcid: Authcid, token: &Key, pairs: Pairs) -> Result<Step, Failure> {
        let hashed_token = self
            .scope
            .hashed_token(Role::Responder, token.expose(), &pairs);
        let message = ResponderMessage::Success {
            pairs,
            hashed_token: hashed_token.expose(),
        };
        let draft = self.config.draft;
        // Pairs where the draft has no place for them.
        let data = message.encode(draft).map_err(|_| Unusable::Answer)?;
        let proven = Proven::new(authcid).additional_data(data);
        let proven = match draft {
            Draft::Schmaus08 => proven,
            Draft::Ietf01 => proven.parting(OTHER_ERROR),
        };
        Ok(Step::Proven(match self.binding {
            Some(binding) => proven.bound_to(binding),
            None => proven,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::HtSha256Expr;
    use crate::HtSha256None;
    use sasl_core::Token;

    /// Each is hashed once, so that this is the work that a login takes.
    #[test]
    fn as_many_tokens_are_tried_for_everybody() {
        let pinned = |text: &str| HtSha256None::verifier(&Token::new(text)).unwrap();
        let user = Identity::new(Authcid::parse("user").unwrap());
        let one = user.clone().with_verifier(pinned("the current token"));
        let two = one.clone().with_verifier(pinned("the next token, as good"));
        let three = two.clone().with_verifier(pinned("one token too many"));
        let foreign = HtSha256Expr::verifier(&Token::new("the token of another")).unwrap();
        let other = user.clone().with_verifier(foreign.clone());
        let both = other.clone().with_verifier(pinned("the current token"));
        let server = HtSha256None::server(Draft::Schmaus08);
        for account in [None, Some(&user), Some(&one), Some(&two), Some(&other)] {
            assert_eq!(server.candidates(account).len(), HtServer::SLOTS);
            assert_eq!(server.clone().slots(5).candidates(account).len(), 5);
        }
        assert_eq!(server.candidates(Some(&three)).len(), 3);
        assert_eq!(
            server.candidates(Some(&both)),
            [(Some(0), &b"the current token"[..]), (None, &DECOY)]
        );
        assert_eq!(server.slots(usize::MAX).candidates(None).len(), 64);
    }
}
