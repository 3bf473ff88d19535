//! One exchange between any client and any server.

use anyhow::Result;

/// A client, ours or a peer.
pub(crate) trait Client {
    /// What it begins with; `None` if it gives up.
    fn initial(&mut self) -> Result<Option<Opening>>;
    /// What it answers; `None` if it gives up.
    fn challenge(&mut self, challenge: &[u8]) -> Result<Option<Vec<u8>>>;
    fn success(&mut self, additional: Option<&[u8]>) -> Result<()>;
    fn failure(&mut self) -> Result<()>;
    fn end(self: Box<Self>) -> Result<End>;
}

/// A server, ours or a peer.
pub(crate) trait Server {
    fn initial(&mut self, opening: Opening) -> Result<Answer>;
    fn response(&mut self, response: &[u8]) -> Result<Answer>;
    fn end(self: Box<Self>) -> Result<End>;
}

/// How a client begins.
pub(crate) enum Opening {
    /// With an initial response, which may be empty.
    With(Vec<u8>),
    /// With its mechanism's name alone.
    Bare,
}

/// What a server says.
pub(crate) enum Answer {
    Challenge(Vec<u8>),
    /// With the additional data.
    Success(Option<Vec<u8>>),
    /// With the parting message, `e=` and so on.
    Failure(Option<Vec<u8>>),
}

/// What came of it for one side.
#[derive(Default)]
pub(crate) struct End {
    pub(crate) verdict: String,
    /// All that passed, for people.
    pub(crate) transcript: String,
}

/// Plays an exchange to its end: of the client, and of the server.
pub(crate) fn play(mut client: Box<dyn Client>, mut server: Box<dyn Server>) -> Result<(End, End)> {
    if let Some(opening) = client.initial()? {
        let mut answer = server.initial(opening)?;
        loop {
            answer = match answer {
                Answer::Challenge(challenge) => match client.challenge(&challenge)? {
                    Some(response) => server.response(&response)?,
                    None => break,
                },
                Answer::Success(additional) => {
                    client.success(additional.as_deref())?;
                    break;
                }
                // RFC 4422 §3.6: a failure carries no data. What a server has to say with it is one more challenge, which
                // needs no answer.
                Answer::Failure(Some(parting)) => {
                    if client.challenge(&parting)?.is_some() {
                        client.failure()?;
                    }
                    break;
                }
                Answer::Failure(None) => {
                    client.failure()?;
                    break;
                }
            };
        }
    }
    Ok((client.end()?, server.end()?))
}
