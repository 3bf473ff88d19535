//! SMTP's two sessions against each other: [`sasl_fuzz::pair`].
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl_fuzz::{CLIENT, SERVER};
use sasl_profile::smtp;

fuzz_target!(|input: &[u8]| {
    let server = |mechanisms| smtp::Server::new(SERVER, mechanisms);
    sasl_fuzz::pair(server, smtp::Client::new(CLIENT), input);
});
