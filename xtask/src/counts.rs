//! How many crates from outside the workspace a library brings along, and that none of them is C.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, ensure};
use xshell::{Shell, cmd};

use crate::workspace::{Package, Workspace};

/// The promises of the README: a selection and the crates it may bring along.
const BUDGETS: &[(Selection<'_>, usize)] = &[
    (
        Selection {
            krate: "sasl-core",
            default_features: true,
            features: &[],
        },
        3,
    ),
    (
        Selection {
            krate: "sasl",
            default_features: false,
            features: &["plain"],
        },
        6,
    ),
    (
        Selection {
            krate: "sasl",
            default_features: false,
            features: &["login"],
        },
        4,
    ),
    (
        Selection {
            krate: "sasl",
            default_features: false,
            features: &["cram-md5"],
        },
        11,
    ),
    (
        Selection {
            krate: "sasl",
            default_features: false,
            features: &["scram-sha-256"],
        },
        20,
    ),
    // serde_json without deriving is five. The other six are listed for no platform (`cfg(any())`) and never built.
    (
        Selection {
            krate: "sasl",
            default_features: false,
            features: &["oauth"],
        },
        13,
    ),
    (
        Selection {
            krate: "sasl",
            default_features: false,
            features: &["external"],
        },
        2,
    ),
    (
        Selection {
            krate: "sasl",
            default_features: false,
            features: &["anonymous"],
        },
        4,
    ),
    (
        Selection {
            krate: "sasl",
            default_features: false,
            features: &["ht"],
        },
        14,
    ),
    (
        Selection {
            krate: "sasl-tls",
            default_features: false,
            features: &["end-point"],
        },
        18,
    ),
    (
        Selection {
            krate: "sasl-tls",
            default_features: false,
            features: &["rustls"],
        },
        24,
    ),
];

/// Build tools for foreign code: a crate that uses one compiles or looks for C.
const C_TOOLS: &[&str] = &["bindgen", "cc", "cmake", "pkg-config", "vcpkg"];

/// Crates that look like C and are not, each with its reason.
const NOT_C: &[(&str, &str)] = &[(
    "libc",
    "declarations of what std links anyway; compiles and looks for nothing",
)];

pub(crate) fn counts(sh: &Shell) -> Result<()> {
    let workspace = Workspace::load(sh)?;
    let mut faults = Vec::new();

    for (selection, limit) in BUDGETS {
        let outside = packages(sh, &workspace, selection, "normal")?;
        let names: Vec<&str> = outside
            .iter()
            .map(|package| package.name.as_str())
            .collect();
        println!(
            "{selection}: {} of at most {limit} crates: {}",
            names.len(),
            names.join(", ")
        );
        if names.len() > *limit {
            faults.push(format!(
                "{selection} brings {} crates along, more than {limit}",
                names.len()
            ));
        }
    }

    let defaults = workspace
        .libraries()
        .map(|library| Selection::default_of(&library.name));
    let counted = BUDGETS
        .iter()
        .map(|&(selection, _)| selection)
        .filter(|selection| !selection.is_default());
    for selection in defaults.chain(counted) {
        let outside = packages(sh, &workspace, &selection, "normal,build")?;
        let signs: Vec<String> = outside
            .iter()
            .filter_map(|package| {
                Some((package, sign_of_c(&package.name, package.links.as_deref())?))
            })
            .map(|(package, sign)| format!("{selection} depends on C: {} {sign}", package.name))
            .collect();
        println!(
            "{selection}: {} of {} crates are or build C",
            signs.len(),
            outside.len()
        );
        faults.extend(signs);
    }

    ensure!(faults.is_empty(), "{}", faults.join("\n"));
    Ok(())
}

/// A crate of the workspace with some of its features.
#[derive(Clone, Copy)]
struct Selection<'a> {
    krate: &'a str,
    default_features: bool,
    features: &'a [&'a str],
}

impl<'a> Selection<'a> {
    fn default_of(krate: &'a str) -> Self {
        Self {
            krate,
            default_features: true,
            features: &[],
        }
    }

    fn is_default(&self) -> bool {
        self.default_features && self.features.is_empty()
    }
}

impl std::fmt::Display for Selection<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.default_features, self.features) {
            (true, []) => write!(f, "{}", self.krate),
            (true, features) => write!(f, "{} with {}", self.krate, features.join(", ")),
            (false, []) => write!(f, "{} without features", self.krate),
            (false, features) => write!(f, "{} with {} only", self.krate, features.join(", ")),
        }
    }
}

/// The packages from outside the workspace that a selection depends on, on any platform.
fn packages<'w>(
    sh: &Shell,
    workspace: &'w Workspace,
    selection: &Selection<'_>,
    edges: &str,
) -> Result<Vec<&'w Package>> {
    let krate = selection.krate;
    let features = selection.features.join(",");
    let mut tree = cmd!(
        sh,
        "cargo tree --package {krate} --edges {edges} --target all --prefix none --locked"
    )
    .args(["--format", "{p}", "--features", &features]);
    if !selection.default_features {
        tree = tree.arg("--no-default-features");
    }
    let text = tree.quiet().read()?;
    let found: BTreeSet<(&str, &str)> = text.lines().filter_map(name_and_version).collect();

    let mut outside = Vec::new();
    for (name, version) in found {
        let package = workspace
            .packages
            .iter()
            .find(|package| package.name == name && package.version == version)
            .with_context(|| format!("cargo metadata does not know {name} {version}"))?;
        if !workspace.is_member(package) {
            outside.push(package);
        }
    }
    Ok(outside)
}

/// Reads a line of `cargo tree`: `subtle v2.6.1 (*)`.
fn name_and_version(line: &str) -> Option<(&str, &str)> {
    let mut words = line.split_whitespace();
    Some((words.next()?, words.next()?.strip_prefix('v')?))
}

/// What shows that a package is C, compiles it or links it.
fn sign_of_c(name: &str, links: Option<&str>) -> Option<String> {
    if NOT_C.iter().any(|&(allowed, _)| allowed == name) {
        return None;
    }
    if let Some(library) = links {
        return Some(format!("links `{library}`"));
    }
    if C_TOOLS.contains(&name) {
        return Some("builds foreign code".to_owned());
    }
    name.ends_with("-sys")
        .then(|| "is named for a foreign library".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c_is_noticed() {
        assert_eq!(
            sign_of_c("ring", Some("ring_core_0_17_14")).unwrap(),
            "links `ring_core_0_17_14`"
        );
        assert!(sign_of_c("openssl-sys", None).is_some());
        for tool in C_TOOLS {
            assert!(sign_of_c(tool, None).is_some(), "{tool}");
        }
    }

    #[test]
    fn rust_is_left_alone() {
        for name in ["subtle", "zeroize", "system", "libc"] {
            assert_eq!(sign_of_c(name, None), None, "{name}");
        }
    }

    #[test]
    fn lines_of_cargo_tree() {
        assert_eq!(name_and_version("subtle v2.6.1"), Some(("subtle", "2.6.1")));
        assert_eq!(
            name_and_version("zeroize_derive v1.4.2 (proc-macro) (*)"),
            Some(("zeroize_derive", "1.4.2"))
        );
        assert_eq!(name_and_version(""), None);
        assert_eq!(name_and_version("[build-dependencies]"), None);
    }
}
