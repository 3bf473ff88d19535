//! POP3's server session: [`sasl_fuzz::server`].
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl_fuzz::{POP3, SERVER};
use sasl_profile::pop3;

fuzz_target!(|input: &[u8]| {
    let session = |mechanisms| pop3::Server::new(SERVER, mechanisms);
    sasl_fuzz::server(&POP3, session, input);
});
