//! POP3's client session: [`sasl_fuzz::client`].
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl_fuzz::POP3;
use sasl_profile::pop3;

fuzz_target!(|input: &[u8]| sasl_fuzz::client(&POP3, pop3::Client::new(), input));
