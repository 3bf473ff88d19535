//! Octets on their way, wiped when they are gone.

use alloc::vec::Vec;
use core::fmt;
use core::mem;
use core::ops::Deref;

use sasl_core::Secret;

/// Octets to send, or octets that came and were not read.
///
/// Wiped when dropped and never shown: a password in base64 is a password.
#[derive(Default)]
#[must_use = "the peer waits for these octets"]
pub struct Wire(Vec<u8>);

impl Wire {
    /// Nothing, with room for as many octets as will come.
    pub(crate) fn with_room_for(count: usize) -> Self {
        Self(Vec::with_capacity(count))
    }

    pub(crate) fn push(&mut self, octets: &[u8]) {
        let needed = self.0.len().saturating_add(octets.len());
        if needed > self.0.capacity() {
            // What a growing vector leaves behind is not wiped: so it grows by hand.
            let twice = self.0.capacity().saturating_mul(2);
            let mut grown = Vec::with_capacity(needed.max(twice));
            grown.extend_from_slice(&self.0);
            wipe(mem::replace(&mut self.0, grown));
        }
        self.0.extend_from_slice(octets);
    }

    /// Adds a line end.
    pub(crate) fn end_line(mut self) -> Self {
        self.push(b"\r\n");
        self
    }

    /// Writes zeros over a part that was read.
    pub(crate) fn blank(&mut self, from: usize, to: usize) {
        if let Some(read) = self.0.get_mut(from..to) {
            read.fill(0);
        }
    }

    /// Takes the first `count` octets out.
    pub(crate) fn drop_front(&mut self, count: usize) {
        let count = count.min(self.0.len());
        let left = self.0.len().saturating_sub(count);
        self.0.copy_within(count.., 0);
        self.blank(left, self.0.len());
        self.0.truncate(left);
    }

    #[cfg(test)]
    pub(crate) fn capacity(&self) -> usize {
        self.0.capacity()
    }
}

/// The one place that throws octets away.
pub(crate) fn wipe(octets: Vec<u8>) {
    drop(Secret::new(octets));
}

impl Drop for Wire {
    fn drop(&mut self) {
        wipe(mem::take(&mut self.0));
    }
}

impl Deref for Wire {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for Wire {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl From<&[u8]> for Wire {
    fn from(octets: &[u8]) -> Self {
        Self(octets.to_vec())
    }
}

impl From<&str> for Wire {
    fn from(text: &str) -> Self {
        Self::from(text.as_bytes())
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Wire({} octets)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn nothing_is_shown() {
        let shown = format!("{:?}", Wire::from("AUTH PLAIN c4n4ry"));
        assert_eq!(shown, "Wire(17 octets)");
    }

    #[test]
    fn what_is_taken_out_is_written_over() {
        let mut wire = Wire::from("secret\r\nnext");
        wire.drop_front(8);
        assert_eq!(&*wire, b"next");
        wire.push(b"longer than it was");
        assert_eq!(&*wire, b"nextlonger than it was");
        wire.drop_front(1000);
        assert!(wire.is_empty());
    }
}
