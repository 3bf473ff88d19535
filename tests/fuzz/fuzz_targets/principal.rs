//! Authcid and authzid: bounded, without NUL, and nothing they display can forge a line.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl::{Authcid, Authzid};

fuzz_target!(|text: &str| {
    let sound = !text.is_empty() && text.len() <= 1024 && !text.contains('\0');
    let authcid = Authcid::parse(text);
    assert_eq!(authcid.is_ok(), sound);
    assert_eq!(Authzid::parse(text).is_ok(), sound);
    assert_eq!(Authzid::optional(text).is_ok(), sound || text.is_empty());
    if let Ok(authcid) = authcid {
        assert_eq!(authcid.as_str(), text);
        for shown in [format!("{authcid}"), format!("{authcid:?}")] {
            assert!(
                !shown
                    .chars()
                    .any(|c| c.is_control() || c == '\u{2028}' || c == '\u{2029}')
            );
        }
    }
});
