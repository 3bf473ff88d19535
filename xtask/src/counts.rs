//! How many crates from outside the workspace a library brings along, and that none of them is C.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, ensure};
use xshell::{Shell, cmd};

use crate::workspace::{Package, Workspace};

/// The promises of the README: a selection and the crates it may bring along.
const BUDGETS: &[(Selection<'_>, usize)] = &[
    (Selection::default_of("sasl-core"), 3),
    (Selection::only("sasl", &["plain"]), 6),
    (Selection::only("sasl", &["login"]), 4),
    (Selection::only("sasl", &["cram-md5"]), 11),
    (Selection::only("sasl", &["scram-sha-256"]), 20),
    // serde_json without deriving is five. The other six are listed for no platform (`cfg(any())`) and never built.
    (Selection::only("sasl", &["oauth"]), 13),
    (Selection::only("sasl", &["external"]), 2),
    (Selection::only("sasl", &["anonymous"]), 4),
    (Selection::only("sasl", &["ht"]), 14),
    (Selection::only("sasl", &["password"]), 14),
    (Selection::only("sasl", &["password-all"]), 30),
    (Selection::only("sasl", &["stored"]), 7),
    (Selection::default_of("sasl-password"), 14),
    // Seven that are linked, asn1-rs among them, and ten that derive for it; three the crate has without it.
    (Selection::only("sasl-profile", &["ldap"]), 20),
    (Selection::only("sasl-tls", &["end-point"]), 18),
    (Selection::only("sasl-tls", &["rustls"]), 24),
];

/// The features of `sasl` that are mechanisms, each with the one crate that it brings in.
const MECHANISMS: &[(&str, &str)] = &[
    ("anonymous", "sasl-anonymous"),
    ("cram-md5", "sasl-crammd5"),
    ("external", "sasl-external"),
    ("ht", "sasl-ht"),
    ("login", "sasl-login"),
    ("oauth", "sasl-oauth"),
    ("plain", "sasl-plain"),
    ("scram-sha-1", "sasl-scram"),
    ("scram-sha-224", "sasl-scram"),
    ("scram-sha-256", "sasl-scram"),
    ("scram-sha-384", "sasl-scram"),
    ("scram-sha-512", "sasl-scram"),
    ("scram-sha3-512", "sasl-scram"),
];

/// The features of `sasl` that are none.
const NO_MECHANISMS: &[&str] = &[
    "default",
    "os-rng",
    "password",
    "password-all",
    "serde",
    "std",
    "stored",
];

/// What every mechanism may stand on.
const COMMON: &[&str] = &["sasl", "sasl-core", "sasl-prep"];

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

    let features = workspace
        .libraries()
        .filter(|library| library.name == "sasl")
        .flat_map(Package::features);
    faults.extend(
        unlisted(features)
            .into_iter()
            .map(|fault| format!("of sasl's features, {fault}")),
    );

    for &(feature, own) in MECHANISMS {
        let features = [feature];
        let selection = Selection::only("sasl", &features);
        let strangers: Vec<&str> = all_packages(sh, &workspace, &selection, "normal")?
            .into_iter()
            .filter(|package| workspace.is_member(package))
            .map(|package| package.name.as_str())
            .filter(|name| !COMMON.contains(name) && *name != own)
            .collect();
        if strangers.is_empty() {
            println!("{selection}: of the workspace, {own} and what all stand on");
        } else {
            let strangers = strangers.join(", ");
            faults.push(format!("{selection} brings in {strangers}"));
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

/// The features that stand in none of the lists here, and those listed that there are not.
fn unlisted<'a>(features: impl Iterator<Item = &'a str>) -> Vec<String> {
    let listed: BTreeSet<&str> = MECHANISMS
        .iter()
        .map(|&(feature, _)| feature)
        .chain(NO_MECHANISMS.iter().copied())
        .collect();
    let present: BTreeSet<&str> = features.collect();
    let unlisted = present
        .difference(&listed)
        .map(|feature| format!("{feature} is listed neither as a mechanism nor as none"));
    let gone = listed
        .difference(&present)
        .map(|feature| format!("{feature} is listed and not there"));
    unlisted.chain(gone).collect()
}

/// A crate of the workspace with some of its features.
#[derive(Clone, Copy)]
struct Selection<'a> {
    krate: &'a str,
    default_features: bool,
    features: &'a [&'a str],
}

impl<'a> Selection<'a> {
    const fn default_of(krate: &'a str) -> Self {
        Self {
            krate,
            default_features: true,
            features: &[],
        }
    }

    const fn only(krate: &'a str, features: &'a [&'a str]) -> Self {
        Self {
            krate,
            default_features: false,
            features,
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
    let mut packages = all_packages(sh, workspace, selection, edges)?;
    packages.retain(|package| !workspace.is_member(package));
    Ok(packages)
}

/// All packages that a selection depends on, itself among them, on any platform.
fn all_packages<'w>(
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

    found
        .into_iter()
        .map(|(name, version)| {
            workspace
                .packages
                .iter()
                .find(|package| package.name == name && package.version == version)
                .with_context(|| format!("cargo metadata does not know {name} {version}"))
        })
        .collect()
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
    fn a_feature_that_nobody_listed_is_noticed() {
        let listed = || {
            let mechanisms = MECHANISMS.iter().map(|&(feature, _)| feature);
            mechanisms.chain(NO_MECHANISMS.iter().copied())
        };
        assert_eq!(unlisted(listed()), [""; 0]);
        assert_eq!(unlisted(listed().chain(["gssapi"])).len(), 1);
        assert_eq!(unlisted(listed().skip(1)).len(), 1);
    }

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
