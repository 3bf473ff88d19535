//! What the core keeps between the turns of one exchange, so that no mechanism can forget it.

use alloc::boxed::Box;
use alloc::sync::Arc;

use super::authorize::{Authenticated, Authorize, Denial};
use super::begin::{Setup, SuccessData};
use super::failure::Failure;
use super::mechanism::{Proven, Step};
use super::password::PasswordVerifier;
use super::question::Question;
use super::turn::{Challenge, Computation, Turn};
use crate::error::{Refused, Unavailable};
use crate::identity::{Found, Identity, Standing};
use crate::name::MechanismName;
use crate::principal::Authcid;

pub(super) struct Exchange {
    mechanism: MechanismName,
    always_authorize: bool,
    success_data: SuccessData,
    pub(super) passwords: Option<Arc<dyn PasswordVerifier>>,
    account: Account,
}

/// What the application has said about the account so far.
enum Account {
    /// Nothing: then the mechanism alone vouches for it, and an authorization is asked for.
    NotAsked,
    /// There is none, or it was refused: whatever the mechanism proves, there is no success.
    Stranger,
    /// It vouches for the name that the mechanism has.
    Vouched,
    /// It is this one.
    Known(Authcid, Standing),
}

impl Exchange {
    pub(super) fn new(
        mechanism: MechanismName,
        setup: &Setup,
        success_data: SuccessData,
    ) -> Box<Self> {
        Box::new(Self {
            mechanism,
            always_authorize: setup.always_authorize,
            success_data,
            passwords: setup.passwords.clone(),
            account: Account::NotAsked,
        })
    }

    pub(super) fn mechanism(&self) -> MechanismName {
        self.mechanism
    }

    /// Keeps what a store answered and hands on the account, or that there is none.
    pub(super) fn found(&mut self, found: Found) -> Result<Option<Identity>, Failure> {
        match found {
            Found::Known(identity) => {
                self.account = Account::Known(identity.authcid().clone(), identity.standing());
                Ok(Some(identity))
            }
            Found::Unknown => {
                self.account = Account::Stranger;
                Ok(None)
            }
            Found::Unavailable => Err(Unavailable::Store.into()),
        }
    }

    /// Keeps that the application vouches for the client, under a name of its own or the mechanism's.
    pub(super) fn vouched(&mut self, name: Option<Authcid>) {
        self.account = name.map_or(Account::Vouched, |name| {
            Account::Known(name, Standing::Active)
        });
    }

    /// Keeps that the application does not want this client.
    pub(super) fn refused(&mut self) {
        self.account = Account::Stranger;
    }

    /// Turns what the mechanism wants into what the application has to do.
    pub(super) fn advance(self: Box<Self>, step: Result<Step, Failure>) -> Result<Turn, Failure> {
        Ok(match step? {
            Step::Challenge(data, state) => Turn::Challenge(Challenge::new(self, data, state)),
            Step::Ask(ask) => Turn::Ask(Question::new(self, ask)),
            Step::Compute(job) => Turn::Compute(Computation::new(self, job)),
            Step::Proven(proven) => return self.conclude(proven),
        })
    }

    /// The client has proved itself: may it come in?
    fn conclude(self: Box<Self>, mut proven: Proven) -> Result<Turn, Failure> {
        let parting = proven.parting.take();
        let refuse = |error: Refused| match parting.clone() {
            Some(parting) => Err(Failure::with_parting(error, parting)),
            None => Err(error.into()),
        };
        let (name, asked) = match &self.account {
            Account::Stranger => return refuse(Refused::Credentials),
            Account::Known(_, Standing::Disabled) => return refuse(Refused::Disabled),
            Account::Known(_, Standing::Expired) => return refuse(Refused::Expired),
            Account::Known(name, Standing::Active) => (name.clone(), true),
            Account::Vouched => (proven.authcid.clone(), true),
            Account::NotAsked => (proven.authcid.clone(), false),
        };
        if let Some(denial) = proven.denial {
            return Err(denial.failure(parting));
        }
        // Equal after the same preparation is acting as oneself (RFC 4422 §3.4.1), by either name of the account.
        let itself = proven.authzid.as_ref().is_none_or(|authzid| {
            authzid.as_str() == proven.authcid.as_str() || authzid.as_str() == name.as_str()
        });
        let authenticated = Authenticated::new(self.mechanism, name, proven);
        if asked && itself && !self.always_authorize {
            return Ok(self.finish(authenticated));
        }
        Ok(Turn::Ask(Question::Authorize(Authorize::new(
            self,
            authenticated,
            parting,
        ))))
    }

    /// The end, or the last challenge before it where the protocol has no field for success data (RFC 4422 §3).
    pub(super) fn finish(self: Box<Self>, mut authenticated: Box<Authenticated>) -> Turn {
        let data = match self.success_data {
            SuccessData::Attached => None,
            SuccessData::AsChallenge => authenticated.take_additional_data(),
        };
        match data {
            Some(data) => Turn::Challenge(Challenge::last(self, data, authenticated)),
            None => Turn::Done(*authenticated),
        }
    }
}

impl Denial {
    pub(super) fn failure(self, parting: Option<alloc::vec::Vec<u8>>) -> Failure {
        match parting {
            Some(parting) => Failure::with_parting(self, parting),
            None => self.into(),
        }
    }
}
