//! `sasl login`: one login to a real server, and what came of it.

mod answer;
mod binding;
mod connect;
mod dialogue;
mod drive;
mod explained;
mod explanation;
mod fault;
mod framed;
mod mechanisms;
mod record;
mod refusal;
mod report;
mod resolver;
mod scheme;
mod secrets;
mod session;
mod target;
mod tls;
mod verdict;
mod verifier;
mod words;

pub(crate) use scheme::Scheme;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anstream::{eprintln, println};
use anyhow::{Result, ensure};

use dialogue::Dialogue;
use drive::{Attempt, End, Told};
use explanation::Certificate;
use record::Record;
use report::Report;
use sasl::{Builtin, External};
use scheme::Protocol;
use secrets::Login;
use target::{Place, Target};

/// Log in to a server, and say in one line what came of it.
///
/// It logs in once, by the strongest mechanism that both sides have, and leaves again: nothing is read, sent or changed. No
/// secret passes where it could be read: without TLS, which beyond this machine is required unless --no-starttls is given, no
/// mechanism is used that shows it.
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// `SCHEME://[USER@]HOST[:PORT]`, or `SCHEME:///PATH` for a Unix socket (`ldapi://%2FPATH`). Without a password
    url: String,

    /// HOST:PORT or a /PATH to connect to; the URL stays what is logged in to, and what the certificate is to be for
    #[arg(long, value_name = "PLACE")]
    connect: Option<Place>,

    /// Who logs in, if the URL does not say
    #[arg(long, value_name = "NAME")]
    user: Option<String>,

    /// Whom to act as
    #[arg(long, value_name = "NAME")]
    authzid: Option<String>,

    /// How long to wait, in seconds: for the connection, for a handshake, and for each answer
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=3600))]
    timeout: u32,

    /// Print one JSON object instead of a line
    #[arg(long)]
    json: bool,

    /// Explain the messages of the exchange one by one
    #[arg(long)]
    explain: bool,

    /// Show what passes on standard error, the secrets left out
    #[arg(long)]
    verbose: bool,

    #[command(flatten)]
    secrets: secrets::Args,

    #[command(flatten)]
    mechanisms: mechanisms::Args,

    #[command(flatten)]
    tls: tls::Args,

    /// INSECURE: send the secret over a channel that anybody on the way can read. For a lab
    #[arg(long, help_heading = "TLS")]
    insecure_clear_text: bool,
}

const AFTER_HELP: &str = "Examples:
  sasl login imap://user@mail.example.org
  sasl login submissions://user@mail.example.org --password-stdin --json < password.txt
  sasl login smtp://user@127.0.0.1:2525 --ca demo.pem --mechanism SCRAM-SHA-256-PLUS --explain
  sasl login xmpp://user@example.org --connect xmpp.example.org:5222
  sasl login ldapi://%2Frun%2Fslapd%2Fldapi --mechanism EXTERNAL

Schemes: smtp, submission, submissions, smtps, lmtp, imap, imaps, pop3, pop3s, sieve, sieves, irc, ircs, xmpp, xmpps, ldap, ldaps, ldapi, postgresql, postgres, amqp, amqps

Exit status:
  0  logged in
  1  the server refused the credentials or the account
  2  wrong usage, or the secret could not be read: nothing was tried
  3  the server broke the protocol, or closed in the middle of the exchange
  4  no connection: the name, the network, TLS, the certificate, no answer in time
  5  nothing usable: no mechanism in common, or the policy or TLS forbids what there is
  6  the server cannot at the moment";

/// The exit status of what could not be tried.
const USAGE: u8 = 2;

pub(crate) async fn run(args: Args) -> ExitCode {
    login(&args).await.unwrap_or_else(|error| {
        eprintln!("sasl: {error:#}");
        ExitCode::from(USAGE)
    })
}

async fn login(args: &Args) -> Result<ExitCode> {
    let target = Target::parse(&args.url)?;
    ensure!(
        args.user.is_none() || target.user.is_none() || args.user == target.user,
        "the URL and --user name two users"
    );
    let named = args.mechanisms.named()?;
    let user = args.user.as_deref().or(target.user.as_deref());
    ensure!(
        user.is_some() || target.scheme.protocol != Protocol::Postgres,
        "PostgreSQL wants to know who it is: the URL has USER@, or there is --user"
    );
    let certificate = args.tls.has_certificate() || proves_peer(&target, user, &named);
    let login = Login::new(
        user,
        args.authzid.as_deref(),
        &args.secrets,
        certificate,
        &named,
    )?;
    let tls = args.tls.prepare(&target)?;
    let record = Record::default();
    let client = args
        .mechanisms
        .client(target.scheme.protocol, &named, &record);
    warn(args);

    let attempt = Attempt {
        target: &target,
        place: args.connect.as_ref().unwrap_or(&target.place),
        form: args.mechanisms.form(),
        tls_args: &args.tls,
        tls: &tls,
        client: &client,
        login: &login,
        record: &record,
        clear_text: args.insecure_clear_text,
        patience: Duration::from_secs(args.timeout.into()),
    };
    let begun = Instant::now();
    let mut told = Told {
        asked: named.iter().map(|one| one.name().to_string()).collect(),
        ..Told::default()
    };
    let mut dialogue = Dialogue::new(args.verbose, record.clone());
    let end = attempt.run(&mut told, &mut dialogue).await;
    let total = begun.elapsed();

    let certificate = seen(args, &tls);
    let Some(verdict) = verdict::judge(&target, &told, &certificate, &end) else {
        let End::Secret(error) = end else {
            return Ok(ExitCode::from(USAGE));
        };
        return Err(error);
    };
    let explanation = match args.explain {
        true => explained::explained(target.scheme.protocol, &record, &told, &verdict),
        false => None,
    };
    if args.json {
        let mut report = Report::new(&attempt, &told, &certificate, &end, &verdict, total);
        report.explanation = explanation;
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        match &verdict.server_said {
            // Some protocols quote, too.
            Some(said) => println!(
                "{} (the server: \"{}\")",
                verdict.message,
                said.replace('"', "'")
            ),
            None => println!("{}", verdict.message),
        }
        if let Some(explanation) = explanation {
            let style = sasl_explain::TextStyle::default().colored();
            println!("\n{}", sasl_explain::text(&explanation, &style));
        }
    }
    Ok(ExitCode::from(verdict.kind.exit()))
}

/// Whether the socket says who the client is, and that is what is to log in (ldapi). A name wants another proof.
fn proves_peer(target: &Target, user: Option<&str>, named: &[&Builtin]) -> bool {
    let is_wanted = named
        .iter()
        .any(|mechanism| mechanism.name() == External::NAME);
    target.scheme.has_path_for_host() && (is_wanted || (named.is_empty() && user.is_none()))
}

/// What the options give up.
fn warn(args: &Args) {
    if args.tls.insecure() {
        eprintln!(
            "warning: --insecure: the server's certificate is not checked. Whoever is on the way can be the server, and gets \
             every password and token that a mechanism shows"
        );
    }
    if args.insecure_clear_text {
        eprintln!(
            "warning: --insecure-clear-text: without TLS, the secret passes where anybody on the way can read it"
        );
    }
}

/// What is known of the server's certificate.
fn seen(args: &Args, tls: &tls::Tls) -> Certificate {
    let (description, fingerprint) = tls.certificate().unzip();
    Certificate {
        description: description.flatten(),
        fingerprint,
        problem: tls.problem(),
        server_name: tls.server_name(),
        insecure: args.tls.insecure(),
    }
}
