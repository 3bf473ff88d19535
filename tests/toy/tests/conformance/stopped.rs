//! What no mechanism can do wrong, because the core does it: broken ones, and how they are stopped.

use sasl_core::server::{
    self, Ask, Begin, Failure, Mechanism, Presented, Proven, Setup, Start, State, Step,
    client_first,
};
use sasl_core::testing::{Asked, Message, Pair, Policy};
use sasl_core::{
    Authcid, Authzid, Channel, CredentialKind, Credentials, Identity, Malformed, MechanismName,
    Password, Properties, Protection, Refused, Standing, Unavailable, Unusable, Violation, client,
    limits, mechanism_name,
};

/// What the server does with whatever the client sends first.
type Hears = fn() -> Result<Step, Failure>;

/// A mechanism that proves nothing and says that all is well, each in its own way.
#[derive(Clone, Copy)]
struct Credulous {
    hears: Hears,
    promises_server_proof: bool,
}

impl Credulous {
    fn new(hears: Hears) -> Self {
        Self {
            hears,
            promises_server_proof: false,
        }
    }
}

const NAME: MechanismName = mechanism_name!("X-CREDULOUS");

impl Mechanism for Credulous {
    fn name(&self) -> MechanismName {
        NAME
    }

    fn properties(&self) -> Properties {
        Properties::client_first()
    }

    fn start(&self, start: Start<'_>) -> Result<Step, Failure> {
        client_first(start.initial_response, *self)
    }
}

impl State for Credulous {
    fn respond(self: Box<Self>, _response: &[u8]) -> Result<Step, Failure> {
        (self.hears)()
    }
}

impl client::Mechanism for Credulous {
    fn name(&self) -> MechanismName {
        NAME
    }

    fn properties(&self) -> Properties {
        if self.promises_server_proof {
            return Properties::client_first().with_server_proof();
        }
        Properties::client_first()
    }

    fn needs(&self) -> &'static [CredentialKind] {
        &[CredentialKind::Password]
    }

    fn start(&self, _start: client::Start<'_>) -> Result<client::Step, client::Failure> {
        Ok(client::Step::respond(b"let me in", *self))
    }
}

impl client::State for Credulous {
    fn challenge(self: Box<Self>, _challenge: &[u8]) -> Result<client::Step, client::Failure> {
        Ok(client::Step::respond(b"", *self))
    }

    fn success(self: Box<Self>) -> Result<client::Proven, client::Failure> {
        Ok(client::Proven::new(None))
    }
}

fn user() -> Authcid {
    Authcid::parse("user").unwrap()
}

fn credentials() -> Credentials {
    Credentials::password(user(), Password::new("pencil"))
}

fn proven() -> Proven {
    Proven::new(user())
        .additional_data(b"proof".to_vec())
        .parting(b"no".to_vec())
}

/// Looks the user up and lets in whoever it is.
fn looks_up() -> Result<Step, Failure> {
    Ok(Step::Ask(Ask::Lookup {
        authcid: user(),
        wants: &[],
        then: Box::new(|_| Ok(Step::Proven(proven()))),
    }))
}

#[test]
fn a_proof_of_a_stranger_is_none() {
    let mechanism = Credulous::new(looks_up);
    let run = Pair::new(&mechanism, &mechanism, Policy::new()).run(credentials());
    assert_eq!(run.server_error(), Some(Refused::Credentials.into()));
    assert_eq!(run.success_data(), None);
    assert!(run.client.is_err());
}

#[test]
fn a_store_that_does_not_answer_is_not_an_unknown_user() {
    let mechanism = Credulous::new(|| {
        Ok(Step::Ask(Ask::Lookup {
            authcid: user(),
            wants: &[],
            then: Box::new(|_| panic!("the mechanism does not even hear of it")),
        }))
    });
    let policy = Policy::new().unavailable_at(0);
    let run = Pair::new(&mechanism, &mechanism, policy).run(credentials());
    assert_eq!(run.server_error(), Some(Unavailable::Store.into()));
}

#[test]
fn the_standing_of_an_account_cannot_be_forgotten() {
    let mechanism = Credulous::new(looks_up);
    for (standing, told) in [
        (Standing::Disabled, Refused::Disabled),
        (Standing::Expired, Refused::Expired),
    ] {
        let policy = Policy::new().with_account(Identity::new(user()).with_standing(standing));
        let run = Pair::new(&mechanism, &mechanism, policy).run(credentials());
        assert_eq!(run.server_error(), Some(told.into()));
        assert_eq!(run.success_data(), None);
    }
}

#[test]
fn whom_nobody_vouches_for_has_to_be_authorized() {
    let mechanism = Credulous::new(|| Ok(Step::Proven(proven())));
    let run = Pair::new(&mechanism, &mechanism, Policy::new()).run(credentials());
    assert_eq!(run.questions, [Asked::Authorize(user(), None)]);
}

