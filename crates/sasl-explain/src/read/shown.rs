//! What the command `sasl` itself shows of a login: `sasl login --verbose`, and the steps of `sasl demo`.
//!
//! The base64 of a message is left out there, and what is in it stands on the next line without its secrets:
//!
//! ```text
//! C: A1 AUTHENTICATE SCRAM-SHA-256 <48 characters>
//!    client: n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL
//! ```

use std::borrow::Cow;

use super::payload;

/// What stands for a message of which not all is shown.
const LEFT_OUT: &str = "[redacted]";

/// The log with its messages where they passed. Lines keep their numbers, and there are no more octets than before but for the
/// end of the last line.
pub(super) fn put_back(text: &str) -> Cow<'_, str> {
    if !text.lines().any(|line| before_stand_in(line).is_some()) {
        return Cow::Borrowed(text);
    }
    let mut whole = String::with_capacity(text.len().saturating_add(1));
    let mut lines = text.lines().peekable();
    // Of IRC's client, which announces its mechanism before it may speak.
    let mut early = None;
    while let Some(line) = lines.next() {
        let below = lines.peek().filter(|below| indent(below) > indent(line));
        let inside = below.map(|below| inside(below));
        let gone = if let Some(before) = before_stand_in(line) {
            let inside = inside.map(|(_, inside)| inside);
            let message = inside.or(early.take()).filter(|inside| is_whole(inside));
            whole.push_str(before);
            whole.push_str(message.unwrap_or(LEFT_OUT));
            inside.is_some()
        } else {
            whole.push_str(line);
            let marked = inside.filter(|(marked, _)| *marked && !line.trim().is_empty());
            // An empty message stands in its line.
            early = marked
                .map(|(_, inside)| inside)
                .or(early)
                .filter(|inside| !inside.is_empty());
            marked.is_some()
        };
        whole.push('\n');
        if gone && lines.next().is_some() {
            whole.push('\n');
        }
    }
    Cow::Owned(whole)
}

/// What stands before `<48 characters>`, `<48 characters of base64>` or `<36 octets>` at the end of a line.
fn before_stand_in(line: &str) -> Option<&str> {
    let (before, last) = line.trim_end().rsplit_once('<')?;
    let (number, unit) = last.strip_suffix('>')?.split_once(' ')?;
    let counted = !number.is_empty() && number.bytes().all(|octet| octet.is_ascii_digit());
    let unit = matches!(unit, "characters" | "characters of base64" | "octets");
    (counted && unit).then_some(before)
}

/// The message on the line below, and whether it says whose it is.
fn inside(below: &str) -> (bool, &str) {
    let below = below.trim();
    let side = ["client:", "server:"]
        .into_iter()
        .find_map(|side| below.strip_prefix(side));
    (side.is_some(), side.map_or(below, str::trim_start))
}

/// Whether nothing was left out of a message. What is no message but a description of one has no shape.
fn is_whole(inside: &str) -> bool {
    !inside.contains("not shown)") && payload::is_raw(inside)
}

fn indent(line: &str) -> usize {
    line.len().saturating_sub(line.trim_start().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_put_where_they_passed() {
        let shown = "\
-- by SCRAM-SHA-256
C: A1 AUTHENTICATE SCRAM-SHA-256 <48 characters>
   client: n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL
C: <140 characters>
   client: c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfc,p=(proof not shown)
C: 
   client: 
  C: AUTH PLAIN <12 characters of base64>
     authzid: none, authcid: user, password: not shown
C: <response> <148 octets>
C: AUTHENTICATE PLAIN
   client: n,,n=user,r=fyko+d2lbbFg
S: AUTHENTICATE +
C: AUTHENTICATE <40 characters>
S: 235 ok
";
        let put_back = put_back(shown);
        assert_eq!(
            put_back,
            "\
-- by SCRAM-SHA-256
C: A1 AUTHENTICATE SCRAM-SHA-256 n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL

C: [redacted]

C: 

  C: AUTH PLAIN [redacted]

C: <response> [redacted]
C: AUTHENTICATE PLAIN

S: AUTHENTICATE +
C: AUTHENTICATE n,,n=user,r=fyko+d2lbbFg
S: 235 ok
"
        );
        assert!(put_back.len() <= shown.len());
    }

    #[test]
    fn other_logs_stay_as_they_are() {
        for log in [
            "C: AUTH PLAIN AHVzZXIAcGVuY2ls\r\n   client: \r\nS: 535 no",
            "S: <mechanism>PLAIN</mechanism>\n   client: x\n",
            "C: < characters>\nC: <a octets>\nC: <4 words>\n",
        ] {
            assert!(matches!(put_back(log), Cow::Borrowed(_)), "{log}");
        }
        // The end of the last line is all that can be more.
        for log in [
            "<4 octets>",
            "<4 octets>\n  a",
            "<123 octets>\r\n  n,,n=a,r=b",
        ] {
            assert!(put_back(log).len() <= log.len() + 1, "{log}");
        }
    }
}
