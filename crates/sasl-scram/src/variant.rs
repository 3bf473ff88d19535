//! The mechanisms of the family: a hash, with or without channel binding.

use sasl_core::{MechanismName, Properties, mechanism_name};

use crate::hash::{Hash, hashes};

/// One mechanism of the family.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Variant {
    pub(crate) hash: Hash,
    pub(crate) plus: bool,
}

impl Variant {
    pub(crate) fn name(self) -> MechanismName {
        let [plain, plus] = self.hash.names();
        if self.plus { plus } else { plain }
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

/// Whether this is any mechanism of the family that binds the channel.
pub(crate) fn is_scram_plus(name: &MechanismName) -> bool {
    name.is_plus() && name.as_str().starts_with("SCRAM-")
}

/// Where both sides of the mechanisms of one hash come from.
macro_rules! mechanisms {
    ($($feature:literal, $hash:ident, $name:ident, $plain:literal, $plus:literal, $rfc:literal;)+) => {$(
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

hashes!(mechanisms);
