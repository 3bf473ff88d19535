//! CRAM-MD5's server: one response to its challenge lets the one user in, and no other does.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl::cram_md5::derive_context;
use sasl::server::{Begin, Failure, Question, Turn};
use sasl::{
    Authcid, Channel, CramMd5, Identity, Password, Preparation, Protection, Server, Verifier,
};

/// RFC 2195 §2.
const CHALLENGE: &str = "<1896.697170952@postoffice.reston.mci.net>";
const RESPONSE: &[u8] = b"tim b913a602c7eda7a495b4e6e7334d3890";

fn run(response: &[u8], verifier: Verifier) -> Result<(), Failure> {
    let server = Server::builder(sasl::WithoutRandom)
        .mechanism(CramMd5::server().dangerous_fixed_challenge(CHALLENGE))
        .build();
    let channel = Channel::new(Protection::Tls);
    let mut turn = server.start(Begin::new("CRAM-MD5", &channel));
    loop {
        turn = match turn? {
            Turn::Challenge(challenge) => challenge.respond(response),
            Turn::Ask(Question::Lookup(question)) => {
                let account = Identity::new(Authcid::parse("tim").unwrap());
                let known = question.authcid().as_str() == "tim";
                question.supply(known.then(|| account.with_verifier(verifier.clone())))
            }
            Turn::Ask(question) => question.refuse(),
            Turn::Compute(job) => job.run(),
            Turn::Done(_) => return Ok(()),
        }
    }
}

fuzz_target!(|octets: &[u8]| {
    let password = Password::new("tanstaaftanstaaf");
    let context = derive_context(&password, Preparation::None).unwrap();
    let clear_text = run(octets, Verifier::ClearText(password));
    assert_eq!(clear_text.is_ok(), octets == RESPONSE);
    assert_eq!(run(octets, Verifier::CramMd5(context)), clear_text);
    let nothing = Verifier::ClearText(Password::new(""));
    assert!(run(octets, nothing).is_err());
});
