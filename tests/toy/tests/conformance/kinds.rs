//! The suite on mechanisms of the other kinds, in a few lines each: it must not cry wolf where a claim does not apply.

use sasl_core::server::{Ask, Custom, Denial, Failure, Presented, Proven, Step};
use sasl_core::testing::conformance::{Check, Report, Subject, Verdict, run};
use sasl_core::{
    Authcid, Authzid, BindingName, Channel, ChannelBinding, CredentialKind, Credentials, Identity,
    Malformed, Password, Properties, Protection, Refused, Token, Unusable, Verifier,
    mechanism_name, server,
};

use crate::kind::{Facts, Kind};

fn user() -> Authcid {
    Authcid::parse("user").unwrap()
}

fn text(octets: &[u8]) -> Result<&str, Malformed> {
    core::str::from_utf8(octets).map_err(|_| Malformed::Utf8)
}

fn not_applicable(report: &Report) -> Vec<Check> {
    let lines = report.lines().iter();
    lines
        .filter(|(_, verdict)| matches!(verdict, Verdict::NotApplicable(_)))
        .map(|(check, _)| *check)
        .collect()
}

/// Like PLAIN: authzid, name and password in the open.
const CLEAR: Kind = Kind {
    name: mechanism_name!("X-CLEAR"),
    properties: Properties::client_first().clear_text(),
    needs: &[CredentialKind::Password],
    says: |parts, _| {
        let authzid = parts.authzid.as_ref().map_or("", Authzid::as_str);
        let authcid = parts.authcid.as_ref().map_or("", Authcid::as_str);
        let password = parts.password.as_ref().ok_or(Unusable::Credentials)?;
        let fields = [authzid.as_bytes(), authcid.as_bytes(), password.expose()];
        Ok(fields.join(&0))
    },
    answers: None,
    forgets_why: false,
    prompts: b"",
    hears: |message, facts| {
        let fields: Vec<&[u8]> = message.split(|octet| *octet == 0).collect();
        let &[authzid, authcid, password] = fields.as_slice() else {
            return Err(Malformed::Message.into());
        };
        if password.is_empty() {
            return Err(Malformed::EmptyPassword.into());
        }
        let authzid = Authzid::optional(text(authzid)?)?;
        Ok(Step::Ask(Ask::Password {
            authcid: match &facts.known_user {
                Some(user) => user.clone(),
                None => Authcid::parse(text(authcid)?)?,
            },
            password: Presented::unprepared(Password::new(password)),
            then: Box::new(|authcid| Ok(Step::Proven(Proven::new(authcid).acting_as(authzid)))),
        }))
    },
};

#[test]
fn a_clear_text_mechanism_passes() {
    let report = run(&with_passwords(&CLEAR));
    assert!(report.passed(), "{report}");
    let not_applicable = not_applicable(&report);
    assert_eq!(
        not_applicable,
        [
            Check::ToldWhy,
            Check::ServerProof,
            Check::ChannelBinding,
            Check::Replay,
            Check::Freshness
        ],
        "{report}"
    );
}

/// A server that asks for the first message in words.
#[test]
fn a_prompt_is_found() {
    let report = run(&with_passwords(&Kind {
        prompts: b"Say it:",
        ..CLEAR
    }));
    assert_eq!(report.failed(), [Check::InitialResponse], "{report}");
}

/// A server that repeats what it could not use.
#[test]
fn an_echo_is_found() {
    let echo = |message: &[u8], facts: &Facts| {
        (CLEAR.hears)(message, facts)
            .map_err(|failure| Failure::with_parting(failure.error(), message.to_vec()))
    };
    let report = run(&with_passwords(&Kind {
        hears: echo,
        ..CLEAR
    }));
    assert_eq!(report.failed(), [Check::SecretsHidden], "{report}");
}

fn with_passwords(kind: &Kind) -> Subject<'_> {
    let stored = Verifier::ClearText(Password::new("pencil"));
    Subject::new(
        kind,
        kind,
        Identity::new(user()).with_verifier(stored),
        || Credentials::password(user(), Password::new("pencil")),
        || Credentials::password(user(), Password::new("eraser, too long")),
    )
}

