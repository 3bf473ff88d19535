//! How long things take beside one another. Prints a line per row and contender: the row, the contender, the median in
//! nanoseconds and the median of its ratios to the first contender of the row, between tabs.

use std::hint::black_box;

use sasl::{ScramSha1, ScramSha224, ScramSha256, ScramSha384, ScramSha512, ScramSha3512};
use sasl_peers::account::{Account, ITERATIONS, PASSWORD, SALT};
use sasl_peers::batch::{MANY, client, derivation, many, once, server};
use sasl_peers::floor::Floor;
use sasl_peers::kafkars::{self, KafkarsClient, KafkarsServer};
use sasl_peers::ours::{OurClient, OurServer};
use sasl_peers::rounds::{Entry, run};
use sasl_peers::rsasl::{self, RsaslClient, RsaslServer};
use sasl_peers::scram_rs::{self, ScramRsClient, ScramRsServer};
use sasl_peers::xmpp::{self, XmppClient, XmppServer};

/// Rounds where one measurement takes microseconds, and where it takes milliseconds.
const MANY_ROUNDS: usize = 4001;
const FEW_ROUNDS: usize = 401;

fn main() {
    derivations();
    servers();
    clients();
}

fn print(row: &str, rounds: usize, entries: Vec<Entry<'_>>) {
    for measured in run(entries, rounds) {
        println!(
            "{row}\t{}\t{:.0}\t{:.4}",
            measured.name, measured.nanoseconds, measured.ratio
        );
    }
}

/// The bare call that a client's derivation cannot do without.
fn bare<M>(len: usize) -> Entry<'static>
where
    M: hmac::KeyInit + hmac::digest::Update + hmac::digest::FixedOutput + Clone + Sync,
{
    let mut digest = vec![0; len];
    Entry::new("bare", move || {
        once(|| {
            pbkdf2::pbkdf2::<M>(
                black_box(PASSWORD.as_bytes()),
                black_box(&SALT),
                black_box(ITERATIONS),
                &mut digest,
            )
            .expect("the length is good");
            black_box(&digest);
        })
    })
}

fn derivations() {
    let ours = OurClient::with_password(ScramSha1::client());
    let rsasl = RsaslClient::with_password(rsasl::SHA1);
    let xmpp = XmppClient::<xmpp::Sha1>::with_password();
    let scram_rs = ScramRsClient::<scram_rs::ScramSha1RustNative>::with_password();
    print(
        "derivation SHA-1",
        FEW_ROUNDS,
        vec![
            Entry::new("sasl", || derivation(&ours)),
            bare::<hmac::Hmac<sha1::Sha1>>(20),
            Entry::new("rsasl", || derivation(&rsasl)),
            Entry::new("xmpp", || derivation(&xmpp)),
            Entry::new("scram-rs", || derivation(&scram_rs)),
        ],
    );

    let ours = OurClient::with_password(ScramSha224::client());
    print(
        "derivation SHA-224",
        FEW_ROUNDS,
        vec![
            Entry::new("sasl", || derivation(&ours)),
            bare::<hmac::Hmac<sha2::Sha224>>(28),
        ],
    );

    let ours = OurClient::with_password(ScramSha256::client());
    let rsasl = RsaslClient::with_password(rsasl::SHA256);
    let xmpp = XmppClient::<xmpp::Sha256>::with_password();
    let kafkars = KafkarsClient::with_password(kafkars::Hash::Sha256);
    let scram_rs = ScramRsClient::<scram_rs::ScramSha256RustNative>::with_password();
    print(
        "derivation SHA-256",
        FEW_ROUNDS,
        vec![
            Entry::new("sasl", || derivation(&ours)),
            bare::<hmac::Hmac<sha2::Sha256>>(32),
            Entry::new("rsasl", || derivation(&rsasl)),
            Entry::new("xmpp", || derivation(&xmpp)),
            Entry::new("kafkars", || derivation(&kafkars)),
            Entry::new("scram-rs", || derivation(&scram_rs)),
        ],
    );

    let ours = OurClient::with_password(ScramSha384::client());
    print(
        "derivation SHA-384",
        FEW_ROUNDS,
        vec![
            Entry::new("sasl", || derivation(&ours)),
            bare::<hmac::Hmac<sha2::Sha384>>(48),
        ],
    );

    let ours = OurClient::with_password(ScramSha512::client());
    let rsasl = RsaslClient::with_password(rsasl::SHA512);
    let kafkars = KafkarsClient::with_password(kafkars::Hash::Sha512);
    let scram_rs = ScramRsClient::<scram_rs::ScramSha512RustNative>::with_password();
    print(
        "derivation SHA-512",
        FEW_ROUNDS,
        vec![
            Entry::new("sasl", || derivation(&ours)),
            bare::<hmac::Hmac<sha2::Sha512>>(64),
            Entry::new("rsasl", || derivation(&rsasl)),
            Entry::new("kafkars", || derivation(&kafkars)),
            Entry::new("scram-rs", || derivation(&scram_rs)),
        ],
    );

    let ours = OurClient::with_password(ScramSha3512::client());
    let scram_rs = ScramRsClient::<scram_rs::ScramSha3_512RustNative>::with_password();
    print(
        "derivation SHA3-512",
        FEW_ROUNDS,
        vec![
            Entry::new("sasl", || derivation(&ours)),
            bare::<hmac::SimpleHmac<sha3::Sha3_512>>(64),
            Entry::new("scram-rs", || derivation(&scram_rs)),
        ],
    );
}

fn servers() {
    let account = Account::new();
    let floor = Floor::new();
    let ours = OurServer::new();
    let rsasl = RsaslServer::new(&account);
    let xmpp = XmppServer::new(&account);
    let kafkars = KafkarsServer::new(&account);
    let scram_rs = ScramRsServer::new(&account);
    print(
        "server",
        MANY_ROUNDS,
        vec![
            Entry::new("sasl", || server(&ours, &account)),
            Entry::new("floor", || many(|| floor.run())),
            Entry::new("rsasl", || server(&rsasl, &account)),
            Entry::new("xmpp", || server(&&xmpp, &account)),
            Entry::new("kafkars", || server(&kafkars, &account)),
            Entry::new("scram-rs", || server(&&scram_rs, &account)),
        ],
    );
}

fn clients() {
    let account = Account::new();
    let ours = OurClient::with_password(ScramSha256::client());
    let rsasl = RsaslClient::with_password(rsasl::SHA256);
    let xmpp = XmppClient::<xmpp::Sha256>::with_password();
    let kafkars = KafkarsClient::with_password(kafkars::Hash::Sha256);
    let scram_rs = ScramRsClient::<scram_rs::ScramSha256RustNative>::with_password();
    let kept = OurClient::with_keys(&account);
    print(
        "client",
        FEW_ROUNDS,
        vec![
            Entry::new("sasl", || client(&ours, &account, 1)),
            Entry::new("rsasl", || client(&rsasl, &account, 1)),
            Entry::new("xmpp", || client(&xmpp, &account, 1)),
            Entry::new("kafkars", || client(&kafkars, &account, 1)),
            Entry::new("scram-rs", || client(&scram_rs, &account, 1)),
        ],
    );

    let rsasl = RsaslClient::with_salted_password(&account);
    print(
        "reconnect",
        FEW_ROUNDS,
        vec![
            Entry::new("sasl", || client(&kept, &account, MANY)),
            Entry::new("password", || client(&ours, &account, 1)),
            Entry::new("rsasl", || client(&rsasl, &account, MANY)),
        ],
    );
}
