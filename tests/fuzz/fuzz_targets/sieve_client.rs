//! ManageSieve's client session: [`sasl_fuzz::client`].
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl_fuzz::SIEVE;
use sasl_profile::sieve;

fuzz_target!(|input: &[u8]| sasl_fuzz::client(&SIEVE, sieve::Client::new(), input));
