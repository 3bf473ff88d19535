//! What the author of a mechanism says about it.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::check::Check;
use crate::channel::{Channel, Protection};
use crate::credentials::Credentials;
use crate::identity::Identity;
use crate::name::MechanismName;
use crate::offer::Offer;
use crate::principal::Authcid;
use crate::server::{Custom, Failure, Turn};
use crate::testing::Policy;
use crate::verifier::Verifier;
use crate::{client, server};

/// Makes credentials anew for every exchange.
pub(super) type Make<'a> = Box<dyn Fn() -> Credentials + 'a>;

/// A mechanism with an account and the credentials that fit it, or do not. What else applies stands in its properties.
#[must_use]
pub struct Subject<'a> {
    pub(super) server: &'a dyn server::Mechanism,
    pub(super) client: &'a dyn client::Mechanism,
    pub(super) identity: Identity,
    pub(super) right: Make<'a>,
    pub(super) wrong: Option<Make<'a>>,
    pub(super) server_setup: server::Setup,
    pub(super) server_channel: Channel,
    pub(super) client_channel: Channel,
    pub(super) offer: Offer,
    pub(super) custom: Policy<'a>,
    pub(super) useless: Vec<Verifier>,
    unknown: Option<[Authcid; 2]>,
    excuses: Vec<(Check, &'static str)>,
}

impl<'a> Subject<'a> {
    /// A mechanism whose client proves that it knows a secret.
    ///
    /// `identity` is the account as its store has it, `right` and `wrong` are credentials under its name. The secrets should
    /// have at least four octets, differ from the name, and stand in nothing else.
    pub fn new(
        server: &'a dyn server::Mechanism,
        client: &'a dyn client::Mechanism,
        identity: Identity,
        right: impl Fn() -> Credentials + 'a,
        wrong: impl Fn() -> Credentials + 'a,
    ) -> Self {
        Self {
            wrong: Some(Box::new(wrong)),
            ..Self::without_secret(server, client, identity, right)
        }
    }

    /// A mechanism that proves nothing by itself (EXTERNAL, ANONYMOUS): there are no wrong credentials.
    ///
    /// `identity` is the account that its exchanges end in.
    pub fn without_secret(
        server: &'a dyn server::Mechanism,
        client: &'a dyn client::Mechanism,
        identity: Identity,
        credentials: impl Fn() -> Credentials + 'a,
    ) -> Self {
        Self {
            server,
            client,
            identity,
            right: Box::new(credentials),
            wrong: None,
            server_setup: server::Setup::default(),
            server_channel: Channel::new(Protection::Tls),
            client_channel: Channel::new(Protection::Tls),
            offer: Offer::from_iter([server.name()]),
            custom: Policy::new(),
            useless: Vec::new(),
            unknown: None,
            excuses: Vec::new(),
        }
    }

    /// Sets the connection as the server sees it and as the client sees it. Both are under TLS, without more, unless they
    /// are set.
    pub fn with_channels(mut self, server: Channel, client: Channel) -> Self {
        self.server_channel = server;
        self.client_channel = client;
        self
    }

    /// Sets what the server's exchanges have in common, such as what checks password hashes. Its randomness does not count:
    /// the suite has its own.
    pub fn with_server_setup(mut self, setup: server::Setup) -> Self {
        self.server_setup = setup;
        self
    }

    /// Sets what else the server advertises and the client is offered; it is this mechanism alone unless it is set.
    pub fn with_offer(mut self, offer: impl IntoIterator<Item = MechanismName>) -> Self {
        self.offer = offer.into_iter().collect();
        self
    }

    /// Sets how the mechanism's own questions are answered, known user or not.
    pub fn with_answer(
        mut self,
        answer: impl Fn(Custom) -> Result<Turn, Failure> + Send + Sync + 'a,
    ) -> Self {
        self.custom = self.custom.answering(answer);
        self
    }

    /// Sets two names of users that do not exist. Unless they are set, the suite makes up names that are as long as the
    /// known one.
    pub fn with_unknown_users(mut self, names: [Authcid; 2]) -> Self {
        self.unknown = Some(names);
        self
    }

    /// Adds verifiers that are of no use to the mechanism: of another hash, or damaged. The suite has one of a scheme that
    /// nobody knows.
    pub fn with_useless_verifiers(mut self, verifiers: impl IntoIterator<Item = Verifier>) -> Self {
        self.useless.extend(verifiers);
        self
    }

    /// Leaves a check out, for a reason that the report will show: deployed peers may not let a mechanism be better.
    ///
    /// [`Check::RightCredentials`] cannot be left out, since all others begin there.
    pub fn excused(mut self, check: Check, reason: &'static str) -> Self {
        if check != Check::RightCredentials {
            self.excuses.push((check, reason));
        }
        self
    }

    pub(super) fn excuse(&self, check: Check) -> Option<&'static str> {
        let mut excuses = self.excuses.iter();
        excuses.find_map(|(other, reason)| (*other == check).then_some(*reason))
    }

    /// Two names that nobody has, each as long as the one that the client sends.
    pub(super) fn unknown_users(&self) -> [Authcid; 2] {
        if let Some(names) = &self.unknown {
            return names.clone();
        }
        let own = (self.right)().into_parts().authcid;
        let own = own.filter(|name| !name.is_ignored());
        let own = own.unwrap_or_else(|| self.identity.authcid().clone());
        let mut letters = ["q", "z", "x"]
            .into_iter()
            .filter_map(|letter| renamed(&own, letter))
            .filter(|name| *name != own);
        [letters.next(), letters.next()].map(|name| name.unwrap_or_else(|| own.clone()))
    }
}

/// The same name in other letters.
fn renamed(name: &Authcid, letter: &str) -> Option<Authcid> {
    let replace = |c: char| {
        if c.is_ascii_alphanumeric() {
            letter.to_owned()
        } else if c.is_ascii() {
            String::from(c)
        } else {
            letter.repeat(c.len_utf8())
        }
    };
    let renamed: String = name.as_str().chars().map(replace).collect();
    Authcid::parse(&renamed).ok()
}

impl fmt::Debug for Subject<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subject")
            .field("mechanism", &self.server.name())
            .field("identity", &self.identity)
            .finish_non_exhaustive()
    }
}
