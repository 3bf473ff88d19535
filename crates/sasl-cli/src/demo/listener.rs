//! The demo's mail submission server: it lets clients log in and takes no mail.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use sasl::scram::ScramPasswords;
use sasl::{Channel, DecoyKey, Found, OsRandom, Plain, ScramHash, ScramSha256, Server, Unusable};
use sasl_profile::smtp::{self, server::Event};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::spawn_blocking;
use tokio::time::{sleep, timeout};

use super::store::Store;

/// What all connections have in common.
pub(crate) struct App {
    pub(crate) server: Server,
    pub(crate) channel: Channel,
    store: Store,
    log: Log,
}

/// What the server alone may know of each attempt, a line each. Lines that nobody fetches in time are dropped.
type Log = mpsc::Sender<String>;

impl App {
    pub(crate) fn new(
        channel: Channel,
        store: Store,
        decoy: &DecoyKey,
        log: Log,
    ) -> Result<Self, Unusable> {
        let passwords = ScramPasswords::new(ScramHash::Sha256)?;
        let server = Server::builder(OsRandom)
            .mechanism(ScramSha256::server(decoy))
            .mechanism(Plain::server())
            .passwords(passwords)
            .build();
        Ok(Self {
            server,
            channel,
            store,
            log,
        })
    }
}

/// Connections that are served at a time; more wait in the system's queue.
const CONNECTIONS: usize = 64;

/// How long a client may say nothing, or take to read what it is told (RFC 5321 §4.5.3.2 asks for five minutes of a
/// real server).
const PATIENCE: Duration = Duration::from_secs(60);

/// How long a client may take in all: who sends an octet now and then holds no place for ever.
const SESSION: Duration = Duration::from_secs(120);

/// Serves until it is dropped.
pub(crate) async fn run(listener: TcpListener, app: Arc<App>) {
    let free = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok(place) = free.clone().acquire_owned().await else {
            return;
        };
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file handles, or a client that went away: what there is of it is over soon.
            sleep(Duration::from_millis(50)).await;
            continue;
        };
        let app = app.clone();
        tokio::spawn(async move {
            let _place = place;
            // A connection that breaks, or takes too long, concerns nobody else.
            let _ = timeout(SESSION, serve(stream, &app)).await;
        });
    }
}

async fn serve(mut io: TcpStream, app: &App) -> io::Result<()> {
    let mut smtp = smtp::Server::new("localhost", app.server.advertise(&app.channel));
    let mut buffer = [0; 4096];
    loop {
        match smtp.poll() {
            Event::Send(bytes) => timeout(PATIENCE, io.write_all(&bytes)).await??,
            Event::Receive => {
                let length = timeout(PATIENCE, io.read(&mut buffer)).await??;
                smtp.receive(buffer.get(..length).unwrap_or_default());
            }
            Event::Auth(auth) => smtp.turn(app.server.start(auth.begin(&app.channel))),
            // Nobody may act as somebody else here: what is not about an account is refused.
            Event::Ask(question) => {
                let found = question
                    .about()
                    .map_or(Found::Unknown, |name| app.store.find(name));
                smtp.turn(question.found(found));
            }
            Event::Compute(job) => smtp.turn(spawn_blocking(move || job.run()).await?),
            Event::Refused(failure) => _ = app.log.try_send(failure.to_string()),
            Event::Done(login) => {
                let (name, acts_as) = (login.authcid(), login.authzid());
                let acts_as =
                    acts_as.map_or_else(String::new, |authzid| format!(", acting as {authzid}"));
                _ = app.log.try_send(format!("{name} is in{acts_as}"));
            }
            Event::Closed | Event::StartTls => return Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::store::Account;
    use sasl::Protection;
    use std::net::SocketAddr;

    /// A server with the user `user`, on any free port.
    async fn serving(protection: Protection) -> SocketAddr {
        let store = Store::new(&[Account::new("user", "pencil").unwrap()]).unwrap();
        let (log, _) = mpsc::channel(1);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let decoy = DecoyKey::generate(&OsRandom).unwrap();
        let app = App::new(Channel::new(protection), store, &decoy, log).unwrap();
        tokio::spawn(run(listener, Arc::new(app)));
        address
    }

    /// Sends each and reads until the last line of what comes back.
    async fn say(io: &mut TcpStream, text: &str) -> String {
        io.write_all(text.as_bytes()).await.unwrap();
        let mut heard = Vec::new();
        let last = |heard: &[u8]| {
            let line = String::from_utf8_lossy(heard)
                .lines()
                .last()
                .map(str::to_owned);
            heard.ends_with(b"\r\n")
                && line.is_some_and(|line| line.as_bytes().get(3) == Some(&b' '))
        };
        while !last(&heard) {
            let mut buffer = [0; 1024];
            let length = timeout(PATIENCE, io.read(&mut buffer))
                .await
                .unwrap()
                .unwrap();
            assert!(
                length > 0,
                "the server hung up: {}",
                String::from_utf8_lossy(&heard)
            );
            heard.extend_from_slice(&buffer[..length]);
        }
        String::from_utf8(heard).unwrap()
    }

    async fn connect(address: SocketAddr) -> TcpStream {
        let mut io = TcpStream::connect(address).await.unwrap();
        assert!(say(&mut io, "").await.starts_with("220 "));
        io
    }

    const RIGHT: &str = "AUTH PLAIN AHVzZXIAcGVuY2ls\r\n";

    #[tokio::test]
    async fn loopback_counts_as_protected_only_if_it_is_said_so() {
        let mut local = connect(serving(Protection::Local).await).await;
        assert!(
            say(&mut local, "EHLO me\r\n")
                .await
                .contains("AUTH SCRAM-SHA-256 PLAIN")
        );
        assert!(say(&mut local, RIGHT).await.starts_with("235 2.7.0"));

        let mut open = connect(serving(Protection::None).await).await;
        assert!(!say(&mut open, "EHLO me\r\n").await.contains("PLAIN"));
        assert!(!say(&mut open, RIGHT).await.starts_with("235"));
    }

    #[tokio::test]
    async fn a_hostile_client_concerns_nobody_else() {
        let address = serving(Protection::Local).await;
        let mut hostile = connect(address).await;
        let mut silent = Vec::new();
        for _ in 0..16 {
            silent.push(connect(address).await);
        }
        say(&mut hostile, "EHLO me\r\n").await;
        let mut long = "x".repeat(1 << 20);
        long.push_str("\r\n");
        assert!(say(&mut hostile, &long).await.starts_with("500 5.5.6"));
        assert!(
            say(&mut hostile, "AUTH PLAIN !!!\r\n")
                .await
                .starts_with("501 5.5.2")
        );
        assert!(
            say(&mut hostile, "AUTH PLAIN AHVzZXIAeA==\r\n")
                .await
                .starts_with("535 5.7.8")
        );
        drop(hostile);
        let mut honest = connect(address).await;
        say(&mut honest, "EHLO me\r\n").await;
        assert!(say(&mut honest, RIGHT).await.starts_with("235 2.7.0"));
    }
}
