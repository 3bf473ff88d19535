//! Whom a client asks to act as.

use alloc::string::String;
use core::fmt;

use sasl_core::{Authzid, Malformed};

/// An authorization identity.
///
/// ```abnf
/// authzId   = dnAuthzId / uAuthzId
/// dnAuthzId = "dn:" distinguishedName
/// uAuthzId  = "u:" userid
/// ```
/// (RFC 4513 §5.2.1.8.) What a distinguished name is, and which ones are the same, the directory knows.
///
/// ```
/// use sasl_core::Authzid;
/// use sasl_profile::ldap::AuthzId;
///
/// let asked = Authzid::parse("u:admin")?;
/// assert_eq!(AuthzId::parse(&asked)?, AuthzId::User("admin".into()));
/// assert_eq!(AuthzId::User("admin".into()).to_authzid()?, asked);
/// # Ok::<(), sasl_core::Malformed>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "RFC 4513 §5.2.1.8 has these two, and a server must know every one"
)]
pub enum AuthzId {
    /// A distinguished name; an empty one is anonymous.
    Dn(String),
    /// A user's name, never empty.
    User(String),
}

impl AuthzId {
    /// Reads what a client asked for.
    ///
    /// # Errors
    /// [`Malformed::Message`] for another form, [`Malformed::EmptyAuthzid`] for a user without a name.
    pub fn parse(authzid: &Authzid) -> Result<Self, Malformed> {
        // Strings of ABNF have no case (RFC 5234 §2.3).
        let (form, name) = authzid.as_str().split_once(':').ok_or(Malformed::Message)?;
        match form {
            "dn" | "DN" | "Dn" | "dN" => Ok(Self::Dn(name.into())),
            "u" | "U" if name.is_empty() => Err(Malformed::EmptyAuthzid),
            "u" | "U" => Ok(Self::User(name.into())),
            _ => Err(Malformed::Message),
        }
    }

    /// The text of it, for credentials.
    ///
    /// # Errors
    /// As [`Authzid::parse`].
    pub fn to_authzid(&self) -> Result<Authzid, Malformed> {
        match self {
            Self::User(name) if name.is_empty() => Err(Malformed::EmptyAuthzid),
            Self::Dn(name) => Authzid::parse(&alloc::format!("dn:{name}")),
            Self::User(name) => Authzid::parse(&alloc::format!("u:{name}")),
        }
    }
}

/// Escaped as an [`Authzid`] is.
impl fmt::Display for AuthzId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to_authzid() {
            Ok(authzid) => authzid.fmt(f),
            Err(_) => f.write_str("(none)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_two_forms_are_taken() {
        for (text, error) in [
            ("admin", Malformed::Message),
            ("cn=admin", Malformed::Message),
            (":admin", Malformed::Message),
            ("x:admin", Malformed::Message),
            (" u:admin", Malformed::Message),
            ("uid:admin", Malformed::Message),
            ("u:", Malformed::EmptyAuthzid),
        ] {
            let authzid = Authzid::parse(text).unwrap();
            assert_eq!(AuthzId::parse(&authzid), Err(error), "{text}");
        }
        assert!(AuthzId::User("".into()).to_authzid().is_err());
        assert!(AuthzId::User("a\0b".into()).to_authzid().is_err());
    }

    #[test]
    fn names_are_kept_as_they_are() {
        for (text, id) in [
            ("dn:", AuthzId::Dn("".into())),
            (
                "DN:cn=a:b,dc=example",
                AuthzId::Dn("cn=a:b,dc=example".into()),
            ),
            ("u: a", AuthzId::User(" a".into())),
        ] {
            assert_eq!(AuthzId::parse(&Authzid::parse(text).unwrap()), Ok(id));
        }
    }
}
