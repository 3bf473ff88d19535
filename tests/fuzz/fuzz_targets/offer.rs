//! Offers: every name that is kept is one, and their number is bounded.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl::{MechanismName, Offer, limits};

fuzz_target!(|text: &str| {
    let offer = Offer::parse(text);
    assert!(offer.mechanisms().len() <= limits::OFFER);
    for name in offer.mechanisms() {
        assert!(text.contains(name.as_str()) && MechanismName::parse(name.as_str()).is_ok());
        assert!(offer.contains(*name));
    }
});
