//! Both sides of a line protocol of one's own, over blocking TCP, for every mechanism that goes by an account.
//!
//! ```text
//!   S: MECHANISMS SCRAM-SHA-256 PLAIN
//!   C: AUTH <name> [<data>]          without data: no initial response
//!   S: CHALLENGE <data>
//!   C: RESPONSE <data>   or   CANCEL
//!   S: OK [<data>]       or   NO <why>
//! ```
//!
//! Data is base64, `=` when it is empty: none at all and none in it are two things.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::panic_in_result_fn,
    clippy::print_stdout,
    clippy::unwrap_in_result,
    clippy::unwrap_used,
    reason = "an example prints, and checks itself"
)]

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sasl::scram::{ScramPasswords, derive_keys};
use sasl::{
    Authcid, Channel, Client, CredentialKind, Credentials, DecoyKey, Error, Identity, Malformed,
    Offer, OsRandom, Password, Plain, Preparation, Protection, ScramHash, ScramKeys, ScramSha256,
    Server, Unavailable, Verifier, client, limits, server,
};

/// A connection, in lines with a limit: base64 of the longest message, and a word before it.
struct Lines(BufReader<TcpStream>);

impl Lines {
    fn read(&mut self) -> io::Result<String> {
        let (mut line, most) = (String::new(), limits::MESSAGE.div_ceil(3) * 4 + 64);
        let most = u64::try_from(most).map_err(io::Error::other)?;
        (&mut self.0).take(most).read_line(&mut line)?;
        line.strip_suffix('\n')
            .map(str::to_owned)
            .ok_or(io::ErrorKind::UnexpectedEof.into())
    }

    fn write(&mut self, word: &str, data: Option<&[u8]>) -> io::Result<()> {
        let data = match data {
            None => String::new(),
            Some([]) => " =".into(),
            Some(data) => format!(" {}", STANDARD.encode(data)),
        };
        writeln!(self.0.get_mut(), "{word}{data}")
    }
}

/// A line's data; `None` when there is none.
fn data(text: Option<&str>) -> Result<Option<Vec<u8>>, Malformed> {
    match text {
        None => Ok(None),
        Some("=") => Ok(Some(Vec::new())),
        Some(text) => STANDARD
            .decode(text)
            .map(Some)
            .map_err(|_| Malformed::Base64),
    }
}

/// Lets a client in, and tells it.
fn let_in(
    io: &mut Lines,
    sasl: &Server,
    find: impl Fn(Option<&Authcid>) -> Option<Identity>,
) -> io::Result<Option<server::Authenticated>> {
    use sasl::server::{Begin, Turn};
    // Loopback counts as protected because this program says so.
    let channel = Channel::new(Protection::Local);
    let offer: Vec<String> = sasl
        .advertise(&channel)
        .iter()
        .map(ToString::to_string)
        .collect();
    io.write(&format!("MECHANISMS {}", offer.join(" ")), None)?;
    let line = io.read()?;
    let mut words = line.split(' ').skip(1);
    let name = words.next().unwrap_or_default().to_ascii_uppercase();
    let mut turn = match data(words.next()) {
        Ok(initial) => {
            sasl.start(Begin::new(&name, &channel).with_initial_response(initial.as_deref()))
        }
        Err(malformed) => Err(malformed.into()),
    };
    loop {
        turn = match turn {
            Ok(Turn::Challenge(challenge)) => {
                io.write("CHALLENGE", Some(challenge.data()))?;
                match io.read()?.split_once(' ') {
                    Some(("RESPONSE", text)) => match data(Some(text)) {
                        Ok(response) => challenge.respond(&response.unwrap_or_default()),
                        Err(malformed) => Err(malformed.into()),
                    },
                    _ => Err(challenge.abort()),
                }
            }
            Ok(Turn::Compute(job)) => job.run(),
            Ok(Turn::Ask(question)) => {
                let found = find(question.about());
                question.found(found)
            }
            Ok(Turn::Done(login)) => {
                // This protocol has a field for it. One that has none says so: `SuccessData::AsChallenge`.
                io.write("OK", login.additional_data())?;
                return Ok(Some(login));
            }
            // What the peer may hear is the outcome; the failure itself is for the log.
            Err(failure) => {
                io.write(&format!("NO {:?}", failure.outcome()), None)?;
                return Ok(None);
            }
        };
    }
}

