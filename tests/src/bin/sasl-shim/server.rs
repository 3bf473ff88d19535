//! The server's side of one exchange.

use sasl::cram_md5::CramMd5Server;
use sasl::login::LoginServer;
use sasl::plain::PlainServer;
use sasl::scram::{ScramServer, derive_keys};
use sasl::server::{Authorize, Begin, Failure, Question, Turn};
use sasl::{
    Authcid, Authzid, DecoyKey, Error, Found, Identity, OsRandom, Password, Preparation, ScramHash,
    Token, Verifier,
};
use sasl_prep::query_text;

use crate::End;
use crate::args::{Server, User};
use crate::hashed_token::hashed_token;
use crate::line::{data, out, parse_data, parse_present, read};
use crate::mechanism::{self, with};

/// Runs one exchange.
pub fn run(args: &Server) -> Result<End, End> {
    let server = sasl::Server::builder(OsRandom);
    let decoy = match &args.decoy_key {
        Some(key) => {
            DecoyKey::new(key).map_err(|error| End::Usage(format!("--decoy-key: {error}")))?
        }
        None => DecoyKey::generate(&OsRandom).map_err(|error| End::Usage(error.to_string()))?,
    };
    let preparation = args.common.preparation;
    let server = match mechanism::server(args.common.mechanism, &decoy)? {
        mechanism::Server::Plain(plain) => {
            server.mechanism(with(plain, preparation, PlainServer::preparation))
        }
        mechanism::Server::Login(login) => {
            server.mechanism(with(login, preparation, LoginServer::preparation))
        }
        mechanism::Server::CramMd5(cram) => {
            let cram = with(cram, preparation, CramMd5Server::preparation);
            let challenge = args.challenge.as_deref();
            server.mechanism(with(
                cram,
                challenge,
                CramMd5Server::dangerous_fixed_challenge,
            ))
        }
        mechanism::Server::Scram(scram) => server.mechanism(configured(scram, args)),
        mechanism::Server::Fixed(fixed) => server.mechanism(fixed),
    };
    let server = server.build();
    let store = Store {
        args,
        preparation: preparation.unwrap_or_default(),
    };

    let Some(line) = read()? else {
        return Ok(failed(&Error::Cancelled.into()));
    };
    let initial = match line.split(' ').collect::<Vec<_>>()[..] {
        ["initial", initial] => parse_data(initial)?,
        _ => return Err(End::Usage(format!("malformed line: {line:?}"))),
    };
    let known_user = args.known_user.as_deref().map(name).transpose()?;
    let mut begin = Begin::new(args.common.mechanism.as_str(), &args.common.channel)
        .with_initial_response(initial.as_deref())
        .with_advertised(&args.advertise);
    if let Some(user) = &known_user {
        begin = begin.with_known_user(user);
    }
    let mut turn = server.start(begin);
    loop {
        turn = match turn {
            Ok(Turn::Challenge(challenge)) => {
                out(&format!("challenge {}", data(Some(challenge.data()))));
                match read()? {
                    None => Err(challenge.abort()),
                    Some(line) => match line.split(' ').collect::<Vec<_>>()[..] {
                        ["response", response] => challenge.respond(&parse_present(response)?),
                        ["abort"] => Err(challenge.abort()),
                        _ => return Err(End::Usage(format!("malformed line: {line:?}"))),
                    },
                }
            }
            Ok(Turn::Compute(job)) => job.run(),
            Ok(Turn::Ask(question)) => store.answer(question),
            Ok(Turn::Done(login)) => {
                let authcid = login.authcid().as_str().as_bytes();
                let authzid = login.authzid().map(|name| name.as_str().as_bytes());
                let additional = data(login.additional_data());
                out(&format!(
                    "success {additional} authcid={} authzid={}",
                    data(Some(authcid)),
                    data(authzid)
                ));
                return Ok(End::Success);
            }
            Err(failure) => return Ok(failed(&failure)),
        }
    }
}

/// Unknown users look like those whose keys are derived from `--password`.
fn configured(scram: ScramServer, args: &Server) -> ScramServer {
    let scram = scram.preparation(args.common.preparation.unwrap_or_default());
    let scram = scram.iterations(args.iterations.unwrap_or(ScramServer::ITERATIONS));
    let scram = match &args.salt {
        Some(salt) => scram.salt_len(salt.len()),
        None => scram.from_clear_text(),
    };
    match &args.common.nonce {
        Some(nonce) => scram.dangerous_fixed_nonce(nonce),
        None => scram,
    }
}

fn failed(failure: &Failure) -> End {
    let error = failure.error();
    out(&format!(
        "failure {} {} {}",
        error.class(),
        error.reason(),
        data(failure.parting())
    ));
    End::Failed
}

