//! What follows a handshake of version 0: octets behind their length, int32, and nothing around them.
//!
//! ```
//! use sasl_profile::kafka::raw;
//!
//! let frame = raw::encode(b"\0user\0pencil");
//! assert_eq!(raw::message_len(&frame), Ok(Some(16)));
//! assert!(raw::parse(&frame)?.matches(b"\0user\0pencil"));
//! # Ok::<(), sasl_core::Malformed>(())
//! ```

use sasl_core::{Malformed, Secret, limits};

use crate::octets::Octets;
use crate::wire::Wire;

/// Octets of the longest frame that is read, with its length.
pub const MAX: usize = limits::MESSAGE.saturating_add(4);

/// The octets behind their length.
pub fn encode(octets: &[u8]) -> Wire {
    let mut wire = Wire::with_room_for(octets.len().saturating_add(4));
    super::push_bytes(octets, &mut wire);
    wire
}

/// How long the first frame in `octets` is, with its length; `None` if not all of it is there.
///
/// # Errors
/// [`Malformed::Message`] for a negative length, [`Malformed::TooLong`] above [`MAX`].
pub fn message_len(octets: &[u8]) -> Result<Option<usize>, Malformed> {
    let Some((len, _)) = octets.split_first_chunk() else {
        return Ok(None);
    };
    let len = usize::try_from(i32::from_be_bytes(*len)).map_err(|_| Malformed::Message)?;
    let len = len.saturating_add(4);
    if len > MAX {
        return Err(Malformed::TooLong);
    }
    Ok((len <= octets.len()).then_some(len))
}

/// What is in a whole frame.
///
/// # Errors
/// As [`message_len`], and [`Malformed::Message`] for more or less than one frame.
pub fn parse(frame: &[u8]) -> Result<Secret, Malformed> {
    if message_len(frame)? != Some(frame.len()) {
        return Err(Malformed::Message);
    }
    let mut frame = Octets::new(frame);
    frame.u32()?;
    Ok(Secret::from(frame.rest()))
}
