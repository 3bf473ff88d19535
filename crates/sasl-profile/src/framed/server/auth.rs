//! What a client asks for.

use alloc::sync::Arc;
use core::fmt;

use sasl_core::server::Begin;
use sasl_core::{BindingName, Channel, MechanismName, Secret};

/// A client's wish to authenticate.
#[must_use = "the client waits for an answer"]
pub struct Auth {
    pub(super) mechanism: MechanismName,
    pub(super) initial_response: Option<Secret>,
    pub(super) offered: Arc<[MechanismName]>,
    pub(super) binding_types: Arc<[BindingName]>,
}

impl Auth {
    /// The mechanism that the client asked for. It need not be one that was offered.
    #[must_use]
    pub fn mechanism(&self) -> MechanismName {
        self.mechanism
    }

    /// What to start an exchange with: the initial response and what was offered. The protocol has a field for success data.
    ///
    /// Where the connection has said who the user is, as PostgreSQL's does, add
    /// [`with_known_user`](Begin::with_known_user).
    pub fn begin<'a>(&'a self, channel: &'a Channel) -> Begin<'a> {
        Begin::new(self.mechanism.as_str(), channel)
            .with_initial_response(self.initial_response.as_ref().map(Secret::expose))
            .with_advertised(&self.offered)
            .with_binding_types(&self.binding_types)
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
