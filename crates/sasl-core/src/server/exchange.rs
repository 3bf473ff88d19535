//! What the core keeps between the turns of one exchange, so that no mechanism can forget it.

use alloc::boxed::Box;
use alloc::sync::Arc;

use super::authorize::{Authenticated, Authorize};
use super::begin::{Begin, Setup, SuccessData};
use super::failure::Failure;
use super::mechanism::Step;
use super::password::PasswordVerifier;
use super::proven::Proven;
use super::question::Question;
use super::turn::{Challenge, Computation, Turn};
use super::upgrade::{Upgrade, Upgrader};
use crate::error::{Error, Refused, Unavailable, Unusable};
use crate::identity::{Found, Identity, Standing};
use crate::limits;
use crate::name::MechanismName;
use crate::principal::Authcid;

pub(super) struct Exchange {
    mechanism: MechanismName,
    always_authorize: bool,
    success_data: SuccessData,
    /// The user, where it is known from elsewhere: the mechanism can ask about nobody else.
    known_user: Option<Authcid>,
    pub(super) passwords: Option<Arc<dyn PasswordVerifier>>,
    pub(super) upgrader: Option<Arc<dyn Upgrader>>,
    pub(super) upgrade: Option<Box<Upgrade>>,
    account: Account,
    /// The name that was asked about last, or that the application answered with.
    asked: Option<Authcid>,
}

/// What the application has said about the account so far.
enum Account {
    /// Nothing: then the mechanism alone vouches for it, and an authorization is asked for.
    NotAsked,
    /// There is none, it was refused, or the mechanism can use nothing of it, which is the reason: whatever the mechanism proves or
    /// asks later, there is no success.
    Stranger(Refused),
    /// It is the one that was asked about, which may have another name in the store.
    Known {
        stored: Option<Authcid>,
        standing: Standing,
    },
}

impl Exchange {
    pub(super) fn new(mechanism: MechanismName, setup: &Setup, begin: &Begin<'_>) -> Box<Self> {
        Box::new(Self {
            mechanism,
            always_authorize: setup.always_authorize,
            success_data: begin.success_data,
            known_user: begin.known_user.cloned(),
            passwords: setup.passwords.clone(),
            upgrader: setup.upgrader.clone(),
            upgrade: None,
            account: Account::NotAsked,
            asked: None,
        })
    }

    pub(super) fn mechanism(&self) -> MechanismName {
        self.mechanism
    }

    /// Whether the mechanism may ask about this name.
    pub(super) fn may_ask_about(&self, authcid: &Authcid) -> Result<(), Failure> {
        match &self.known_user {
            Some(user) if user != authcid => Err(Unusable::Confused.into()),
            _ => Ok(()),
        }
    }

    /// Keeps what a store answered about a name and hands on the account, or that there is none. One with nothing that the
    /// mechanism can use is a stranger to it, whatever it goes on with.
    pub(super) fn found(
        &mut self,
        asked: &Authcid,
        found: Found,
        is_usable: impl FnOnce(&Identity) -> bool,
    ) -> Result<Option<Identity>, Failure> {
        // For a stranger too: it costs the same.
        self.asked = Some(asked.clone());
        match found {
            Found::Known(identity) if !is_usable(&identity) => {
                self.note(Account::Stranger(Refused::NoVerifier));
                Ok(None)
            }
            Found::Known(identity) => {
                let stored = (identity.authcid() != asked).then(|| identity.authcid().clone());
                self.note(Account::Known {
                    stored,
                    standing: identity.standing(),
                });
                Ok(Some(identity))
            }
            Found::Unknown => {
                self.note(Account::Stranger(Refused::Credentials));
                Ok(None)
            }
            Found::Unavailable => Err(Unavailable::Store.into()),
        }
    }

    /// Keeps that the application vouches for this name. Where the user is known from elsewhere, it can be no other.
    pub(super) fn vouched(&mut self, name: &Authcid) -> Result<(), Failure> {
        match &self.known_user {
            Some(user) if user != name => Err(Refused::Credentials.into()),
            _ => {
                self.asked = Some(name.clone());
                self.note(Account::Known {
                    stored: None,
                    standing: Standing::Active,
                });
                Ok(())
            }
        }
    }

