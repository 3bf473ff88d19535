//! What the checks have in common: exchanges of the subject under one condition or another.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::subject::Subject;
use crate::credentials::{Credentials, DerivedKeys};
use crate::error::Error;
use crate::identity::Identity;
use crate::properties::Properties;
use crate::testing::{Asked, Message, Pair, Policy, Transcript};

/// Why a check ends before its end.
pub(super) enum Stop {
    NotApplicable(&'static str),
    Failed(String),
}

/// What a check comes to.
pub(super) type Outcome = Result<(), Stop>;

/// Where the randomness of the two ends begins.
#[derive(Clone, Copy)]
pub(super) struct Seeds {
    pub(super) server: u64,
    pub(super) client: u64,
}

impl Seeds {
    /// Those of an exchange that is to be compared with others.
    pub(super) const USUAL: Self = Self {
        server: 1,
        client: 2,
    };
}

/// The subject, and what to do with it.
pub(super) struct Scene<'s, 'a> {
    pub(super) subject: &'s Subject<'a>,
    pub(super) properties: Properties,
}

impl<'s, 'a> Scene<'s, 'a> {
    pub(super) fn new(subject: &'s Subject<'a>) -> Self {
        Self {
            subject,
            properties: subject.server.properties(),
        }
    }

    /// Knows this account, under the name and by the token of the subject.
    pub(super) fn policy_with(&self, account: Identity) -> Policy<'a> {
        let owner = account.authcid().clone();
        let mut policy = self.subject.custom.clone().with_account(account);
        if let Some(token) = self.right_credentials().into_parts().token {
            policy = policy.with_token(token, owner);
        }
        policy.with_strangers()
    }

    pub(super) fn policy(&self) -> Policy<'a> {
        self.policy_with(self.subject.identity.clone())
    }

    pub(super) fn pair(&self, policy: Policy<'a>, seeds: Seeds) -> Pair<'a> {
        let subject = self.subject;
        Pair::new(subject.server, subject.client, policy)
            .with_channels(
                subject.server_channel.clone(),
                subject.client_channel.clone(),
            )
            .with_offer(subject.offer.clone())
            .with_server_setup(subject.server_setup.clone())
            .with_seeds(seeds.server, seeds.client)
    }

    /// The subject as it is, with the usual randomness.
    pub(super) fn usual(&self) -> Pair<'a> {
        self.pair(self.policy(), Seeds::USUAL)
    }

    pub(super) fn right_credentials(&self) -> Credentials {
        (self.subject.right)()
    }

    /// # Errors
    /// Not applicable where there are none.
    pub(super) fn wrong_credentials(&self) -> Result<Credentials, Stop> {
        match &self.subject.wrong {
            Some(wrong) => Ok(wrong()),
            None => Err(Stop::NotApplicable("there are no wrong credentials")),
        }
    }

    /// Whether the client proves that it knows something.
    pub(super) fn has_secret(&self) -> bool {
        self.subject.wrong.is_some()
    }

    /// The exchange that all others are measured by.
    ///
    /// # Errors
    /// Not applicable where not even that one succeeds, which is the matter of another check.
    pub(super) fn baseline(&self) -> Result<Transcript, Stop> {
        let run = self.usual().run(self.right_credentials());
        if run.server.is_ok() && run.client.is_ok() {
            Ok(run)
        } else {
            Err(Stop::NotApplicable("the right credentials do not succeed"))
        }
    }

    /// The right credentials, with keys that an exchange derived where there are any: these are faster.
    pub(super) fn quick_credentials(&self, keys: Option<&DerivedKeys>) -> Credentials {
        match keys {
            Some(keys) => self.right_credentials().with_keys(keys.clone()),
            None => self.right_credentials(),
        }
    }

    /// # Errors
    /// Not applicable where no name is looked up.
    pub(super) fn needs_names(&self, baseline: &Transcript) -> Outcome {
        let looks_up = |asked: &Asked| matches!(asked, Asked::Password(_) | Asked::Lookup(_));
        if baseline.questions.iter().any(looks_up) {
            Ok(())
        } else {
            Err(Stop::NotApplicable("no name is looked up"))
        }
    }
}

/// How an end has ended, in two words.
pub(super) fn ended(error: Option<Error>) -> String {
    match error {
        None => String::from("success"),
        Some(error) => format!("{} ({})", error.class(), error.reason()),
    }
}

/// The messages with another one in the place of that of this index.
pub(super) fn replaced(messages: &[Message], index: usize, by: &Message) -> Vec<Message> {
    let others = messages.iter().enumerate();
    others
        .map(|(at, message)| if at == index { by } else { message }.clone())
        .collect()
}

/// The messages that are not empty, with their indices.
pub(super) fn filled(
    transcript: &Transcript,
    from: crate::Side,
) -> impl Iterator<Item = (usize, &Message, &[u8])> {
    let messages = transcript.messages.iter().enumerate();
    messages.filter_map(move |(index, message)| {
        let data = message.data().filter(|data| !data.is_empty())?;
        (message.sender() == from).then_some((index, message, data))
    })
}
