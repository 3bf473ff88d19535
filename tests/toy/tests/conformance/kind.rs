//! A mechanism of one message: both of its sides in two functions.

use sasl_core::client;
use sasl_core::server::{self, Failure, Step, client_first};
use sasl_core::{
    Authcid, Channel, ChannelBinding, CredentialKind, CredentialParts, MechanismName, Properties,
    Unusable, Violation,
};

/// What is particular to one mechanism.
pub(crate) struct Kind {
    pub(crate) name: MechanismName,
    pub(crate) properties: Properties,
    pub(crate) needs: &'static [CredentialKind],
    /// What the client says.
    pub(crate) says: fn(&CredentialParts, Option<&ChannelBinding>) -> Result<Vec<u8>, Unusable>,
    /// What the client says to the challenge that tells it why it is refused, where there is one.
    pub(crate) answers: Option<&'static [u8]>,
    /// Whether it believes in a success after that.
    pub(crate) forgets_why: bool,
    /// What the server does without an initial response.
    pub(crate) prompts: &'static [u8],
    /// What the server makes of it.
    pub(crate) hears: fn(&[u8], &Facts) -> Result<Step, Failure>,
}

/// What a server knows besides.
pub(crate) struct Facts {
    pub(crate) external: Option<Authcid>,
    pub(crate) known_user: Option<Authcid>,
    pub(crate) binding: Option<ChannelBinding>,
}

impl server::Mechanism for Kind {
    fn name(&self) -> MechanismName {
        self.name
    }

    fn properties(&self) -> Properties {
        self.properties
    }

    fn start(&self, start: server::Start<'_>) -> Result<Step, Failure> {
        let external = start.channel.external_identity();
        let facts = Facts {
            external: external.map(Authcid::parse).transpose()?,
            known_user: start.known_user.cloned(),
            binding: first_binding(start.channel),
        };
        let expect = Expect(self.hears, facts);
        if start.initial_response.is_none() && !self.prompts.is_empty() {
            return Ok(Step::challenge(self.prompts, expect));
        }
        client_first(start.initial_response, expect)
    }
}

struct Expect(fn(&[u8], &Facts) -> Result<Step, Failure>, Facts);

impl server::State for Expect {
    fn respond(self: Box<Self>, response: &[u8]) -> Result<Step, Failure> {
        (self.0)(response, &self.1)
    }
}

impl client::Mechanism for Kind {
    fn name(&self) -> MechanismName {
        self.name
    }

    fn properties(&self) -> Properties {
        self.properties
    }

    fn needs(&self) -> &'static [CredentialKind] {
        self.needs
    }

    fn start(&self, start: client::Start<'_>) -> Result<client::Step, client::Failure> {
        let parts = start.credentials.into_parts();
        let binding = first_binding(start.channel);
        let said = (self.says)(&parts, binding.as_ref())?;
        let state = Said {
            parts,
            binding: binding.filter(|_| self.properties.binds_channel()),
            answer: self.answers,
            forgets: self.forgets_why,
        };
        Ok(client::Step::respond(said, state))
    }
}

struct Said {
    parts: CredentialParts,
    binding: Option<ChannelBinding>,
    answer: Option<&'static [u8]>,
    forgets: bool,
}

impl client::State for Said {
    fn challenge(self: Box<Self>, _challenge: &[u8]) -> Result<client::Step, client::Failure> {
        let answer = self.answer.ok_or(Violation::UnexpectedMessage)?;
        Ok(if self.forgets {
            client::Step::respond(answer, *self)
        } else {
            client::Step::respond(answer, ToldWhy)
        })
    }

    fn success(self: Box<Self>) -> Result<client::Proven, client::Failure> {
        let proven = client::Proven::new(self.parts.authcid).acting_as(self.parts.authzid);
        Ok(match self.binding {
            Some(binding) => proven.bound_to(binding.binding_name().clone()),
            None => proven,
        })
    }
}

/// The server has said why it refuses: nothing but its failure may follow.
struct ToldWhy;

impl client::State for ToldWhy {
    fn challenge(self: Box<Self>, _challenge: &[u8]) -> Result<client::Step, client::Failure> {
        Err(Violation::UnexpectedMessage.into())
    }

    fn success(self: Box<Self>) -> Result<client::Proven, client::Failure> {
        Err(Violation::UnexpectedMessage.into())
    }
}

fn first_binding(channel: &Channel) -> Option<ChannelBinding> {
    channel.bindings().first().cloned()
}
