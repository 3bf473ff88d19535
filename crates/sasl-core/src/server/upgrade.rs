//! Verifiers that an account lacks, made when its password is there.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use crate::error::Unusable;
use crate::identity::Identity;
use crate::secret::Password;
use crate::verifier::Verifier;

/// Makes what accounts lack under this server's policy, from a password that was found right.
///
/// That is the only way from one hash to another, and from hashes to SCRAM keys: when a user logs in with PLAIN or LOGIN.
pub trait Upgrader: Send + Sync {
    /// Whether an account lacks something, or has something weaker than the policy wants.
    fn lacks(&self, identity: &Identity) -> bool;

    /// Makes it. This is heavy. The password is as prepared, so that what is made of it fits whatever is prepared to the same.
    ///
    /// # Errors
    /// [`Unusable`] when it cannot be made of this password.
    fn make(&self, identity: &Identity, password: &Password) -> Result<Vec<Verifier>, Unusable>;
}

/// Two are one: what an account lacks by either is made, in one job, the first one's before the second one's.
///
/// What one of them cannot make of a password does not keep the other from its own, as a password that is too long for bcrypt is
/// not for SCRAM: it is an error when nothing comes out. More than two are pairs of pairs.
impl<A: Upgrader, B: Upgrader> Upgrader for (A, B) {
    fn lacks(&self, identity: &Identity) -> bool {
        self.0.lacks(identity) || self.1.lacks(identity)
    }

    fn make(&self, identity: &Identity, password: &Password) -> Result<Vec<Verifier>, Unusable> {
        let both: [&dyn Upgrader; 2] = [&self.0, &self.1];
        let (mut all, mut failed) = (Vec::new(), None);
        for one in both.into_iter().filter(|one| one.lacks(identity)) {
            match one.make(identity, password) {
                Ok(made) => all.extend(made),
                Err(reason) => failed = failed.or(Some(reason)),
            }
        }
        match failed {
            Some(reason) if all.is_empty() => Err(reason),
            _ => Ok(all),
        }
    }
}

/// Heavy work that brings an account up to the policy, to be run wherever and whenever the application likes: the login does
/// not wait for it. It owns all it needs, the password among it.
#[must_use = "an account that is not upgraded is asked about again at the next login"]
pub struct Upgrade {
    upgrader: Arc<dyn Upgrader>,
    identity: Identity,
    password: Password,
}

impl Upgrade {
    /// The upgrade of an account that lacks something, after its password was found right.
    pub(super) fn of(
        upgrader: &Arc<dyn Upgrader>,
        identity: &Identity,
        password: &Password,
    ) -> Option<Self> {
        upgrader.lacks(identity).then(|| Self {
            upgrader: Arc::clone(upgrader),
            identity: identity.clone(),
            password: password.clone(),
        })
    }

    /// The account as the store had it.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Makes what the account lacks, to be stored with it; what it has of the same kind is then of no more use.
    ///
    /// # Errors
    /// [`Unusable`] when it cannot be made of this password, such as one that cannot be prepared.
    pub fn run(self) -> Result<Vec<Verifier>, Unusable> {
        self.upgrader.make(&self.identity, &self.password)
    }
}

impl fmt::Debug for Upgrade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upgrade")
            .field("authcid", self.identity.authcid())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Authcid;
    use crate::verifier::PasswordHash;
    use alloc::format;
    use alloc::string::String;

    /// Wants a hash that begins with its name, and makes it, or not.
    struct Wants(&'static str, Result<(), Unusable>);

    impl Upgrader for Wants {
        fn lacks(&self, identity: &Identity) -> bool {
            let is = |verifier: &Verifier| matches!(verifier, Verifier::PasswordHash(hash) if hash.as_str().starts_with(self.0));
            !identity.verifiers().iter().any(is)
        }

        fn make(&self, _: &Identity, password: &Password) -> Result<Vec<Verifier>, Unusable> {
            let text = format!("{} of {} octets", self.0, password.expose().len());
            self.1
                .map(|()| Vec::from([Verifier::PasswordHash(PasswordHash::new(&text))]))
        }
    }

    fn account(hashes: &[&str]) -> Identity {
        let hash = |text: &&str| Verifier::PasswordHash(PasswordHash::new(text));
        let user = Identity::new(Authcid::parse("user").unwrap());
        hashes.iter().map(hash).fold(user, Identity::with_verifier)
    }

    fn text(verifier: Verifier) -> String {
        match verifier {
            Verifier::PasswordHash(hash) => String::from(hash.as_str()),
            other => panic!("{other:?}"),
        }
    }

    fn made(upgrader: &impl Upgrader, identity: &Identity) -> Result<Vec<String>, Unusable> {
        let made = upgrader.make(identity, &Password::new("pencil"))?;
        Ok(made.into_iter().map(text).collect())
    }

    #[test]
    fn of_two_each_makes_what_it_finds_lacking() {
        let pair = (Wants("a", Ok(())), (Wants("b", Ok(())), Wants("c", Ok(()))));
        for (has, gets) in [
            (
                &[][..],
                &["a of 6 octets", "b of 6 octets", "c of 6 octets"][..],
            ),
            (&["b"], &["a of 6 octets", "c of 6 octets"]),
            (&["a", "c"], &["b of 6 octets"]),
            (&["c", "b", "a"], &[]),
        ] {
            let identity = account(has);
            assert_eq!(pair.lacks(&identity), !gets.is_empty(), "{has:?}");
            assert_eq!(made(&pair, &identity).unwrap(), gets, "{has:?}");
        }
    }

    #[test]
    fn one_that_cannot_does_not_keep_the_other_from_it() {
        let (long, bad) = (Err(Unusable::TooLong), Err(Unusable::Preparation));
        let of_b = ["b of 6 octets"];
        let pair = (Wants("a", long), Wants("b", Ok(())));
        assert_eq!(made(&pair, &account(&[])).unwrap(), of_b);
        assert_eq!(made(&pair, &account(&["b"])), Err(Unusable::TooLong));
        let turned = (Wants("b", Ok(())), Wants("a", long));
        assert_eq!(made(&turned, &account(&[])).unwrap(), of_b);
        let neither = (Wants("a", long), Wants("b", bad));
        assert_eq!(made(&neither, &account(&[])), Err(Unusable::TooLong));
    }
}
