//! Hashed tokens, HT-* (draft-schmaus-kitten-sasl-ht-08, draft-ietf-kitten-sasl-ht-01).

use crate::explanation::Attribute;
use crate::shown::{self, Show, attribute};

pub(super) fn initiator(octets: &[u8], show: Show) -> (String, Vec<Attribute>) {
    let Some(nul) = octets.iter().position(|octet| *octet == 0) else {
        let part = show.hidden("message", octets, "no name and hash: there is no NUL");
        return (show.within(octets), vec![part]);
    };
    let (name, rest) = octets.split_at_checked(nul).unwrap_or((octets, &[]));
    let rest = rest.get(1..).unwrap_or_default();
    let name = shown::octets(name);
    let parts = vec![
        attribute("authcid", &name, "who logs in"),
        show.hidden(
            "hashed-token",
            rest,
            "the hash of the token: without a nonce it is good again",
        ),
    ];
    (format!("{name}\\0{}", show.within(rest)), parts)
}

pub(super) fn responder(octets: &[u8], show: Show) -> (String, Vec<Attribute>) {
    if let [1, reason @ ..] = octets
        && reason.is_ascii()
    {
        let shown = shown::octets(reason);
        let part = attribute("failure", &shown, "why the server refuses");
        return (format!("\\x01{shown}"), vec![part]);
    }
    let part = show.hidden(
        "hashed-token",
        octets,
        "the server's proof that it has the token",
    );
    (show.within(octets), vec![part])
}
