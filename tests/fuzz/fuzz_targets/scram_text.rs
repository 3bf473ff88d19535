//! SCRAM keys as text, in every dialect: nothing panics, and what is read is written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl_core::{Preparation, ScramHash, ScramKeys};
use sasl_scram::text::{
    canonical, dovecot, ejabberd, kafka, mongooseim, passlib, prosody, rfc5803,
};

const PREP: Preparation = Preparation::Saslprep;

fuzz_target!(|text: &str| {
    let one = [
        canonical::parse(text),
        rfc5803::parse(text, PREP),
        dovecot::parse(text, PREP),
        kafka::parse(text, ScramHash::Sha1, PREP),
        ejabberd::parse(text, PREP),
    ];
    let keys = one.into_iter().flatten();
    let keys = keys.chain(mongooseim::parse(text, PREP).into_iter().flatten());
    let keys = keys.chain(passlib::parse(text, PREP).into_iter().flatten());
    let account = prosody::parse(text, PREP).ok();
    for keys in keys.chain(account.and_then(|account| account.keys)) {
        let same = |read: ScramKeys| {
            assert_eq!((read.hash, read.iterations), (keys.hash, keys.iterations));
            assert_eq!(read.salt, keys.salt);
            assert!(read.stored_key.matches(keys.stored_key.expose()));
            assert!(read.server_key.matches(keys.server_key.expose()));
        };
        let canonical = canonical::parse(&canonical::print(&keys)).unwrap();
        assert_eq!(canonical.preparation, keys.preparation);
        same(canonical);
        same(rfc5803::parse(&rfc5803::print(&keys), PREP).unwrap());
        same(dovecot::parse(&dovecot::print(&keys), PREP).unwrap());
        same(kafka::parse(&kafka::print(&keys), keys.hash, PREP).unwrap());
    }
});