    /// Keeps that the application does not want this client.
    pub(super) fn refused(&mut self) {
        self.note(Account::Stranger(Refused::Credentials));
    }

    /// A stranger stays one, whatever is asked later.
    fn note(&mut self, account: Account) {
        if !matches!(self.account, Account::Stranger(_)) {
            self.account = account;
        }
    }

    /// Turns what the mechanism wants into what the application has to do.
    pub(super) fn advance(self: Box<Self>, step: Result<Step, Failure>) -> Result<Turn, Failure> {
        match step.map_err(|failure| self.for_the_log(failure))? {
            Step::Challenge(data, _) if data.len() > limits::MESSAGE => {
                Err(Unusable::TooLong.into())
            }
            Step::Challenge(data, state) => Ok(Turn::Challenge(Challenge::new(self, data, state))),
            Step::Ask(ask) => Question::new(self, ask).map(Turn::Ask),
            Step::Compute(job) => Ok(Turn::Compute(Computation::new(self, job))),
            Step::Proven(proven) => self.conclude(proven),
        }
    }

    /// A mechanism that was given nothing to check against takes the credentials for wrong; only this side's log is told better.
    fn for_the_log(&self, failure: Failure) -> Failure {
        match self.account {
            Account::Stranger(reason) if failure.error() == Refused::Credentials.into() => {
                failure.because(reason)
            }
            _ => failure,
        }
    }

    /// The client has proved itself: may it come in?
    fn conclude(mut self: Box<Self>, mut proven: Proven) -> Result<Turn, Failure> {
        let parting = proven.parting.take();
        let fail = |error: Error| Err(Failure::leaving(error, parting.clone()));
        let (stored, asked) = match &self.account {
            Account::Stranger(reason) => return fail((*reason).into()),
            // Proved for another name than was asked about: that would be a login as anybody.
            Account::Known { .. } if self.asked.as_ref() != Some(&proven.authcid) => {
                return fail(Unusable::Confused.into());
            }
            Account::Known {
                standing: Standing::Disabled,
                ..
            } => return fail(Refused::Disabled.into()),
            Account::Known {
                standing: Standing::Expired,
                ..
            } => return fail(Refused::Expired.into()),
            Account::Known {
                stored,
                standing: Standing::Active,
                ..
            } => (stored.clone(), true),
            Account::NotAsked => (None, false),
        };
        if self.may_ask_about(&proven.authcid).is_err() {
            return fail(Unusable::Confused.into());
        }
        if proven
            .additional_data
            .as_ref()
            .is_some_and(|data| data.len() > limits::MESSAGE)
        {
            return fail(Unusable::TooLong.into());
        }
        if let Some(denial) = proven.denial {
            return fail(denial.into());
        }
        if stored.as_ref().unwrap_or(&proven.authcid).is_ignored() {
            return fail(Unusable::Confused.into());
        }
        // Equal after the same preparation is acting as oneself (RFC 4422 §3.4.1), by either name of the account.
        let itself = proven.authzid.as_ref().is_none_or(|authzid| {
            let is = |name: &Authcid| name.as_str() == authzid.as_str();
            is(&proven.authcid) || stored.as_ref().is_some_and(is)
        });
        let upgrade = self.upgrade.take();
        let authenticated = Authenticated::new(self.mechanism, stored, !itself, proven, upgrade);
        if asked && itself && !self.always_authorize {
            return Ok(self.finish(authenticated));
        }
        let authenticated = Box::new(authenticated);
        Ok(Turn::Ask(Question::Authorize(Authorize::new(
            self,
            authenticated,
            parting,
        ))))
    }

    /// The end, or the last challenge before it where the protocol has no field for success data (RFC 4422 §3).
    pub(super) fn finish(self: Box<Self>, mut authenticated: Authenticated) -> Turn {
        let data = match self.success_data {
            SuccessData::Attached => None,
            SuccessData::AsChallenge => authenticated.take_additional_data(),
        };
        match data {
            Some(data) => Turn::Challenge(Challenge::last(self, data, Box::new(authenticated))),
            None => Turn::Done(authenticated),
        }
    }
}
