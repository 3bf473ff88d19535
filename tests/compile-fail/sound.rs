//! The sound form of what the other files get wrong, so that they fail for the reason they name.

use sasl::server::{Begin, Failure, Question, Turn};
use sasl::{Channel, Found, Plain, Server};

fn main() -> Result<(), Failure> {
    let server = Server::builder(sasl::OsRandom).mechanism(Plain::server()).build();
    let channel = Channel::new(sasl::Protection::Tls);
    let begin = Begin::new("PLAIN", &channel).with_initial_response(Some(b"\0user\0pencil"));
    if let Turn::Ask(Question::Password(question)) = server.start(begin)? {
        let _ = question.against(Found::Unknown)?;
    }
    if let Turn::Challenge(challenge) = server.start(Begin::new("PLAIN", &channel))? {
        let _ = challenge.respond(b"\0user\0pencil");
    }
    Ok(())
}
