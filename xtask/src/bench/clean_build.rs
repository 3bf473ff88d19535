//! How long a clean build takes, and how many crates it is made of.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use xshell::{Shell, cmd};

use super::{FOREIGN_FLAGS, PEERS};

/// What came of one selection.
pub(super) struct CleanBuild {
    pub(super) name: &'static str,
    /// The shortest of the builds.
    pub(super) time: Option<Duration>,
    /// Crates from outside this workspace, on this platform, with what is needed only for building.
    pub(super) crates: u32,
    /// Those among them that build C or look for it.
    pub(super) foreign: u32,
}

/// The selection that the limit on crates is about.
pub(super) const OURS: &str = "`sasl`, SCRAM-SHA-256 and the system's randomness";

struct Selection {
    name: &'static str,
    dependency: &'static str,
    timed: bool,
}

const SELECTIONS: &[Selection] = &[
    Selection {
        name: OURS,
        dependency: r#"sasl = { path = "ROOT/crates/sasl", default-features = false, features = ["scram-sha-256", "os-rng"] }"#,
        timed: true,
    },
    Selection {
        name: "the same without randomness of its own",
        dependency: r#"sasl = { path = "ROOT/crates/sasl", default-features = false, features = ["scram-sha-256"] }"#,
        timed: false,
    },
    Selection {
        name: "`rsasl` 2.3.1, SCRAM-SHA-256 and SCRAM-SHA-512, which come together",
        dependency: r#"rsasl = { version = "=2.3.1", default-features = false, features = ["config_builder", "provider", "scram-sha-2"] }"#,
        timed: true,
    },
];

/// Builds of each timed selection; the sides take turns.
const TIMES: usize = 2;

/// Crates that build foreign code or look for it.
const FOREIGN: &[&str] = &["bindgen", "cc", "cmake", "pkg-config", "vcpkg"];

impl CleanBuild {
    /// Builds each selection as the only dependency of an empty program.
    pub(super) fn measure_all(sh: &Shell) -> Result<Vec<Self>> {
        let root = sh.current_dir();
        let temporary = sh.create_temp_dir()?;
        let mut builds = Vec::new();
        for (at, selection) in SELECTIONS.iter().enumerate() {
            let project = temporary.path().join(format!("project-{at}"));
            write_project(sh, &root, &project, selection)?;
            let crates = crates(sh, &root, &project)?;
            let foreign = crates.iter().filter(|krate| is_foreign(krate));
            builds.push(Self {
                name: selection.name,
                time: None,
                foreign: u32::try_from(foreign.count())?,
                crates: u32::try_from(crates.len())?,
            });
        }
        for round in 0..TIMES {
            for (at, (selection, build)) in SELECTIONS.iter().zip(&mut builds).enumerate() {
                if selection.timed {
                    let project = temporary.path().join(format!("project-{at}"));
                    let target = project.join(format!("target-{round}"));
                    let time = clean_build(sh, &project, &target)?;
                    build.time = Some(build.time.map_or(time, |before| before.min(time)));
                }
            }
        }
        Ok(builds)
    }
}

fn write_project(sh: &Shell, root: &Path, project: &Path, selection: &Selection) -> Result<()> {
    let root_text = root
        .to_str()
        .context("the path of the workspace is UTF-8")?;
    let dependency = selection.dependency.replace("ROOT", root_text);
    let manifest = format!(
        "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n{dependency}\n"
    );
    sh.write_file(project.join("Cargo.toml"), manifest)?;
    sh.write_file(project.join("src/main.rs"), "fn main() {}\n")?;
    // The versions that are measured; cargo takes out what is not needed.
    let lock = root.join(PEERS).join("Cargo.lock");
    sh.copy_file(lock, project.join("Cargo.lock"))?;
    let _there = sh.push_dir(project);
    cmd!(sh, "cargo fetch --quiet").quiet().run()?;
    Ok(())
}

fn is_foreign(krate: &str) -> bool {
    let name = krate.split(' ').next().unwrap_or_default();
    FOREIGN.contains(&name) || name.ends_with("-sys")
}

/// The names and versions of the crates from outside the workspace.
fn crates(sh: &Shell, root: &Path, project: &Path) -> Result<BTreeSet<String>> {
    let _there = sh.push_dir(project);
    let tree = cmd!(sh, "cargo tree --edges normal,build --prefix none --locked")
        .args(["--format", "{p}"])
        .quiet()
        .read()?;
    Ok(outside(&tree, &[root, project]))
}

/// Reads `cargo tree`: `subtle v2.6.1 (*)`, and with a path in brackets what is from inside.
fn outside(tree: &str, inside: &[&Path]) -> BTreeSet<String> {
    tree.lines()
        .filter(|line| {
            !inside
                .iter()
                .any(|path| line.contains(&format!("({}", path.display())))
        })
        .map(|line| {
            line.split_whitespace()
                .take(2)
                .collect::<Vec<_>>()
                .join(" ")
        })
        .filter(|krate| !krate.is_empty())
        .collect()
}

fn clean_build(sh: &Shell, project: &Path, target: &Path) -> Result<Duration> {
    let _there = sh.push_dir(project);
    let mut build = cmd!(sh, "cargo build --release --locked --offline --quiet")
        .quiet()
        .env("CARGO_TARGET_DIR", target);
    for flag in FOREIGN_FLAGS {
        build = build.env_remove(flag);
    }
    let start = Instant::now();
    build.run()?;
    Ok(start.elapsed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c_is_noticed() {
        assert!(is_foreign("cc v1.2.0"));
        assert!(is_foreign("openssl-sys v0.9.0"));
        assert!(!is_foreign("subtle v2.6.1"));
    }

    #[test]
    fn only_what_is_from_outside_is_counted() {
        let tree = "empty v0.0.0 (/there)\nsasl v0.1.0 (/here/crates/sasl)\nsubtle v2.6.1\n\
                    zeroize v1.9.0\nsubtle v2.6.1 (*)\nderive v1.0.0 (proc-macro)\n";
        let names = outside(tree, &[Path::new("/here"), Path::new("/there")]);
        assert_eq!(
            names.into_iter().collect::<Vec<_>>(),
            ["derive v1.0.0", "subtle v2.6.1", "zeroize v1.9.0"]
        );
    }
}
