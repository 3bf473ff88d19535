//! The demo's mail submission server: it lets clients log in and takes no mail.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use sasl::server::Question;
use sasl::{Channel, OsRandom, Plain, Server};
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
    pub(crate) fn new(channel: Channel, store: Store, log: Log) -> Self {
        let server = Server::builder()
            .mechanism(Plain::server())
            .random(OsRandom)
            .build();
        Self {
            server,
            channel,
            store,
            log,
        }
    }
}

/// Connections that are served at a time; more wait in the system's queue.
const CONNECTIONS: usize = 64;

/// How long a client may say nothing, or take to read what it is told (RFC 5321 §4.5.3.2 asks for five minutes of a
/// real server).
const PATIENCE: Duration = Duration::from_secs(60);

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
            // A connection that breaks concerns nobody else.
            let _ = serve(stream, &app).await;
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
            Event::Ask(Question::Password(question)) => {
                let found = app.store.find(question.authcid());
                smtp.turn(question.against(found));
            }
            // Nobody may act as somebody else here.
            Event::Ask(question) => smtp.turn(question.refuse()),
            Event::Compute(job) => smtp.turn(spawn_blocking(move || job.run()).await?),
            Event::Refused(failure) => _ = app.log.try_send(failure.to_string()),
            Event::Done(login) => {
                let (name, acts_as) = (login.authcid(), login.authzid());
                let acts_as =
                    acts_as.map_or_else(String::new, |authzid| format!(", acting as {authzid}"));
                _ = app.log.try_send(format!("{name} is in{acts_as}"));
            }
            Event::Closed => return Ok(()),
        }
    }
}
