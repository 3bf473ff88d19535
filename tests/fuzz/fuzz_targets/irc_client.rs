//! IRC's client session: [`sasl_fuzz::client`].
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl_fuzz::IRC;
use sasl_profile::irc;

fuzz_target!(|input: &[u8]| sasl_fuzz::client(&IRC, irc::Client::new("nick"), input));
