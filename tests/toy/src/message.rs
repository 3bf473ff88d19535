//! The messages of X-TOY: what they look like, and nothing else.
//!
//! ```abnf
//! greeting  = nonce
//! hello     = [authzid] NUL authcid NUL [device] NUL nonce
//! challenge = salt rounds
//! response  = proof
//! success   = proof              ; the server's, with its success
//! refusal   = %s"e=refused"      ; its last word, where there is a way to send one
//!
//! authzid   = 1*name-octet
//! authcid   = 1*name-octet
//! device    = 1*name-octet
//! name-octet = %x01-FF           ; together they are UTF-8
//! nonce     = 16OCTET
//! salt      = 16OCTET
//! rounds    = 2OCTET             ; big endian, not zero
//! proof     = 32OCTET
//! ```
//! The nonce comes last because it may contain NUL.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::num::NonZeroU16;

use sasl_core::{Authcid, Authzid, Malformed, NoRandomness, Random, limits};

/// What a server that refuses says last.
pub const REFUSAL: &[u8] = b"e=refused";

/// Octets that are used once: the `greeting`, and the end of the `hello`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nonce(pub [u8; 16]);

impl Nonce {
    /// Draws a nonce.
    ///
    /// # Errors
    /// [`NoRandomness`] when there is none to be had.
    pub fn draw(random: &dyn Random) -> Result<Self, NoRandomness> {
        let mut octets = [0; 16];
        random.fill(&mut octets)?;
        Ok(Self(octets))
    }

    /// Reads a nonce.
    ///
    /// # Errors
    /// [`Malformed::Message`] unless it is 16 octets.
    pub fn parse(message: &[u8]) -> Result<Self, Malformed> {
        fixed(message).map(Self)
    }
}

/// The client's first message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hello {
    /// As whom it wants to act.
    pub authzid: Option<Authzid>,
    /// Who it is. A client may send an empty name where the server knows the user from elsewhere.
    pub authcid: Authcid,
    /// The device it runs on.
    pub device: Option<Box<str>>,
    /// Its nonce.
    pub nonce: Nonce,
}

impl Hello {
    /// Reads the message. With a `known_user` the name in it is not looked at.
    ///
    /// # Errors
    /// [`Malformed`], with what is wrong.
    pub fn parse(message: &[u8], known_user: Option<&Authcid>) -> Result<Self, Malformed> {
        let mut fields = message.splitn(4, |octet| *octet == 0);
        let mut field = || fields.next().ok_or(Malformed::Message);
        let (authzid, authcid, device, nonce) = (field()?, field()?, field()?, field()?);
        Ok(Self {
            authzid: Authzid::optional(text(authzid)?)?,
            authcid: match known_user {
                Some(user) => user.clone(),
                None => Authcid::parse(text(authcid)?)?,
            },
            device: match text(device)? {
                "" => None,
                device if device.len() > limits::NAME => return Err(Malformed::TooLong),
                device => Some(device.into()),
            },
            nonce: Nonce::parse(nonce)?,
        })
    }

    /// Writes the message.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let authzid = self.authzid.as_ref().map_or("", Authzid::as_str);
        let device = self.device.as_deref().unwrap_or_default();
        let mut message = Vec::new();
        for field in [authzid, self.authcid.as_str(), device] {
            message.extend_from_slice(field.as_bytes());
            message.push(0);
        }
        message.extend_from_slice(&self.nonce.0);
        message
    }
}

/// How the key has to be derived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Challenge {
    /// The salt of this user.
    pub salt: [u8; 16],
    /// How often HMAC is iterated. Two octets, so that no server can keep a client busy for long.
    pub rounds: NonZeroU16,
}

impl Challenge {
    /// The octets of the message.
    pub const LEN: usize = 18;

