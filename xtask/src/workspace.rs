//! What cargo knows about this workspace.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use serde::Deserialize;
use xshell::{Shell, cmd};

/// The parts of `cargo metadata` that the chores read.
#[derive(Deserialize)]
pub(crate) struct Workspace {
    pub(crate) packages: Vec<Package>,
    pub(crate) target_directory: PathBuf,
    workspace_members: Vec<String>,
}

#[derive(Deserialize)]
pub(crate) struct Package {
    id: String,
    pub(crate) name: String,
    pub(crate) version: String,
    /// The native library that the package says it links.
    pub(crate) links: Option<String>,
    /// The registries it may go to: `None` is any, an empty list none.
    publish: Option<Vec<String>>,
    targets: Vec<Target>,
    /// Its features, each with what it turns on.
    features: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

impl Workspace {
    pub(crate) fn load(sh: &Shell) -> Result<Self> {
        let json = cmd!(
            sh,
            "cargo metadata --format-version 1 --locked --all-features"
        )
        .quiet()
        .read()?;
        serde_json::from_str(&json).context("cargo metadata has another form than expected")
    }

    pub(crate) fn is_member(&self, package: &Package) -> bool {
        self.workspace_members.contains(&package.id)
    }

    pub(crate) fn members(&self) -> impl Iterator<Item = &Package> {
        self.packages
            .iter()
            .filter(|package| self.is_member(package))
    }

    /// The members that others depend on: published, and a library.
    pub(crate) fn libraries(&self) -> impl Iterator<Item = &Package> {
        self.members()
            .filter(|package| package.is_published() && package.is_library())
    }
}

impl Package {
    fn is_published(&self) -> bool {
        self.publish
            .as_ref()
            .is_none_or(|registries| !registries.is_empty())
    }

    fn is_library(&self) -> bool {
        self.targets_of("lib").next().is_some()
    }

    /// The names of its examples.
    pub(crate) fn examples(&self) -> impl Iterator<Item = &str> {
        self.targets_of("example")
            .map(|target| target.name.as_str())
    }

    /// The names of its features.
    pub(crate) fn features(&self) -> impl Iterator<Item = &str> {
        self.features.keys().map(String::as_str)
    }

    fn targets_of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Target> {
        self.targets
            .iter()
            .filter(move |target| target.kind.iter().any(|one| one == kind))
    }
}
