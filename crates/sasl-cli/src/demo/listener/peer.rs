//! A client's end of a connection, for the protocols whose messages come whole.

use std::io;
use std::time::Duration;

use sasl::Malformed;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;
use zeroize::Zeroizing;

use super::PATIENCE;

/// How long a client may take to go away.
const LINGER: Duration = Duration::from_secs(1);

/// A message, which may have a password in it.
pub(super) type Message = Zeroizing<Vec<u8>>;

/// A connection, with what came in and was not read.
pub(super) struct Peer<IO> {
    io: IO,
    unread: Zeroizing<Vec<u8>>,
    /// Octets of the longest message that is read.
    max: usize,
}

impl<IO: AsyncRead + AsyncWrite + Unpin> Peer<IO> {
    pub(super) fn new(io: IO, max: usize) -> Self {
        Self {
            io,
            // All of it at once: what a growing vector leaves behind is not wiped.
            unread: Zeroizing::new(Vec::with_capacity(max.saturating_add(1))),
            max,
        }
    }

    /// Whether something was sent that nobody has read.
    pub(super) fn has_unread(&self) -> bool {
        !self.unread.is_empty()
    }

    /// For a handshake: whoever asks has looked whether something is unread.
    pub(super) fn into_io(self) -> IO {
        self.io
    }

    pub(super) async fn send(&mut self, octets: &[u8]) -> io::Result<()> {
        timeout(PATIENCE, async {
            self.io.write_all(octets).await?;
            self.io.flush().await
        })
        .await?
    }

    /// Under TLS the end is said, and not only done. What the client still has to say is thrown away: it would not hear the
    /// last words if the system closed the connection with something unread.
    pub(super) async fn close(&mut self) -> io::Result<()> {
        timeout(PATIENCE, self.io.shutdown()).await??;
        let mut buffer = Zeroizing::new([0; 4096]);
        let rest = async {
            while self.io.read(&mut *buffer).await? > 0 {}
            io::Result::Ok(())
        };
        // Late or broken, it is over.
        let _ = timeout(LINGER, rest).await;
        Ok(())
    }

    /// The next message, of as many octets as `cut` finds, which is asked again while it is not all there. `None` is the
    /// end of the connection.
    pub(super) async fn message(
        &mut self,
        mut cut: impl FnMut(&[u8]) -> Result<Option<usize>, Malformed>,
    ) -> io::Result<Result<Option<Message>, Malformed>> {
        loop {
            match cut(&self.unread) {
                Ok(Some(len)) => return Ok(Ok(Some(self.take(len)))),
                Ok(None) if self.unread.len() > self.max => return Ok(Err(Malformed::TooLong)),
                Ok(None) => {}
                Err(malformed) => return Ok(Err(malformed)),
            }
            let room = self.max.saturating_add(1).saturating_sub(self.unread.len());
            let mut io = (&mut self.io).take(u64::try_from(room).unwrap_or(u64::MAX));
            if timeout(PATIENCE, io.read_buf(&mut *self.unread)).await?? == 0 {
                return Ok(Ok(None));
            }
        }
    }

    /// Throws away what stands before the next message and says nothing.
    pub(super) fn skip_white_space(&mut self) {
        let unread = self.unread.iter();
        let len = unread
            .take_while(|octet| octet.is_ascii_whitespace())
            .count();
        self.unread.drain(..len);
    }

    fn take(&mut self, len: usize) -> Message {
        let len = len.min(self.unread.len());
        // What is left moves to the front; what stays behind it is wiped with the buffer.
        Zeroizing::new(self.unread.drain(..len).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn messages_are_cut_and_limited() {
        let line = |octets: &[u8]| {
            Ok(octets
                .iter()
                .position(|octet| *octet == b'\n')
                .map(|at| at + 1))
        };
        let (mut client, server) = tokio::io::duplex(64);
        let mut peer = Peer::new(server, 8);
        let room = peer.unread.capacity();
        client.write_all(b"one\ntwo\n  toolong..").await.unwrap();
        assert_eq!(
            **peer.message(line).await.unwrap().unwrap().unwrap(),
            *b"one\n"
        );
        assert!(peer.has_unread());
        assert_eq!(
            **peer.message(line).await.unwrap().unwrap().unwrap(),
            *b"two\n"
        );
        let late = peer.message(line).await.unwrap();
        assert_eq!(late, Err(Malformed::TooLong));
        assert_eq!(peer.unread.capacity(), room);
        peer.skip_white_space();
        assert!(peer.unread.starts_with(b"toolong"));
        peer.unread.clear();
        drop(client);
        let mut rest = peer.message(line).await.unwrap();
        while matches!(rest, Ok(Some(_))) {
            rest = peer.message(line).await.unwrap();
        }
        assert_eq!(rest, Ok(None));
    }
}
