//! The server's message.

use alloc::vec::Vec;
use core::fmt;
use core::str;

use sasl_core::{Malformed, Unusable, limits};

use super::{Pairs, split_at_nul};
use crate::{Draft, HashAlgorithm};

/// The server's message: that it has the token too, or, in the later draft, why not.
///
/// ```abnf
/// ; draft-schmaus-kitten-sasl-ht-08 §3.3
/// responder-msg = 1*OCTET ; as many as the hash has
///
/// ; draft-ietf-kitten-sasl-ht-01 §3.3
/// responder-msg          = success-response / failure-response
/// success-response       = NUL extra-responder-values NUL responder-hashed-token
/// responder-hashed-token = 1*OCTET ; as many as the hash has
/// failure-response       = %x01 failure-description
/// failure-description    = "unknown-user" / "invalid-token" / "other-error" / 1*SAFE
/// ```
#[derive(Clone)]
pub enum ResponderMessage<'a> {
    // Exhaustive on purpose: the drafts have these two.
    /// The server has the token.
    Success {
        /// What else the server says; none in draft-schmaus-kitten-sasl-ht-08.
        pairs: Pairs,
        /// The proof, as many octets as the hash has.
        hashed_token: &'a [u8],
    },
    /// The server refuses, and says so in this word: unproven, and not from the list above necessarily.
    Failure(&'a str),
}

/// What a client hears whose name or token is wrong: the same for both (RFC 4422 §3.6).
pub(crate) const INVALID_TOKEN: &[u8] = b"\x01invalid-token";

/// What a client hears of every other failure.
pub(crate) const OTHER_ERROR: &[u8] = b"\x01other-error";

impl<'a> ResponderMessage<'a> {
    /// The most octets a message has here.
    pub const MAX: usize = limits::SERVER_TEXT + Pairs::MAX + 2 + 64;

    /// Reads a message of one draft. One of the other fails.
    ///
    /// # Errors
    /// [`Malformed::TooLong`] above [`MAX`](Self::MAX), [`Malformed::Proof`] when the proof is not as long as the hash,
    /// [`Malformed::Nul`] when there are too few of them or one in a description, [`Malformed::Utf8`] for a
    /// description, and [`Malformed::Message`] for what else does not follow the grammar.
    pub fn parse(draft: Draft, hash: HashAlgorithm, octets: &'a [u8]) -> Result<Self, Malformed> {
        if octets.len() > Self::MAX {
            return Err(Malformed::TooLong);
        }
        let (pairs, hashed_token) = match (draft, octets) {
            (Draft::Schmaus08, proof) => (&[][..], proof),
            (Draft::Ietf01, [0, rest @ ..]) => split_at_nul(rest).ok_or(Malformed::Nul)?,
            (Draft::Ietf01, [1, description @ ..]) => return failure(description),
            (Draft::Ietf01, _) => return Err(Malformed::Message),
        };
        if hashed_token.len() != hash.digest_len() {
            return Err(Malformed::Proof);
        }
        Ok(Self::Success {
            pairs: Pairs::parse(pairs)?,
            hashed_token,
        })
    }

    /// Writes the message in the form of one draft.
    ///
    /// # Errors
    /// [`Unusable::Characters`] for what draft-schmaus-kitten-sasl-ht-08 has no place for, pairs and failures, and for a
    /// description that is empty or has NUL.
    pub fn encode(&self, draft: Draft) -> Result<Vec<u8>, Unusable> {
        match (draft, self) {
            (
                Draft::Schmaus08,
                Self::Success {
                    pairs,
                    hashed_token,
                },
            ) if pairs.is_empty() => Ok(hashed_token.to_vec()),
            (Draft::Schmaus08, _) => Err(Unusable::Characters),
            (
                Draft::Ietf01,
                Self::Success {
                    pairs,
                    hashed_token,
                },
            ) => Ok([b"\0", pairs.as_str().as_bytes(), b"\0", hashed_token].concat()),
            (Draft::Ietf01, Self::Failure(description))
                if description.is_empty() || description.contains('\0') =>
            {
                Err(Unusable::Characters)
            }
            (Draft::Ietf01, Self::Failure(description)) => {
                Ok([b"\x01", description.as_bytes()].concat())
            }
        }
    }
}

