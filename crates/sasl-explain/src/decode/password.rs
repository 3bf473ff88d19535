//! PLAIN (RFC 4616), LOGIN and CRAM-MD5 (RFC 2195).

use crate::explanation::Attribute;
use crate::shown::{self, Show, attribute};

pub(super) fn plain(octets: &[u8], show: Show) -> (String, Vec<Attribute>) {
    let fields: Vec<_> = octets.splitn(4, |octet| *octet == 0).collect();
    let who = |octets: &[u8]| match octets {
        [] => "empty".into(),
        octets => shown::octets(octets),
    };
    match *fields.as_slice() {
        // With the NULs one place too far to the right the password stands before the second.
        [authzid, shifted, []] if !authzid.is_empty() && !shifted.is_empty() => {
            let text = format!("{}\\0{}\\0", shown::octets(authzid), show.within(shifted));
            let parts = vec![
                attribute("authzid", &who(authzid), "whom to act as"),
                show.hidden(
                    "authcid",
                    shifted,
                    "who logs in; or a password in the wrong place",
                ),
                attribute("passwd", "empty", "the password"),
            ];
            (text, parts)
        }
        [authzid, authcid, password] => {
            let acting = if authzid.is_empty() {
                "whom to act as: who logs in"
            } else {
                "whom to act as"
            };
            let text = format!(
                "{}\\0{}\\0{}",
                shown::octets(authzid),
                shown::octets(authcid),
                show.within(password)
            );
            let parts = vec![
                attribute("authzid", &who(authzid), acting),
                attribute("authcid", &who(authcid), "who logs in"),
                show.hidden("passwd", password, "the password, in clear text"),
            ];
            (text, parts)
        }
        // Which of the fields the password is cannot be told.
        _ => {
            let nuls = octets.iter().filter(|octet| **octet == 0).count();
            let parts = vec![
                attribute("NULs", &nuls.to_string(), "there have to be 2"),
                show.hidden("message", octets, "the fields cannot be told apart"),
            ];
            (show.within(octets), parts)
        }
    }
}

pub(super) fn prompt(octets: &[u8]) -> (String, Vec<Attribute>) {
    let shown = shown::octets(octets);
    let part = attribute(
        "prompt",
        &shown,
        "what the server wants; clients go by the order",
    );
    (shown, vec![part])
}

pub(super) fn login_name(octets: &[u8], show: Show) -> (String, Vec<Attribute>) {
    // Who gets the order wrong, or answers with PLAIN's message, sends a password here.
    if octets.contains(&0) {
        let part = show.hidden("username", octets, "no name: there is a NUL in it");
        return (show.within(octets), vec![part]);
    }
    let shown = shown::octets(octets);
    (
        shown.clone(),
        vec![attribute("username", &shown, "who logs in")],
    )
}

pub(super) fn login_password(octets: &[u8], show: Show) -> (String, Vec<Attribute>) {
    let part = show.hidden("password", octets, "the password, in clear text");
    (show.within(octets), vec![part])
}

pub(super) fn cram_challenge(octets: &[u8]) -> (String, Vec<Attribute>) {
    let shown = shown::octets(octets);
    let part = attribute(
        "challenge",
        &shown,
        "what the client signs with the password",
    );
    (shown, vec![part])
}

pub(super) fn cram_response(octets: &[u8], show: Show) -> (String, Vec<Attribute>) {
    let space = octets.iter().rposition(|octet| *octet == b' ');
    let fields = space
        .and_then(|at| octets.split_at_checked(at))
        // What has no digest behind it may be a password.
        .filter(|(_, digest)| {
            digest.len() == 33 && digest.iter().skip(1).all(u8::is_ascii_hexdigit)
        });
    let Some((name, digest)) = fields else {
        let part = show.hidden("message", octets, "no name, space and digest");
        return (show.within(octets), vec![part]);
    };
    let digest = digest.get(1..).unwrap_or_default();
    let name = shown::octets(name);
    let parts = vec![
        attribute("username", &name, "who logs in"),
        show.hidden(
            "digest",
            digest,
            "HMAC-MD5 of the challenge, with the password for a key",
        ),
    ];
    (format!("{name} {}", show.within(digest)), parts)
}
