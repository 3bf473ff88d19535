//! IRC's server session: [`sasl_fuzz::server`].
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl_fuzz::{IRC, SERVER};
use sasl_profile::irc;

fuzz_target!(|input: &[u8]| {
    let session = |mechanisms| irc::Server::new(SERVER, mechanisms);
    sasl_fuzz::server(&IRC, session, input);
});
