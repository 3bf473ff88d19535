//! The mechanisms of the family: a hash, with or without channel binding.

use alloc::boxed::Box;

use sasl_core::{MechanismName, NoRandomness, Properties, Random, ScramHash, mechanism_name};

use crate::hash::Hash;
use crate::message::Encoded;

/// One mechanism of the family.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Variant {
    pub(crate) hash: Hash,
    pub(crate) plus: bool,
}

impl Variant {
    pub(crate) fn name(self) -> MechanismName {
        name(self.hash.id(), self.plus)
    }

    pub(crate) fn properties(self) -> Properties {
        let bits = u16::try_from(self.hash.id().digest_len())
            .unwrap_or_default()
            .saturating_mul(8);
        let properties = Properties::client_first()
            .with_server_proof()
            .with_hash_bits(bits);
        if self.plus {
            properties.with_channel_binding()
        } else {
            properties
        }
    }
}

fn name(hash: ScramHash, plus: bool) -> MechanismName {
    match (hash, plus) {
        (ScramHash::Sha1, false) => mechanism_name!("SCRAM-SHA-1"),
        (ScramHash::Sha1, true) => mechanism_name!("SCRAM-SHA-1-PLUS"),
        (ScramHash::Sha224, false) => mechanism_name!("SCRAM-SHA-224"),
        (ScramHash::Sha224, true) => mechanism_name!("SCRAM-SHA-224-PLUS"),
        (ScramHash::Sha256, false) => mechanism_name!("SCRAM-SHA-256"),
        (ScramHash::Sha256, true) => mechanism_name!("SCRAM-SHA-256-PLUS"),
        (ScramHash::Sha384, false) => mechanism_name!("SCRAM-SHA-384"),
        (ScramHash::Sha384, true) => mechanism_name!("SCRAM-SHA-384-PLUS"),
        (ScramHash::Sha512, false) => mechanism_name!("SCRAM-SHA-512"),
        (ScramHash::Sha512, true) => mechanism_name!("SCRAM-SHA-512-PLUS"),
        (ScramHash::Sha3_512, false) => mechanism_name!("SCRAM-SHA3-512"),
        // No other hash is compiled in.
        _ => mechanism_name!("SCRAM-SHA3-512-PLUS"),
    }
}

/// Whether this is any mechanism of the family that binds the channel.
pub(crate) fn is_scram_plus(name: &MechanismName) -> bool {
    name.as_str().starts_with("SCRAM-") && name.is_plus()
}

/// A nonce of 144 random bits as 24 printable characters (RFC 5802 §5.1, `r=`).
pub(crate) fn nonce(random: &dyn Random) -> Result<Box<str>, NoRandomness> {
    let mut octets = [0; 18];
    random.fill(&mut octets)?;
    Ok(Encoded::of(&octets).as_str().into())
}

/// Where both sides of the mechanisms of one hash come from.
macro_rules! scram {
    ($($name:ident, $feature:literal, $hash:ident, $plain:literal, $plus:literal, $rfc:literal;)+) => {$(
        #[doc = concat!("Where both sides of `", $plain, "` and `", $plus, "` come from (", $rfc, ").")]
        #[cfg(feature = $feature)]
        #[derive(Debug, Clone, Copy)]
        pub struct $name;

        #[cfg(feature = $feature)]
        impl $name {
            #[doc = concat!("The name `", $plain, "`.")]
            pub const NAME: MechanismName = mechanism_name!($plain);

            #[doc = concat!("The name `", $plus, "`.")]
            pub const PLUS_NAME: MechanismName = mechanism_name!($plus);

            #[doc = concat!("The server's side of `", $plain, "`.")]
            pub fn server(decoy: &crate::DecoyKey) -> crate::ScramServer {
                crate::ScramServer::new(Variant { hash: Hash::$hash, plus: false }, decoy)
            }

            #[doc = concat!("The server's side of `", $plus, "`, which binds the channel.")]
            pub fn server_plus(decoy: &crate::DecoyKey) -> crate::ScramServer {
                crate::ScramServer::new(Variant { hash: Hash::$hash, plus: true }, decoy)
            }

            #[doc = concat!("The client's side of `", $plain, "`.")]
            pub fn client() -> crate::ScramClient {
                crate::ScramClient::new(Variant { hash: Hash::$hash, plus: false })
            }

            #[doc = concat!("The client's side of `", $plus, "`, which binds the channel.")]
            pub fn client_plus() -> crate::ScramClient {
                crate::ScramClient::new(Variant { hash: Hash::$hash, plus: true })
            }
        }
    )+};
}

scram! {
    ScramSha1, "sha-1", Sha1, "SCRAM-SHA-1", "SCRAM-SHA-1-PLUS", "RFC 5802";
    ScramSha224, "sha-224", Sha224, "SCRAM-SHA-224", "SCRAM-SHA-224-PLUS", "RFC 5802 with SHA-224";
    ScramSha256, "sha-256", Sha256, "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", "RFC 7677";
    ScramSha384, "sha-384", Sha384, "SCRAM-SHA-384", "SCRAM-SHA-384-PLUS", "RFC 5802 with SHA-384";
    ScramSha512, "sha-512", Sha512, "SCRAM-SHA-512", "SCRAM-SHA-512-PLUS", "draft-melnikov-scram-sha-512";
    ScramSha3512, "sha3-512", Sha3_512, "SCRAM-SHA3-512", "SCRAM-SHA3-512-PLUS", "draft-melnikov-scram-sha3-512";
}