/// Like OAUTHBEARER: a token, and nothing else.
const TOKEN: Kind = Kind {
    name: mechanism_name!("X-TOKEN"),
    properties: Properties::client_first().clear_text(),
    needs: &[CredentialKind::Token],
    says: |parts, _| match (&parts.authzid, &parts.token) {
        (None, Some(token)) => Ok(token.expose().to_vec()),
        (Some(_), _) => Err(Unusable::Characters),
        (_, None) => Err(Unusable::Credentials),
    },
    answers: Some(b"\x01"),
    forgets_why: false,
    prompts: b"",
    hears: |message, _| owner_of(message, None),
};

fn owner_of(token: &[u8], binding: Option<ChannelBinding>) -> Result<Step, Failure> {
    if token.is_empty() {
        return Err(Malformed::Message.into());
    }
    Ok(Step::Ask(Ask::Token {
        token: Token::new(token),
        authzid: None,
        host: None,
        port: None,
        then: Box::new(|owner| match (owner, binding) {
            (Ok(owner), Some(binding)) => {
                let proven = Proven::new(owner).bound_to(binding.binding_name().clone());
                Ok(Step::Proven(proven))
            }
            (Ok(owner), None) => Ok(Step::Proven(Proven::new(owner))),
            (Err(_), _) => Ok(Step::challenge(*b"{}", ExpectNothing)),
        }),
    }))
}

/// The client's answer to an error is discarded.
struct ExpectNothing;

impl server::State for ExpectNothing {
    fn respond(self: Box<Self>, _response: &[u8]) -> Result<Step, Failure> {
        Err(Refused::Credentials.into())
    }
}

#[test]
fn a_token_mechanism_passes() {
    let report = run(&with_tokens(&TOKEN));
    assert!(report.passed(), "{report}");
}

/// A client that gives up when it is told why.
#[test]
fn an_error_dialogue_that_breaks_off_is_found() {
    let report = run(&with_tokens(&Kind {
        answers: None,
        ..TOKEN
    }));
    assert_eq!(report.failed(), [Check::WrongCredentials], "{report}");
}

/// A client that answers every error, and believes in a success after it.
#[test]
fn a_success_after_an_error_is_found() {
    let report = run(&with_tokens(&Kind {
        forgets_why: true,
        ..TOKEN
    }));
    assert_eq!(
        report.failed(),
        [Check::ToldWhy, Check::ExtraMessage],
        "{report}"
    );
}

fn with_tokens(kind: &Kind) -> Subject<'_> {
    Subject::new(
        kind,
        kind,
        Identity::new(user()),
        || Credentials::token(Token::new("vF9dft4qmT")),
        || Credentials::token(Token::new("expired")),
    )
}

/// Like EXTERNAL: whom to act as, and the channel says who this is.
const CHANNEL: Kind = Kind {
    name: mechanism_name!("X-CHANNEL"),
    properties: Properties::client_first().from_channel(),
    needs: &[CredentialKind::External],
    says: |parts, _| Ok(parts.authzid.as_ref().map_or("", Authzid::as_str).into()),
    answers: None,
    forgets_why: false,
    prompts: b"",
    hears: |message, facts| {
        let authzid = Authzid::optional(text(message)?)?;
        Ok(Step::Ask(Ask::External {
            identity: facts.external.clone().ok_or(Refused::Credentials)?,
            authzid: authzid.clone(),
            then: Box::new(|account| Ok(Step::Proven(Proven::new(account).acting_as(authzid)))),
        }))
    },
};

#[test]
fn a_mechanism_that_trusts_the_channel_passes() {
    let channel = Channel::new(Protection::Tls);
    let subject = Subject::without_secret(
        &CHANNEL,
        &CHANNEL,
        Identity::new(user()),
        Credentials::external,
    )
    .with_channels(channel.clone().with_external_identity("user"), channel);
    let report = run(&subject);
    assert!(report.passed(), "{report}");
    let applies = |check| !not_applicable(&report).contains(&check);
    assert!(
        applies(Check::Authorization) && !applies(Check::WrongCredentials),
        "{report}"
    );
}

/// A token that is good on one channel only: the channel's value, and the token.
const BOUND: Kind = Kind {
    name: mechanism_name!("X-BOUND-PLUS"),
    properties: TOKEN.properties.with_channel_binding(),
    says: |parts, binding| {
        let binding = binding.ok_or(Unusable::Binding)?.data();
        Ok([binding, &(TOKEN.says)(parts, None)?].concat())
    },
    hears: |message, facts| {
        let binding = facts.binding.clone().ok_or(Unusable::Binding)?;
        let token = message
            .strip_prefix(binding.data())
            .ok_or(Refused::Credentials)?;
        owner_of(token, Some(binding))
    },
    ..TOKEN
};

