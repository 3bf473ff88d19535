//! This side's part of the nonce.

use alloc::boxed::Box;
use alloc::vec::Vec;

use sasl_core::{NoRandomness, Random};

use crate::message::encode;

/// This side's part of the nonce (RFC 5802 §5.1, `r=`): 144 random bits as 24 printable characters, or what a test set.
pub(crate) enum Nonce {
    Drawn([u8; 18]),
    Fixed(Box<str>),
}

impl Nonce {
    pub(crate) fn new(fixed: Option<&str>, random: &dyn Random) -> Result<Self, NoRandomness> {
        if let Some(fixed) = fixed {
            return Ok(Self::Fixed(fixed.into()));
        }
        let mut octets = [0; 18];
        random.fill(&mut octets)?;
        Ok(Self::Drawn(octets))
    }

    pub(crate) fn write(&self, message: &mut Vec<u8>) {
        match self {
            Self::Drawn(octets) => encode(octets, message),
            Self::Fixed(text) => message.extend_from_slice(text.as_bytes()),
        }
    }
}
