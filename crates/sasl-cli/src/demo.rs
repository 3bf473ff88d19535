//! `sasl demo`: servers and their clients on this machine, with every step shown.

mod listener;
mod login;
mod offer;
mod protocol;
mod recipes;
mod show;
mod store;
mod tls;
mod walk;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::sync::Arc;

use anstream::println;
use anyhow::{Context, Result};
use sasl::{Builtin, Channel, CredentialKind, DecoyKey, OsRandom, Protection, builtin};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use listener::App;
use login::Target;
use offer::Tokens;
use protocol::{Listen, Protocol};
use store::{Account, Store};
use tls::{Mode, Tls};

/// Show logins on this machine, step by step, or let other clients log in.
///
/// Starts a server of SMTP on loopback, logs in with this program's own client, shows what passed with the
/// secrets left out, and then what a wrong password, an unknown user and a forbidden identity get. With --listen it stays
/// up instead, speaks other protocols too, and prints the lines with which other programs log in.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  sasl demo
  sasl demo --tls starttls --mechanism SCRAM-SHA-256-PLUS
  sasl demo --listen 127.0.0.1:2525 --listen imap=127.0.0.1:1143 --listen pop3=127.0.0.1:1110
  sasl demo --listen xmpp=127.0.0.1:5222 --listen postgres=127.0.0.1:5432 --tls starttls
  sasl demo --listen 127.0.0.1:2525 --tls starttls --write-cert demo.pem")]
pub(crate) struct Args {
    /// Stay up at this address for other clients, with the user `user` whose password is `pencil`; may be given several
    /// times. PROTOCOL is smtp if it is not said, or lmtp, imap, pop3, sieve, irc, xmpp, postgres
    #[arg(long, value_name = "[PROTOCOL=]ADDR")]
    listen: Vec<Listen>,

    /// Add an account; may be given several times
    #[arg(long, value_name = "NAME:PASSWORD")]
    account: Vec<String>,

    /// Do not count loopback as protected: without TLS no mechanism that sends the secret in clear text is left
    #[arg(long)]
    unprotected: bool,

    /// Have this mechanism, and others only if they are named too; may be given several times. By default PLAIN and the
    /// strong forms of SCRAM
    #[arg(long, value_name = "NAME")]
    mechanism: Vec<String>,

    /// Take this bearer token as the user's; may be given several times. `pencil-token` is always `user`'s
    #[arg(long, value_name = "TOKEN=USER")]
    token: Vec<String>,

    #[command(flatten)]
    tls: tls::Args,
}

/// Where the walk through the demo listens: any free port.
const LOOPBACK: Listen = Listen {
    protocol: Protocol::Smtp,
    address: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
};

impl Args {
    /// What the server has.
    fn mechanisms(&self) -> Result<Vec<&'static Builtin>> {
        let mut mechanisms = offer::mechanisms(&self.mechanism)?;
        if self.mechanism.is_empty() {
            // Who brings tokens, or authorities for certificates, wants them used.
            if !self.token.is_empty() {
                mechanisms.extend(offer::taking(CredentialKind::Token));
            }
            if self.tls.asks_clients() {
                mechanisms.extend(offer::taking(CredentialKind::External));
            }
        }
        Ok(mechanisms)
    }

    /// What the walk goes through, strongest first.
    fn walked(&self, tls: Option<&Tls>) -> Result<Vec<&'static Builtin>> {
        if !self.mechanism.is_empty() {
            return offer::mechanisms(&self.mechanism);
        }
        let names: &[_] = match tls {
            Some(_) => &["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "PLAIN"],
            None => &["SCRAM-SHA-256", "PLAIN"],
        };
        Ok(names.iter().filter_map(|name| builtin(name)).collect())
    }
}

pub(crate) async fn run(args: Args) -> Result<ExitCode> {
    let places = match args.listen.as_slice() {
        [] => &[LOOPBACK],
        places => places,
    };
    // Beyond this machine anybody could read along.
    let local = places.iter().all(|place| place.address.ip().is_loopback()) && !args.unprotected;
    let channel = Channel::new(if local {
        Protection::Local
    } else {
        Protection::None
    });

    let mechanisms = args.mechanisms()?;
    let mut accounts = vec![Account::new("user", "pencil")?];
    for account in &args.account {
        accounts.push(account.parse()?);
    }
    let store = Store::new(&accounts, &mechanisms)?;
    let (log, mut logged) = mpsc::channel(64);
    let decoy = DecoyKey::generate(&OsRandom)?;
    let app = Arc::new(App {
        server: offer::server(&mechanisms, &decoy)?,
        channel,
        tls: args
            .tls
            .prepare(places.iter().map(|place| place.address.ip()))?,
        store,
        tokens: Tokens::new(&args.token)?,
        log,
        several: places.len() > 1,
    });

    let mut listeners = Vec::new();
    for Listen { protocol, address } in places {
        let listener = TcpListener::bind(address)
            .await
            .with_context(|| format!("cannot listen at {address}"))?;
        let address = listener.local_addr()?;
        println!("listening on {address} for {protocol}");
        listeners.push((
            listener,
            Listen {
                protocol: *protocol,
                address,
            },
        ));
    }
    let last = greet(&app);
    for account in &accounts {
        println!("account: {}", account.name());
    }
    println!();

    if !args.listen.is_empty() {
        let offered = app.server.advertise(&last);
        if offered.is_empty() {
            anyhow::bail!(
                "nothing can be offered: -PLUS and HT want --tls, EXTERNAL wants --tls and --client-ca"
            );
        }
        let places: Vec<_> = listeners.iter().map(|(_, place)| *place).collect();
        recipes::print(&places, app.tls.as_ref(), &offered);
        let mut serving = JoinSet::new();
        for (listener, place) in listeners {
            serving.spawn(listener::run(listener, place.protocol, Arc::clone(&app)));
        }
        loop {
            tokio::select! {
                Some(line) = logged.recv() => println!("{line}"),
                interrupted = tokio::signal::ctrl_c() => break interrupted?,
            }
        }
        return Ok(ExitCode::SUCCESS);
    }
    let Some((listener, Listen { protocol, address })) = listeners.pop() else {
        anyhow::bail!("there is no place to listen at");
    };
    let target = Target {
        address,
        // Both ends are this program, and take the connection for the same.
        channel: app
            .channel
            .clone()
            .with_host("localhost")
            .with_port(address.port()),
        tls: match &app.tls {
            Some(tls) => Some((tls.mode, args.tls.connector(tls)?)),
            None => None,
        },
    };
    let walked = args.walked(app.tls.as_ref())?;
    let serving = tokio::spawn(listener::run(listener, protocol, app));
    let shown = walk::walk(&walked, &target, &last, &mut logged).await;
    serving.abort();
    shown
}

/// Says what the server has and takes its connections for, and returns what they are in the end.
fn greet(app: &App) -> Channel {
    let offered = |channel: &Channel| show::offered(&app.server.advertise(channel));
    let Some(tls) = &app.tls else {
        println!("channel: {}", show::channel(&app.channel));
        println!("offered: {}", offered(&app.channel));
        return app.channel.clone();
    };
    let last = tls.outlook();
    show::tls(tls);
    if tls.mode == Mode::Starttls {
        println!("channel before: {}", show::channel(&app.channel));
        println!("offered before: {}", offered(&app.channel));
    }
    println!("offered: {}", offered(&last));
    last
}
