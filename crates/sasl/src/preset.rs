//! Lists of mechanisms by what they are for. They are fixed: a list is there when all features it names are, and never holds
//! more or less than it says.
//!
//! ```
//! # #[cfg(all(feature = "scram-sha-256", feature = "os-rng"))] {
//! use sasl::{Client, OsRandom, preset};
//!
//! let client = Client::builder(OsRandom).named(preset::POSTGRESQL)?.build();
//! assert_eq!(client.mechanisms().count(), 2);
//! # }
//! # Ok::<(), sasl::NamedError>(())
//! ```
//!
//! None of them shows a secret over an unprotected channel, since nothing here does. LOGIN and CRAM-MD5 are in none but those
//! that say legacy, ANONYMOUS is in none.

/// What PostgreSQL speaks: SCRAM-SHA-256 and its -PLUS form.
#[cfg(feature = "scram-sha-256")]
pub const POSTGRESQL: &[&str] = &["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"];

/// What MongoDB speaks. For SCRAM-SHA-1 the password is transformed first.
#[cfg(all(feature = "scram-sha-256", feature = "scram-sha-1"))]
pub const MONGODB: &[&str] = &["SCRAM-SHA-256", "SCRAM-SHA-1"];

/// What Kafka speaks.
#[cfg(all(
    feature = "scram-sha-256",
    feature = "scram-sha-512",
    feature = "plain",
    feature = "oauth"
))]
pub const KAFKA: &[&str] = &["SCRAM-SHA-512", "SCRAM-SHA-256", "OAUTHBEARER", "PLAIN"];

/// What XMPP's servers and clients have in common (RFC 6120 §13.8, XEP-0438): passwords by SCRAM, in clear text under TLS
/// where there is nothing else.
#[cfg(all(
    feature = "scram-sha-1",
    feature = "scram-sha-256",
    feature = "scram-sha-512",
    feature = "plain"
))]
pub const XMPP: &[&str] = &[
    "SCRAM-SHA-512-PLUS",
    "SCRAM-SHA-256-PLUS",
    "SCRAM-SHA-1-PLUS",
    "SCRAM-SHA-512",
    "SCRAM-SHA-256",
    "SCRAM-SHA-1",
    "PLAIN",
];

/// What mail servers speak (SMTP, IMAP, POP3, ManageSieve): passwords by SCRAM or, under TLS, by PLAIN, and bearer tokens.
#[cfg(all(
    feature = "scram-sha-1",
    feature = "scram-sha-256",
    feature = "plain",
    feature = "oauth"
))]
pub const MAIL: &[&str] = &[
    "SCRAM-SHA-256-PLUS",
    "SCRAM-SHA-1-PLUS",
    "SCRAM-SHA-256",
    "SCRAM-SHA-1",
    "OAUTHBEARER",
    "XOAUTH2",
    "PLAIN",
];

/// What older mail servers and clients have beside `MAIL`: LOGIN, and CRAM-MD5, whose stored secret is as good as the
/// password. For clients that send the name along with LOGIN, a server takes
/// `Login::server().username_in_initial_response()` in place of this one.
#[cfg(all(feature = "cram-md5", feature = "login"))]
pub const MAIL_LEGACY: &[&str] = &["CRAM-MD5", "LOGIN"];

/// What IRC networks speak: EXTERNAL with a client certificate, SCRAM, and PLAIN under TLS.
#[cfg(all(feature = "external", feature = "scram-sha-256", feature = "plain"))]
pub const IRC: &[&str] = &["SCRAM-SHA-256", "EXTERNAL", "PLAIN"];

/// What LDAP servers speak: EXTERNAL with a certificate or a Unix socket, and passwords.
#[cfg(all(
    feature = "external",
    feature = "scram-sha-1",
    feature = "scram-sha-256",
    feature = "scram-sha-512",
    feature = "plain"
))]
pub const LDAP: &[&str] = &[
    "SCRAM-SHA-512",
    "SCRAM-SHA-256",
    "SCRAM-SHA-1",
    "EXTERNAL",
    "PLAIN",
];
