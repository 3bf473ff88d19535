//! LMTP's client session: [`sasl_fuzz::client`].
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl_fuzz::{CLIENT, LMTP};
use sasl_profile::smtp;

fuzz_target!(|input: &[u8]| sasl_fuzz::client(&LMTP, smtp::Client::lmtp(CLIENT), input));
