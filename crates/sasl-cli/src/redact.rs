//! What a client's message says, its secret left out.

use sasl::plain::Message;

/// The message of a client in this mechanism; `is_first` is whether none came before it. What is not known to be free of secrets
/// is not shown.
pub(crate) fn message(mechanism: &str, is_first: bool, octets: &[u8]) -> String {
    let text = String::from_utf8_lossy(octets);
    let text = text.escape_debug().to_string();
    match mechanism {
        "PLAIN" => Message::parse(octets).map_or_else(|_| hidden(), |message| plain(&message)),
        // Clients go by the order of the prompts, so that no prompt can ask for a password as if it were the name.
        "LOGIN" if is_first => text,
        // A digest is worth a guess at the password for each try on one's own machine.
        "CRAM-MD5" => before(&text, " ", "digest"),
        "OAUTHBEARER" | "XOAUTH2" if octets.iter().all(|octet| *octet == 1) => text,
        "OAUTHBEARER" | "XOAUTH2" => before(&text, "auth=Bearer ", "token"),
        // So is a proof.
        scram if scram.starts_with("SCRAM-") && !text.contains(",p=") => text,
        scram if scram.starts_with("SCRAM-") => before(&text, ",p=", "proof"),
        // And so is the hash of a token, which may hold anything.
        hashed if hashed.starts_with("HT-") => match octets.split(|octet| *octet == 0).next() {
            Some(name) if name.len() < octets.len() => {
                let name = String::from_utf8_lossy(name);
                format!("{}\\0(hash not shown)", name.escape_debug())
            }
            _ => hidden(),
        },
        "ANONYMOUS" | "EXTERNAL" => text,
        _ => hidden(),
    }
}

/// The challenge of a server, without what proves it.
pub(crate) fn challenge(octets: &[u8]) -> String {
    if octets.starts_with(b"v=") {
        return "v=(not shown)".into();
    }
    // HT's proof is octets, and not text.
    match str::from_utf8(octets) {
        Ok(text) => text.escape_debug().to_string(),
        Err(_) => hidden(),
    }
}

fn plain(message: &Message<'_>) -> String {
    let authzid = match message.authzid {
        "" => "none",
        authzid => authzid,
    };
    let (authzid, authcid) = (authzid.escape_debug(), message.authcid.escape_debug());
    format!("authzid: {authzid}, authcid: {authcid}, password: not shown")
}

/// What stands before the secret, which begins behind the last `mark`.
fn before(text: &str, mark: &str, what: &str) -> String {
    match text.rsplit_once(mark) {
        Some((shown, _)) => format!("{shown}{mark}({what} not shown)"),
        None => hidden(),
    }
}

fn hidden() -> String {
    "(not shown)".into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_left_out() {
        for (mechanism, is_first, octets) in [
            ("PLAIN", true, "\0user\0c4n4ry"),
            ("PLAIN", true, "\0c4n4ry"),
            ("LOGIN", false, "c4n4ry"),
            ("CRAM-MD5", true, "a user c4n4ry"),
            ("CRAM-MD5", true, "c4n4ry"),
            (
                "OAUTHBEARER",
                true,
                "n,a=user,\u{1}auth=Bearer c4n4ry\u{1}\u{1}",
            ),
            (
                "XOAUTH2",
                true,
                "user=user\u{1}auth=Bearer c4n4ry\u{1}\u{1}",
            ),
            ("XOAUTH2", true, "c4n4ry"),
            ("SCRAM-SHA-256", true, "c=biws,r=ab,p=c4n4ry"),
            ("HT-SHA-256-NONE", true, "user\0c4n\0c4n4ry"),
            ("HT-SHA-256-NONE", true, "c4n4ry"),
            ("X-OTHER", true, "c4n4ry"),
        ] {
            let shown = message(mechanism, is_first, octets.as_bytes());
            assert!(shown.contains("not shown"), "{shown}");
            assert!(!shown.contains("c4n4ry"), "{shown}");
        }
        assert_eq!(challenge(b"v=c4n4ry"), "v=(not shown)");
    }

    #[test]
    fn the_rest_is_shown() {
        assert_eq!(message("LOGIN", true, b"user"), "user");
        assert_eq!(message("ANONYMOUS", true, b"sirhc"), "sirhc");
        assert_eq!(
            message("SCRAM-SHA-1", true, b"n,,n=user,r=a"),
            "n,,n=user,r=a"
        );
        assert_eq!(
            message("CRAM-MD5", true, b"a user 00"),
            "a user (digest not shown)"
        );
        assert_eq!(message("OAUTHBEARER", true, b"\x01"), "\\u{1}");
    }
}
