//! LOGIN's server: whatever comes, there is a login only for the one user with the one password.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl::login::{LoginServer, Passwd, Username};
use sasl::server::{Begin, Failure, Question, Turn};
use sasl::{
    Authcid, Channel, Found, Identity, Login, Password, Preparation, Protection, Server, Verifier,
};
use sasl_prep::query;

fn is(presented: &[u8], stored: &str) -> bool {
    query(Preparation::SaslprepOrRaw, presented)
        .is_ok_and(|prepared| prepared.matches(stored.as_bytes()))
}

/// Plays the responses, each after its prompt.
fn drive(
    login: LoginServer,
    initial: Option<&[u8]>,
    responses: &[(&str, &[u8])],
) -> Result<(), Failure> {
    let server = Server::builder(sasl::WithoutRandom)
        .mechanism(login)
        .build();
    let channel = Channel::new(Protection::Tls);
    let mut turn = server.start(Begin::new("LOGIN", &channel).with_initial_response(initial));
    let mut responses = responses.iter();
    loop {
        turn = match turn? {
            Turn::Challenge(challenge) => {
                let (prompt, response) = responses.next().unwrap();
                assert_eq!(challenge.data(), prompt.as_bytes());
                challenge.respond(response)
            }
            Turn::Compute(job) => job.run(),
            Turn::Ask(Question::Password(question)) => {
                let known = question.authcid().as_str() == "user";
                let user = Identity::new(Authcid::parse("user").unwrap())
                    .with_verifier(Verifier::ClearText(Password::new("pencil")));
                question.against(if known {
                    Found::Known(user)
                } else {
                    Found::Unknown
                })
            }
            Turn::Ask(question) => question.refuse(),
            Turn::Done(_) => return Ok(()),
        }
    }
}

fuzz_target!(|input: (&[u8], &[u8])| {
    let (name, password) = input;
    let expected = Username::parse(name).is_ok_and(|name| is(name.as_str().as_bytes(), "user"))
        && Passwd::parse(password).is_ok_and(|passwd| is(passwd.expose(), "pencil"));
    let asked = [("Username:", name), ("Password:", password)];
    let strict = drive(Login::server(), None, &asked);
    assert_eq!(strict.is_ok(), expected);
    assert!(drive(Login::server(), Some(name), &asked).is_err());

    let lenient = || Login::server().username_in_initial_response();
    assert_eq!(drive(lenient(), None, &asked), strict);
    if !name.is_empty() {
        assert_eq!(drive(lenient(), Some(name), &asked[1..]), strict);
    }
    if let Ok(name) = Username::parse(name) {
        assert_eq!(Username::parse(&name.encode()), Ok(name));
    }
});
