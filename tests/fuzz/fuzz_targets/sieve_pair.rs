//! ManageSieve's two sessions against each other: [`sasl_fuzz::pair`].
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl_fuzz::SERVER;
use sasl_profile::sieve;

fuzz_target!(|input: &[u8]| {
    let server = |mechanisms| sieve::Server::new(SERVER, mechanisms);
    sasl_fuzz::pair(server, sieve::Client::new(), input);
});
