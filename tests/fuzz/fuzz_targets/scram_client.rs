//! SCRAM's client: no server that does not know the keys is believed, and none makes it derive out of range.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl::client::Turn;
use sasl::{
    Authcid, Channel, Client, CredentialKind, Credentials, Offer, Password, Protection, ScramSha256,
};
use sasl_core::testing::ScriptedRandom;

fuzz_target!(|input: (&[u8], &[u8], bool)| {
    let (first, last, as_success_data) = input;
    let client = ScramSha256::client()
        .dangerous_fixed_nonce("client")
        .iterations(1..=2);
    let client = Client::builder(ScriptedRandom::new([]))
        .mechanism(client)
        .build();
    let (offer, channel) = (Offer::parse("SCRAM-SHA-256"), Channel::new(Protection::Tls));
    let begin = || {
        let password = Password::new("no input contains this, or so one hopes: 0123456789");
        let credentials = Credentials::password(Authcid::parse("user").unwrap(), password);
        match client
            .choose(&offer, &channel, &[CredentialKind::Password])
            .unwrap()
            .start(credentials)
            .unwrap()
        {
            Turn::Respond(response) => response,
            Turn::Compute(_) => panic!("nothing is derived before the salt is known"),
        }
    };
    // As the whole first message, and as what follows a right beginning.
    let continued = [b"r=client", first].concat();
    for message in [first, &continued] {
        assert!(begin().success(Some(message)).is_err());
        let response = match begin().challenge(message) {
            Ok(Turn::Respond(_)) => panic!("without keys there is a derivation"),
            Ok(Turn::Compute(job)) => match job.run() {
                Ok(Turn::Respond(response)) => response,
                other => panic!("{other:?}"),
            },
            Err(_) => continue,
        };
        assert!(response.data().unwrap().starts_with(b"c=biws,r=client"));
        if as_success_data {
            assert!(response.success(Some(last)).is_err());
        } else {
            assert!(response.challenge(last).is_err());
        }
    }
});
