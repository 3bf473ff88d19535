//! POP3's two sessions against each other: [`sasl_fuzz::pair`].
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl_fuzz::SERVER;
use sasl_profile::pop3;

fuzz_target!(|input: &[u8]| {
    let server = |mechanisms| pop3::Server::new(SERVER, mechanisms);
    sasl_fuzz::pair(server, pop3::Client::new(), input);
});
