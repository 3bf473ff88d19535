//! LMTP's server session: [`sasl_fuzz::server`].
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl_fuzz::{LMTP, SERVER};
use sasl_profile::smtp;

fuzz_target!(|input: &[u8]| {
    let session = |mechanisms| smtp::Server::lmtp(SERVER, mechanisms);
    sasl_fuzz::server(&LMTP, session, input);
});
