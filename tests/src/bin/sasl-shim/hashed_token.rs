//! The HT mechanisms by name, as they are deployed: draft-schmaus-kitten-sasl-ht-08.

use sasl::ht::{Draft, HtClient, HtServer};
use sasl::{
    HtSha256Endp, HtSha256Expr, HtSha256None, HtSha256Uniq, HtSha512Endp, HtSha512Expr,
    HtSha512None, HtSha512Uniq, MechanismName, Token, Unusable, Verifier,
};

/// A mechanism by its parts.
pub struct HashedToken {
    /// The client's side.
    pub client: HtClient,
    /// The server's side.
    pub server: HtServer,
    /// A token as an account keeps it.
    pub verifier: fn(&Token) -> Result<Verifier, Unusable>,
}

/// Finds a mechanism.
pub fn hashed_token(name: MechanismName) -> Option<HashedToken> {
    macro_rules! find {
        ($($mechanism:ident)+) => {
            $(if name == $mechanism::NAME {
                return Some(HashedToken {
                    client: $mechanism::client(Draft::Schmaus08),
                    server: $mechanism::server(Draft::Schmaus08),
                    verifier: $mechanism::verifier,
                });
            })+
        };
    }
    find! {
        HtSha256None HtSha256Uniq HtSha256Endp HtSha256Expr
        HtSha512None HtSha512Uniq HtSha512Endp HtSha512Expr
    }
    None
}
