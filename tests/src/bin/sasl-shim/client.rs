//! The client's side of one exchange.

use sasl::client::{Failure, Response, Turn};
use sasl::cram_md5::CramMd5Client;
use sasl::ht;
use sasl::login::LoginClient;
use sasl::plain::PlainClient;
use sasl::scram::ScramClient;
use sasl::{
    Authcid, Authzid, CredentialKind, Credentials, Error, Malformed, Offer, Password, Token,
    Unusable,
};

use crate::End;
use crate::args;
use crate::line::{data, out, parse_data, parse_present, read};
use crate::mechanism::{self, Client, with};

/// Runs one exchange.
pub fn run(args: &args::Client) -> Result<End, End> {
    let client = sasl::Client::builder(sasl::OsRandom);
    let preparation = args.common.preparation;
    // To force one mechanism the registry is restricted, never the offer.
    let client = match mechanism::client(args.common.mechanism)? {
        Client::Plain(plain) => {
            client.mechanism(with(plain, preparation, PlainClient::preparation))
        }
        Client::Login(login) => {
            client.mechanism(with(login, preparation, LoginClient::preparation))
        }
        Client::CramMd5(cram) => {
            client.mechanism(with(cram, preparation, CramMd5Client::preparation))
        }
        Client::Scram(scram) => client.mechanism(configured(scram, args)),
        Client::Fixed(fixed) => client.mechanism(fixed),
    };
    let client = client.build();
    let offer: Offer = args.offer.iter().copied().collect();
    let turn = start(&client, &offer, args).and_then(computed);
    let mut response = match turn {
        Ok(response) => response,
        Err(failure) => return Ok(failed(&failure)),
    };
    out(&format!("initial {}", data(response.data())));
    loop {
        let Some(line) = read()? else {
            return Ok(failed(&Error::Cancelled.into()));
        };
        let fields: Vec<&str> = line.split(' ').collect();
        let turn = match fields[..] {
            ["challenge", challenge] => response.challenge(&parse_present(challenge)?),
            ["success", additional] => {
                return Ok(match response.success(parse_data(additional)?.as_deref()) {
                    Ok(login) => {
                        let authcid = login.authcid().map(|name| name.as_str().as_bytes());
                        let authzid = login.authzid().map(|name| name.as_str().as_bytes());
                        out(&format!(
                            "done authcid={} authzid={}",
                            data(authcid),
                            data(authzid)
                        ));
                        End::Success
                    }
                    Err(failure) => failed(&failure),
                });
            }
            ["failure"] => return Ok(failed(&response.failure())),
            _ => return Err(End::Usage(format!("malformed line: {line:?}"))),
        };
        response = match turn.and_then(computed) {
            Ok(response) => response,
            Err(failure) => return Ok(failed(&failure)),
        };
        out(&format!("response {}", data(response.data())));
    }
}

fn configured(scram: ScramClient, args: &args::Client) -> ScramClient {
    let scram = scram.preparation(args.common.preparation.unwrap_or_default());
    let (min, max) = ScramClient::ITERATIONS.into_inner();
    let range = args.min_iterations.unwrap_or(min)..=args.max_iterations.unwrap_or(max);
    let scram = scram.iterations(range);
    match &args.common.nonce {
        Some(nonce) => scram.dangerous_fixed_nonce(nonce),
        None => scram,
    }
}

fn start(client: &sasl::Client, offer: &Offer, args: &args::Client) -> Result<Turn, Failure> {
    let kinds = [
        CredentialKind::Password,
        CredentialKind::Token,
        CredentialKind::Other,
        CredentialKind::External,
        CredentialKind::Anonymous,
    ];
    let chosen = client.choose(offer, &args.common.channel, &kinds)?;
    let credentials = credentials(args, chosen.needs())?;
    chosen.start(credentials)
}

/// Runs computations until there is something to send.
fn computed(mut turn: Turn) -> Result<Response, Failure> {
    loop {
        turn = match turn {
            Turn::Respond(response) => return Ok(response),
            Turn::Compute(job) => job.run()?,
        };
    }
}

/// A name or secret that cannot be one is the exchange's error, not the argument's.
fn credentials(args: &args::Client, needs: &[CredentialKind]) -> Result<Credentials, Unusable> {
    let authcid = || args.authcid.as_deref().map(authcid).transpose();
    let mut credentials = match (needs, &args.password, &args.token) {
        ([CredentialKind::External], ..) => Credentials::external(),
        ([CredentialKind::Anonymous], ..) => {
            Credentials::anonymous(text(args.trace.as_deref().unwrap_or_default())?)
        }
        ([CredentialKind::Token], _, Some(token)) => {
            let credentials = Credentials::token(Token::new(token.as_slice()));
            match authcid()? {
                Some(authcid) => credentials.with_authcid(authcid),
                None => credentials,
            }
        }
        ([CredentialKind::Other], _, Some(token)) => {
            let authcid = authcid()?.ok_or(Unusable::Credentials)?;
            ht::credentials(authcid, Token::new(token.as_slice()))
        }
        (_, Some(password), _) => {
            let authcid = authcid()?.ok_or(Unusable::Credentials)?;
            Credentials::password(authcid, Password::new(password.as_slice()))
        }
        _ => return Err(Unusable::Credentials),
    };
    if let Some(name) = args.authzid.as_deref()
        && let Some(authzid) = Authzid::optional(text(name)?).map_err(unusable)?
    {
        credentials = credentials.acting_as(authzid);
    }
    Ok(credentials)
}

fn authcid(name: &[u8]) -> Result<Authcid, Unusable> {
    match text(name)? {
        "" => Ok(Authcid::ignored()),
        name => Authcid::parse(name).map_err(unusable),
    }
}

fn text(octets: &[u8]) -> Result<&str, Unusable> {
    std::str::from_utf8(octets).map_err(|_| Unusable::Characters)
}

fn unusable(error: Malformed) -> Unusable {
    match error {
        Malformed::TooLong => Unusable::TooLong,
        Malformed::EmptyAuthcid | Malformed::EmptyAuthzid => Unusable::EmptyName,
        _ => Unusable::Characters,
    }
}

fn failed(failure: &Failure) -> End {
    let error = failure.error();
    out(&format!("error {} {}", error.class(), error.reason()));
    End::Failed
}
