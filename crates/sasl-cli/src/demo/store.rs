//! The accounts of the demo, in memory.

use std::collections::HashMap;
use std::str::FromStr;

use anyhow::Context;
use sasl::cram_md5::derive_context;
use sasl::scram::{ScramServer, derive_keys};
use sasl::{
    Authcid, Builtin, CramMd5, Found, Identity, Key, Malformed, OsRandom, OtherVerifier, Password,
    Preparation, Random, ScramHash, ScramKeys, Verifier,
};
use sasl_prep::saslprep_query;

use super::offer;

/// What an account's password and this make its hashed token: the demo has no login that gives one out.
pub(crate) const HASHED_TOKEN: &str = "-hashed-token";

/// An account as the command line gives it.
#[derive(Clone)]
pub(crate) struct Account {
    name: Authcid,
    password: Password,
}

impl Account {
    pub(crate) fn new(name: &str, password: &str) -> Result<Self, Malformed> {
        if password.is_empty() {
            return Err(Malformed::EmptyPassword);
        }
        Ok(Self {
            name: Authcid::parse(name)?,
            password: Password::new(password),
        })
    }

    pub(crate) fn name(&self) -> &Authcid {
        &self.name
    }

    /// The account under its name as prepared. Of the password only what these mechanisms need is kept, and one that
    /// cannot be prepared lets nobody in.
    fn enrol(&self, mechanisms: &[&Builtin]) -> Option<(String, Identity)> {
        let prepared = saslprep_query(self.name.as_str()).ok()?;
        let mut hashes = vec![offer::STORED];
        for hash in mechanisms
            .iter()
            .filter_map(|one| ScramHash::of_mechanism(one.name()))
        {
            if !hashes.contains(&hash) {
                hashes.push(hash);
            }
        }
        let mut identity = Identity::new(self.name.clone());
        for hash in hashes {
            identity = identity.with_verifier(Verifier::Scram(self.keys(hash)?));
        }
        if mechanisms.iter().any(|one| one.name() == CramMd5::NAME) {
            // As RFC 2195 has it: not prepared.
            let context = derive_context(&self.password, Preparation::None).ok()?;
            identity = identity.with_verifier(Verifier::CramMd5(context));
        }
        for mechanism in mechanisms.iter().filter(|one| offer::is_hashed_token(one)) {
            // As `HtSha256None::verifier` and its kin make it: a token is for the one mechanism.
            let mut token = self.password.expose().to_vec();
            token.extend_from_slice(HASHED_TOKEN.as_bytes());
            identity = identity.with_verifier(Verifier::Other(OtherVerifier {
                scheme: mechanism.name().as_str().into(),
                data: Key::new(token),
            }));
        }
        Some((prepared.as_str().to_owned(), identity))
    }

    fn keys(&self, hash: ScramHash) -> Option<ScramKeys> {
        let mut salt = [0; ScramServer::SALT_LEN];
        OsRandom.fill(&mut salt).ok()?;
        let (iterations, preparation) = (ScramServer::ITERATIONS, Preparation::Saslprep);
        derive_keys(hash, &self.password, &salt, iterations, preparation).ok()
    }
}

/// `NAME:PASSWORD`. The error does not repeat it.
impl FromStr for Account {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let (name, password) = text
            .split_once(':')
            .context("an account is NAME:PASSWORD")?;
        Self::new(name, password).context("an account is NAME:PASSWORD")
    }
}

/// The accounts by their names as prepared, which is how they are asked for.
pub(crate) struct Store(HashMap<String, Identity>);

impl Store {
    pub(crate) fn new(accounts: &[Account], mechanisms: &[&Builtin]) -> anyhow::Result<Self> {
        let enrolled = accounts.iter().map(|account| {
            account
                .enrol(mechanisms)
                .with_context(|| format!("{} or its password cannot be prepared", account.name()))
        });
        Ok(Self(enrolled.collect::<Result<_, _>>()?))
    }

    pub(crate) fn find(&self, authcid: &Authcid) -> Found {
        self.0.get(authcid.as_str()).cloned().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_as_prepared() {
        let store = Store::new(&[Account::from_str("u\u{ad}ser:a:b").unwrap()], &[]).unwrap();
        assert!(matches!(
            store.find(&Authcid::parse("user").unwrap()),
            Found::Known(_)
        ));
        assert!(matches!(
            store.find(&Authcid::parse("nobody").unwrap()),
            Found::Unknown
        ));
    }

    #[test]
    fn accounts_need_a_name_and_a_password() {
        for text in ["user", "user:", ":pencil", ""] {
            assert!(Account::from_str(text).is_err(), "{text}");
        }
    }
}
