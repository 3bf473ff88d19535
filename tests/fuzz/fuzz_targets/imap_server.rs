//! IMAP's server session: [`sasl_fuzz::server`].
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl_fuzz::{IMAP, SERVER};
use sasl_profile::imap;

fuzz_target!(|input: &[u8]| {
    let session = |mechanisms| imap::Server::new(SERVER, mechanisms);
    sasl_fuzz::server(&IMAP, session, input);
});
