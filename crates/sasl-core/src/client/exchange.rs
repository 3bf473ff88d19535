//! What the core keeps between the turns of one exchange, so that no mechanism can forget it.

use super::failure::Failure;
use super::mechanism::{Proven, Step};
use super::turn::{Authenticated, Awaits, Computation, Response, Turn};
use crate::error::{Unusable, Violation};
use crate::limits;
use crate::name::MechanismName;
use crate::principal::Authzid;
use crate::properties::Properties;

pub(super) struct Exchange {
    mechanism: MechanismName,
    properties: Properties,
    /// Whom the credentials ask to act as.
    authzid: Option<Authzid>,
}

impl Exchange {
    pub(super) fn new(
        mechanism: MechanismName,
        properties: Properties,
        authzid: Option<Authzid>,
    ) -> Self {
        Self {
            mechanism,
            properties,
            authzid,
        }
    }

    pub(super) fn mechanism(&self) -> MechanismName {
        self.mechanism
    }

    /// Turns what the mechanism wants into what the application has to do.
    pub(super) fn advance(self, step: Result<Step, Failure>) -> Result<Turn, Failure> {
        let (data, awaits) = match step? {
            Step::Compute(job) => return Ok(Turn::Compute(Computation::new(self, job))),
            Step::Respond(data, state) => (data, Awaits::Challenge(state)),
            Step::Last(data, proven) => (Some(data), Awaits::Outcome(proven)),
        };
        if data
            .as_ref()
            .is_some_and(|data| data.len() > limits::MESSAGE)
        {
            return Err(Unusable::TooLong.into());
        }
        Ok(Turn::Respond(Response::new(self, data, awaits)))
    }

    /// The protocol and the mechanism say success: has the server kept what the mechanism promised?
    pub(super) fn conclude(self, proven: Proven) -> Result<Authenticated, Failure> {
        if self.properties.proves_server() && !proven.by_server {
            return Err(Violation::ServerNotAuthenticated.into());
        }
        if proven.authzid != self.authzid {
            return Err(Unusable::Confused.into());
        }
        Ok(Authenticated::new(self.mechanism, proven))
    }
}
