//! Exchanges in the protocols whose messages come whole.

use std::io;

use sasl::{Authcid, Channel};
use sasl_profile::framed::Server;
use sasl_profile::framed::server::{Event, Protocol};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::spawn_blocking;

use super::Connection;
use super::peer::Peer;

/// What an exchange cannot do by itself.
pub(super) enum Want {
    /// The client's next message.
    Message,
    /// Whatever comes after a login; this is what the client acts as.
    In(String),
    /// The end: there are no more attempts.
    Over,
}

impl Connection<'_> {
    /// Goes on with an exchange. `user` is who the connection said it is for, where it does.
    pub(super) async fn advance(
        &self,
        peer: &mut Peer<impl AsyncRead + AsyncWrite + Unpin>,
        session: &mut Server<impl Protocol>,
        channel: &mut Channel,
        user: Option<&Authcid>,
    ) -> io::Result<Want> {
        loop {
            match session.poll() {
                Event::Send(octets) => peer.send(&octets).await?,
                Event::Receive => return Ok(Want::Message),
                Event::Auth(auth) => {
                    let begin = auth.begin(channel);
                    let begin = match user {
                        Some(user) => begin.with_known_user(user),
                        None => begin,
                    };
                    session.turn(self.app.server.start(begin));
                    super::spend(channel, auth.mechanism());
                }
                Event::Ask(question) => session.turn(self.app.answer(question)),
                Event::Compute(job) => session.turn(spawn_blocking(move || job.run()).await?),
                Event::Refused(failure) => self.note(failure.to_string()),
                Event::Done(login) => {
                    self.note_login(&login);
                    return Ok(Want::In(login.acts_as().to_string()));
                }
                Event::Closed => return Ok(Want::Over),
            }
        }
    }
}
