//! The client's message.

use alloc::vec::Vec;
use core::fmt;
use core::str;

use sasl_core::{Malformed, Secret, Unusable, limits};

use super::{Pairs, split_at_nul};
use crate::{Draft, HashAlgorithm};

/// The client's message: who it is, and that it has the token.
///
/// ```abnf
/// ; draft-schmaus-kitten-sasl-ht-08 §3.1
/// initiator-msg = authcid NUL initiator-hashed-token
///
/// ; draft-ietf-kitten-sasl-ht-01 §3.1
/// initiator-msg = authcid NUL extra-initiator-values NUL initiator-hashed-token
///
/// authcid                = 1*SAFE ; MUST accept up to 255 octets
/// initiator-hashed-token = 1*OCTET ; as many as the hash has
/// SAFE                   = UTF1 / UTF2 / UTF3 / UTF4 ; any UTF-8 encoded Unicode character except NUL
/// ```
///
/// Whether an empty authcid is taken is the caller's matter: a server that knows its user ignores the name.
#[derive(Clone)]
pub struct InitiatorMessage<'a> {
    /// Who authenticates.
    pub authcid: &'a str,
    /// What else the client says; none in draft-schmaus-kitten-sasl-ht-08.
    pub pairs: Pairs,
    /// The proof, as many octets as the hash has.
    pub hashed_token: &'a [u8],
}

impl<'a> InitiatorMessage<'a> {
    /// The most octets a message has here.
    pub const MAX: usize = limits::NAME + Pairs::MAX + 2 + 64;

    /// Reads a message of one draft. One of the other fails: what follows the name would be too long for it, or too
    /// short.
    ///
    /// # Errors
    /// [`Malformed::TooLong`] above [`MAX`](Self::MAX), [`Malformed::Nul`] when there are too few of them,
    /// [`Malformed::Utf8`] for the name, [`Malformed::Message`] for the pairs, and [`Malformed::Proof`] when the proof is
    /// not as long as the hash.
    pub fn parse(draft: Draft, hash: HashAlgorithm, octets: &'a [u8]) -> Result<Self, Malformed> {
        if octets.len() > Self::MAX {
            return Err(Malformed::TooLong);
        }
        let (authcid, rest) = split_at_nul(octets).ok_or(Malformed::Nul)?;
        let (pairs, hashed_token) = match draft {
            Draft::Schmaus08 => (&[][..], rest),
            Draft::Ietf01 => split_at_nul(rest).ok_or(Malformed::Nul)?,
        };
        if hashed_token.len() != hash.digest_len() {
            return Err(Malformed::Proof);
        }
        Ok(Self {
            authcid: str::from_utf8(authcid).map_err(|_| Malformed::Utf8)?,
            pairs: Pairs::parse(pairs)?,
            hashed_token,
        })
    }

    /// Writes the message in the form of one draft, in a buffer that is wiped.
    ///
    /// # Errors
    /// [`Unusable::EmptyName`], [`Unusable::Characters`] for a name with NUL, and for pairs in
    /// draft-schmaus-kitten-sasl-ht-08, which has no place for them.
    pub fn encode(&self, draft: Draft) -> Result<Secret, Unusable> {
        if self.authcid.is_empty() {
            return Err(Unusable::EmptyName);
        }
        if self.authcid.contains('\0') {
            return Err(Unusable::Characters);
        }
        // Of the right size at once: a buffer that grew would leave a copy of the proof behind.
        let length = [
            self.authcid.len(),
            self.pairs.as_str().len(),
            self.hashed_token.len(),
        ]
        .iter()
        .fold(2_usize, |sum, length| sum.saturating_add(*length));
        let mut octets = Vec::with_capacity(length);
        octets.extend_from_slice(self.authcid.as_bytes());
        octets.push(0);
        match draft {
            Draft::Schmaus08 if !self.pairs.is_empty() => return Err(Unusable::Characters),
            Draft::Schmaus08 => {}
            Draft::Ietf01 => {
                octets.extend_from_slice(self.pairs.as_str().as_bytes());
                octets.push(0);
            }
        }
        octets.extend_from_slice(self.hashed_token);
        Ok(Secret::new(octets))
    }
}

