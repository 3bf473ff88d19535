//! What a client asks for when it wants to log in.

use alloc::sync::Arc;
use core::fmt;

use sasl_core::server::{Begin, SuccessData};
use sasl_core::{BindingName, Channel, MechanismName, Secret};

/// A client's wish to authenticate.
#[must_use = "the client waits for an answer"]
pub struct Auth {
    pub(crate) mechanism: MechanismName,
    pub(crate) initial_response: Option<Secret>,
    pub(crate) offered: Arc<[MechanismName]>,
    /// The types of channel binding that were advertised.
    pub(crate) binding_types: Arc<[BindingName]>,
    pub(crate) success_data: SuccessData,
}

impl Auth {
    /// The mechanism that the client asked for, in upper case where the protocol has names in any case. It need not be one that was offered.
    #[must_use]
    pub fn mechanism(&self) -> MechanismName {
        self.mechanism
    }

    /// What to start an exchange with, as the protocol wants it: the initial response, what was offered, and whether
    /// the data of a success has a field of its own.
    ///
    /// Where the connection has said who the user is, as PostgreSQL's does, add
    /// [`with_known_user`](Begin::with_known_user).
    pub fn begin<'a>(&'a self, channel: &'a Channel) -> Begin<'a> {
        Begin::new(self.mechanism.as_str(), channel)
            .with_initial_response(self.initial_response.as_ref().map(Secret::expose))
            .with_advertised(&self.offered)
            .with_binding_types(&self.binding_types)
            .with_success_data(self.success_data)
    }
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Auth")
            .field("mechanism", &self.mechanism)
            .field(
                "initial_response",
                &self.initial_response.as_ref().map(Secret::len),
            )
            .finish_non_exhaustive()
    }
}
