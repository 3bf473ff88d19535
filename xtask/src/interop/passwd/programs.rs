//! Who makes verifiers, and who reads ours.

/// A program that makes verifiers. In its words `SCHEME` and `PASSWORD` stand for what they say.
pub(super) struct Maker {
    pub(super) words: &'static str,
    pub(super) schemes: &'static [&'static str],
    pub(super) gets_password: Gets,
    /// Whose the tags are that have two meanings.
    pub(super) dialect: &'static str,
    pub(super) told: Told,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Gets {
    AsArgument,
    OnInput,
}

/// What `sasl passwd check` says to the right password and to a wrong one.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Told {
    Apart,
    /// It refuses the scheme.
    Not,
}

pub(super) const MAKERS: &[Maker] = &[
    Maker {
        words: "doveadm -O pw -s SCHEME -p PASSWORD",
        schemes: &[
            "ARGON2ID",
            "ARGON2I",
            "BLF-CRYPT",
            "CRAM-MD5",
            "CRYPT",
            "LDAP-MD5",
            "MD5",
            "MD5-CRYPT",
            "PBKDF2",
            "PLAIN",
            "PLAIN-MD5",
            "SCRAM-SHA-1",
            "SCRAM-SHA-256",
            "SHA",
            "SHA.HEX",
            "SHA256",
            "SHA256-CRYPT",
            "SHA512",
            "SHA512-CRYPT",
            "SMD5",
            "SSHA",
            "SSHA256",
            "SSHA512",
            "SSHA512.HEX",
        ],
        gets_password: Gets::AsArgument,
        dialect: "dovecot",
        told: Told::Apart,
    },
    Maker {
        words: "slappasswd -o module-path=/usr/lib/ldap -o module-load=argon2 -h {SCHEME} -s PASSWORD",
        schemes: &["ARGON2", "MD5", "SHA", "SMD5", "SSHA"],
        gets_password: Gets::AsArgument,
        dialect: "ldap",
        told: Told::Apart,
    },
    Maker {
        words: "gsasl --mkpasswd --mechanism SCHEME --password PASSWORD",
        schemes: &["SCRAM-SHA-1", "SCRAM-SHA-256"],
        gets_password: Gets::AsArgument,
        dialect: "dovecot",
        told: Told::Apart,
    },
    Maker {
        words: "gsasl --mkpasswd --verbose --mechanism SCHEME --password PASSWORD",
        schemes: &["SCRAM-SHA-1", "SCRAM-SHA-256"],
        gets_password: Gets::AsArgument,
        dialect: "dovecot",
        told: Told::Apart,
    },
    Maker {
        words: "mkpasswd --stdin --method=SCHEME",
        schemes: &[
            "bcrypt",
            "bcrypt-a",
            "md5crypt",
            "scrypt",
            "sha256crypt",
            "sha512crypt",
            "yescrypt",
        ],
        gets_password: Gets::OnInput,
        dialect: "dovecot",
        told: Told::Apart,
    },
    Maker {
        words: "mkpasswd --stdin --method=SCHEME",
        schemes: &["bsdicrypt", "descrypt", "gost-yescrypt", "nt", "sunmd5"],
        gets_password: Gets::OnInput,
        dialect: "dovecot",
        told: Told::Not,
    },
    Maker {
        words: "htpasswd -nb SCHEME user PASSWORD",
        // bcrypt, apr1, SHA-1, SHA-256-crypt, SHA-512-crypt.
        schemes: &["-B", "-m", "-s", "-2", "-5"],
        gets_password: Gets::AsArgument,
        dialect: "ldap",
        told: Told::Apart,
    },
    Maker {
        words: "argon2 saltsalt SCHEME -e",
        schemes: &["-d", "-i", "-id"],
        gets_password: Gets::OnInput,
        dialect: "dovecot",
        told: Told::Apart,
    },
    Maker {
        words: "passlib make SCHEME PASSWORD",
        schemes: &[
            "apr_md5_crypt",
            "atlassian_pbkdf2_sha1",
            "django_pbkdf2_sha256",
            "ldap_salted_sha1",
            "ldap_salted_sha512",
            "pbkdf2_sha1",
            "pbkdf2_sha256",
            "pbkdf2_sha512",
            "scram",
            "scrypt",
            "sha512_crypt",
        ],
        gets_password: Gets::AsArgument,
        dialect: "ldap",
        told: Told::Apart,
    },
];

/// What we make, and whose format it is.
pub(super) struct Ours {
    pub(super) reader: Reader,
    pub(super) options: &'static [&'static str],
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Reader {
    Doveadm,
    Htpasswd,
    Passlib,
    Postgresql,
    Slapd,
}

pub(super) const OURS: &[Ours] = &[
    doveadm(&["--scheme=argon2id"]),
    doveadm(&["--scheme=bcrypt", "--cost=6"]),
    doveadm(&["--scheme=sha512-crypt", "--iterations=5000"]),
    doveadm(&["--scheme=cram-md5"]),
    doveadm(&["--scheme=scram-sha-1"]),
    doveadm(&["--scheme=scram-sha-256", "--iterations=10000"]),
    ours(Reader::Htpasswd, &["--scheme=bcrypt", "--cost=6"]),
    ours(
        Reader::Htpasswd,
        &["--scheme=sha512-crypt", "--iterations=5000"],
    ),
    passlib(&["--scheme=pbkdf2-sha256", "--iterations=20000"]),
    passlib(&["--scheme=pbkdf2-sha512", "--iterations=20000"]),
    passlib(&["--scheme=scrypt", "--cost=12"]),
    passlib(&["--scheme=sha512-crypt", "--iterations=5000"]),
    postgresql(&[]),
    postgresql(&["--iterations=20000", "--salt=QSXCR+Q6sek8bf92"]),
    slapd(&["--scheme=argon2id"]),
    slapd(&["--scheme=bcrypt", "--cost=6"]),
    slapd(&["--scheme=sha512-crypt", "--iterations=5000"]),
];

const fn ours(reader: Reader, options: &'static [&'static str]) -> Ours {
    Ours { reader, options }
}

const fn doveadm(options: &'static [&'static str]) -> Ours {
    ours(Reader::Doveadm, options)
}

const fn passlib(options: &'static [&'static str]) -> Ours {
    ours(Reader::Passlib, options)
}

const fn postgresql(options: &'static [&'static str]) -> Ours {
    ours(Reader::Postgresql, options)
}

const fn slapd(options: &'static [&'static str]) -> Ours {
    ours(Reader::Slapd, options)
}

impl Reader {
    pub(super) fn format(self) -> &'static str {
        match self {
            Self::Doveadm => "dovecot",
            Self::Htpasswd => "canonical",
            Self::Passlib => "passlib",
            Self::Postgresql => "postgresql",
            Self::Slapd => "ldap",
        }
    }
}
