//! Octets that are read from the front, for protocols with lengths in binary.

use sasl_core::Malformed;

/// What is left of a message. Everything read is a part of it, so that no length can ask for more than was received.
#[derive(Clone, Copy)]
pub(crate) struct Octets<'a>(&'a [u8]);

impl<'a> Octets<'a> {
    pub(crate) fn new(octets: &'a [u8]) -> Self {
        Self(octets)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All that is left.
    pub(crate) fn rest(&mut self) -> &'a [u8] {
        core::mem::take(&mut self.0)
    }

    /// Nothing may be left.
    pub(crate) fn end(&self) -> Result<(), Malformed> {
        if self.is_empty() {
            Ok(())
        } else {
            Err(Malformed::Message)
        }
    }

    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8], Malformed> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(Malformed::Message)?;
        self.0 = rest;
        Ok(taken)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(Malformed::Message)?;
        self.0 = rest;
        Ok(*taken)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, Malformed> {
        self.array().map(|[octet]| octet)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, Malformed> {
        self.array().map(u32::from_be_bytes)
    }

    pub(crate) fn i32(&mut self) -> Result<i32, Malformed> {
        self.array().map(i32::from_be_bytes)
    }

    /// What stands before the next NUL, which is taken too.
    pub(crate) fn until_nul(&mut self) -> Result<&'a [u8], Malformed> {
        let nul = self.0.iter().position(|octet| *octet == 0);
        let text = self.take(nul.ok_or(Malformed::Message)?)?;
        self.u8()?;
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_read_that_is_not_there() {
        let mut octets = Octets::new(b"\0\0\0");
        assert_eq!(octets.u32(), Err(Malformed::Message));
        assert_eq!(octets.take(4), Err(Malformed::Message));
        assert_eq!(octets.take(usize::MAX), Err(Malformed::Message));
        assert_eq!(octets.take(3), Ok(&[0, 0, 0][..]));
        assert_eq!(octets.u8(), Err(Malformed::Message));
        assert_eq!(octets.until_nul(), Err(Malformed::Message));
        assert_eq!(Octets::new(b"no nul").until_nul(), Err(Malformed::Message));
    }

    #[test]
    fn what_is_there_is_read_in_order() {
        let mut octets = Octets::new(b"\xff\xff\xff\xfename\0\0rest");
        assert_eq!(octets.i32(), Ok(-2));
        assert_eq!(octets.until_nul(), Ok(&b"name"[..]));
        assert_eq!(octets.until_nul(), Ok(&b""[..]));
        assert_eq!(octets.end(), Err(Malformed::Message));
        assert_eq!(octets.rest(), b"rest");
        assert_eq!(octets.end(), Ok(()));
    }
}