impl fmt::Debug for InitiatorMessage<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InitiatorMessage(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    const HASH: HashAlgorithm = HashAlgorithm::Sha256;

    fn fault(draft: Draft, octets: &[u8]) -> Option<Malformed> {
        InitiatorMessage::parse(draft, HASH, octets).err()
    }

    fn message(head: &[u8], proof: &[u8]) -> Vec<u8> {
        [head, proof].concat()
    }

    #[test]
    fn hostile_messages_are_refused() {
        let both = [Draft::Schmaus08, Draft::Ietf01];
        for draft in both {
            assert_eq!(fault(draft, b""), Some(Malformed::Nul));
            assert_eq!(fault(draft, b"user"), Some(Malformed::Nul));
            for length in [InitiatorMessage::MAX + 1, 1 << 20] {
                let long = vec![0; length];
                assert_eq!(fault(draft, &long), Some(Malformed::TooLong));
            }
        }
        for length in [0, 1, 31, 33, 64] {
            let proof = vec![b'x'; length];
            let wanted = Some(Malformed::Proof);
            assert_eq!(fault(both[0], &message(b"user\0", &proof)), wanted);
            assert_eq!(fault(both[1], &message(b"user\0\0", &proof)), wanted);
        }
        let proof = [b'x'; 32];
        for name in [&b"\xff"[..], b"us\xc3", b"\xed\xa0\x80", b"\xc0\x80"] {
            let wanted = Some(Malformed::Utf8);
            let head = message(name, b"\0");
            assert_eq!(fault(both[0], &message(&head, &proof)), wanted);
            let head = message(name, b"\0\0");
            assert_eq!(fault(both[1], &message(&head, &proof)), wanted);
        }
        assert_eq!(
            fault(both[1], &message(b"user\0x\0", &proof)),
            Some(Malformed::Message)
        );
        assert_eq!(
            fault(both[1], &message(b"user\0", &[b'x'; 65])),
            Some(Malformed::Nul)
        );
    }

    /// Trap 71: whatever the octets of the proof are, NUL among them.
    #[test]
    fn a_message_of_the_other_draft_fails() {
        for octet in [0, 1, b'=', b',', b'x', 0xff] {
            for zero in 0..33 {
                let mut proof = [octet; 32];
                if let Some(place) = proof.get_mut(zero) {
                    *place = 0;
                }
                assert!(fault(Draft::Ietf01, &message(b"user\0", &proof)).is_some());
                for pairs in [&b"user\0\0"[..], b"user\0a=b\0"] {
                    let message = message(pairs, &proof);
                    assert_eq!(fault(Draft::Schmaus08, &message), Some(Malformed::Proof));
                    assert_eq!(fault(Draft::Ietf01, &message), None);
                }
            }
        }
    }

    #[test]
    fn what_is_read_is_written_again() {
        let long = "x".repeat(255);
        let proof = [0; 32];
        for (draft, pairs) in [
            (Draft::Schmaus08, ""),
            (Draft::Ietf01, ""),
            (Draft::Ietf01, "ssdp=abc,x=1"),
        ] {
            for authcid in ["user", "Jürgen", &long] {
                let message = InitiatorMessage {
                    authcid,
                    pairs: Pairs::parse(pairs.as_bytes()).unwrap(),
                    hashed_token: &proof,
                };
                let octets = message.encode(draft).unwrap();
                let read = InitiatorMessage::parse(draft, HASH, octets.expose()).unwrap();
                assert_eq!(
                    (read.authcid, read.pairs.as_str(), read.hashed_token),
                    (authcid, pairs, &proof[..])
                );
            }
        }
    }

    #[test]
    fn what_cannot_be_carried_is_not_sent() {
        let encode = |authcid, pairs: &str, draft| {
            let pairs = Pairs::parse(pairs.as_bytes()).unwrap();
            let message = InitiatorMessage {
                authcid,
                pairs,
                hashed_token: &[1; 32],
            };
            message.encode(draft).err()
        };
        for draft in [Draft::Schmaus08, Draft::Ietf01] {
            assert_eq!(encode("", "", draft), Some(Unusable::EmptyName));
            assert_eq!(encode("a\0b", "", draft), Some(Unusable::Characters));
        }
        assert_eq!(
            encode("a", "x=1", Draft::Schmaus08),
            Some(Unusable::Characters)
        );
    }
}