#[test]
fn the_authorization_cannot_be_left_out() {
    let mechanism = Credulous::new(|| {
        Ok(Step::Ask(Ask::Lookup {
            authcid: user(),
            wants: &[],
            then: Box::new(|_| {
                let other = Authzid::parse("postmaster")?;
                Ok(Step::Proven(proven().acting_as(Some(other))))
            }),
        }))
    });
    let policy = Policy::new().with_account(Identity::new(user()));
    let run = Pair::new(&mechanism, &mechanism, policy).run(credentials());
    assert_eq!(run.server_error(), Some(Refused::NotPermitted.into()));
    assert!(
        !run.messages
            .contains(&Message::Challenge(b"proof".to_vec()))
    );
    assert_eq!(run.success_data(), None);
}

#[test]
fn a_promised_proof_of_the_server_cannot_be_forgotten() {
    let server = Credulous::new(looks_up);
    let client = Credulous {
        promises_server_proof: true,
        ..server
    };
    let policy = Policy::new().with_account(Identity::new(user()));
    let run = Pair::new(&server, &client, policy).run(credentials());
    assert_eq!(
        run.client_error(),
        Some(Violation::ServerNotAuthenticated.into())
    );
    assert!(run.server.is_ok());
}

/// Looks up one name and has proved another: a login as anybody, if it were one.
#[test]
fn nobody_is_in_who_was_not_asked_about() {
    let mechanism = Credulous::new(|| {
        Ok(Step::lookup(user(), &[], |_| {
            let victim = Proven::new(Authcid::parse("victim")?);
            Ok(Step::Proven(
                victim.acting_as(Some(Authzid::parse("victim")?)),
            ))
        }))
    });
    let policy = Policy::new().with_account(Identity::new(user()));
    let run = Pair::new(&mechanism, &mechanism, policy).run(credentials());
    assert_eq!(run.server_error(), Some(Unusable::Confused.into()));
    assert_eq!(run.success_data(), None);
}

/// Looks up a stranger and then somebody who exists.
#[test]
fn a_stranger_stays_one() {
    let mechanism = Credulous::new(|| {
        Ok(Step::lookup(Authcid::parse("nobody")?, &[], |_| {
            Ok(Step::lookup(user(), &[], |_| Ok(Step::Proven(proven()))))
        }))
    });
    let policy = Policy::new().with_account(Identity::new(user()));
    let run = Pair::new(&mechanism, &mechanism, policy).run(credentials());
    assert_eq!(run.server_error(), Some(Refused::Credentials.into()));
}

#[test]
fn a_known_user_is_the_only_one() {
    let mechanism = Credulous::new(looks_up);
    let (channel, known) = (
        Channel::new(Protection::Tls),
        Authcid::parse("known").unwrap(),
    );
    let begin = Begin::new("X-CREDULOUS", &channel)
        .with_initial_response(Some(b""))
        .with_known_user(&known);
    let failure = server::start(&mechanism, &Setup::default(), begin).unwrap_err();
    assert_eq!(failure.error(), Unusable::Confused.into());
}

#[test]
fn no_empty_password_is_asked_about() {
    let mechanism = Credulous::new(|| {
        let empty = Presented::unprepared(Password::new(""));
        Ok(Step::password(user(), empty, |_| {
            Ok(Step::Proven(proven()))
        }))
    });
    let run = Pair::new(&mechanism, &mechanism, Policy::new()).run(credentials());
    assert_eq!(run.server_error(), Some(Malformed::EmptyPassword.into()));
}

#[test]
fn a_message_of_the_servers_own_has_a_limit_too() {
    let mechanism = Credulous::new(|| {
        Ok(Step::challenge(
            vec![0; limits::MESSAGE + 1],
            Credulous::new(looks_up),
        ))
    });
    let run = Pair::new(&mechanism, &mechanism, Policy::new()).run(credentials());
    assert_eq!(run.server_error(), Some(Unusable::TooLong.into()));
}

/// The client asked to act as somebody else, and the mechanism left it out.
#[test]
fn an_authzid_cannot_be_left_out() {
    let mechanism = Credulous::new(looks_up);
    let policy = Policy::new().with_account(Identity::new(user()));
    let other = credentials().acting_as(Authzid::parse("postmaster").unwrap());
    let run = Pair::new(&mechanism, &mechanism, policy).run(other);
    assert_eq!(run.client_error(), Some(Unusable::Confused.into()));
}

/// Not by the core: the pair gives up on ends that talk for ever.
#[test]
fn an_endless_exchange_is_cut_off() {
    fn again() -> Result<Step, Failure> {
        Ok(Step::challenge(*b"more", Credulous::new(again)))
    }
    let mechanism = Credulous::new(again);
    let run = Pair::new(&mechanism, &mechanism, Policy::new()).run(credentials());
    assert!(run.endless && run.server.is_err() && run.client.is_err());
}
