//! From a log to the exchanges in it.
//!
//! Reading is lenient: what is not understood is left out, and what is wrong with a message is the judge's matter.

mod answer;
mod bare;
mod conversation;
mod detect;
mod imap;
mod irc;
mod line;
mod managesieve;
mod payload;
mod pop3;
mod shown;
mod smtp;
mod xmpp;

use std::borrow::Cow;
use std::fmt;

use crate::exchange::{Exchange, Outcome, Protocol};

/// The most octets of a log that are read: 1 MiB.
pub const MAX_LOG: usize = 1 << 20;

/// The most exchanges of a log that are kept.
const MAX_EXCHANGES: usize = 32;

/// Why there is nothing to explain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReadError {
    /// The log is longer than [`MAX_LOG`].
    TooLong,
    /// No SASL message is in it.
    Nothing,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "the log is longer than 1 MiB: cut it down to the login",
            Self::Nothing => {
                "no SASL exchange was found: the log needs the lines of SMTP, IMAP, POP3, ManageSieve, IRC or XMPP that passed, AUTH or AUTHENTICATE and the answers"
            }
        })
    }
}

impl std::error::Error for ReadError {}

/// Reads the exchanges of a log: lines of SMTP, IMAP, POP3, ManageSieve, IRC or XMPP, or the messages of SASL alone.
///
/// Lines may begin with timestamps and the like, and with a mark of who speaks: `C:` and `S:`, `client:` and `server:`,
/// or arrows (`>` and `<`, `-->` and `<--`), of which the reader finds out by what is said which way they point. Messages are in
/// base64 or as they are. The mechanism is needed for a log of bare messages in which the server speaks first.
///
/// ```
/// use sasl_explain::{Options, explain, read};
///
/// let log = "C: AUTH PLAIN AHVzZXIAcGVuY2ls\nS: 535 5.7.8 authentication failed\n";
/// let exchanges = read(log.as_bytes(), None)?;
/// let explanation = explain(&exchanges[0], &Options::default());
/// assert_eq!(explanation.verdict.cause, "wrong-password");
/// assert_eq!(explanation.steps[0].attributes[3].value, "redacted, 6 octets");
/// # Ok::<(), sasl_explain::ReadError>(())
/// ```
///
/// # Errors
/// [`ReadError::TooLong`] above [`MAX_LOG`], [`ReadError::Nothing`] when there is no exchange in it.
pub fn read(log: &[u8], mechanism: Option<&str>) -> Result<Vec<Exchange>, ReadError> {
    if log.len() > MAX_LOG {
        return Err(ReadError::TooLong);
    }
    let text = decoded(log);
    let text = shown::put_back(text.strip_prefix('\u{feff}').unwrap_or(&text));
    let lines = line::lines(&text);
    let protocol = detect::protocol(&lines);
    let mut exchanges = match protocol {
        Protocol::Xmpp => xmpp::read(&lines),
        Protocol::Bare if is_binary(&text) => Vec::new(),
        Protocol::Bare => bare::read(&lines, mechanism),
        protocol => conversation::read(protocol, &lines),
    };
    exchanges.retain(|exchange| !exchange.events.is_empty());
    if exchanges.is_empty() {
        return Err(ReadError::Nothing);
    }
    Ok(exchanges)
}

/// Whether it is no text: more than one in twenty characters is none.
fn is_binary(text: &str) -> bool {
    // What loggers leave as it is: NUL and 0x01 of messages, and what colours lines.
    let odd = |c: &char| c.is_control() && !"\n\r\t\0\u{1}\u{1b}".contains(*c);
    let odd = text
        .chars()
        .filter(|c| odd(c) || *c == char::REPLACEMENT_CHARACTER);
    odd.count() > text.len() / 20
}

/// The text of a log: UTF-8, or UTF-16 with its mark, which Windows' shell writes into files.
fn decoded(log: &[u8]) -> Cow<'_, str> {
    let little = match log {
        [0xff, 0xfe, ..] => true,
        [0xfe, 0xff, ..] => false,
        _ => return String::from_utf8_lossy(log),
    };
    let (pairs, _) = log.as_chunks::<2>();
    let units = pairs.iter().map(|pair| match little {
        true => u16::from_le_bytes(*pair),
        false => u16::from_be_bytes(*pair),
    });
    // Three octets for two at most: there are secrets in it, and it must not grow.
    let mut text = String::with_capacity(log.len().saturating_mul(2));
    text.extend(char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
    Cow::Owned(text)
}

/// What a line of a protocol says.
enum Heard<'a> {
    /// The server's list of mechanisms.
    Offer(Vec<&'a str>),
    /// The client asks for TLS.
    AskTls,
    /// The server agrees to whatever the client last asked for.
    Ready,
    /// The client chooses a mechanism.
    Begin(&'a str, Option<&'a str>),
    Message(&'a str),
    Cancel,
    /// How it ended, and what came along.
    Outcome(Outcome, Option<&'a str>),
    /// The protocol's own, and nothing of SASL.
    Other,
}

/// Whether a word is this one, in any case.
fn is(word: &str, other: &str) -> bool {
    word.eq_ignore_ascii_case(other)
}

/// The first word, and what is behind it.
fn word(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    match text.split_once(char::is_whitespace) {
        Some((word, rest)) => (word, rest.trim()),
        None => (text, ""),
    }
}

fn nonempty(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}
