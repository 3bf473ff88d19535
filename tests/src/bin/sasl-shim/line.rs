//! The lines of the shim's contract.

use std::io::{self, BufRead, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::End;

/// Writes a DATA field.
pub fn data(octets: Option<&[u8]>) -> String {
    match octets {
        None => "-".into(),
        Some([]) => "=".into(),
        Some(octets) => STANDARD.encode(octets),
    }
}

/// Reads a DATA field.
pub fn parse_data(field: &str) -> Result<Option<Vec<u8>>, End> {
    match field {
        "-" => Ok(None),
        "=" => Ok(Some(Vec::new())),
        "" => Err(End::Usage("an empty DATA field".into())),
        field => STANDARD
            .decode(field)
            .map(Some)
            .map_err(|error| End::Usage(format!("DATA: {error}"))),
    }
}

/// Reads a DATA field that cannot be absent.
pub fn parse_present(field: &str) -> Result<Vec<u8>, End> {
    parse_data(field)?.ok_or_else(|| End::Usage("DATA cannot be absent here".into()))
}

/// Prints a line at once. Nobody left to read it is no reason to panic.
pub fn out(line: &str) {
    let mut stdout = io::stdout().lock();
    let _ = writeln!(stdout, "{line}").and_then(|()| stdout.flush());
}

/// Reads a line without its LF; `None` at the end of the input.
pub fn read() -> Result<Option<String>, End> {
    let mut line = String::new();
    match io::stdin().lock().read_line(&mut line) {
        Ok(0) => Ok(None),
        Ok(_) => {
            let line = line.strip_suffix('\n').unwrap_or(&line);
            Ok(Some(line.to_owned()))
        }
        Err(error) => Err(End::Usage(format!("a line cannot be read: {error}"))),
    }
}
