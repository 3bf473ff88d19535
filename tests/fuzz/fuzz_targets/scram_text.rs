//! SCRAM keys as text, in every dialect: nothing panics, and what is read is written and read again as the same. What stands in a
//! dialect that is written comes back as it stood there.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl_core::{Preparation, ScramHash, ScramKeys};
use sasl_scram::text::{
    canonical, dovecot, ejabberd, kafka, mongooseim, passlib, prosody, rfc5803,
};

fuzz_target!(|text: &str| {
    let preparations = [
        Preparation::Saslprep,
        Preparation::SaslprepOrRaw,
        Preparation::None,
    ];
    for preparation in preparations {
        all(text, preparation);
    }
});

fn all(text: &str, prep: Preparation) {
    if let Ok(keys) = canonical::parse(text) {
        assert_eq!(canonical::print(&keys), text);
        written(&keys);
    }
    if let Ok(keys) = rfc5803::parse(text, prep) {
        assert_eq!(rfc5803::print(&keys), text);
        assert_eq!(keys.preparation, prep);
        written(&keys);
    }
    if let Ok(keys) = dovecot::parse(text, prep) {
        // The salted password is not kept.
        let rest = text.strip_prefix(&dovecot::print(&keys)).unwrap();
        assert!(rest.is_empty() || rest.starts_with(','));
        written(&keys);
    }
    for hash in [ScramHash::Sha1, ScramHash::Sha256, ScramHash::Sha512] {
        if let Ok(keys) = kafka::parse(text, hash, prep) {
            let sorted = |text: &str| {
                let mut fields: Vec<String> = text.split(',').map(str::to_owned).collect();
                fields.sort();
                fields
            };
            assert_eq!(sorted(&kafka::print(&keys)), sorted(text));
            written(&keys);
        }
    }
    let keys = ejabberd::parse(text, prep).into_iter();
    let keys = keys.chain(mongooseim::parse(text, prep).into_iter().flatten());
    let keys = keys.chain(passlib::parse(text, prep).into_iter().flatten());
    let account = prosody::parse(text, prep).ok();
    for keys in keys.chain(account.and_then(|account| account.keys)) {
        written(&keys);
    }
}

/// In every dialect that is written.
fn written(keys: &ScramKeys) {
    let prep = keys.preparation;
    let same = |read: ScramKeys| {
        assert_eq!((read.hash, read.iterations), (keys.hash, keys.iterations));
        assert_eq!((read.salt, read.preparation), (keys.salt.clone(), prep));
        assert!(read.stored_key.matches(keys.stored_key.expose()));
        assert!(read.server_key.matches(keys.server_key.expose()));
    };
    same(canonical::parse(&canonical::print(keys)).unwrap());
    same(rfc5803::parse(&rfc5803::print(keys), prep).unwrap());
    same(dovecot::parse(&dovecot::print(keys), prep).unwrap());
    same(kafka::parse(&kafka::print(keys), keys.hash, prep).unwrap());
}