/// Logs in. The error says why not.
fn log_in(io: &mut Lines, user: &str, password: &str) -> Result<client::Authenticated, io::Error> {
    use sasl::client::Turn;
    let sasl = Client::builder(OsRandom)
        .mechanism(ScramSha256::client())
        .mechanism(Plain::client())
        .build();
    let channel = Channel::new(Protection::Local);
    let offer = Offer::parse(io.read()?.trim_start_matches("MECHANISMS "));
    let chosen = sasl.choose(&offer, &channel, &[CredentialKind::Password])?;
    let authcid = Authcid::parse(user).map_err(Error::from)?;
    let mut word = format!("AUTH {}", chosen.name());
    let mut turn = chosen.start(Credentials::password(authcid, Password::new(password)))?;
    loop {
        let response = match turn {
            Turn::Respond(response) => response,
            Turn::Compute(job) => {
                turn = job.run()?;
                continue;
            }
        };
        io.write(&word, response.data())?;
        word = "RESPONSE".into();
        let line = io.read()?;
        let (verdict, rest) = line
            .split_once(' ')
            .map_or((&*line, None), |(v, rest)| (v, Some(rest)));
        turn = match verdict {
            "CHALLENGE" => {
                let challenge = data(rest).map_err(Error::from)?.unwrap_or_default();
                match response.challenge(&challenge) {
                    Ok(turn) => turn,
                    Err(failure) => {
                        io.write("CANCEL", None)?;
                        return Err(failure.into());
                    }
                }
            }
            "OK" => return Ok(response.success(data(rest).map_err(Error::from)?.as_deref())?),
            "NO" if rest == Some("TemporaryFailure") => {
                return Err(Error::from(Unavailable::Server).into());
            }
            _ => return Err(response.failure().into()),
        };
    }
}

fn main() -> io::Result<()> {
    let decoy = DecoyKey::generate(&OsRandom).map_err(io::Error::other)?;
    let sasl = Server::builder(OsRandom)
        .mechanism(ScramSha256::server(&decoy))
        .mechanism(Plain::server())
        .passwords(ScramPasswords::new(ScramHash::Sha256).map_err(io::Error::other)?)
        .build();
    let password = Password::new("pencil");
    let keys: ScramKeys = derive_keys(
        ScramHash::Sha256,
        &password,
        b"sixteen octets!!",
        4096,
        Preparation::Saslprep,
    )
    .map_err(io::Error::other)?;
    let find = move |name: Option<&Authcid>| {
        let name = name.filter(|name| **name == "user")?;
        Some(Identity::new(name.clone()).with_verifier(Verifier::Scram(keys.clone())))
    };
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let attempts = [
        ("user", "pencil", true),
        ("user", "crayon", false),
        ("nobody", "pencil", false),
    ];
    let serving = thread::spawn(move || -> io::Result<Vec<bool>> {
        let mut let_in_any = Vec::new();
        for _ in attempts {
            let mut io = Lines(BufReader::new(listener.accept()?.0));
            let_in_any.push(let_in(&mut io, &sasl, &find)?.is_some());
        }
        Ok(let_in_any)
    });
    for (user, password, right) in attempts {
        let mut io = Lines(BufReader::new(TcpStream::connect(address)?));
        let end = log_in(&mut io, user, password);
        match &end {
            Ok(login) => println!(
                "{user}: in by {}, the server proved itself",
                login.mechanism()
            ),
            Err(error) => println!("{user}: {error}"),
        }
        assert_eq!(end.is_ok_and(|login| login.server_proved()), right);
    }
    let server_saw = serving.join().unwrap()?;
    assert_eq!(server_saw, attempts.map(|(.., right)| right));
    Ok(())
}
