//! HMAC-MD5 (RFC 2104) in its two halves: what depends on the key, and what depends on the message.

use md5::digest::common::hazmat::SerializableState;
use md5::{Digest as _, Md5};
use sasl_core::{CramMd5Context, Key, Password, Preparation, Unusable};
use sasl_prep::stored;
use zeroize::{Zeroize, Zeroizing};

use crate::message::{Challenge, Digest};

/// Octets of a block of MD5 (RFC 2104 §2, `B`).
const BLOCK: usize = 64;

/// Octets of a state of MD5, between two blocks.
const STATE: usize = 16;

/// Derives what a server can keep in the place of a password: the two states of HMAC-MD5 after the key.
///
/// Whoever has it can log in; it only hides what the password was. Dovecot keeps the same as `{CRAM-MD5}`, in hex and the
/// outer state first.
///
/// ```
/// use sasl_core::{Password, Preparation};
///
/// let context = sasl_crammd5::derive_context(&Password::new("pencil"), Preparation::None).unwrap();
/// assert_eq!(context.outer.expose()[..4], [0x7f, 0x47, 0xac, 0xe0]);
/// ```
///
/// # Errors
/// [`Unusable::Preparation`] when the password cannot be prepared, [`Unusable::EmptySecret`] when nothing is left of it, or
/// nothing was there.
pub fn derive_context(
    password: &Password,
    preparation: Preparation,
) -> Result<CramMd5Context, Unusable> {
    let key = stored(preparation, password.expose()).map_err(|_| Unusable::Preparation)?;
    if key.is_empty() {
        return Err(Unusable::EmptySecret);
    }
    Ok(keyed(key.expose()))
}

/// The states of a key that may be empty.
pub(crate) fn keyed(key: &[u8]) -> CramMd5Context {
    let mut block = Zeroizing::new([0; BLOCK]);
    // RFC 2104 §2: longer than a block is hashed first. As long as one is not.
    if key.len() > BLOCK {
        let mut hashed = Md5::digest(key);
        fill(block.as_mut_slice(), &hashed);
        hashed.as_mut_slice().zeroize();
    } else {
        fill(block.as_mut_slice(), key);
    }
    let state = |pad: u8| {
        let padded = Zeroizing::new(block.map(|octet| octet ^ pad));
        let mut state = Md5::new_with_prefix(padded.as_slice()).serialize();
        let key = Key::new(state.get(..STATE).unwrap_or_default());
        state.as_mut_slice().zeroize();
        key
    };
    CramMd5Context {
        inner: state(0x36),
        outer: state(0x5c),
    }
}

/// The digest with which a client that has this context answers a challenge; for tools that look at an exchange
/// afterwards. `None` when the context is damaged.
///
/// ```
/// use sasl_core::{Password, Preparation};
/// use sasl_crammd5::{Challenge, Response, answer, derive_context};
///
/// // RFC 2195 §2.
/// let context = derive_context(&Password::new("tanstaaftanstaaf"), Preparation::None).unwrap();
/// let challenge = Challenge::parse(b"<1896.697170952@postoffice.reston.mci.net>").unwrap();
/// let response = Response::parse(b"tim b913a602c7eda7a495b4e6e7334d3890").unwrap();
/// assert!(answer(&context, challenge).unwrap().matches(&response.digest));
/// ```
#[must_use]
pub fn answer(context: &CramMd5Context, challenge: Challenge<'_>) -> Option<Digest> {
    sign(context, challenge.as_bytes())
}

/// HMAC-MD5 of a message. `None` when the context is damaged.
pub(crate) fn sign(context: &CramMd5Context, message: &[u8]) -> Option<Digest> {
    let mut inner = resumed(&context.inner)?.chain_update(message).finalize();
    let hmac = resumed(&context.outer)?.chain_update(inner).finalize();
    inner.as_mut_slice().zeroize();
    Some(Digest::encode(&hmac))
}

/// Whether a context has the sizes that it must have.
pub(crate) fn is_sound(context: &CramMd5Context) -> bool {
    [&context.inner, &context.outer]
        .iter()
        .all(|state| state.expose().len() == STATE)
}