fn failure(description: &[u8]) -> Result<ResponderMessage<'_>, Malformed> {
    let description = str::from_utf8(description).map_err(|_| Malformed::Utf8)?;
    if description.is_empty() {
        Err(Malformed::Message)
    } else if description.contains('\0') {
        Err(Malformed::Nul)
    } else {
        Ok(ResponderMessage::Failure(description))
    }
}

impl fmt::Debug for ResponderMessage<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ResponderMessage(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    const HASH: HashAlgorithm = HashAlgorithm::Sha256;

    fn fault(draft: Draft, octets: &[u8]) -> Option<Malformed> {
        ResponderMessage::parse(draft, HASH, octets).err()
    }

    #[test]
    fn hostile_messages_are_refused() {
        for length in [0, 1, 31, 33, 64] {
            let proof = vec![b'x'; length];
            assert_eq!(fault(Draft::Schmaus08, &proof), Some(Malformed::Proof));
            let reply = [b"\0\0", &*proof].concat();
            assert_eq!(fault(Draft::Ietf01, &reply), Some(Malformed::Proof));
        }
        for (octets, reason) in [
            (&b""[..], Malformed::Message),
            (b"\0", Malformed::Nul),
            (b"\x01", Malformed::Message),
            (b"\x02", Malformed::Message),
            (b"\x01\xff", Malformed::Utf8),
            (b"\x01a\0", Malformed::Nul),
            (b"invalid-token", Malformed::Message),
        ] {
            assert_eq!(fault(Draft::Ietf01, octets), Some(reason), "{octets:?}");
        }
        let pairs = [b"\0a\0", &[7; 32][..]].concat();
        assert_eq!(fault(Draft::Ietf01, &pairs), Some(Malformed::Message));
        for draft in [Draft::Schmaus08, Draft::Ietf01] {
            for length in [ResponderMessage::MAX + 1, 1 << 20] {
                let long = vec![1; length];
                assert_eq!(fault(draft, &long), Some(Malformed::TooLong));
            }
        }
    }

    /// Trap 71: also the reply of draft-ietf-kitten-sasl-ht-00, one zero octet before the proof.
    #[test]
    fn a_message_of_another_draft_fails() {
        for octet in [0, 1, b'=', b'x', 0xff] {
            let proof = [octet; 32];
            assert_eq!(fault(Draft::Schmaus08, &proof), None);
            // One that begins with 1 may be read as a refusal, and as nothing better.
            assert!(!matches!(
                ResponderMessage::parse(Draft::Ietf01, HASH, &proof),
                Ok(ResponderMessage::Success { .. })
            ));
            let ietf_00 = [b"\0", &proof[..]].concat();
            let ietf_01 = [b"\0\0", &proof[..]].concat();
            assert_eq!(fault(Draft::Schmaus08, &ietf_00), Some(Malformed::Proof));
            assert_eq!(fault(Draft::Schmaus08, &ietf_01), Some(Malformed::Proof));
            assert!(fault(Draft::Ietf01, &ietf_00).is_some());
            assert_eq!(fault(Draft::Ietf01, &ietf_01), None);
        }
        assert_eq!(
            fault(Draft::Schmaus08, INVALID_TOKEN),
            Some(Malformed::Proof)
        );
    }

    #[test]
    fn what_is_read_is_written_again() {
        for (draft, octets) in [
            (Draft::Schmaus08, [7; 32].to_vec()),
            (Draft::Ietf01, [b"\0\0", &[0; 32][..]].concat()),
            (Draft::Ietf01, [b"\0y=2\0", &[7; 32][..]].concat()),
            (Draft::Ietf01, INVALID_TOKEN.to_vec()),
            (Draft::Ietf01, OTHER_ERROR.to_vec()),
        ] {
            let message = ResponderMessage::parse(draft, HASH, &octets).unwrap();
            assert_eq!(message.encode(draft), Ok(octets));
        }
        let said = ResponderMessage::Failure("other-error");
        assert_eq!(said.encode(Draft::Schmaus08), Err(Unusable::Characters));
        let said = ResponderMessage::Failure("");
        assert_eq!(said.encode(Draft::Ietf01), Err(Unusable::Characters));
    }
}
