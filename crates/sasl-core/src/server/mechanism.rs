//! What the author of a mechanism implements for the server's side.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::any::Any;
use core::fmt;

use super::failure::Failure;
use super::password::Presented;
use crate::channel::{BindingName, Channel};
use crate::error::{Unusable, Violation};
use crate::identity::Identity;
use crate::name::MechanismName;
use crate::principal::{Authcid, Authzid};
use crate::properties::Properties;
use crate::random::Random;
use crate::secret::{Key, Token};
use crate::server::Denial;
use crate::verifier::Want;

/// The server's side of a mechanism. Options live on the value that implements it.
pub trait Mechanism: Send + Sync {
    /// Its registered name.
    fn name(&self) -> MechanismName;

    /// What it does and promises.
    fn properties(&self) -> Properties;

    /// Begins an exchange; [`client_first`] and [`server_first`] are the two ways to do it.
    ///
    /// # Errors
    /// A [`Failure`] ends the exchange before it began.
    fn start(&self, start: Start<'_>) -> Result<Step, Failure>;
}

/// What a mechanism does with the one message that it waits for: a struct per awaited message.
pub trait State: Send + Sync + 'static {
    /// Takes the client's response, which the core has found to be within
    /// [`limits::MESSAGE`](crate::limits::MESSAGE).
    ///
    /// # Errors
    /// A [`Failure`] ends the exchange.
    fn respond(self: Box<Self>, response: &[u8]) -> Result<Step, Failure>;
}

/// What a mechanism does with the answer to a question.
pub type Then<A> = Box<dyn FnOnce(A) -> Result<Step, Failure> + Send + Sync>;

/// What a mechanism wants next.
#[must_use]
pub enum Step {
    // Exhaustive on purpose: the core has to know every one.
    /// To send a challenge and wait for the response.
    Challenge(Vec<u8>, Box<dyn State>),
    /// To ask the application.
    Ask(Ask),
    /// To compute something heavy, wherever the application runs it.
    Compute(Box<dyn FnOnce() -> Result<Step, Failure> + Send + Sync>),
    /// Nothing more: the client has proved itself. Whether it is let in, the core decides.
    Proven(Proven),
}

impl Step {
    /// To send a challenge and wait for the response.
    pub fn challenge(data: impl Into<Vec<u8>>, state: impl State) -> Self {
        Self::Challenge(data.into(), Box::new(state))
    }

    /// To ask whether this is the user's password.
    pub fn password(
        authcid: Authcid,
        password: Presented,
        then: impl FnOnce(Authcid) -> Result<Step, Failure> + Send + Sync + 'static,
    ) -> Self {
        Self::Ask(Ask::Password {
            authcid,
            password,
            then: Box::new(then),
        })
    }

    /// To ask what the store has about a name.
    pub fn lookup(
        authcid: Authcid,
        wants: &'static [Want],
        then: impl FnOnce(Supplied) -> Result<Step, Failure> + Send + Sync + 'static,
    ) -> Self {
        Self::Ask(Ask::Lookup {
            authcid,
            wants,
            then: Box::new(then),
        })
    }

    /// To ask a question of the mechanism's own. An answer of another type than `A` ends the exchange with
    /// [`Unusable::Answer`].
    pub fn other<A: Any + Send + Sync>(
        question: impl Any + Send + Sync,
        then: impl FnOnce(A) -> Result<Step, Failure> + Send + Sync + 'static,
    ) -> Self {
        Self::Ask(Ask::Other {
            question: Box::new(question),
            then: Box::new(|answer: Box<dyn Any + Send + Sync>| {
                then(*answer.downcast::<A>().map_err(|_| Unusable::Answer)?)
            }),
        })
    }

    /// To compute something heavy.
    pub fn compute(job: impl FnOnce() -> Result<Step, Failure> + Send + Sync + 'static) -> Self {
        Self::Compute(Box::new(job))
    }
}

/// A question as a mechanism puts it. The core hands it to the application and checks the answer.
#[non_exhaustive]
pub enum Ask {
    /// Whether this is the user's password. A refusal never comes back to the mechanism.
    Password {
        /// Whose, as prepared. [`Proven`] must name the same.
        authcid: Authcid,
        /// The password that was presented, not empty.
        password: Presented,
        /// Gets the name back once the password was found right.
        then: Then<Authcid>,
    },
    /// What the store has about a name. An unknown one comes back too, to be treated alike.
    Lookup {
        /// Whose, as prepared. [`Proven`] must name the same.
        authcid: Authcid,
        /// What the mechanism can use.
        wants: &'static [Want],
        /// Gets the name back with what was found.
        then: Then<Supplied>,
    },
    /// Whose token this is.
    Token {
        /// The token that was presented, not empty.
        token: Token,
        /// Whom to act as.
        authzid: Option<Authzid>,
        /// The host that the client meant to reach.
        host: Option<Box<str>>,
        /// The port that the client meant to reach.
        port: Option<u16>,
        /// Gets the owner of the token, or why it was not taken.
        then: Then<Result<Authcid, TokenError>>,
    },
    /// Who the identity of the channel is.
    External {
        /// What the channel has proven.
        identity: Authcid,
        /// Whom to act as.
        authzid: Option<Authzid>,
        /// Gets the account.
        then: Then<Authcid>,
    },
    /// Whether a stranger may come in.
    Anonymous {
        /// What the stranger says of itself; empty when nothing.
        trace: Box<str>,
        /// Is called when it may.
        then: Then<()>,
    },
    /// A question that only this mechanism has.
    Other {
        /// The question, of a type of the mechanism's own.
        question: Box<dyn Any + Send + Sync>,
        /// Gets the answer, of a type of the mechanism's own.
        then: Then<Box<dyn Any + Send + Sync>>,
    },
}

