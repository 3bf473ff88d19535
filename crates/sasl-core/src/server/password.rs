//! Checking a password that passed in clear text (PLAIN, LOGIN).

use core::fmt;
use core::hint::black_box;

use crate::identity::Identity;
use crate::secret::{Password, Secret};
use crate::verifier::Verifier;

/// Checks passwords against verifiers that are more than clear text, and does as much for users that do not exist.
pub trait PasswordVerifier: Send + Sync {
    /// Whether `password` is the one that `verifier` was made of; `None` when it is of no kind that is understood here.
    ///
    /// A verifier that is understood but damaged, or too costly for this server's policy, is `Some(false)`.
    fn check(&self, verifier: &Verifier, password: &[u8]) -> Option<bool>;

    /// Does the work of one check as this server's policy makes verifiers, in vain.
    fn decoy(&self, password: &[u8]);
}

/// Two are one: the second checks what the first does not understand, such as SCRAM keys beside password hashes.
///
/// The first has the policy: an unknown user costs what the first one's accounts cost. More than two are pairs of pairs.
impl<A: PasswordVerifier, B: PasswordVerifier> PasswordVerifier for (A, B) {
    fn check(&self, verifier: &Verifier, password: &[u8]) -> Option<bool> {
        let (first, second) = self;
        first
            .check(verifier, password)
            .or_else(|| second.check(verifier, password))
    }

    fn decoy(&self, password: &[u8]) {
        self.0.decoy(password);
    }
}

/// Prepares a stored clear-text password so that it can be compared; `None` when it cannot be prepared.
pub type StoredForm = fn(&[u8]) -> Option<Secret>;

/// A password as a client presented it, and as prepared.
pub struct Presented {
    octets: Password,
    prepared: Option<Password>,
    stored_form: StoredForm,
}

impl Presented {
    /// A password that is compared as it is.
    #[must_use]
    pub fn unprepared(octets: Password) -> Self {
        Self {
            octets,
            prepared: None,
            stored_form: |stored| Some(Secret::from(stored)),
        }
    }

    /// A password with its prepared form (RFC 4616 §2: the query form), and how a stored one is prepared to be
    /// compared with it.
    #[must_use]
    pub fn prepared(octets: Password, prepared: Password, stored_form: StoredForm) -> Self {
        Self {
            octets,
            prepared: Some(prepared),
            stored_form,
        }
    }

    /// The octets that the client sent.
    #[must_use]
    pub fn octets(&self) -> &Password {
        &self.octets
    }

    /// The prepared form, or the octets where nothing is prepared.
    pub(super) fn comparable(&self) -> &Password {
        self.prepared.as_ref().unwrap_or(&self.octets)
    }

    fn matches_clear_text(&self, stored: &[u8]) -> bool {
        // RFC 4616 §2: a stored password that cannot be prepared, or is then empty, verifies nothing.
        (self.stored_form)(stored)
            .is_some_and(|stored| !stored.is_empty() & self.comparable().matches(stored.expose()))
    }

    /// Hashes in the world were made of prepared and of raw passwords: each form that differs is tried. How many
    /// there are depends on the presented password alone.
    fn forms(&self) -> impl Iterator<Item = &[u8]> {
        let prepared = self.comparable().expose();
        let raw = (!self.octets.matches(prepared)).then(|| self.octets.expose());
        core::iter::once(prepared).chain(raw)
    }

    /// Checks against the account, or does the work of it for a stranger.
    ///
    /// One kind of verifier decides, so that an account with several kinds costs no more than another: hashes if there
    /// are any, understood or not, else clear text, else what remains. Of that kind any one may match: an account may have several
    /// passwords.
    pub(super) fn check(
        &self,
        verifier: Option<&dyn PasswordVerifier>,
        identity: Option<&Identity>,
    ) -> bool {
        let all = identity.map(Identity::verifiers).unwrap_or_default();
        // Where there is a hash that nobody here understands, what else there is may be long out of date.
        let hashed = all.iter().any(|candidate| rank(candidate) == HASH);
        let kinds = if hashed { HASH..=HASH } else { HASH..=REST };
        let decided = kinds.into_iter().find_map(|kind| {
            let of_kind = all.iter().filter(|candidate| rank(candidate) == kind);
            let checked = of_kind.filter_map(|candidate| self.check_one(verifier, candidate));
            Some((kind, checked.reduce(|one, other| one | other)?))
        });
        // Where the policy is to hash, a comparison of clear text takes no less, and neither does a stranger.
        if decided.is_none_or(|(kind, _)| kind == CLEAR_TEXT) {
            match verifier {
                Some(verifier) => self.forms().for_each(|form| verifier.decoy(form)),
                None if decided.is_none() => {
                    _ = black_box(self.matches_clear_text(self.octets.expose()));
                }
                None => {}
            }
        }
        decided.is_some_and(|(_, right)| right)
    }

