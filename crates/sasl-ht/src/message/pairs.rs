//! What else is said, as keys with values (draft-ietf-kitten-sasl-ht-01 §3.1).

use alloc::string::String;
use core::str;

use sasl_core::{Malformed, Unusable};

/// Keys with values that both proofs cover; what they mean is the protocol's matter.
///
/// ```abnf
/// key-value-pairs = [ key-value-pair *( "," key-value-pair ) ]
/// key-value-pair  = 1*key-value-char "=" 1*key-value-char
/// key-value-char  = ALPHA / DIGIT / "/" / "+" / "-" / "_"
/// ```
///
/// The grammar would take a key twice. Here that is refused: which of two values counts would be anybody's guess.
///
/// ```
/// use sasl_ht::Pairs;
///
/// let pairs = Pairs::default().with("ssdp", "abc")?.with("x", "1")?;
/// assert_eq!(pairs.as_str(), "ssdp=abc,x=1");
/// assert_eq!(pairs.get("x"), Some("1"));
/// # Ok::<(), sasl_core::Unusable>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pairs(String);

impl Pairs {
    /// The most octets of all pairs together. The draft names no limit.
    pub const MAX: usize = 1024;

    /// Reads pairs; no octets are no pairs.
    ///
    /// # Errors
    /// [`Malformed::TooLong`] above [`MAX`](Self::MAX) octets, [`Malformed::Message`] for what does not follow the
    /// grammar or has a key twice.
    pub fn parse(octets: &[u8]) -> Result<Self, Malformed> {
        if octets.len() > Self::MAX {
            return Err(Malformed::TooLong);
        }
        let text = str::from_utf8(octets).map_err(|_| Malformed::Message)?;
        let mut pairs = Self::default();
        if text.is_empty() {
            return Ok(pairs);
        }
        for pair in text.split(',') {
            let (key, value) = pair.split_once('=').ok_or(Malformed::Message)?;
            pairs = pairs.with(key, value).map_err(|_| Malformed::Message)?;
        }
        Ok(pairs)
    }

    /// Adds a pair.
    ///
    /// # Errors
    /// [`Unusable::Characters`] unless key and value are of the characters above and the key is new,
    /// [`Unusable::TooLong`] when all pairs would be above [`MAX`](Self::MAX) octets.
    pub fn with(mut self, key: &str, value: &str) -> Result<Self, Unusable> {
        if !is_word(key) || !is_word(value) || self.get(key).is_some() {
            return Err(Unusable::Characters);
        }
        let separators = 1_usize.saturating_add(usize::from(!self.0.is_empty()));
        let added = key
            .len()
            .saturating_add(value.len())
            .saturating_add(separators);
        if self.0.len().saturating_add(added) > Self::MAX {
            return Err(Unusable::TooLong);
        }
        if !self.0.is_empty() {
            self.0.push(',');
        }
        self.0.extend([key, "=", value]);
        Ok(self)
    }

    /// The pairs as they are sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.iter()
            .find_map(|(other, value)| (other == key).then_some(value))
    }

    /// The keys with their values, in the order in which they were sent.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.split(',').filter_map(|pair| pair.split_once('='))
    }
}

fn is_word(text: &str) -> bool {
    let allowed = |c: u8| c.is_ascii_alphanumeric() || b"/+-_".contains(&c);
    !text.is_empty() && text.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use alloc::vec::Vec;

    #[test]
    fn hostile_pairs_are_refused() {
        for octets in [
            &b"a"[..],
            b"=",
            b"a=",
            b"=b",
            b",",
            b"a=b,",
            b",a=b",
            b"a=b,,c=d",
            b"a=b=c",
            b"a=b,a=c",
            b"a =b",
            b"a=b\x01",
            b"a=b\r\n",
            b"a=\xc3\xa9",
            b"a=\xff",
        ] {
            assert_eq!(Pairs::parse(octets), Err(Malformed::Message), "{octets:?}");
        }
        for length in [Pairs::MAX + 1, 1 << 20] {
            assert_eq!(Pairs::parse(&vec![b'a'; length]), Err(Malformed::TooLong));
        }
    }

    #[test]
    fn what_is_read_is_written_again() {
        for text in ["", "a=b", "ssdp=abc,x=1", "A/+-_9=Z/+-_0"] {
            let pairs = Pairs::parse(text.as_bytes()).unwrap();
            assert_eq!(pairs.as_str(), text);
            assert_eq!(pairs.is_empty(), text.is_empty());
        }
        let pairs = Pairs::parse(b"ssdp=abc,x=1").unwrap();
        let all: Vec<_> = pairs.iter().collect();
        assert_eq!(all, [("ssdp", "abc"), ("x", "1")]);
        assert_eq!(pairs.get("y"), None);
    }

    #[test]
    fn pairs_end_at_their_limit() {
        let value = "v".repeat(Pairs::MAX - 6);
        let pairs = Pairs::default().with("a", "b").unwrap();
        let full = pairs.clone().with("c", &value).unwrap();
        assert_eq!(full.as_str().len(), Pairs::MAX);
        assert_eq!(full.with("d", "e"), Err(Unusable::TooLong));
        let value = "v".repeat(Pairs::MAX - 5);
        assert_eq!(pairs.with("c", &value), Err(Unusable::TooLong));
    }
}
