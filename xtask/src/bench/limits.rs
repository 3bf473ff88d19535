//! What is promised of the numbers.

use std::fmt;

use anyhow::{Context as _, Result};

use super::Enumeration;
use super::clean_build::{self, CleanBuild};
use super::facts::Facts;

/// One promise and what was measured.
pub(super) struct Limit {
    pub(super) what: String,
    pub(super) seen: Number,
    pub(super) bound: Bound,
}

pub(super) enum Bound {
    AtMost(f64),
    AtLeast(f64),
}

/// How a number is written.
pub(super) enum Number {
    /// How many times something else.
    Times(f64),
    /// Whole things: octets, allocations, crates.
    Count(f64),
    /// A part of a whole.
    Percent(f64),
}

impl Number {
    fn value(&self) -> f64 {
        match *self {
            Self::Times(value) | Self::Count(value) | Self::Percent(value) => value,
        }
    }

    fn with(&self, value: f64) -> Self {
        match self {
            Self::Times(_) => Self::Times(value),
            Self::Count(_) => Self::Count(value),
            Self::Percent(_) => Self::Percent(value),
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Times(value) if value >= 10.0 => write!(f, "{value:.0}"),
            Self::Times(value) => write!(f, "{value:.2}"),
            Self::Count(value) => write!(f, "{value:.0}"),
            Self::Percent(value) => write!(f, "{value:.2} %"),
        }
    }
}

impl Limit {
    pub(super) fn is_met(&self) -> bool {
        match self.bound {
            Bound::AtMost(bound) => self.seen.value() <= bound,
            Bound::AtLeast(bound) => self.seen.value() >= bound,
        }
    }

    /// The bound in words.
    pub(super) fn bound(&self) -> String {
        match self.bound {
            Bound::AtMost(bound) => format!("at most {}", self.seen.with(bound)),
            Bound::AtLeast(bound) => format!("at least {}", self.seen.with(bound)),
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}, {}", self.what, self.seen, self.bound())
    }
}

/// The hashes that a client derives with.
pub(super) const HASHES: &[&str] = &[
    "SHA-1", "SHA-224", "SHA-256", "SHA-384", "SHA-512", "SHA3-512",
];

/// All promises.
pub(super) fn check(
    facts: &Facts,
    enumeration: &Enumeration,
    builds: &[CleanBuild],
) -> Result<Vec<Limit>> {
    let ratio =
        |row: &str, contender: &str| Ok::<f64, anyhow::Error>(facts.time(row, contender)?.ratio);
    let mut limits = Vec::new();
    for hash in HASHES {
        limits.push(Limit {
            what: format!("client's derivation with {hash}, times the bare `pbkdf2` call"),
            seen: Number::Times(1.0 / ratio(&format!("derivation {hash}"), "bare")?),
            bound: Bound::AtMost(1.05),
        });
    }
    limits.push(Limit {
        what: "client's derivation with SHA-256, times as fast as `rsasl`".to_owned(),
        seen: Number::Times(ratio("derivation SHA-256", "rsasl")?),
        bound: Bound::AtLeast(1.3),
    });
    limits.push(Limit {
        what: "server exchange, times its cryptography alone".to_owned(),
        seen: Number::Times(1.0 / ratio("server", "floor")?),
        bound: Bound::AtMost(1.8),
    });
    limits.push(Limit {
        what: "server exchange, times as fast as `rsasl`".to_owned(),
        seen: Number::Times(ratio("server", "rsasl")?),
        bound: Bound::AtLeast(1.5),
    });
    limits.push(Limit {
        what: "client exchange with kept keys, times as fast as with the password".to_owned(),
        seen: Number::Times(ratio("reconnect", "password")?),
        bound: Bound::AtLeast(100.0),
    });
    let (ours, copy) = (facts.heap("sasl")?, facts.heap("copy")?);
    limits.push(Limit {
        what: "octets that a waiting server exchange holds on the heap".to_owned(),
        seen: Number::Count(ours.held.into()),
        bound: Bound::AtMost(1024.0),
    });
    limits.push(Limit {
        what: "allocations of a server exchange, without the store's copy".to_owned(),
        seen: Number::Count(f64::from(ours.allocations) - f64::from(copy.allocations)),
        bound: Bound::AtMost(16.0),
    });
    limits.push(Limit {
        what: "instructions of a refusal, unknown user to wrong password, apart".to_owned(),
        seen: Number::Percent(enumeration.difference() * 100.0),
        bound: Bound::AtMost(1.0),
    });
    let ours = builds
        .iter()
        .find(|build| build.name == clean_build::OURS)
        .context("this workspace was not built")?;
    limits.push(Limit {
        what: "crates from outside that SCRAM-SHA-256 takes, both sides".to_owned(),
        seen: Number::Count(ours.crates.into()),
        bound: Bound::AtMost(20.0),
    });
    limits.push(Limit {
        what: "of which compile C or look for it".to_owned(),
        seen: Number::Count(ours.foreign.into()),
        bound: Bound::AtMost(0.0),
    });
    Ok(limits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_hold_both_ways() {
        let limit = |seen, bound| Limit {
            what: "it".to_owned(),
            seen: Number::Times(seen),
            bound,
        };
        assert!(limit(1.05, Bound::AtMost(1.05)).is_met());
        assert!(!limit(1.06, Bound::AtMost(1.05)).is_met());
        assert!(limit(1.3, Bound::AtLeast(1.3)).is_met());
        assert!(!limit(1.29, Bound::AtLeast(1.3)).is_met());
        assert_eq!(
            limit(137.9, Bound::AtLeast(100.0)).to_string(),
            "it: 138, at least 100"
        );
    }
}
