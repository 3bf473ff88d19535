//! Why a text is not a hash that can be checked here, or a password cannot be hashed.

sasl_core::reasons! {
    /// Why a text is not a hash that can be checked here, or a password cannot be hashed.
    ///
    /// Nothing of the text or the password is in here.
    HashError {
        /// The text is longer than [`limits::TEXT`](crate::limits::TEXT).
        TextTooLong: "text-too-long", "the text is longer than any password hash";
        /// No scheme that is known here begins like this.
        Unknown: "unknown-scheme", "the text is of no known scheme";
        /// The tag has one meaning in LDAP and another in Dovecot, and no [`Dialect`](crate::Dialect) was named.
        AmbiguousTag: "ambiguous-tag", "the tag means different things in LDAP and in Dovecot";
        /// The fields are not those of the scheme: order, number, signs, leading zeros, or something after the end.
        Syntax: "syntax", "the fields are not those of the scheme";
        /// Base64 or hexadecimal digits of another alphabet, case or length, wrong padding or pad bits that are not zero.
        Encoding: "encoding", "a field is not encoded as the scheme says";
        /// The salt is empty, too short, too long, or has other characters than the scheme allows.
        Salt: "salt", "the salt is not one of the scheme";
        /// The digest has not the length that the scheme gives it.
        Digest: "digest", "the digest has not the scheme's length";
        /// The cost is outside what the scheme itself defines.
        Cost: "cost", "the cost is outside the scheme's range";

        /// Traditional DES crypt is not checked: it ignores all but 8 octets of a password.
        DesCrypt: "des-crypt", "DES crypt is not checked: it sees 8 octets of a password";
        /// The extended DES crypt of BSD/OS is not checked.
        BsdiCrypt: "bsdi-crypt", "extended DES crypt is not checked";
        /// bcrypt with the sign extension bug (`$2x$`) or of before 1999 (`$2$`) is not checked.
        OldBcrypt: "old-bcrypt", "bcrypt of this broken version is not checked";
        /// Sun's MD5 crypt is not checked.
        SunMd5: "sun-md5", "Sun MD5 crypt is not checked";
        /// NetBSD's SHA-1 crypt is not checked.
        Sha1Crypt: "sha1-crypt", "SHA-1 crypt is not checked";
        /// gost-yescrypt is not checked: there is no kept implementation in Rust.
        GostYescrypt: "gost-yescrypt", "gost-yescrypt is not checked";
        /// The portable hashes of phpass are not checked.
        Phpass: "phpass", "phpass is not checked";
        /// NT hashes are not checked: MD4 without a salt.
        NtHash: "nt-hash", "NT hashes are not checked";
        /// LAN Manager hashes are not checked.
        LanManager: "lan-manager", "LAN Manager hashes are not checked";
        /// Plain MD4 is not checked.
        Md4: "md4", "MD4 is not checked";
        /// PostgreSQL's MD5, salted with the user's name, is not checked.
        PostgresMd5: "postgres-md5", "PostgreSQL's MD5 is not checked";
        /// One-time passwords (OTP, S/Key) are not password hashes.
        Otp: "otp", "one-time passwords are not checked";
        /// The hash of DIGEST-MD5 holds name and realm, and is not checked.
        DigestMd5: "digest-md5", "the hash of DIGEST-MD5 is not checked";
        /// An HMAC-MD5 context belongs into `Verifier::CramMd5`.
        CramMd5: "cram-md5", "an HMAC-MD5 context is not a password hash";
        /// SCRAM keys belong into `Verifier::Scram`.
        Scram: "scram", "SCRAM keys are not a password hash";
        /// A password in clear text belongs into `Verifier::ClearText`.
        ClearText: "clear-text", "a password in clear text is not a hash";
        /// The account points to another system that knows the password (`{SASL}`, `{UNIX}`, `{KERBEROS}`).
        Elsewhere: "elsewhere", "the password is kept by another system";
        /// The account is locked: no password fits (`!`, `*`, `x`, and an empty field).
        Locked: "locked", "no password fits a locked account";

        /// The scheme is known, but its feature is not compiled in.
        NotCompiledIn: "not-compiled-in", "the scheme is not compiled in";
        /// Checking would cost more than the [`Limits`](crate::Limits) allow.
        TooCostly: "too-costly", "the cost is above the limits";
        /// The memory that the scheme asks for cannot be had.
        Memory: "memory", "there is not enough memory";
        /// The password is longer than the scheme takes: 72 octets for bcrypt, 511 for crypt(3), 4096 for the others.
        PasswordTooLong: "password-too-long", "the password is longer than the scheme takes";
        /// The password contains a NUL. PLAIN and LOGIN cannot carry one, crypt(3) would end there, bcrypt would take `a` for
        /// `a NUL a`, and HMAC a password for itself with a NUL at its end.
        PasswordNul: "password-nul", "the password contains a NUL";
        /// An empty password is not hashed: no mechanism accepts one.
        PasswordEmpty: "password-empty", "the password is empty";
        /// There is no randomness for a salt.
        Randomness: "randomness", "there is no randomness";
    }
}

impl HashError {
    /// Whether the scheme is one that is checked here, so that nobody else need be asked.
    pub(crate) fn is_of_known_scheme(self) -> bool {
        match self {
            Self::AmbiguousTag
            | Self::Syntax
            | Self::Encoding
            | Self::Salt
            | Self::Digest
            | Self::Cost
            | Self::Locked
            | Self::TooCostly
            | Self::Memory
            | Self::PasswordTooLong
            | Self::PasswordNul
            | Self::PasswordEmpty
            | Self::Randomness => true,
            Self::TextTooLong
            | Self::Unknown
            | Self::DesCrypt
            | Self::BsdiCrypt
            | Self::OldBcrypt
            | Self::SunMd5
            | Self::Sha1Crypt
            | Self::GostYescrypt
            | Self::Phpass
            | Self::NtHash
            | Self::LanManager
            | Self::Md4
            | Self::PostgresMd5
            | Self::Otp
            | Self::DigestMd5
            | Self::CramMd5
            | Self::Scram
            | Self::ClearText
            | Self::Elsewhere
            | Self::NotCompiledIn => false,
        }
    }
}

impl From<sasl_core::NoRandomness> for HashError {
    fn from(_: sasl_core::NoRandomness) -> Self {
        Self::Randomness
    }
}