fn name(octets: &[u8]) -> Result<Authcid, End> {
    let text = std::str::from_utf8(octets).map_err(|_| End::Usage("a name is not UTF-8".into()))?;
    Authcid::parse(text).map_err(|error| End::Usage(format!("{text:?}: {error}")))
}

/// The users of the command line.
struct Store<'a> {
    args: &'a Server,
    preparation: Preparation,
}

impl Store<'_> {
    fn answer(&self, question: Question) -> Result<Turn, Failure> {
        match question {
            Question::Password(question) => {
                let found = self.find(question.authcid());
                question.against(found)
            }
            Question::Lookup(question) => {
                let found = self.find(question.authcid());
                question.supply(found)
            }
            Question::Token(question) => match self.owner(question.token()) {
                Some(owner) => question.accept(owner),
                None => question.refuse(),
            },
            Question::External(question) => match self.external(question.identity()) {
                Some(account) => question.accept(account),
                None => question.refuse(),
            },
            Question::Anonymous(question) => question.allow(Authcid::parse("anonymous")?),
            Question::Authorize(question) if self.permits(&question) => question.allow(),
            other => other.refuse(),
        }
    }

    /// Finds a user whose stored name is this one, as it stands or as prepared.
    fn user(&self, authcid: &str) -> Option<&User> {
        self.args
            .users
            .iter()
            .find(|user| self.is_same(&user.name, authcid))
    }

    fn is_same(&self, stored: &[u8], name: &str) -> bool {
        stored == name.as_bytes()
            || std::str::from_utf8(stored).is_ok_and(|text| {
                query_text(self.preparation, text).is_ok_and(|text| text.as_str() == name)
            })
    }

    fn find(&self, authcid: &Authcid) -> Found {
        let user = self.user(authcid.as_str());
        let tokens = self.tokens(authcid);
        let name = match user {
            Some(user) => std::str::from_utf8(&user.name)
                .ok()
                .and_then(|name| Authcid::parse(name).ok()),
            None => (!tokens.is_empty()).then(|| authcid.clone()),
        };
        let Some(name) = name else {
            return Found::Unknown;
        };
        let passwords = user.map(|user| user.passwords.as_slice());
        let secrets = passwords.into_iter().flatten().map(Vec::as_slice);
        let verifiers = secrets
            .chain(tokens)
            .filter_map(|secret| self.verifier(secret));
        let identity = verifiers.fold(Identity::new(name), Identity::with_verifier);
        Found::Known(identity)
    }

    /// Whose a token is. One whose owner's name can be nobody's is nobody's.
    fn owner(&self, token: &Token) -> Option<Authcid> {
        let mut accepted = self.args.accept_tokens.iter();
        let accepted = accepted.find(|accepted| token.matches(&accepted.token))?;
        Authcid::parse(std::str::from_utf8(&accepted.owner).ok()?).ok()
    }

    /// The tokens that HT accepts from this one; bearer tokens are looked for the other way round.
    fn tokens(&self, authcid: &Authcid) -> Vec<&[u8]> {
        if hashed_token(self.args.common.mechanism).is_none() {
            return Vec::new();
        }
        let accepted = self.args.accept_tokens.iter();
        accepted
            .filter(|accepted| accepted.owner == authcid.as_str().as_bytes())
            .map(|accepted| accepted.token.as_slice())
            .collect()
    }

    /// Whose the identity of the channel is: the user's of that name. Where there are no users it is its own account.
    fn external(&self, identity: &Authcid) -> Option<Authcid> {
        if self.args.users.is_empty() {
            return Some(identity.clone());
        }
        let user = self.user(identity.as_str())?;
        Authcid::parse(std::str::from_utf8(&user.name).ok()?).ok()
    }

    /// The password itself, the token that it is with HT, or keys that are derived from it where a salt is given. One that
    /// cannot be prepared, or is too short for a token, is of no use to anybody.
    fn verifier(&self, password: &[u8]) -> Option<Verifier> {
        if let Some(mechanism) = hashed_token(self.args.common.mechanism) {
            return (mechanism.verifier)(&Token::new(password)).ok();
        }
        let password = Password::new(password);
        match (
            ScramHash::of_mechanism(self.args.common.mechanism),
            &self.args.salt,
        ) {
            (Some(hash), Some(salt)) => {
                let iterations = self.args.iterations.unwrap_or(ScramServer::ITERATIONS);
                derive_keys(hash, &password, salt, iterations, self.preparation)
                    .ok()
                    .map(Verifier::Scram)
            }
            _ => Some(Verifier::ClearText(password)),
        }
    }

    fn permits(&self, question: &Authorize) -> bool {
        let Some(user) = self.user(question.authcid().as_str()) else {
            return false;
        };
        let requested = question.authzid().map(Authzid::as_str);
        requested.is_some_and(|requested| {
            user.may_act_as
                .iter()
                .any(|may| self.is_same(may, requested))
        })
    }
}