fn on_a_channel(kind: &Kind) -> Subject<'_> {
    let value = ChannelBinding::new(BindingName::TLS_EXPORTER, &[7; 32]).unwrap();
    let channel = Channel::new(Protection::Tls).with_binding(value);
    with_tokens(kind).with_channels(channel.clone(), channel)
}

#[test]
fn a_mechanism_that_binds_the_channel_passes() {
    let report = run(&on_a_channel(&BOUND));
    assert!(report.passed(), "{report}");
    assert!(
        !not_applicable(&report).contains(&Check::ChannelBinding),
        "{report}"
    );
}

#[test]
fn a_value_of_the_channel_that_is_not_compared_is_found() {
    let hears = |message: &[u8], facts: &Facts| {
        let (_, token) = message.split_at_checked(32).ok_or(Malformed::Message)?;
        owner_of(token, facts.binding.clone())
    };
    let report = run(&on_a_channel(&Kind { hears, ..BOUND }));
    assert_eq!(report.failed(), [Check::ChannelBinding], "{report}");
}

/// Like ANONYMOUS: a word for the log.
const NOBODY: Kind = Kind {
    name: mechanism_name!("X-NOBODY"),
    properties: Properties::client_first(),
    needs: &[CredentialKind::Anonymous],
    says: |parts, _| match parts.authzid {
        Some(_) => Err(Unusable::Characters),
        None => Ok(parts.trace.as_deref().unwrap_or_default().into()),
    },
    answers: None,
    forgets_why: false,
    prompts: b"",
    hears: |message, _| {
        Ok(Step::Ask(Ask::Anonymous {
            trace: text(message)?.into(),
            then: Box::new(|account| Ok(Step::Proven(Proven::new(account)))),
        }))
    },
};

#[test]
fn a_mechanism_for_strangers_passes() {
    let report = run(&Subject::without_secret(
        &NOBODY,
        &NOBODY,
        Identity::new(Authcid::parse("anonymous").unwrap()),
        || Credentials::anonymous("sirhc"),
    ));
    assert!(report.passed(), "{report}");
}

/// Asks only a question of its own: is this the number on the user's token just now?
const NUMBER: Kind = Kind {
    name: mechanism_name!("X-NUMBER"),
    properties: Properties::client_first().clear_text(),
    needs: &[CredentialKind::Other],
    says: |parts, _| {
        let other = parts.other.as_ref().and_then(|other| other.downcast_ref());
        let number: &Number = other.ok_or(Unusable::Credentials)?;
        match &parts.authzid {
            Some(_) => Err(Unusable::Characters),
            None => Ok(number.0.into()),
        }
    },
    answers: None,
    forgets_why: false,
    prompts: b"",
    hears: |message, _| {
        Ok(Step::Ask(Ask::Other {
            question: Box::new(text(message)?.to_owned()),
            then: Box::new(
                |answer| match *answer.downcast().map_err(|_| Unusable::Answer)? {
                    true => Ok(Step::Proven(Proven::new(user()))),
                    false => Err(Refused::Credentials.into()),
                },
            ),
        }))
    },
};

struct Number(&'static str);

#[test]
fn a_mechanism_with_a_question_of_its_own_passes() {
    let answer = |question: Custom| {
        let right = question
            .question::<String>()
            .is_some_and(|number| number == "287082");
        question.answer(right)
    };
    let subject = Subject::new(
        &NUMBER,
        &NUMBER,
        Identity::new(user()),
        || Credentials::other(Number("287082")),
        || Credentials::other(Number("359152")),
    );
    let report = run(&subject.with_answer(answer));
    assert!(report.passed(), "{report}");
}

/// An application that answers with a type of its own invention.
#[test]
fn an_answer_of_another_type_is_an_error() {
    let subject = Subject::new(
        &NUMBER,
        &NUMBER,
        Identity::new(user()),
        || Credentials::other(Number("287082")),
        || Credentials::other(Number("359152")),
    );
    let report =
        run(&subject.with_answer(|question: Custom| question.answer(Denial::NotPermitted)));
    assert_eq!(
        report.failed(),
        [Check::RightCredentials, Check::WrongCredentials],
        "{report}"
    );
}
