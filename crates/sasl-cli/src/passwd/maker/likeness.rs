//! Whether a text was made in the same way.

use sasl::Verifier;
use sasl::stored::{self, Dialect, Reading};
use sasl_password::Hash;

use super::{Form, Maker, Recipe};

/// Whether a text was made in this way, by what can be seen of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::passwd) enum Likeness {
    Same,
    OtherScheme,
    OtherCost,
    OtherPreparation,
    OtherFormat,
}

impl Maker {
    /// In what a text was made otherwise than here, if it can be seen; `None` for one that is no verifier at all.
    pub(in crate::passwd) fn likeness(&self, text: &str) -> Option<Likeness> {
        let mut reading = Reading::new();
        // The canonical text says how it was prepared, the others do not.
        if self.format != Form::Canonical {
            reading = reading.preparation(self.preparation);
        }
        if let Recipe::Scram { hash, .. } = self.recipe {
            reading = reading.scram_hash(hash);
        }
        let verifiers = stored::read(text, &reading).ok()?;
        let [verifier] = verifiers.as_slice() else {
            return Some(Likeness::OtherScheme);
        };
        let (scheme, cost, preparation) = match (self.recipe, verifier) {
            (Recipe::Hash(scheme), Verifier::PasswordHash(hash)) => {
                let seen = Hash::parse(hash.as_str(), Dialect::Unnamed)
                    .ok()?
                    .description();
                let same = seen.algorithm == scheme.algorithm();
                (same, seen.cost == scheme.cost(), true)
            }
            (Recipe::Scram { hash, iterations }, Verifier::Scram(keys)) => (
                keys.hash == hash,
                keys.iterations == iterations,
                keys.preparation == self.preparation,
            ),
            (Recipe::CramMd5, Verifier::CramMd5(_)) => (true, true, true),
            _ => (false, true, true),
        };
        let written = self.format.write(verifier, Dialect::Unnamed);
        // PBKDF2 has two texts without a tag, and where both are good each stays what it is.
        let is_phc = |text: &str| text.contains("$i=");
        let format = written.is_ok_and(|written| *written == text)
            && self.example().ok().map(|example| is_phc(&example)) == Some(is_phc(text));
        Some(match (scheme, cost, preparation, format) {
            (false, ..) => Likeness::OtherScheme,
            (_, false, ..) => Likeness::OtherCost,
            (_, _, false, _) => Likeness::OtherPreparation,
            (_, _, _, false) => Likeness::OtherFormat,
            (true, true, true, true) => Likeness::Same,
        })
    }
}
