//! ManageSieve's server session: [`sasl_fuzz::server`].
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl_fuzz::{SERVER, SIEVE};
use sasl_profile::sieve;

fuzz_target!(|input: &[u8]| {
    let session = |mechanisms| sieve::Server::new(SERVER, mechanisms);
    sasl_fuzz::server(&SIEVE, session, input);
});
