//! What cargo knows about this workspace.

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
}

#[derive(Deserialize)]
struct Target {
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
        self.targets
            .iter()
            .any(|target| target.kind.iter().any(|kind| kind == "lib"))
    }
}
