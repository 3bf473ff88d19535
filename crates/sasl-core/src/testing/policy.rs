//! An application in memory: what it answers when the server's side asks.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use crate::identity::{Found, Identity};
use crate::principal::{Authcid, Authzid};
use crate::secret::Token;
use crate::server::{Custom, Denial, Failure, Question, Turn};
use crate::verifier::{Verifier, Want};

/// How an author's own question is answered.
type Answer<'a> = Arc<dyn Fn(Custom) -> Result<Turn, Failure> + Send + Sync + 'a>;

/// What an application answers: accounts, tokens and permissions in lists. What is in no list is refused.
///
/// ```
/// use sasl_core::testing::Policy;
/// use sasl_core::{Authcid, Authzid, Identity, Password, Verifier};
///
/// let user = Identity::new(Authcid::parse("user")?)
///     .with_verifier(Verifier::ClearText(Password::new("pencil")));
/// let policy = Policy::new()
///     .with_account(user)
///     .permitting(Authcid::parse("user")?, Authzid::parse("postmaster")?);
/// # Ok::<(), sasl_core::Malformed>(())
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct Policy<'a> {
    accounts: Vec<Identity>,
    tokens: Vec<(Token, Authcid)>,
    permitted: Vec<(Authcid, Authzid)>,
    denial: Option<Denial>,
    strangers: bool,
    thrifty: bool,
    unanswered: Option<usize>,
    custom: Option<Answer<'a>>,
}

impl<'a> Policy<'a> {
    /// Knows nobody.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an account, found by the exact name that it has. One whose name is the identity of a channel (EXTERNAL)
    /// is that identity's account.
    pub fn with_account(mut self, identity: Identity) -> Self {
        self.accounts.push(identity);
        self
    }

    /// Adds a token and whose it is.
    pub fn with_token(mut self, token: Token, owner: Authcid) -> Self {
        self.tokens.push((token, owner));
        self
    }

    /// Lets one act as another. Everybody may act as itself.
    pub fn permitting(mut self, authcid: Authcid, authzid: Authzid) -> Self {
        self.permitted.push((authcid, authzid));
        self
    }

    /// Sets what those hear who may not act as whom they ask for; it is [`Denial::NotPermitted`] unless it is set.
    pub fn denying_with(mut self, denial: Denial) -> Self {
        self.denial = Some(denial);
        self
    }

    /// Supplies only those verifiers that a mechanism wants, as a store may. Otherwise it supplies all that an account has.
    pub fn supplying_what_is_wanted(mut self) -> Self {
        self.thrifty = true;
        self
    }

    /// Lets strangers in (ANONYMOUS).
    pub fn with_strangers(mut self) -> Self {
        self.strangers = true;
        self
    }

    /// Lets the store, or who else is asked, be unavailable at the question of this index, counted from 0.
    pub fn unavailable_at(mut self, index: usize) -> Self {
        self.unanswered = Some(index);
        self
    }

    /// Sets how questions that only this mechanism has are answered; without it they are refused.
    pub fn answering(
        mut self,
        answer: impl Fn(Custom) -> Result<Turn, Failure> + Send + Sync + 'a,
    ) -> Self {
        self.custom = Some(Arc::new(answer));
        self
    }

    /// Answers the question of this index in its exchange, counted from 0.
    ///
    /// # Errors
    /// Whatever the answer leads to.
    pub fn answer(&self, index: usize, question: Question) -> Result<Turn, Failure> {
        let available = self.unanswered != Some(index);
        match question {
            // A store that fails is an answer of its own here.
            Question::Password(question) if !available => question.against(Found::Unavailable),
            Question::Lookup(question) if !available => question.supply(Found::Unavailable),
            question if !available => question.unavailable(),
            Question::Password(question) => {
                let found = self.find(question.authcid());
                question.against(found)
            }
            Question::Lookup(question) => {
                let mut found = self.find(question.authcid());
                if self.thrifty {
                    found = found.map(|identity| only_wanted(&identity, question.wants()));
                }
                question.supply(found)
            }
            Question::Token(question) => {
                let presented = question.token().expose();
                let known = |(token, _): &&(Token, _)| token.matches(presented);
                match self.tokens.iter().find(known) {
                    Some((_, owner)) => question.accept(owner.clone()),
                    None => question.refuse(),
                }
            }
            Question::External(question) => match self.find(question.identity()) {
                Some(identity) => question.accept(identity.authcid().clone()),
                None => question.refuse(),
            },
            Question::Anonymous(question) if self.strangers => {
                question.allow(Authcid::parse("anonymous")?)
            }
            Question::Authorize(question) => {
                if self.permits(question.authcid(), question.authzid()) {
                    question.allow()
                } else {
                    question.deny(self.denial.unwrap_or(Denial::NotPermitted))
                }
            }
            Question::Other(question) => match &self.custom {
                Some(answer) => answer(question),
                None => question.refuse(),
            },
            question @ Question::Anonymous(_) => question.refuse(),
        }
    }

    fn find(&self, name: &Authcid) -> Option<Identity> {
        let named = |identity: &&Identity| identity.authcid() == name;
        self.accounts.iter().find(named).cloned()
    }

    fn permits(&self, authcid: &Authcid, authzid: Option<&Authzid>) -> bool {
        authzid.is_none_or(|wanted| {
            wanted.as_str() == authcid.as_str()
                || self
                    .permitted
                    .iter()
                    .any(|(who, whom)| who == authcid && whom == wanted)
        })
    }
}

fn only_wanted(identity: &Identity, wants: &[Want]) -> Identity {
    let bare = Identity::new(identity.authcid().clone()).with_standing(identity.standing());
    let wanted = |verifier: &&Verifier| wants.iter().any(|want| is_of(*want, verifier));
    let verifiers = identity.verifiers().iter().filter(wanted).cloned();
    verifiers.fold(bare, Identity::with_verifier)
}

fn is_of(want: Want, verifier: &Verifier) -> bool {
    match (want, verifier) {
        (Want::ClearText, Verifier::ClearText(_)) | (Want::CramMd5, Verifier::CramMd5(_)) => true,
        (Want::Scram(hash), Verifier::Scram(keys)) => keys.hash == hash,
        (Want::Other(scheme), Verifier::Other(other)) => *other.scheme == *scheme,
        _ => false,
    }
}

impl fmt::Debug for Policy<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Policy")
            .field("accounts", &self.accounts)
            .field("permitted", &self.permitted)
            .finish_non_exhaustive()
    }
}
