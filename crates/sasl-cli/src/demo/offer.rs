//! What the demo offers: which mechanisms, and whose secrets they take.

use anyhow::{Context, Result, bail};
use sasl::scram::ScramPasswords;
use sasl::{
    Authcid, Builtin, CredentialKind, DecoyKey, Login, OsRandom, ScramHash, Server, Token,
    Unusable, builtin, builtins,
};

/// What is offered unless the command line says otherwise: nothing that is obsolete, and no stranger.
const SAFE: &[&str] = &[
    "SCRAM-SHA3-512-PLUS",
    "SCRAM-SHA-512-PLUS",
    "SCRAM-SHA-384-PLUS",
    "SCRAM-SHA-256-PLUS",
    "SCRAM-SHA3-512",
    "SCRAM-SHA-512",
    "SCRAM-SHA-384",
    "SCRAM-SHA-256",
    "PLAIN",
];

/// The mechanisms by these names, in any case, or the safe ones if there are none.
pub(crate) fn mechanisms(names: &[String]) -> Result<Vec<&'static Builtin>> {
    if names.is_empty() {
        return Ok(SAFE.iter().filter_map(|name| builtin(name)).collect());
    }
    let named = names.iter().map(|name| {
        builtin(&name.to_ascii_uppercase()).with_context(|| {
            format!("there is no mechanism {name:?}: `sasl mechanisms` lists what there is")
        })
    });
    named.collect()
}

/// Those that `--token` and `--client-ca` are for.
pub(crate) fn taking(kind: CredentialKind) -> impl Iterator<Item = &'static Builtin> {
    builtins()
        .iter()
        .filter(move |mechanism| mechanism.client().needs().contains(&kind))
}

/// A server that has them.
pub(crate) fn server(mechanisms: &[&Builtin], decoy: &DecoyKey) -> Result<Server, Unusable> {
    let mut server = Server::builder(OsRandom).passwords(ScramPasswords::new(STORED)?);
    for mechanism in mechanisms {
        server = if mechanism.name() == Login::NAME {
            // Some mail clients send the name along with the command.
            server.mechanism(Login::server().username_in_initial_response())
        } else {
            server.mechanism(mechanism.server(Some(decoy)).ok_or(Unusable::Mechanism)?)
        };
    }
    Ok(server.build())
}

/// The keys that every account has, and that passwords in clear text are checked against.
pub(crate) const STORED: ScramHash = ScramHash::Sha256;

/// Whether a mechanism goes by hashed tokens.
pub(crate) fn is_hashed_token(mechanism: &Builtin) -> bool {
    mechanism.client().needs() == [CredentialKind::Other]
}

/// The tokens that are taken, and whose they are.
pub(crate) struct Tokens(Vec<(Token, Authcid)>);

impl Tokens {
    /// The one that is always there.
    pub(crate) const GOOD: &'static str = "pencil-token";

    /// Reads `TOKEN=USER`. The error does not repeat it.
    pub(crate) fn new(given: &[String]) -> Result<Self> {
        let mut tokens = vec![(Token::new(Self::GOOD), Authcid::parse("user")?)];
        for given in given {
            // A token in base64 may have `=` in it, a name has none here.
            let Some((token, user)) = given.rsplit_once('=') else {
                bail!("a token is TOKEN=USER");
            };
            if token.is_empty() || !token.bytes().all(|octet| octet.is_ascii_graphic()) {
                bail!("a token is TOKEN=USER, and a token is visible ASCII");
            }
            tokens.push((
                Token::new(token),
                Authcid::parse(user).context("a token is TOKEN=USER")?,
            ));
        }
        Ok(Self(tokens))
    }

    /// Whose this one is.
    pub(crate) fn owner(&self, presented: &Token) -> Option<&Authcid> {
        let mut owner = None;
        // All of them, so that the time does not tell how far down it is.
        for (token, user) in &self.0 {
            if token.matches(presented.expose()) {
                owner = Some(user);
            }
        }
        owner
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_offered_by_default_is_safe() {
        let safe = mechanisms(&[]).unwrap();
        assert_eq!(safe.len(), SAFE.len());
        for mechanism in safe {
            assert_ne!(mechanism.status(), sasl::Status::Obsolete);
            let needs = mechanism.client().needs();
            assert!(needs.contains(&CredentialKind::Password), "{mechanism:?}");
        }
    }

    #[test]
    fn mechanisms_go_by_name() {
        let named = mechanisms(&["login".into(), "CRAM-MD5".into()]).unwrap();
        assert_eq!(named.len(), 2);
        for wrong in ["", "GSSAPI", "PLAIN "] {
            assert!(mechanisms(&[wrong.into()]).is_err(), "{wrong}");
        }
    }

    #[test]
    fn tokens_have_owners() {
        let tokens = Tokens::new(&["abc===alice".into()]).unwrap();
        assert_eq!(*tokens.owner(&Token::new("abc==")).unwrap(), "alice");
        assert_eq!(*tokens.owner(&Token::new(Tokens::GOOD)).unwrap(), "user");
        assert!(tokens.owner(&Token::new("abc")).is_none());
        assert!(tokens.owner(&Token::new("")).is_none());
        for wrong in ["", "abc", "=alice", "abc=", "a b=alice"] {
            assert!(Tokens::new(&[wrong.into()]).is_err(), "{wrong}");
        }
    }
}
