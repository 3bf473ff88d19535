//! The examples of the README and of `--help`, as they stand there.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::run::{sasl, stderr, stdout, tempdir};

const README: &str = include_str!("../../README.md");

/// What a shell says to a line, with the built command in its path and no terminal.
fn shell(directory: &Path, line: &str) -> Output {
    let built = Path::new(env!("CARGO_BIN_EXE_sasl")).parent().unwrap();
    let path = std::env::var("PATH").unwrap();
    Command::new("sh")
        .args(["-c", line])
        .current_dir(directory)
        .env("PATH", format!("{}:{path}", built.display()))
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// Runs the examples one after the other, but for those that ask for a password, and returns how many were run.
fn run_all<'a>(directory: &Path, lines: impl IntoIterator<Item = &'a str>) -> usize {
    let asks = |line: &str| {
        let of_one = line.starts_with("sasl passwd make") || line.starts_with("sasl passwd check");
        of_one && !line.contains("--password-")
    };
    let lines = lines
        .into_iter()
        .inspect(|line| assert!(!line.contains('…'), "{line}"));
    let run: Vec<_> = lines.filter(|line| !asks(line)).collect();
    for line in &run {
        let output = shell(directory, line);
        assert_eq!(output.status.code(), Some(0), "{line}: {output:?}");
        assert!(!stderr(&output).contains("bad"), "{line}: {output:?}");
    }
    run.len()
}

#[test]
fn what_stands_in_the_readme_works() {
    let directory = tempdir("readme");
    let blocks = README.split("```sh\n").skip(1);
    let blocks = blocks.map(|rest| rest.split("```").next().unwrap());
    let lines = blocks
        .filter(|block| block.contains("sasl passwd"))
        .flat_map(str::lines);
    assert_eq!(run_all(&directory, lines), 8);
    fs::remove_dir_all(directory).unwrap();
}

#[test]
fn what_stands_in_the_help_works() {
    let directory = tempdir("help");
    // What an administrator has.
    for (name, text) in [
        ("password.txt", "pencil\n"),
        ("users.csv", "ann,pencil\nben,ink\n"),
        ("clear.passwd", "ann:pencil:1000\nben:ink:1001\n"),
        (
            "hashes.txt",
            "{SSHA}BMGsfICT0MuVK1h884teLirs83Uo8TNF\n$2y$05$ulAaqHkPnPvjvmLdoQEcF.3DOsZHnkOFZnucW1an2f2q9SptJIE7u\n",
        ),
        (
            "users.passwd",
            "ann:{SSHA}BMGsfICT0MuVK1h884teLirs83Uo8TNF:1000\n",
        ),
    ] {
        fs::write(directory.join(name), text).unwrap();
    }
    for (command, count) in [
        ("make", 1),
        ("check", 2),
        ("convert", 3),
        ("inspect", 2),
        ("bulk", 3),
    ] {
        let help = sasl(&[command, "--help"], "");
        let examples = stdout(&help).split_once("Examples:\n").unwrap().1;
        let lines = examples.lines().map_while(|line| line.strip_prefix("  "));
        assert_eq!(run_all(&directory, lines), count, "{command}");
    }
    // The first page has the same.
    let _ = fs::remove_file(directory.join("verifiers.csv"));
    let help = sasl(&["--help"], "");
    let examples = stdout(&help).split_once("Examples:\n").unwrap().1;
    let lines = examples.lines().map_while(|line| line.strip_prefix("  "));
    assert_eq!(run_all(&directory, lines), 1);
    fs::remove_dir_all(directory).unwrap();
}
