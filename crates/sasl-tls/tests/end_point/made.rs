//! Certificates made by the `openssl` command, and by hand.

use std::io::Write as _;
use std::process::{Command, Stdio};

/// Runs `openssl` with this input and returns what it wrote.
pub(crate) fn openssl(arguments: &str, input: &[u8]) -> Vec<u8> {
    let mut child = Command::new("openssl")
        .args(arguments.split_whitespace())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command `openssl` is needed (Debian: apt-get install openssl)");
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "openssl {arguments}: {complaint}");
    output.stdout
}

/// A private key in PEM, to be used for several certificates.
pub(crate) fn key(arguments: &str) -> Vec<u8> {
    openssl(&format!("genpkey {arguments}"), b"")
}

/// A self-signed certificate in DER.
pub(crate) fn certificate(key: &[u8], arguments: &str) -> Vec<u8> {
    let request = "req -x509 -config /dev/null -subj /CN=localhost -days 1 -outform DER";
    openssl(&format!("{request} -key /dev/stdin {arguments}"), key)
}

/// What `openssl x509 -fingerprint` says.
pub(crate) fn fingerprint(certificate: &[u8], digest: &str) -> Vec<u8> {
    let command = format!("x509 -inform DER -noout -fingerprint -{digest}");
    let line = String::from_utf8(openssl(&command, certificate)).unwrap();
    let (_, octets) = line.trim().split_once('=').unwrap();
    octets
        .split(':')
        .map(|octet| u8::from_str_radix(octet, 16).unwrap())
        .collect()
}

/// One DER element.
pub(crate) fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let value = parts.concat();
    let length = value.len();
    let mut octets = vec![tag];
    match u8::try_from(length) {
        Ok(short @ ..0x80) => octets.push(short),
        _ => {
            let long = length.to_be_bytes();
            let zeros = long.iter().take_while(|octet| **octet == 0).count();
            let long = &long[zeros..];
            octets.push(0x80 | u8::try_from(long.len()).unwrap());
            octets.extend_from_slice(long);
        }
    }
    octets.extend_from_slice(&value);
    octets
}

/// What looks like a certificate with this signature algorithm: an identifier and its parameters, both in DER.
pub(crate) fn shell(oid: &[u8], parameters: &[u8]) -> Vec<u8> {
    let algorithm = tlv(0x30, &[&tlv(0x06, &[oid]), parameters]);
    tlv(
        0x30,
        &[
            &tlv(0x30, &[b"what was signed"]),
            &algorithm,
            &tlv(0x03, &[&[0], &[7; 64]]),
        ],
    )
}
