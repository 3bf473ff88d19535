//! A server that knows its user before the exchange begins, as PostgreSQL does from the start-up message: the name in
//! the mechanism's message is ignored and may be empty. It also checks the password elsewhere, as with PAM or an LDAP
//! bind, and always asks itself whether the account may come in.

#![expect(
    clippy::expect_used,
    clippy::panic_in_result_fn,
    clippy::print_stdout,
    reason = "an example prints, and checks itself"
)]

use sasl::server::{Begin, Denial, Failure, Question, Turn};
use sasl::{Authcid, Channel, OsRandom, Plain, Protection, Refused, Server};

/// Stands for PAM: another program that only says yes or no.
fn checked_elsewhere(user: &Authcid, password: &[u8]) -> bool {
    *user == "user" && sasl::constant_time_eq(password, b"pencil")
}

fn login(server: &Server, startup_user: &str, message: &[u8]) -> Result<String, Failure> {
    let user = Authcid::parse(startup_user)?;
    let channel = Channel::new(Protection::Tls);
    let begin = Begin::new("PLAIN", &channel)
        .with_initial_response(Some(message))
        .with_known_user(&user);
    let mut turn = server.start(begin)?;
    loop {
        turn = match turn {
            Turn::Ask(Question::Password(question)) => {
                if checked_elsewhere(question.authcid(), question.password().expose()) {
                    question.accepted_elsewhere()?
                } else {
                    question.refuse()?
                }
            }
            Turn::Ask(Question::Authorize(question)) => match question.authzid() {
                None => question.allow()?,
                Some(_) => question.deny(Denial::NotPermitted)?,
            },
            Turn::Ask(question) => question.refuse()?,
            Turn::Compute(job) => job.run()?,
            Turn::Challenge(challenge) => return Err(challenge.abort()),
            Turn::Done(login) => return Ok(login.acts_as().to_owned()),
        };
    }
}

fn main() -> Result<(), Failure> {
    let server = Server::builder(OsRandom)
        .mechanism(Plain::server())
        .authorize_always()
        .build();
    assert_eq!(login(&server, "user", b"\0\0pencil")?, "user");
    assert_eq!(login(&server, "user", b"\0somebody else\0pencil")?, "user");
    let wrong = login(&server, "user", b"\0\0crayon").expect_err("the password is wrong");
    assert_eq!(wrong.error(), Refused::Credentials.into());
    let other = login(&server, "user", b"admin\0\0pencil").expect_err("nobody else");
    assert_eq!(other.error(), Refused::NotPermitted.into());
    println!("user is in; a wrong password and a foreign authzid are not");
    Ok(())
}
