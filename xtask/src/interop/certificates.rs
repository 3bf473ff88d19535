//! One authority, the server's certificate, and two clients', made with openssl.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use xshell::{Shell, cmd};

use super::program::path;

/// A directory with all of them. What is in it is good for two days.
pub(crate) struct Certificates(PathBuf);

/// Whom a client certificate is for, by its common name.
pub(crate) const HOLDERS: [&str; 2] = ["user", "nobody"];

impl Certificates {
    /// Makes them anew.
    pub(crate) fn new(sh: &Shell, directory: PathBuf) -> Result<Self> {
        if directory.exists() {
            fs::remove_dir_all(&directory)?;
        }
        fs::create_dir_all(&directory)?;
        let made = Self(directory);
        made.authority(sh, "ca")?;
        // Nobody trusts what this one signs.
        made.authority(sh, "stranger")?;
        made.signed(
            sh,
            "server",
            "localhost",
            "subjectAltName=DNS:localhost,IP:127.0.0.1",
        )?;
        for holder in HOLDERS {
            made.signed(sh, holder, holder, "basicConstraints=CA:FALSE")?;
        }
        Ok(made)
    }

    /// The certificate, in PEM.
    pub(crate) fn certificate(&self, name: &str) -> PathBuf {
        self.0.join(name).with_extension("pem")
    }

    /// Its key.
    pub(crate) fn key(&self, name: &str) -> PathBuf {
        self.0.join(name).with_extension("key")
    }

    fn authority(&self, sh: &Shell, name: &str) -> Result<()> {
        let (certificate, key) = (self.certificate(name), self.key(name));
        let subject = format!("/CN={name}");
        openssl(
            sh,
            &["req", "-x509", "-nodes", "-days", "2", "-subj", &subject],
        )
        .args(EC)
        .arg("-keyout")
        .arg(key)
        .arg("-out")
        .arg(certificate)
        .run()?;
        Ok(())
    }

    fn signed(&self, sh: &Shell, name: &str, common_name: &str, extension: &str) -> Result<()> {
        let in_directory = |ending: &str| self.0.join(name).with_extension(ending);
        let (request, extensions) = (in_directory("csr"), in_directory("ext"));
        let subject = format!("/CN={common_name}");
        openssl(sh, &["req", "-nodes", "-subj", &subject])
            .args(EC)
            .arg("-keyout")
            .arg(self.key(name))
            .arg("-out")
            .arg(&request)
            .run()?;
        fs::write(&extensions, extension)?;
        openssl(sh, &["x509", "-req", "-days", "2", "-CAcreateserial"])
            .arg("-in")
            .arg(&request)
            .arg("-CA")
            .arg(self.certificate("ca"))
            .arg("-CAkey")
            .arg(self.key("ca"))
            .arg("-extfile")
            .arg(&extensions)
            .arg("-out")
            .arg(self.certificate(name))
            .run()?;
        Ok(())
    }
}

const EC: [&str; 4] = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];

fn openssl<'sh>(sh: &'sh Shell, arguments: &[&str]) -> xshell::Cmd<'sh> {
    cmd!(sh, "openssl {arguments...}")
        .env("PATH", path())
        .quiet()
        .ignore_stderr()
}

/// A path as an argument of a command line.
pub(crate) fn argument(path: &Path) -> String {
    path.display().to_string()
}
