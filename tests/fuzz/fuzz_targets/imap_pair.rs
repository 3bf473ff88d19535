//! IMAP's two sessions against each other: [`sasl_fuzz::pair`].
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl_fuzz::SERVER;
use sasl_profile::imap;

fuzz_target!(|input: &[u8]| {
    let server = |mechanisms| imap::Server::new(SERVER, mechanisms);
    sasl_fuzz::pair(server, imap::Client::new(), input);
});
