//! HT's messages: what parses is written again as it was, and nothing is a message of both drafts.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl::ht::message::{InitiatorMessage, ResponderMessage};
use sasl::ht::{Draft, HashAlgorithm};

fuzz_target!(|octets: &[u8]| {
    for hash in [HashAlgorithm::Sha256, HashAlgorithm::Sha512] {
        let mut read = 0;
        for draft in [Draft::Schmaus08, Draft::Ietf01] {
            if let Ok(message) = InitiatorMessage::parse(draft, hash, octets) {
                read += 1;
                assert!(octets.len() <= InitiatorMessage::MAX);
                assert_eq!(message.hashed_token.len(), hash.digest_len());
                match message.encode(draft) {
                    Ok(again) => assert!(again.matches(octets)),
                    Err(_) => assert!(message.authcid.is_empty()),
                }
                for (key, value) in message.pairs.iter() {
                    assert_eq!(message.pairs.get(key), Some(value));
                }
            }
        }
        assert!(read < 2);
        let mut succeeded = 0;
        for draft in [Draft::Schmaus08, Draft::Ietf01] {
            if let Ok(message) = ResponderMessage::parse(draft, hash, octets) {
                assert!(octets.len() <= ResponderMessage::MAX);
                assert_eq!(message.encode(draft).unwrap(), octets);
                succeeded += usize::from(matches!(message, ResponderMessage::Success { .. }));
            }
        }
        assert!(succeeded < 2);
    }
});