/// MD5 as it is when it has taken one block and is in this state.
fn resumed(state: &Key) -> Option<Md5> {
    // The state, the number of blocks, an empty buffer.
    let mut serialized = Md5::new().serialize();
    let (place, rest) = serialized.split_first_chunk_mut::<STATE>()?;
    *place = state.expose().try_into().ok()?;
    *rest.first_chunk_mut()? = 1_u64.to_le_bytes();
    let md5 = Md5::deserialize(&serialized).ok();
    serialized.as_mut_slice().zeroize();
    md5
}

fn fill(place: &mut [u8], octets: &[u8]) {
    for (place, octet) in place.iter_mut().zip(octets) {
        *place = *octet;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::String;

    fn hmac(key: &[u8], message: &[u8]) -> String {
        let digest = sign(&keyed(key), message).unwrap();
        String::from_utf8(digest.expose().to_vec()).unwrap()
    }

    /// RFC 2202 §2, all seven cases.
    #[test]
    fn hmac_is_hmac() {
        let counted: [u8; 25] = core::array::from_fn(|index| u8::try_from(index).unwrap() + 1);
        for (key, message, digest) in [
            (
                &[0x0b; 16][..],
                &b"Hi There"[..],
                "9294727a3638bb1c13f48ef8158bfc9d",
            ),
            (
                b"Jefe",
                b"what do ya want for nothing?",
                "750c783e6ab0b503eaa86e310a5db738",
            ),
            (&[0xaa; 16], &[0xdd; 50], "56be34521d144c88dbb8c733f0e8b3f6"),
            (&counted, &[0xcd; 50], "697eaf0aca3a3aea3a75164746ffaa79"),
            (
                &[0x0c; 16],
                b"Test With Truncation",
                "56461ef2342edc00f9bab995690efd4c",
            ),
            (
                &[0xaa; 80],
                b"Test Using Larger Than Block-Size Key - Hash Key First",
                "6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd",
            ),
            (
                &[0xaa; 80],
                b"Test Using Larger Than Block-Size Key and Larger Than One Block-Size Data",
                "6f630fad67cda0ee1fb1f562db3aa53e",
            ),
        ] {
            assert_eq!(hmac(key, message), digest);
        }
    }

    /// 64 octets are a block, and no more than one; with 65 the key is what they hash to.
    #[test]
    fn only_keys_above_a_block_are_hashed() {
        let whole = [b'k'; 64];
        assert_eq!(hmac(&whole, b"<1.2@h>"), "69b956caedc47cf17371a9b64d222aca");
        assert_ne!(
            hmac(&whole, b"<1.2@h>"),
            hmac(&Md5::digest(whole), b"<1.2@h>")
        );
        let longer = [b'k'; 65];
        assert_eq!(
            hmac(&longer, b"<1.2@h>"),
            hmac(&Md5::digest(longer), b"<1.2@h>")
        );
    }

    #[test]
    fn what_has_no_key_has_no_context() {
        let fault = |password: &[u8], preparation| {
            derive_context(&Password::new(password), preparation).err()
        };
        assert_eq!(fault(b"", Preparation::None), Some(Unusable::EmptySecret));
        assert_eq!(
            fault("\u{ad}".as_bytes(), Preparation::Saslprep),
            Some(Unusable::EmptySecret)
        );
        assert_eq!(
            fault(b"\x07", Preparation::Saslprep),
            Some(Unusable::Preparation)
        );
        assert_eq!(fault(b"\xff\0", Preparation::None), None);
    }

    #[test]
    fn damaged_contexts_sign_nothing() {
        for (inner, outer) in [(0, 16), (16, 0), (15, 16), (16, 17), (32, 32)] {
            let context = CramMd5Context {
                inner: Key::new([0; 32].get(..inner).unwrap()),
                outer: Key::new([0; 32].get(..outer).unwrap()),
            };
            assert!(!is_sound(&context) && sign(&context, b"<1.2@h>").is_none());
        }
        assert!(is_sound(&keyed(b"")));
    }
}
