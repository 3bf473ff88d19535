//! A mail submission server over OpenSSL, for what `sasl demo` cannot show: rustls has no `tls-unique`.
//!
//! `openssl_server CERTIFICATE KEY` listens on loopback, offers STARTTLS with TLS 1.2 and nothing newer, knows the user `user`
//! with the password `pencil` and `üser` with `pass wörd№`, and prints what `sasl demo` prints.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;
use std::{env, thread};

use anyhow::{Context, Result};
use openssl::ssl::{SslAcceptor, SslFiletype, SslMethod, SslStream, SslVersion};
use sasl::scram::{ScramServer, derive_keys};
use sasl::{
    Authcid, Channel, DecoyKey, Found, Identity, OsRandom, Password, Preparation, Protection,
    ScramHash, ScramSha1, ScramSha256, Server, Verifier,
};
use sasl_profile::{server::Event, smtp};

const PATIENCE: Duration = Duration::from_secs(15);

struct App {
    server: Server,
    tls: SslAcceptor,
    accounts: Vec<(&'static str, Identity)>,
}

fn main() -> Result<()> {
    let mut files = env::args().skip(1);
    let (certificate, key) = (files.next(), files.next());
    let certificate = certificate.context("no certificate")?;
    let key = key.context("no key")?;
    let mut tls = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server())?;
    tls.set_certificate_chain_file(certificate)?;
    tls.set_private_key_file(key, SslFiletype::PEM)?;
    tls.set_max_proto_version(Some(SslVersion::TLS1_2))?;

    let decoy = DecoyKey::generate(&OsRandom)?;
    let app = Arc::new(App {
        server: Server::builder(OsRandom)
            .mechanism(ScramSha256::server_plus(&decoy))
            .mechanism(ScramSha1::server_plus(&decoy))
            .mechanism(ScramSha256::server(&decoy))
            .mechanism(ScramSha1::server(&decoy))
            .build(),
        tls: tls.build(),
        accounts: vec![
            ("user", account("user", "pencil")?),
            ("üser", account("üser", "pass wörd№")?),
        ],
    });
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("listening on {}", listener.local_addr()?);
    println!("Stop with Ctrl-C.");
    for io in listener.incoming() {
        let (io, app) = (io?, Arc::clone(&app));
        thread::spawn(move || {
            if let Err(error) = app.serve(io) {
                eprintln!("{error:#}");
            }
        });
    }
    Ok(())
}

fn account(name: &str, password: &str) -> Result<Identity> {
    let mut account = Identity::new(Authcid::parse(name)?);
    for hash in [ScramHash::Sha1, ScramHash::Sha256] {
        let keys = derive_keys(
            hash,
            &Password::new(password),
            &[7; ScramServer::SALT_LEN],
            ScramServer::ITERATIONS,
            Preparation::Saslprep,
        )?;
        account = account.with_verifier(Verifier::Scram(keys));
    }
    Ok(account)
}

impl App {
    fn serve(&self, mut io: TcpStream) -> Result<()> {
        io.set_read_timeout(Some(PATIENCE))?;
        io.set_write_timeout(Some(PATIENCE))?;
        let open = Channel::new(Protection::None);
        let mut smtp =
            smtp::Server::new("localhost", self.server.advertise(&open)).with_starttls(&open);
        if self.converse(&mut io, &mut smtp, &open)? {
            let mut io: SslStream<TcpStream> = self.tls.accept(io)?;
            let channel =
                Channel::new(Protection::Tls).with_bindings(sasl_tls::openssl::bindings(io.ssl()));
            smtp.secured(&channel, self.server.advertise(&channel));
            self.converse(&mut io, &mut smtp, &channel)?;
            io.shutdown()?;
        }
        Ok(())
    }

    /// Until the end, or to where TLS begins.
    fn converse(
        &self,
        io: &mut (impl Read + Write),
        smtp: &mut smtp::Server,
        channel: &Channel,
    ) -> Result<bool> {
        let mut buffer = [0; 4096];
        loop {
            match smtp.poll() {
                Event::Send(octets) => io.write_all(&octets)?,
                Event::Receive => {
                    let length = io.read(&mut buffer)?;
                    smtp.receive(buffer.get(..length).unwrap_or_default());
                }
                Event::StartTls => return Ok(true),
                Event::Auth(auth) => smtp.turn(self.server.start(auth.begin(channel))),
                Event::Ask(question) => {
                    let found = question.about().map_or(Found::Unknown, |name| {
                        let known = self.accounts.iter().find(|(known, _)| *name == **known);
                        known.map(|(_, account)| account.clone()).into()
                    });
                    smtp.turn(question.found(found));
                }
                Event::Compute(job) => smtp.turn(job.run()),
                Event::Refused(failure) => println!("{failure}"),
                Event::Done(login) => {
                    let bound = login
                        .channel_binding()
                        .map_or_else(String::new, |binding| format!(", bound by {binding}"));
                    let (name, mechanism) = (login.authcid(), login.mechanism());
                    println!("{name} is in by {mechanism}{bound}");
                }
                Event::Closed => return Ok(false),
            }
        }
    }
}
