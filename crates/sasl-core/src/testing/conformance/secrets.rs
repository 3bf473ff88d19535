//! Where no secret may stand.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::scene::{Outcome, Scene, Seeds, Stop, replaced};
use crate::credentials::Credentials;
use crate::identity::{Identity, Standing};
use crate::principal::Authzid;
use crate::properties::Side;
use crate::testing::Transcript;
use crate::verifier::Verifier;

/// Octets below which a secret is too likely to stand somewhere by chance.
const LEAST: usize = 4;

pub(super) fn secrets_hidden(scene: &Scene<'_, '_>) -> Outcome {
    let mut secrets = of_credentials(scene.right_credentials());
    if scene.has_secret() {
        secrets.extend(of_credentials(scene.wrong_credentials()?));
    }
    secrets.extend(of_account(&scene.subject.identity));
    let all = Forms::of(&secrets);

    for run in exchanges(scene)? {
        for shown in &run.shown {
            ensure!(!all.stand_in_text(shown), "a secret is shown: {shown}");
        }
        for message in &run.messages {
            let data = message.data().unwrap_or_default();
            let may_pass = message.sender() == Side::Client && scene.properties.sends_clear_text();
            ensure!(
                may_pass || !all.stand_in(data),
                "a secret passes in clear text: {message}"
            );
        }
        let said = run.client.as_ref().err().and_then(|failure| failure.said());
        ensure!(
            !said.is_some_and(|said| all.stand_in_text(said)),
            "the client repeats a secret: {said:?}"
        );
        let parting = run
            .server
            .as_ref()
            .err()
            .and_then(|failure| failure.parting());
        ensure!(
            !all.stand_in(parting.unwrap_or_default()),
            "the server's last word has a secret in it"
        );
    }
    Ok(())
}

/// Exchanges that lead to every kind of turn and failure.
fn exchanges(scene: &Scene<'_, '_>) -> Result<Vec<Transcript>, Stop> {
    let usual = scene.usual();
    let [ghost, _] = scene.subject.unknown_users();
    let right = || scene.right_credentials();
    let mut runs = Vec::from([usual.run(right()), usual.run(right().with_authcid(ghost))]);
    if scene.has_secret() {
        runs.push(usual.run(scene.wrong_credentials()?));
    }
    if let Ok(other) = Authzid::parse("postmaster") {
        runs.push(usual.run(right().acting_as(other)));
    }
    let disabled = scene
        .subject
        .identity
        .clone()
        .with_standing(Standing::Disabled);
    runs.push(
        scene
            .pair(scene.policy_with(disabled), Seeds::USUAL)
            .run(right()),
    );
    // What is damaged is refused in another place, and with other words.
    let messages = runs
        .first()
        .map(|run| run.messages.clone())
        .unwrap_or_default();
    for (index, message) in messages.iter().enumerate() {
        let data = message.data().unwrap_or_default();
        for damaged in [[data, b"\xff"], [data, b"\0"], [b"\xff", data]] {
            let damaged = replaced(&messages, index, &message.with_data(damaged.concat()));
            runs.push(match message.sender() {
                Side::Client => usual.play_to_server(damaged),
                Side::Server => usual.play_to_client(right(), damaged),
            });
        }
    }
    Ok(runs)
}

fn of_credentials(credentials: Credentials) -> Vec<Vec<u8>> {
    let parts = credentials.into_parts();
    let password = parts.password.map(|password| password.expose().to_vec());
    let token = parts.token.map(|token| token.expose().to_vec());
    let keys = parts.keys.map(|keys| keys.client_key.expose().to_vec());
    [password, token, keys].into_iter().flatten().collect()
}

