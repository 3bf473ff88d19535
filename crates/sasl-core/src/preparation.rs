//! Which string preparation a password or name goes through.

/// The string preparation of names and passwords (RFC 4013), as an explicit choice.
///
/// This is data: it stands in verifiers and in options. The `sasl-prep` crate carries it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Preparation {
    /// SASLprep, and an error when the string cannot be prepared (RFC 4616 §2, RFC 5802 §2.2).
    #[default]
    Saslprep,
    /// SASLprep, and the octets as they are when it cannot be done: what PostgreSQL does with passwords.
    SaslprepOrRaw,
    /// The octets as they are: what Dovecot 2.3 and Cyrus SASL do.
    None,
}
