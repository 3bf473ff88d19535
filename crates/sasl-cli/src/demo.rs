//! `sasl demo`: a mail submission server and its clients on this machine, with every step shown.

mod listener;
mod login;
mod show;
mod store;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::sync::Arc;

use anstream::println;
use anyhow::{Context, Result};
use sasl::{Channel, DecoyKey, OsRandom, Protection};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use listener::App;
use login::{Attempt, Verdict};
use store::{Account, Store};

/// Show logins over SMTP on this machine, step by step.
///
/// Starts a mail submission server on loopback, logs in with this program's own client, shows what passed with the
/// secrets left out, and then what a wrong password, an unknown user and a forbidden identity get.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  sasl demo\n  sasl demo --listen 127.0.0.1:2525\n  sasl demo --unprotected"
)]
pub(crate) struct Args {
    /// Stay up at this address for other clients, with the user `user` whose password is `pencil`
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,

    /// Add an account; may be given several times
    #[arg(long, value_name = "NAME:PASSWORD")]
    account: Vec<String>,

    /// Do not count loopback as protected: no mechanism that sends the password in clear text is left
    #[arg(long)]
    unprotected: bool,
}

/// Where the walk through the demo listens: any free port.
const LOOPBACK: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

pub(crate) async fn run(args: Args) -> Result<ExitCode> {
    let address = args.listen.unwrap_or(LOOPBACK);
    // Beyond this machine anybody could read along; the demo has no TLS.
    let local = address.ip().is_loopback() && !args.unprotected;
    let channel = Channel::new(if local {
        Protection::Local
    } else {
        Protection::None
    });

    let mut accounts = vec![Account::new("user", "pencil")?];
    for account in &args.account {
        accounts.push(account.parse()?);
    }
    let store = Store::new(&accounts)?;
    let (log, mut logged) = mpsc::channel(64);
    let decoy = DecoyKey::generate(&OsRandom)?;
    let app = Arc::new(App::new(channel, store, &decoy, log)?);

    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen at {address}"))?;
    let address = listener.local_addr()?;
    println!("listening on {address}");
    println!("channel: {}", show::channel(&app.channel));
    let offer = app.server.advertise(&app.channel);
    println!("offered: {}", show::offered(&offer));
    for account in &accounts {
        println!("account: {}", account.name());
    }
    println!();

    if args.listen.is_some() {
        show::recipes(address, &offer);
        let serving = tokio::spawn(listener::run(listener, app));
        loop {
            tokio::select! {
                Some(line) = logged.recv() => println!("{line}"),
                interrupted = tokio::signal::ctrl_c() => break interrupted?,
            }
        }
        serving.abort();
        return Ok(ExitCode::SUCCESS);
    }
    // Both ends are this program, and take the connection for the same.
    let channel = app
        .channel
        .clone()
        .with_host("localhost")
        .with_port(address.port());
    let serving = tokio::spawn(listener::run(listener, app));
    let shown = walk(address, &channel, &mut logged).await;
    serving.abort();
    shown
}

/// The mechanisms that the walk goes through, strongest first.
const MECHANISMS: [&str; 2] = ["SCRAM-SHA-256", "PLAIN"];

/// For each mechanism one login that succeeds and three that must fail alike.
async fn walk(
    address: SocketAddr,
    channel: &Channel,
    logged: &mut mpsc::Receiver<String>,
) -> Result<ExitCode> {
    let mut attempts = Vec::new();
    for mechanism in MECHANISMS {
        for (title, authcid, authzid, password) in [
            ("the right password", "user", None, "pencil"),
            ("a wrong password", "user", None, "crayon"),
            ("an unknown user", "nobody", None, "pencil"),
            ("a forbidden authzid", "user", Some("postmaster"), "pencil"),
        ] {
            let attempt = Attempt {
                mechanism,
                title,
                authcid,
                authzid,
                password,
            };
            let verdict = attempt.run(address, channel).await?;
            let known = match verdict {
                Verdict::NotTried { .. } => None,
                _ => logged.recv().await,
            };
            show::exchange(&attempt, &verdict, known.as_deref());
            attempts.push((attempt, verdict));
        }
    }
    show::table(&attempts);

    println!();
    let mut sound = true;
    for mechanism in MECHANISMS {
        let tried = attempts
            .iter()
            .filter(|(attempt, _)| attempt.mechanism == mechanism);
        let verdicts: Vec<_> = tried.map(|(_, verdict)| verdict).collect();
        let (first, refused) = verdicts.split_first().context("each mechanism was tried")?;
        if mechanism == "PLAIN" && !channel.is_protected() {
            println!(
                "{mechanism} was not offered: on this channel it would send the password in clear text."
            );
            sound &= verdicts
                .iter()
                .all(|verdict| matches!(verdict, Verdict::NotTried { .. }));
            continue;
        }
        let alike = refused
            .windows(2)
            .all(|pair| matches!(pair, [one, other] if one.answer() == other.answer()));
        let are = if alike {
            "one and the same"
        } else {
            "NOT alike"
        };
        println!("{mechanism}: the three refusals are {are} to the client.");
        sound &= alike && first.succeeded() && !refused.iter().any(|verdict| verdict.succeeded());
    }
    Ok(if sound {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
