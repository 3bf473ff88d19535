//! The built command, run.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// What came of `sasl passwd …`, with this for its standard input.
pub(crate) fn sasl(args: &[&str], stdin: impl AsRef<[u8]>) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sasl"))
        .arg("passwd")
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // What is refused at once does not read.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_ref());
    child.wait_with_output().unwrap()
}

pub(crate) fn stdout(output: &Output) -> &str {
    str::from_utf8(&output.stdout).unwrap()
}

pub(crate) fn stderr(output: &Output) -> &str {
    str::from_utf8(&output.stderr).unwrap()
}

/// The verifier that was made.
pub(crate) fn made(args: &[&str], password: &str) -> String {
    let output = sasl(&[&["make", "--password-stdin"], args].concat(), password);
    assert_eq!(output.status.code(), Some(0), "{args:?}: {output:?}");
    stdout(&output).trim_end_matches('\n').to_owned()
}

/// The exit status of a check.
pub(crate) fn check(verifier: &str, args: &[&str], password: &str) -> Option<i32> {
    let args = [&["check", "--password-stdin", "--verifier", verifier], args].concat();
    sasl(&args, password).status.code()
}

/// A new directory of a test's own.
pub(crate) fn tempdir(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("passwd-{name}"));
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).unwrap();
    directory
}