fn of_account(identity: &Identity) -> Vec<Vec<u8>> {
    let secrets = identity
        .verifiers()
        .iter()
        .flat_map(|verifier| match verifier {
            Verifier::ClearText(password) => Vec::from([password.expose().to_vec()]),
            Verifier::PasswordHash(hash) => Vec::from([hash.as_str().as_bytes().to_vec()]),
            Verifier::Scram(keys) => Vec::from([
                keys.stored_key.expose().to_vec(),
                keys.server_key.expose().to_vec(),
            ]),
            Verifier::CramMd5(context) => Vec::from([
                context.inner.expose().to_vec(),
                context.outer.expose().to_vec(),
            ]),
            Verifier::Other(other) => Vec::from([other.data.expose().to_vec()]),
        });
    secrets.collect()
}

/// Secrets as they are, and in the forms in which octets are usually shown.
struct Forms(Vec<Vec<u8>>);

impl Forms {
    fn of(secrets: &[Vec<u8>]) -> Self {
        let secrets = secrets.iter().filter(|secret| secret.len() >= LEAST);
        Self(secrets.flat_map(|secret| forms(secret)).collect())
    }

    fn stand_in(&self, octets: &[u8]) -> bool {
        self.0
            .iter()
            .any(|form| octets.windows(form.len()).any(|part| part == form))
    }

    /// As [`stand_in`](Self::stand_in), whatever the white space between.
    fn stand_in_text(&self, text: &str) -> bool {
        let words: Vec<&str> = text.split_whitespace().collect();
        self.stand_in(text.as_bytes()) || self.stand_in(words.join(" ").as_bytes())
    }
}

fn forms(secret: &[u8]) -> Vec<Vec<u8>> {
    let list = |of: &dyn Fn(&u8) -> String, between: &str| {
        secret
            .iter()
            .map(of)
            .collect::<Vec<_>>()
            .join(between)
            .into_bytes()
    };
    let mut forms = Vec::from([
        secret.to_vec(),
        list(&|octet| format!("{octet:02x}"), ""),
        list(&|octet| format!("{octet:02X}"), ""),
        list(&|octet| format!("{octet}"), ", "),
        secret.escape_ascii().collect(),
    ]);
    forms.extend((0..3).map(|before| base64_inside(secret, before)));
    forms
}

/// The characters of base64 that depend on the secret alone, when so many octets stand before it.
fn base64_inside(secret: &[u8], before: usize) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    // A character is six bits. The first of an octet after one, two others belong to a character that began before.
    let shared = match before % 3 {
        1 => 4,
        2 => 2,
        _ => 0,
    };
    let bits_of = |octet: &u8| {
        let octet = *octet;
        (0..8).rev().map(move |bit| (octet >> bit) & 1)
    };
    let bits: Vec<u8> = secret.iter().flat_map(bits_of).skip(shared).collect();
    let character = |bits: &[u8]| {
        let index = bits
            .iter()
            .fold(0, |index, bit| (index << 1) | usize::from(*bit));
        ALPHABET.get(index).copied()
    };
    bits.chunks_exact(6).filter_map(character).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_seen_in_whatever_form_it_is_shown() {
        let forms = Forms::of(&[b"pencil".to_vec()]);
        for shown in [
            "Password(\"pencil\")",
            "70656e63696c",
            "70656E63696C",
            "[112, 101, 110, 99, 105, 108]",
            "[\n    112,\n    101,\n    110,\n    99,\n    105,\n    108,\n]",
            // "\0user\0pencil", "user\0pencil", "ser\0pencil" in base64.
            "AHVzZXIAcGVuY2ls",
            "dXNlcgBwZW5jaWw=",
            "c2VyAHBlbmNpbA==",
        ] {
            assert!(forms.stand_in_text(shown), "{shown}");
        }
        for shown in ["Password(..)", "pen cil", "AHVzZXIAcGVuY2lsr"] {
            assert_eq!(
                forms.stand_in_text(shown),
                shown.contains("cGVuY2ls"),
                "{shown}"
            );
        }
    }

    #[test]
    fn short_secrets_are_not_looked_for() {
        assert!(!Forms::of(&[b"a".to_vec()]).stand_in_text("a"));
    }
}