    /// Reads the message.
    ///
    /// # Errors
    /// [`Malformed::Message`] unless it follows the grammar.
    pub fn parse(message: &[u8]) -> Result<Self, Malformed> {
        let (salt, rounds) = message.split_first_chunk().ok_or(Malformed::Message)?;
        let rounds = u16::from_be_bytes(fixed(rounds)?);
        Ok(Self {
            salt: *salt,
            rounds: NonZeroU16::new(rounds).ok_or(Malformed::Message)?,
        })
    }

    /// Writes the message.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut message = self.salt.to_vec();
        message.extend_from_slice(&self.rounds.get().to_be_bytes());
        message
    }
}

/// A proof, of the client or of the server. Proofs are compared in constant time, so there is no `PartialEq`.
#[derive(Debug, Clone, Copy)]
pub struct Proof(pub [u8; 32]);

impl Proof {
    /// Reads the message.
    ///
    /// # Errors
    /// [`Malformed::Message`] unless it is 32 octets.
    pub fn parse(message: &[u8]) -> Result<Self, Malformed> {
        fixed(message).map(Self)
    }

    /// Whether this is the same proof.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        sasl_core::constant_time_eq(&self.0, &other.0)
    }
}

fn fixed<const N: usize>(octets: &[u8]) -> Result<[u8; N], Malformed> {
    octets.try_into().map_err(|_| Malformed::Message)
}

fn text(octets: &[u8]) -> Result<&str, Malformed> {
    core::str::from_utf8(octets).map_err(|_| Malformed::Utf8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hello() -> Hello {
        Hello {
            authzid: Authzid::optional("postmaster").unwrap(),
            authcid: Authcid::parse("user").unwrap(),
            device: Some("laptop".into()),
            nonce: Nonce([0; 16]),
        }
    }

    #[test]
    fn hostile_hellos_are_refused() {
        let nonce = [b'n'; 16];
        for (start, error) in [
            (&b"user"[..], Malformed::Message),
            (b"\0user\0", Malformed::Message),
            (b"\0user\0x", Malformed::Message),
            (b"\0user\0\0too long", Malformed::Message),
            (b"\0\0\0", Malformed::EmptyAuthcid),
            (b"\0\xff\0\0", Malformed::Utf8),
            (b"\xff\0user\0\0", Malformed::Utf8),
        ] {
            let message = [start, &nonce].concat();
            assert_eq!(Hello::parse(&message, None), Err(error), "{start:?}");
        }
        assert_eq!(Hello::parse(b"", None), Err(Malformed::Message));
        let device = "d".repeat(1025);
        let hello = Hello {
            device: Some(device.into()),
            ..hello()
        };
        assert_eq!(Hello::parse(&hello.encode(), None), Err(Malformed::TooLong));
    }

    #[test]
    fn hellos_are_read_as_they_were_written() {
        let bare = Hello {
            authzid: None,
            device: None,
            ..hello()
        };
        for hello in [hello(), bare] {
            assert_eq!(Hello::parse(&hello.encode(), None), Ok(hello));
        }
    }

    #[test]
    fn the_name_in_the_message_does_not_count_where_the_user_is_known() {
        let known = Authcid::parse("other").unwrap();
        let nobody = Hello {
            authcid: Authcid::ignored(),
            ..hello()
        };
        for hello in [hello(), nobody] {
            let read = Hello::parse(&hello.encode(), Some(&known)).unwrap();
            assert_eq!(read.authcid, known);
        }
    }

    #[test]
    fn challenges_have_one_length_and_some_rounds() {
        let challenge = Challenge {
            salt: [7; 16],
            rounds: NonZeroU16::new(1000).unwrap(),
        };
        let message = challenge.encode();
        assert_eq!(Challenge::parse(&message), Ok(challenge));
        assert!(Challenge::parse(&message[1..]).is_err());
        assert!(Challenge::parse(&[message.as_slice(), b"x"].concat()).is_err());
        assert!(Challenge::parse(&[0; 18]).is_err());
    }
}
