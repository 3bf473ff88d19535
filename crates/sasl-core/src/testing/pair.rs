//! A client and a server that talk to each other in memory.

use core::fmt;

use super::drive::{ClientEnd, ServerEnd};
use super::policy::Policy;
use super::random::CountingRandom;
use super::transcript::{Message, Transcript};
use crate::channel::{Channel, Protection};
use crate::credentials::Credentials;
use crate::offer::Offer;
use crate::principal::Authcid;
use crate::properties::Side;
use crate::server::SuccessData;
use crate::{client, server};

/// Messages after which an exchange is called endless.
const MESSAGES: usize = 64;

/// A client and a server, to be run against each other in memory.
///
/// Both ends have a channel under TLS unless they are given another, and a [`CountingRandom`] that begins anew with every
/// exchange, so that two exchanges of one pair are the same. The module's [example](super) runs one.
#[derive(Clone)]
#[must_use]
pub struct Pair<'a> {
    server: &'a dyn server::Mechanism,
    client: &'a dyn client::Mechanism,
    policy: Policy<'a>,
    server_setup: server::Setup,
    client_setup: client::Setup,
    server_seed: Option<u64>,
    client_seed: Option<u64>,
    server_channel: Channel,
    client_channel: Channel,
    offer: Offer,
    known_user: Option<Authcid>,
    success_data: SuccessData,
    initial_responses: bool,
    partings: bool,
}

impl<'a> Pair<'a> {
    /// Puts the two sides together, with an application that answers by `policy`.
    pub fn new(
        server: &'a dyn server::Mechanism,
        client: &'a dyn client::Mechanism,
        policy: Policy<'a>,
    ) -> Self {
        Self {
            server,
            client,
            policy,
            server_setup: server::Setup::default(),
            client_setup: client::Setup::default(),
            server_seed: Some(1),
            client_seed: Some(2),
            server_channel: Channel::new(Protection::Tls),
            client_channel: Channel::new(Protection::Tls),
            offer: Offer::from_iter([server.name()]),
            known_user: None,
            success_data: SuccessData::Attached,
            initial_responses: true,
            partings: true,
        }
    }

    /// Sets what the server's exchanges have in common, its randomness among it.
    pub fn with_server_setup(mut self, setup: server::Setup) -> Self {
        self.server_setup = setup;
        self.server_seed = None;
        self
    }

    /// Sets what the client's exchanges have in common, its randomness among it.
    pub fn with_client_setup(mut self, setup: client::Setup) -> Self {
        self.client_setup = setup;
        self.client_seed = None;
        self
    }

    /// Sets where the randomness of the server and of the client begins, in every exchange, in the place of that of their
    /// setups.
    pub fn with_seeds(mut self, server: u64, client: u64) -> Self {
        self.server_seed = Some(server);
        self.client_seed = Some(client);
        self
    }

    /// Sets the connection as the server sees it and as the client sees it.
    pub fn with_channels(mut self, server: Channel, client: Channel) -> Self {
        self.server_channel = server;
        self.client_channel = client;
        self
    }

    /// Sets what the server advertises and the client is offered; it is this mechanism alone unless it is set.
    pub fn with_offer(mut self, offer: Offer) -> Self {
        self.offer = offer;
        self
    }

    /// Sets the user, where the server knows it from elsewhere.
    pub fn with_known_user(mut self, user: Authcid) -> Self {
        self.known_user = Some(user);
        self
    }

    /// Sets what the protocol does with success data; it has a field for it unless it is set.
    pub fn with_success_data(mut self, form: SuccessData) -> Self {
        self.success_data = form;
        self
    }

    /// Plays a protocol that cannot carry an initial response: what the client has goes out after an empty challenge.
    pub fn without_initial_responses(mut self) -> Self {
        self.initial_responses = false;
        self
    }

    /// Plays a protocol that drops the last word of a server that refuses.
    pub fn without_partings(mut self) -> Self {
        self.partings = false;
        self
    }

    /// Runs an exchange.
    #[must_use]
    pub fn run(&self, credentials: Credentials) -> Transcript {
        self.run_through(credentials, |_, message| Some(message))
    }

