//! The bodies of responses that a server of Kafka sends, and what a client makes of them: no login before the server has
//! proved itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl::client::Turn;
use sasl::{
    Authcid, Channel, Client, CredentialKind, Credentials, Offer, Password, Protection, ScramSha256,
};
use sasl_profile::kafka::{self, AuthenticateResponse, HandshakeResponse, Next};

fuzz_target!(|bodies: Vec<&[u8]>| {
    let mut answers = Vec::new();
    for body in bodies {
        if let Ok(read) = HandshakeResponse::parse(body) {
            assert_eq!(HandshakeResponse::parse(&read.encode()).unwrap(), read);
        }
        for version in [0, 1] {
            if let Ok(read) = AuthenticateResponse::parse(body, version) {
                let written = read.encode();
                let again = AuthenticateResponse::parse(&written, version).unwrap();
                assert_eq!(*again.encode(), *written);
                answers.push(read);
            }
        }
    }
    let channel = kafka::channel(&Channel::new(Protection::Local));
    let client = Client::builder(sasl_core::testing::CountingRandom::seeded(1))
        .mechanism(ScramSha256::client().iterations(kafka::ITERATIONS))
        .build();
    let offer = Offer::parse("SCRAM-SHA-256");
    let chosen = client
        .choose(&offer, &channel, &[CredentialKind::Password])
        .unwrap();
    let credentials =
        Credentials::password(Authcid::parse("user").unwrap(), Password::new("pencil"));
    let Ok(Turn::Respond(mut response)) = chosen.start(credentials) else {
        panic!("the first message needs no work");
    };
    for answer in answers {
        let mut next = kafka::received(response, &answer);
        if let Ok(Next::Compute(job)) = next {
            next = kafka::computed(job.run());
        }
        match next {
            Ok(Next::Send(more)) => response = more,
            Ok(Next::Done(_)) => panic!("nobody else knows the password"),
            Ok(Next::Compute(_)) => panic!("once is enough"),
            Err(_) => return,
        }
    }
});
