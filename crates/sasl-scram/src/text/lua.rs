//! A Lua table of texts, numbers and booleans, as Prosody writes it: `return { ["key"] = "value"; … };`.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

/// A value of the table.
#[derive(Debug, PartialEq)]
pub(super) enum Value {
    Text(Vec<u8>),
    /// A number as it stands there.
    Number(String),
    Boolean(bool),
    /// A table in the table, which is passed over.
    Table,
}

/// Reads a table whose keys are texts, each once; `None` when it is anything else.
pub(super) fn table(text: &str) -> Option<Vec<(Vec<u8>, Value)>> {
    let mut rest = Rest(text.as_bytes());
    rest.space();
    rest.take(b"return")?;
    let entries = rest.table(0)?;
    rest.space();
    let _ = rest.take(b";");
    rest.space();
    rest.0.is_empty().then_some(entries)
}

/// Tables in tables that are passed over; Prosody writes none in an account but `disabled_meta`.
const DEPTH: u8 = 4;

struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn space(&mut self) {
        self.0 = self.0.trim_ascii_start();
    }

    fn take(&mut self, token: &[u8]) -> Option<()> {
        self.0 = self.0.strip_prefix(token)?;
        Some(())
    }

    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn table(&mut self, depth: u8) -> Option<Vec<(Vec<u8>, Value)>> {
        self.space();
        self.take(b"{")?;
        let mut entries = Vec::new();
        loop {
            self.space();
            if self.take(b"}").is_some() {
                return Some(entries);
            }
            self.take(b"[")?;
            self.space();
            let key = self.text()?;
            self.space();
            self.take(b"]")?;
            self.space();
            self.take(b"=")?;
            let value = self.value(depth)?;
            if entries.iter().any(|(known, _)| *known == key) {
                return None;
            }
            entries.push((key, value));
            self.space();
            if self.take(b";").is_none() && self.take(b",").is_none() && !self.0.starts_with(b"}") {
                return None;
            }
        }
    }

    fn value(&mut self, depth: u8) -> Option<Value> {
        self.space();
        match self.0.first()? {
            b'"' => self.text().map(Value::Text),
            b'{' if depth < DEPTH => {
                self.table(depth.saturating_add(1))?;
                Some(Value::Table)
            }
            b't' => self.take(b"true").map(|()| Value::Boolean(true)),
            b'f' => self.take(b"false").map(|()| Value::Boolean(false)),
            _ => {
                let number = |octet: &u8| octet.is_ascii_digit() || b"+-.e".contains(octet);
                let end = self.0.iter().position(|octet| !number(octet))?;
                let (digits, rest) = self.0.split_at_checked(end)?;
                let digits = core::str::from_utf8(digits).ok()?;
                self.0 = rest;
                (!digits.is_empty()).then(|| Value::Number(digits.to_owned()))
            }
        }
    }

    /// A text between quotes, with the escapes that Prosody writes.
    fn text(&mut self) -> Option<Vec<u8>> {
        self.take(b"\"")?;
        let mut text = Vec::new();
        loop {
            match self.next()? {
                b'"' => return Some(text),
                b'\\' => text.push(self.escape()?),
                b'\n' | b'\r' => return None,
                octet => text.push(octet),
            }
        }
    }

    fn escape(&mut self) -> Option<u8> {
        match self.next()? {
            octet @ (b'"' | b'\\' | b'\n' | b'\'') => Some(octet),
            b'n' => Some(b'\n'),
            b'r' => Some(b'\r'),
            b't' => Some(b'\t'),
            first @ b'0'..=b'9' => {
                let mut code = u16::from(first.wrapping_sub(b'0'));
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'9') = self.0.first().copied() else {
                        break;
                    };
                    let _ = self.next();
                    code = code
                        .saturating_mul(10)
                        .saturating_add(u16::from(digit.wrapping_sub(b'0')));
                }
                u8::try_from(code).ok()
            }
            _ => None,
        }
    }
}
