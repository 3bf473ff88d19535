//! One server exchange from its start to its refusal, for counting instructions: `enumeration unknown` for a name that the
//! store does not have, `enumeration known` for one that it has, with a wrong password, and `enumeration kept` for one whose
//! account is not freed with the exchange, since the store keeps it. To be run under callgrind with
//! `--toggle-collect='*refused_exchange*'`.
//!
//! Both cases are the same but for the store's answer: randomness is fixed, names and messages have the same lengths, and
//! the answer is there before the counting begins.

use std::hint::black_box;

use sasl::server::{Begin, Challenge, Failure, Question, Turn};
use sasl::{
    Channel, DecoyKey, Error, Found, NoRandomness, Protection, Random, Refused, ScramSha256, Server,
};
use sasl_peers::account::Account;
use sasl_peers::ours::identity;

const KNOWN: &str = "user-known";
const UNKNOWN: &str = "user-never";

/// Fixed randomness.
struct Sevens;

impl Random for Sevens {
    fn fill(&self, destination: &mut [u8]) -> Result<(), NoRandomness> {
        destination.fill(7);
        Ok(())
    }
}

fn main() {
    let case = std::env::args().nth(1);
    let (name, found): (&str, fn() -> Found) = match case.as_deref() {
        Some("known") => (KNOWN, || Found::Known(identity(KNOWN))),
        // The clone that is forgotten is the store's.
        Some("kept") => (KNOWN, || {
            let identity = identity(KNOWN);
            std::mem::forget(identity.clone());
            Found::Known(identity)
        }),
        Some("unknown") => (UNKNOWN, || Found::Unknown),
        _ => panic!("which: known, kept or unknown?"),
    };
    let decoy = DecoyKey::new(&[7; 32]).expect("it is long enough");
    let server = Server::builder(Sevens)
        .mechanism(ScramSha256::server(&decoy))
        .build();
    let channel = Channel::new(Protection::Tls);
    let client_first = Account::client_first_of("n,,", name);

    // A first exchange, uncounted, tells what the server will send and warms up what is made at first use. The client's key
    // is wrong in one bit, so that its proof is wrong and as long as a right one.
    let challenge = open(&server, &channel, &client_first, found());
    let mut wrong = Account::new();
    wrong.client_key[0] ^= 1;
    let client_final = wrong.client_final(&client_first, challenge.data());
    assert!(is_refusal(&challenge.respond(client_final.as_bytes())));

    let refused = refused_exchange(
        &server,
        &channel,
        black_box(&client_first),
        black_box(&client_final),
        black_box(found()),
    );
    assert!(is_refusal(&refused));
}

/// What is counted.
#[inline(never)]
fn refused_exchange(
    server: &Server,
    channel: &Channel,
    client_first: &str,
    client_final: &str,
    found: Found,
) -> Result<Turn, Failure> {
    open(server, channel, client_first, found).respond(client_final.as_bytes())
}

fn open(server: &Server, channel: &Channel, client_first: &str, found: Found) -> Challenge {
    let begin =
        Begin::new("SCRAM-SHA-256", channel).with_initial_response(Some(client_first.as_bytes()));
    let Ok(Turn::Ask(Question::Lookup(lookup))) = server.start(begin) else {
        panic!("the server asks for the account")
    };
    let Ok(Turn::Challenge(challenge)) = lookup.supply(found) else {
        panic!("the server sends its first message")
    };
    challenge
}

fn is_refusal(result: &Result<Turn, Failure>) -> bool {
    matches!(result, Err(failure) if failure.error() == Error::Refused(Refused::Credentials))
}