/// What a lookup brought.
#[derive(Debug)]
pub struct Supplied {
    /// The name that was asked for.
    pub authcid: Authcid,
    /// The account; `None` is a stranger, who gets the same messages and the same work until the proof fails.
    pub identity: Option<Identity>,
}

/// Why a token was not taken (RFC 6750 §3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenError {
    /// It is malformed, expired, revoked or somebody else's.
    InvalidToken,
    /// It is good, but not for this.
    InsufficientScope,
}

/// What an exchange begins with. Nothing of it is there later: a state keeps what it needs, a nonce that is to be drawn
/// among it.
#[derive(Clone, Copy)]
pub struct Start<'a> {
    /// The initial response; `None` is none, which is not an empty one.
    pub initial_response: Option<&'a [u8]>,
    /// The connection.
    pub channel: &'a Channel,
    /// The user, where it is known from elsewhere: then the name in the message is ignored and may be empty.
    pub known_user: Option<&'a Authcid>,
    /// All that this server advertises on this channel.
    pub advertised: &'a [MechanismName],
    /// Where nonces come from.
    pub random: &'a dyn Random,
}

impl fmt::Debug for Start<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Start")
            .field("channel", &self.channel)
            .finish_non_exhaustive()
    }
}

/// What a mechanism ends in: plain data. Success is made of it by the core alone.
#[must_use]
pub struct Proven {
    pub(super) authcid: Authcid,
    pub(super) presented: Option<Authcid>,
    pub(super) authzid: Option<Authzid>,
    pub(super) additional_data: Option<Vec<u8>>,
    pub(super) parting: Option<Vec<u8>>,
    pub(super) denial: Option<Denial>,
    pub(super) binding: Option<BindingName>,
    pub(super) client_key: Option<Key>,
}

impl Proven {
    /// The client has proved to be this one, by the name as prepared: the one that was asked about, or that the
    /// application answered with. Another one ends the exchange with [`Unusable::Confused`].
    pub fn new(authcid: Authcid) -> Self {
        Self {
            authcid,
            presented: None,
            authzid: None,
            additional_data: None,
            parting: None,
            denial: None,
            binding: None,
            client_key: None,
        }
    }

    /// The name as the client wrote it, where preparation changed it.
    pub fn presented(mut self, name: Authcid) -> Self {
        self.presented = Some(name);
        self
    }

    /// Whom the client asked to act as, prepared like the authcid.
    pub fn acting_as(mut self, authzid: Option<Authzid>) -> Self {
        self.authzid = authzid;
        self
    }

    /// What to send with the success: the server's own proof. It leaves the core only after the authorization.
    pub fn additional_data(mut self, data: Vec<u8>) -> Self {
        self.additional_data = Some(data);
        self
    }

    /// What to send instead if the authorization is denied.
    pub fn parting(mut self, data: Vec<u8>) -> Self {
        self.parting = Some(data);
        self
    }

    /// A reason that the mechanism knows not to let this client in, in spite of its proof.
    pub fn denied(mut self, denial: Option<Denial>) -> Self {
        self.denial = denial;
        self
    }

    /// The channel binding that the proof covers.
    pub fn bound_to(mut self, binding: BindingName) -> Self {
        self.binding = Some(binding);
        self
    }

    /// The SCRAM client key, where the application asked for it.
    pub fn client_key(mut self, key: Key) -> Self {
        self.client_key = Some(key);
        self
    }
}

/// Opens a mechanism whose client speaks first: without an initial response there is an empty challenge first
/// (RFC 4422 §5.2, case a).
///
/// # Errors
/// Whatever `state` finds wrong with the initial response.
pub fn client_first(initial_response: Option<&[u8]>, state: impl State) -> Result<Step, Failure> {
    match initial_response {
        Some(response) => Box::new(state).respond(response),
        None => Ok(Step::challenge(Vec::new(), state)),
    }
}

/// Opens a mechanism whose server speaks first: an initial response, even an empty one, is refused (RFC 4422 §3).
///
/// # Errors
/// [`Violation::InitialResponse`].
pub fn server_first(
    initial_response: Option<&[u8]>,
    challenge: Vec<u8>,
    state: impl State,
) -> Result<Step, Failure> {
    match initial_response {
        Some(_) => Err(Violation::InitialResponse.into()),
        None => Ok(Step::challenge(challenge, state)),
    }
}

impl fmt::Debug for Proven {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proven")
            .field("authcid", &self.authcid)
            .field("authzid", &self.authzid)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Challenge(..) => "Step::Challenge(..)",
            Self::Ask(_) => "Step::Ask(..)",
            Self::Compute(_) => "Step::Compute(..)",
            Self::Proven(_) => "Step::Proven(..)",
        })
    }
}

impl fmt::Debug for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ask(..)")
    }
}
