//! The connection: names, addresses, and who answers first.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use super::target::Place;

/// What sessions run over.
pub(crate) trait Io: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Io for T {}

/// A connection, and whom it is to.
pub(crate) struct Connection {
    pub(crate) io: Box<dyn Io>,
    pub(crate) peer: Peer,
    /// This end's address, as EHLO has it (RFC 5321 §4.1.3).
    pub(crate) own_name: String,
    pub(crate) resolving: Duration,
    pub(crate) connecting: Duration,
}

/// The other end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Peer {
    Net(SocketAddr),
    Unix,
}

/// Why there is no connection.
#[derive(Debug)]
pub(crate) enum Trouble {
    UnknownHost(io::Error),
    NameTimeout,
    /// No address could be reached: the last to say so.
    Connect(Option<SocketAddr>, io::Error),
    Timeout(Option<SocketAddr>),
}

impl Peer {
    /// Whether what passes stays on this machine.
    pub(crate) fn is_local(&self) -> bool {
        match self {
            Self::Net(address) => address.ip().to_canonical().is_loopback(),
            Self::Unix => true,
        }
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Net(address) => address.fmt(f),
            Self::Unix => f.write_str("unix socket"),
        }
    }
}

/// The next address is tried after so long, while those before may still answer (RFC 8305 §8).
const STAGGER: Duration = Duration::from_millis(250);

/// The most addresses of a name that are tried.
const ADDRESSES: usize = 16;

/// Connects. Names and connections have as much time each.
pub(crate) async fn connect(place: &Place, patience: Duration) -> Result<Connection, Trouble> {
    let begun = Instant::now();
    let addresses = match (place, place.address()) {
        (Place::Unix(path), _) => return unix(path, patience).await,
        (Place::Net(_, port), Some(address)) => vec![SocketAddr::new(address, *port)],
        (Place::Net(host, port), None) => {
            let found = timeout(patience, lookup_host((host.to_string(), *port)))
                .await
                .map_err(|_| Trouble::NameTimeout)?
                .map_err(Trouble::UnknownHost)?;
            found.take(ADDRESSES).collect()
        }
    };
    let resolving = begun.elapsed();
    let begun = Instant::now();
    let (io, address) = race(addresses, patience).await?;
    let own_name = match io.local_addr().map(|own| own.ip().to_canonical()) {
        Ok(std::net::IpAddr::V6(own)) => format!("[IPv6:{own}]"),
        Ok(own) => format!("[{own}]"),
        Err(_) => "localhost".into(),
    };
    Ok(Connection {
        io: Box::new(io),
        peer: Peer::Net(address),
        own_name,
        resolving,
        connecting: begun.elapsed(),
    })
}

/// All addresses, one a little after the other; the first that answers.
async fn race(
    addresses: Vec<SocketAddr>,
    patience: Duration,
) -> Result<(TcpStream, SocketAddr), Trouble> {
    let mut attempts = JoinSet::new();
    let mut wait = Duration::ZERO;
    for address in addresses {
        attempts.spawn(async move {
            sleep(wait).await;
            (
                address,
                timeout(patience, TcpStream::connect(address)).await,
            )
        });
        wait = wait.saturating_add(STAGGER);
    }
    let no_address = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    let mut trouble = Trouble::UnknownHost(no_address);
    while let Some(attempt) = attempts.join_next().await {
        trouble = match attempt {
            Ok((address, Ok(Ok(io)))) => return Ok((io, address)),
            Ok((address, Ok(Err(error)))) => Trouble::Connect(Some(address), error),
            Ok((address, Err(_))) => Trouble::Timeout(Some(address)),
            Err(error) => Trouble::Connect(None, error.into()),
        };
    }
    Err(trouble)
}

#[cfg(unix)]
async fn unix(path: &std::path::Path, patience: Duration) -> Result<Connection, Trouble> {
    let begun = Instant::now();
    let io = timeout(patience, tokio::net::UnixStream::connect(path))
        .await
        .map_err(|_| Trouble::Timeout(None))?
        .map_err(|error| Trouble::Connect(None, error))?;
    Ok(Connection {
        io: Box::new(io),
        peer: Peer::Unix,
        own_name: "localhost".into(),
        resolving: Duration::ZERO,
        connecting: begun.elapsed(),
    })
}

#[cfg(not(unix))]
async fn unix(_: &std::path::Path, _: Duration) -> Result<Connection, Trouble> {
    Err(Trouble::Connect(None, io::ErrorKind::Unsupported.into()))
}
