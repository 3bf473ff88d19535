//! Which mechanism it is, by its name or by what its messages look like.

use sasl_core::{MechanismName, ScramHash};

use crate::exchange::Side;

/// What the messages of a mechanism are read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    Plain,
    Login,
    CramMd5,
    Scram {
        /// Unknown where only the shape of the messages tells that it is SCRAM.
        hash: Option<ScramHash>,
        /// Unknown likewise.
        plus: Option<bool>,
    },
    OauthBearer,
    Xoauth2,
    External,
    Anonymous,
    Ht,
    /// Nothing is known of it but its name, or not even that.
    Other,
}

impl Family {
    pub(crate) fn of(name: &str) -> Self {
        match name {
            "PLAIN" => Self::Plain,
            "LOGIN" => Self::Login,
            "CRAM-MD5" => Self::CramMd5,
            "OAUTHBEARER" => Self::OauthBearer,
            "XOAUTH2" => Self::Xoauth2,
            "EXTERNAL" => Self::External,
            "ANONYMOUS" => Self::Anonymous,
            ht if ht.starts_with("HT-") => Self::Ht,
            scram if scram.starts_with("SCRAM-") => Self::Scram {
                hash: MechanismName::parse(scram)
                    .ok()
                    .and_then(ScramHash::of_mechanism),
                plus: Some(scram.ends_with("-PLUS")),
            },
            _ => Self::Other,
        }
    }

    pub(crate) fn is_server_first(self) -> bool {
        matches!(self, Self::Login | Self::CramMd5)
    }

    pub(crate) fn is_scram(self) -> bool {
        matches!(self, Self::Scram { .. })
    }
}

/// What a message looks like, whoever sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    ScramClientFirst,
    ScramServerFirst,
    ScramClientFinal,
    ScramServerFinal,
    OauthBearer,
    Xoauth2,
    OauthError,
    Plain,
    CramChallenge,
    CramResponse,
    LoginPrompt,
}

impl Shape {
    /// Whether it is a client's, with what only the client may know.
    pub(crate) fn has_secret(self) -> bool {
        match self {
            Self::ScramClientFinal
            | Self::OauthBearer
            | Self::Xoauth2
            | Self::Plain
            | Self::CramResponse => true,
            Self::ScramClientFirst
            | Self::ScramServerFirst
            | Self::ScramServerFinal
            | Self::OauthError
            | Self::CramChallenge
            | Self::LoginPrompt => false,
        }
    }

    /// What the octets look like, if they look like anything.
    pub(crate) fn of(octets: &[u8]) -> Option<Self> {
        let has = |needle: &[u8]| octets.windows(needle.len()).any(|at| at == needle);
        let binds = octets.starts_with(b"n,")
            || octets.starts_with(b"y,")
            || octets.starts_with(b"p=") && octets.contains(&b',');
        if octets.contains(&1) && has(b"auth=") {
            return Some(if octets.starts_with(b"user=") {
                Self::Xoauth2
            } else {
                Self::OauthBearer
            });
        }
        match octets {
            _ if binds && (has(b",n=") || has(b",r=") || has(b",m=")) => {
                Some(Self::ScramClientFirst)
            }
            [b'r' | b'm', b'=', ..] if has(b",s=") || has(b",i=") => Some(Self::ScramServerFirst),
            [b'c', b'=', ..] if has(b",r=") => Some(Self::ScramClientFinal),
            [b'v' | b'e', b'=', _, ..] => Some(Self::ScramServerFinal),
            [b'{', .., b'}'] => Some(Self::OauthError),
            [b'<', .., b'>'] if octets.contains(&b'@') => Some(Self::CramChallenge),
            _ if octets.contains(&0) && !octets.contains(&1) => Some(Self::Plain),
            _ if is_prompt(octets) => Some(Self::LoginPrompt),
            _ => match octets.iter().rposition(|octet| *octet == b' ') {
                Some(space) if octets.len().saturating_sub(space) == 33 => Some(Self::CramResponse),
                _ => None,
            },
        }
    }

    /// Who sends such messages.
    pub(crate) fn side(self) -> Side {
        match self {
            Self::ScramServerFirst
            | Self::ScramServerFinal
            | Self::OauthError
            | Self::CramChallenge
            | Self::LoginPrompt => Side::Server,
            _ => Side::Client,
        }
    }

    /// Which mechanism has them. Of SCRAM's it is the length of proof and signature that tells the hash.
    pub(crate) fn family(self) -> Family {
        match self {
            Self::ScramClientFirst
            | Self::ScramServerFirst
            | Self::ScramClientFinal
            | Self::ScramServerFinal => Family::Scram {
                hash: None,
                plus: None,
            },
            Self::OauthBearer | Self::OauthError => Family::OauthBearer,
            Self::Xoauth2 => Family::Xoauth2,
            Self::Plain => Family::Plain,
            Self::CramChallenge | Self::CramResponse => Family::CramMd5,
            Self::LoginPrompt => Family::Login,
        }
    }
}

/// `Username:`, `User Name`, `Password:`, in any case and with the NUL that the draft's example has.
pub(crate) fn is_prompt(octets: &[u8]) -> bool {
    let text = octets.strip_suffix(b"\0").unwrap_or(octets);
    let text = text.strip_suffix(b":").unwrap_or(text);
    ["username", "user name", "password"]
        .iter()
        .any(|prompt| text.eq_ignore_ascii_case(prompt.as_bytes()))
}

/// The one mechanism with proofs of that length, of those in use.
pub(crate) fn hash_of_length(octets: usize) -> Option<ScramHash> {
    match octets {
        20 => Some(ScramHash::Sha1),
        28 => Some(ScramHash::Sha224),
        32 => Some(ScramHash::Sha256),
        48 => Some(ScramHash::Sha384),
        // Of SHA-512 and SHA3-512 the first is the one that is used.
        64 => Some(ScramHash::Sha512),
        _ => None,
    }
}
