//! The server's message.

use alloc::format;
use alloc::string::String;
use core::fmt;
use core::str;

use sasl_core::{Malformed, NoRandomness, Random};

/// The challenge, with its angle brackets.
///
/// ```abnf
/// challenge = "<" 1*text ">"
/// text      = %x20-3B / "=" / %x3F-7E ; printable ASCII but "<" and ">"
/// ```
///
/// RFC 2195 §2 wants the `msg-id` of RFC 822 there, of random digits, a timestamp and the name of the host. What stands
/// between the brackets says nothing to a client, so that any text is taken.
#[derive(Clone, Copy)]
pub struct Challenge<'a>(&'a [u8]);

impl<'a> Challenge<'a> {
    /// The most octets a challenge has here.
    pub const MAX: usize = 1024;

    /// Reads a challenge.
    ///
    /// # Errors
    /// [`Malformed::TooLong`] above [`MAX`](Self::MAX), and [`Malformed::Message`] unless it is text in brackets.
    pub fn parse(octets: &'a [u8]) -> Result<Self, Malformed> {
        if octets.len() > Self::MAX {
            return Err(Malformed::TooLong);
        }
        match octets {
            [b'<', text @ .., b'>'] if !text.is_empty() && text.iter().all(is_text) => {
                Ok(Self(octets))
            }
            _ => Err(Malformed::Message),
        }
    }

    /// All of it, as it is signed.
    #[must_use]
    pub fn as_bytes(&self) -> &'a [u8] {
        self.0
    }
}

impl fmt::Debug for Challenge<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Text, as it was parsed: it cannot forge a line.
        write!(
            f,
            "Challenge({})",
            str::from_utf8(self.0).unwrap_or_default()
        )
    }
}

/// Draws a challenge. It has 128 random bits, and the same length every time: nothing in it is a clock, which would only
/// see to it that no challenge comes twice.
pub(crate) fn draw(random: &dyn Random, host: &str) -> Result<String, NoRandomness> {
    let mut numbers = [[0; 8]; 2];
    random.fill(numbers.as_flattened_mut())?;
    let [one, other] = numbers.map(u64::from_le_bytes);
    Ok(format!("<{one:020}.{other:020}@{host}>"))
}

/// Whether this can be the host of a challenge.
pub(crate) fn is_host(host: &str) -> bool {
    (1..=255).contains(&host.len())
        && host
            .bytes()
            .all(|octet| octet.is_ascii_graphic() && !matches!(octet, b'<' | b'>' | b'@'))
}

fn is_text(octet: &u8) -> bool {
    matches!(octet, b' '..=b'~') && !matches!(octet, b'<' | b'>')
}

#[cfg(test)]
mod tests {
    use super::*;
    use sasl_core::WithoutRandom;
    use sasl_core::testing::ScriptedRandom;

    #[test]
    fn hostile_challenges_are_refused() {
        for octets in [
            &b""[..],
            b"<",
            b">",
            b"<>",
            b"text",
            b"<1.2@h",
            b"1.2@h>",
            b"<1.2@h>\0",
            b"<1.2@h>\r\n",
            b" <1.2@h>",
            b"<1.2@h\n>",
            b"<1.2@h\x7f>",
            b"<1.2@\xc3\xa9>",
            b"<1.2><3.4>",
            b"<<1.2@h>>",
        ] {
            let parsed = Challenge::parse(octets);
            assert_eq!(parsed.err(), Some(Malformed::Message), "{octets:?}");
        }
        let mut long = [b'1'; Challenge::MAX + 1];
        (long[0], long[Challenge::MAX]) = (b'<', b'>');
        assert_eq!(Challenge::parse(&long).err(), Some(Malformed::TooLong));
    }

    #[test]
    fn what_deployed_servers_send_is_taken() {
        for octets in [
            &b"<1896.697170952@postoffice.reston.mci.net>"[..],
            b"<8786750513239965.1795294729@vm>",
            b"<a>",
            b"<two words>",
        ] {
            assert!(Challenge::parse(octets).is_ok_and(|it| it.as_bytes() == octets));
        }
    }

    #[test]
    fn a_drawn_challenge_has_a_fixed_length() {
        let few = draw(&ScriptedRandom::new([0; 16]), "h").unwrap();
        let many = draw(&ScriptedRandom::new([0xff; 16]), "h").unwrap();
        assert_eq!(few, "<00000000000000000000.00000000000000000000@h>");
        assert_eq!(many, "<18446744073709551615.18446744073709551615@h>");
        assert!(Challenge::parse(many.as_bytes()).is_ok());
        assert!(draw(&WithoutRandom, "h").is_err());
    }

    #[test]
    fn a_host_cannot_leave_its_place() {
        for host in ["", "a b", "a>", "<a", "a@b", "a\r\n", "ex\u{e4}mple", "a\0"] {
            assert!(!is_host(host), "{host:?}");
        }
        assert!(!is_host(&"a".repeat(256)));
        for host in ["localhost", "mail.example.org", "[2001:db8::1]"] {
            assert!(is_host(host), "{host}");
        }
    }
}