    fn check_one(
        &self,
        verifier: Option<&dyn PasswordVerifier>,
        candidate: &Verifier,
    ) -> Option<bool> {
        match candidate {
            Verifier::ClearText(stored) => Some(self.matches_clear_text(stored.expose())),
            other => self
                .forms()
                .filter_map(|form| verifier?.check(other, form))
                .reduce(|one, another| one | another),
        }
    }
}

/// The rank of hashes.
const HASH: u8 = 0;

/// The rank of clear text.
const CLEAR_TEXT: u8 = 1;

/// The rank of what remains.
const REST: u8 = 2;

fn rank(verifier: &Verifier) -> u8 {
    match verifier {
        Verifier::PasswordHash(_) => HASH,
        Verifier::ClearText(_) => CLEAR_TEXT,
        _ => REST,
    }
}

impl fmt::Debug for Presented {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Presented(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verifier::{OtherVerifier, PasswordHash};
    use crate::{Authcid, Key};
    use core::sync::atomic::{AtomicU32, Ordering};

    /// Understands one kind, and counts what it does.
    #[derive(Default)]
    struct Counting {
        hashes: bool,
        checks: AtomicU32,
        decoys: AtomicU32,
    }

    impl Counting {
        fn counted(&self) -> (u32, u32) {
            let count = |counter: &AtomicU32| counter.load(Ordering::Relaxed);
            (count(&self.checks), count(&self.decoys))
        }
    }

    impl PasswordVerifier for &Counting {
        fn check(&self, verifier: &Verifier, password: &[u8]) -> Option<bool> {
            let stored = match (verifier, self.hashes) {
                (Verifier::PasswordHash(hash), true) => hash.as_str().as_bytes(),
                (Verifier::Other(other), false) => other.data.expose(),
                _ => return None,
            };
            self.checks.fetch_add(1, Ordering::Relaxed);
            Some(stored == password)
        }

        fn decoy(&self, _password: &[u8]) {
            self.decoys.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn the_second_checks_what_the_first_does_not_know_and_the_first_is_the_policy() {
        let (hashes, others) = (
            Counting {
                hashes: true,
                ..Counting::default()
            },
            Counting::default(),
        );
        let pair = (&hashes, &others);
        let hash = Verifier::PasswordHash(PasswordHash::new("pencil"));
        let other = Verifier::Other(OtherVerifier {
            scheme: "toy".into(),
            data: Key::new("pencil"),
        });

        assert_eq!(pair.check(&hash, b"pencil"), Some(true));
        assert_eq!(pair.check(&other, b"pencil"), Some(true));
        assert_eq!(pair.check(&other, b"pen"), Some(false));
        // A wrong password is no reason to ask on.
        assert_eq!(pair.check(&hash, b"pen"), Some(false));
        assert_eq!(
            pair.check(&Verifier::ClearText(Password::new("x")), b"x"),
            None
        );
        assert_eq!((hashes.counted(), others.counted()), ((2, 0), (2, 0)));

        // A stranger, and an account of which neither knows anything, cost one decoy of the first.
        let presented = Presented::unprepared(Password::new("pencil"));
        assert!(!presented.check(Some(&pair), None));
        let empty = Identity::new(Authcid::parse("user").unwrap());
        assert!(!presented.check(Some(&pair), Some(&empty)));
        assert_eq!((hashes.counted(), others.counted()), ((2, 2), (2, 0)));
    }
}
