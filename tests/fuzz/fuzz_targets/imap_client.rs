//! IMAP's client session: [`sasl_fuzz::client`].
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl_fuzz::IMAP;
use sasl_profile::imap;

fuzz_target!(|input: &[u8]| sasl_fuzz::client(&IMAP, imap::Client::new(), input));
