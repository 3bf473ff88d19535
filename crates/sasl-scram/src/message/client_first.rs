//! The client's first message (RFC 5802 §7).

use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use sasl_core::{Authzid, BindingName, Error, Malformed, SaslName, Violation};

use super::attribute::{Attributes, cut, is_nonce, text};
use crate::nonce::Nonce;

/// The client's first message, taken apart but not changed.
///
/// ```abnf
/// client-first-message      = gs2-header client-first-message-bare
/// gs2-header                = gs2-cbind-flag "," [ authzid ] ","
/// gs2-cbind-flag            = ("p=" cb-name) / "n" / "y"
/// authzid                   = "a=" saslname
/// client-first-message-bare = [reserved-mext ","] username "," nonce ["," extensions]
/// username                  = "n=" saslname
/// nonce                     = "r=" c-nonce [s-nonce]
/// ```
#[derive(Clone)]
pub struct ClientFirst<'a> {
    /// What the client says of channel binding.
    pub flag: CbindFlag,
    /// Whom to act as. Never empty.
    pub authzid: Option<SaslName<'a>>,
    /// The gs2-header as it was received, with its last comma.
    pub gs2_header: &'a str,
    /// The message without the gs2-header, as it was received.
    pub bare: &'a str,
    /// Who authenticates. It may be empty, which only a server that knows its user can take.
    pub username: SaslName<'a>,
    /// The client's nonce: 1 to 512 printable characters.
    pub nonce: &'a str,
    /// Where it stands in `bare`.
    pub(crate) nonce_at: Range<usize>,
}

/// What a client says of channel binding (RFC 5802 §6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CbindFlag {
    // Exhaustive on purpose: RFC 5802 §7 has these three.
    /// `n`: it does none.
    NotSupported,
    /// `y`: it would, but believes that the server does not.
    NotOffered,
    /// `p=`: it binds to this.
    Used(BindingName),
}

impl CbindFlag {
    /// Writes the gs2-header.
    pub(crate) fn gs2_header(&self, authzid: Option<&Authzid>) -> Vec<u8> {
        let mut header = Vec::with_capacity(64);
        match self {
            Self::NotSupported => header.push(b'n'),
            Self::NotOffered => header.push(b'y'),
            Self::Used(name) => {
                header.extend_from_slice(b"p=");
                header.extend_from_slice(name.as_str().as_bytes());
            }
        }
        header.push(b',');
        if let Some(authzid) = authzid {
            header.extend_from_slice(b"a=");
            SaslName::escape(authzid.as_str(), &mut header);
        }
        header.push(b',');
        header
    }
}

/// Writes the message without its gs2-header, and returns where the nonce stands. The extensions come with
/// the comma before each.
pub(crate) fn write_bare(
    username: &str,
    nonce: &Nonce,
    extensions: &str,
    message: &mut Vec<u8>,
) -> Range<usize> {
    message.extend_from_slice(b"n=");
    SaslName::escape(username, message);
    message.extend_from_slice(b",r=");
    let start = message.len();
    nonce.write(message);
    let nonce = start..message.len();
    message.extend_from_slice(extensions.as_bytes());
    nonce
}

impl<'a> ClientFirst<'a> {
    /// The most octets the message has here.
    pub const MAX: usize = 4 * 1024;

    /// Reads the message.
    ///
    /// # Errors
    /// [`Malformed`] for what does not follow the grammar or is above [`MAX`](Self::MAX), [`Violation::Extension`] for a mandatory extension.
    pub fn parse(octets: &'a [u8]) -> Result<Self, Error> {
        let text = text(octets, Self::MAX)?;
        let (flag, rest) = cut(text);
        let (authzid, bare) = cut(rest.ok_or(Malformed::Message)?);
        let bare = bare.ok_or(Malformed::Message)?;
        let flag = match flag {
            "n" => CbindFlag::NotSupported,
            "y" => CbindFlag::NotOffered,
            flag => {
                let name = flag.strip_prefix("p=").ok_or(Malformed::Message)?;
                CbindFlag::Used(BindingName::parse(name).map_err(|_| Malformed::Message)?)
            }
        };
        let authzid = match authzid {
            "" => None,
            authzid => {
                let name = SaslName::parse(authzid.strip_prefix("a=").ok_or(Malformed::Message)?)?;
                if name.is_empty() {
                    return Err(Malformed::EmptyAuthzid.into());
                }
                Some(name)
            }
        };
        let header = text.len().saturating_sub(bare.len());
        let mut attributes = Attributes::of(bare);
        let username = SaslName::parse(attributes.expect('n')?)?;
        let nonce = attributes.expect('r')?;
        if !is_nonce(nonce, 1) {
            return Err(Malformed::Nonce.into());
        }
        let behind = attributes
            .rest()
            .map_or(0, |rest| rest.len().saturating_add(1));
        let end = bare.len().saturating_sub(behind);
        let nonce_at = end.saturating_sub(nonce.len())..end;
        attributes.only_extensions()?;
        let gs2_header = text.get(..header).ok_or(Violation::Order)?;
        Ok(Self {
            flag,
            authzid,
            gs2_header,
            bare,
            username,
            nonce,
            nonce_at,
        })
    }
}

impl fmt::Debug for ClientFirst<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientFirst")
            .field("flag", &self.flag)
            .field("username", &self.username)
            .finish_non_exhaustive()
    }
}