    /// Runs an exchange with somebody in the middle, who gets each message with its index, counted from 0, and says
    /// what arrives: the same, another one, or none, which is the end of the connection.
    #[must_use]
    pub fn run_through(
        &self,
        credentials: Credentials,
        mut middle: impl FnMut(usize, Message) -> Option<Message>,
    ) -> Transcript {
        let mut transcript = Transcript::default();
        let mut server = None;
        let (mut client, mut flying) = self.begin_client(&mut transcript, credentials);
        while let Some(message) = flying {
            let index = transcript.messages.len();
            if index >= MESSAGES {
                transcript.endless = true;
                break;
            }
            transcript.messages.push(message.clone());
            let Some(message) = middle(index, message) else {
                break;
            };
            flying = match message.sender() {
                Side::Server => client.take(&mut transcript, message),
                Side::Client => self.tell_server(&mut server, &mut transcript, message),
            };
        }
        transcript
    }

    /// Plays a client's messages to the server, whatever it says to them. Those of a server are left out.
    ///
    /// The transcript has the server's messages only.
    #[must_use]
    pub fn play_to_server(&self, messages: impl IntoIterator<Item = Message>) -> Transcript {
        let mut transcript = Transcript::default();
        let mut server = None;
        for message in messages {
            if message.sender() == Side::Client {
                let reply = self.tell_server(&mut server, &mut transcript, message);
                transcript.messages.extend(reply);
            }
        }
        transcript
    }

    /// Plays a server's messages to the client, whatever it says to them. Those of a client are left out.
    ///
    /// The transcript has the client's messages only.
    #[must_use]
    pub fn play_to_client(
        &self,
        credentials: Credentials,
        messages: impl IntoIterator<Item = Message>,
    ) -> Transcript {
        let mut transcript = Transcript::default();
        let (mut client, first) = self.begin_client(&mut transcript, credentials);
        transcript.messages.extend(first);
        for message in messages {
            if message.sender() == Side::Server {
                let reply = client.take(&mut transcript, message);
                transcript.messages.extend(reply);
            }
        }
        transcript
    }

    fn begin_client(
        &self,
        transcript: &mut Transcript,
        credentials: Credentials,
    ) -> (ClientEnd, Option<Message>) {
        let mut setup = self.client_setup.clone();
        if let Some(seed) = self.client_seed {
            setup = setup.with_random(CountingRandom::seeded(seed));
        }
        let turn = client::start(
            self.client,
            &setup,
            credentials,
            &self.client_channel,
            &self.offer,
        );
        match transcript.settle_client(turn) {
            Ok(response) if response.data().is_some() && !self.initial_responses => {
                (ClientEnd::Withholds(response), Some(Message::Initial(None)))
            }
            Ok(response) => {
                let message = Message::Initial(response.data().map(<[u8]>::to_vec));
                (ClientEnd::Waits(response), Some(message))
            }
            // Not a byte has been sent.
            Err(failure) => {
                transcript.client_failed(failure);
                (ClientEnd::Ended, None)
            }
        }
    }

    /// Starts the server with its first message, or hands it the next one.
    fn tell_server(
        &self,
        server: &mut Option<ServerEnd>,
        transcript: &mut Transcript,
        message: Message,
    ) -> Option<Message> {
        if let Some(server) = server {
            return server.take(transcript, &self.policy, self.partings, message);
        }
        let Message::Initial(data) = message else {
            return None;
        };
        let name = self.server.name();
        let mut begin = server::Begin::new(name.as_str(), &self.server_channel)
            .with_initial_response(data.as_deref())
            .with_advertised(self.offer.mechanisms())
            .with_success_data(self.success_data);
        if let Some(user) = &self.known_user {
            begin = begin.with_known_user(user);
        }
        let mut setup = self.server_setup.clone();
        if let Some(seed) = self.server_seed {
            setup = setup.with_random(CountingRandom::seeded(seed));
        }
        let turn = server::start(self.server, &setup, begin);
        let (end, reply) = transcript.drive_server(&self.policy, self.partings, turn);
        *server = Some(end);
        reply
    }
}

impl fmt::Debug for Pair<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pair")
            .field("mechanism", &self.server.name())
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}
