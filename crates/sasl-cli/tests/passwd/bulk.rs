//! `sasl passwd bulk`.

use std::fs;
use std::path::Path;

use crate::run::{check, sasl, stderr, stdout, tempdir};

/// Cheap SCRAM keys.
const CHEAP: [&str; 4] = ["--scheme", "scram-sha-1", "--iterations", "1"];

fn bulk(args: &[&str], stdin: impl AsRef<[u8]>) -> std::process::Output {
    sasl(&[&["bulk"], CHEAP.as_slice(), args].concat(), stdin)
}

/// Users `u0` to `u(count-1)` with the passwords `p0` and so on.
fn users(count: usize) -> String {
    (0..count)
        .map(|number| format!("u{number},p{number}\n"))
        .collect()
}

#[test]
fn bad_lines_are_reported_and_stop_nothing() {
    let input = "a,1\nno comma\nb,\"2\nc,\u{ff}\nd,4,\"x,y\"\n\n,5\nf,6\u{7}\n\"g\"\"\",7";
    let output = bulk(&[], input);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert_eq!(
        stderr(&output),
        "sasl: line 2: the line is not `user,password`, with quotes as RFC 4180 has them\n\
         sasl: line 3: the fields are not quoted as RFC 4180 has it\n\
         sasl: line 7: the user is empty\n\
         sasl: line 8: a name or password cannot be prepared\n\
         sasl: 4 lines made, 4 bad\n"
    );
    let lines: Vec<_> = stdout(&output).lines().collect();
    assert_eq!(lines.len(), 4);
    for (line, (user, password)) in
        lines
            .iter()
            .zip([("a", "1"), ("c", "\u{ff}"), ("d", "4"), ("\"g\"\"\"", "7")])
    {
        let (seen, rest) = line.split_once(',').unwrap();
        assert_eq!(seen, user);
        let (verifier, rest) = rest.split_once(',').unwrap_or((rest, ""));
        assert_eq!(rest, if user == "d" { "\"x,y\"" } else { "" });
        assert_eq!(check(verifier, &[], password), Some(0));
        assert_eq!(check(verifier, &[], "0"), Some(1));
    }
}

#[test]
fn the_first_bad_line_can_be_the_last() {
    let input = format!("{}bad\n{}", users(30), users(30));
    let output = bulk(&["--fail-fast"], input);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(stdout(&output).lines().count(), 30);
    assert!(stderr(&output).starts_with("sasl: line 31: "), "{output:?}");
    assert!(!stderr(&output).contains("line 6"), "{output:?}");
}

#[test]
fn what_cannot_be_done_is_not_begun() {
    let directory = tempdir("cannot");
    let there = directory.join("there");
    fs::write(&there, "mine\n").unwrap();
    let there = there.to_str().unwrap();
    let not_begun: &[&[&str]] = &[
        &["/nonexistent"],
        &["--jobs", "0"],
        &["--resume"],
        &["--output", there],
        &["--output", "/nonexistent/file"],
        &["--layout", "passwd"],
        &["--format", "postgresql"],
        &["--memory", "64"],
    ];
    for args in not_begun {
        let output = bulk(args, "a,1\na:1\n");
        assert_eq!(output.status.code(), Some(2), "{args:?}: {output:?}");
        assert!(output.stdout.is_empty(), "{args:?}: {output:?}");
    }
    assert_eq!(fs::read_to_string(there).unwrap(), "mine\n");
    fs::remove_dir_all(directory).unwrap();
}

#[test]
fn order_is_kept_whatever_the_number_of_threads() {
    for jobs in ["1", "2", "7"] {
        let output = bulk(&["--jobs", jobs], users(1000));
        assert_eq!(output.status.code(), Some(0));
        let users: Vec<_> = stdout(&output)
            .lines()
            .map(|line| line.split_once(',').unwrap().0)
            .collect();
        let expected: Vec<_> = (0..1000).map(|number| format!("u{number}")).collect();
        assert_eq!(users, expected);
    }
}

#[test]
fn passwd_files_keep_their_other_fields() {
    let input = "# users\r\na:{PLAIN}pencil:1000:1000::/home/a::userdb_quota=1\r\nb:*:1\nc:{SSHA}BMGsfICT0MuVK1h884teLirs83Uo8TNF\n";
    let args = ["--layout", "passwd", "--format", "dovecot"];
    let output = bulk(&args, input);
    assert_eq!(output.status.code(), Some(1));
    let (line, nothing) = stdout(&output).split_once("\r\n").unwrap();
    assert_eq!(nothing, "");
    let fields: Vec<_> = line.split(':').collect();
    assert_eq!(
        (fields[0], &fields[2..]),
        (
            "a",
            ["1000", "1000", "", "/home/a", "", "userdb_quota=1"].as_slice()
        )
    );
    assert_eq!(check(fields[1], &[], "pencil"), Some(0));
    let said: Vec<_> = stderr(&output)
        .lines()
        .map(|line| line.split(": ").nth(1).unwrap())
        .collect();
    assert_eq!(said[..2], ["line 3", "line 4"]);
}

#[test]
fn headers_and_verifiers_with_commas() {
    let args = [
        "--header",
        "--format",
        "kafka",
        "--scheme",
        "scram-sha-256",
        "--iterations",
        "4096",
    ];
    let output = sasl(
        &[&["bulk"], args.as_slice()].concat(),
        "name,secret\r\na,1\r\n",
    );
    let lines: Vec<_> = stdout(&output).split("\r\n").collect();
    assert_eq!((lines[0], lines.len()), ("name,secret", 3));
    let verifier = lines[1]
        .strip_prefix("a,\"")
        .unwrap()
        .strip_suffix('"')
        .unwrap();
    assert_eq!(check(verifier, &["--scram-hash", "sha-256"], "1"), Some(0));
}

#[cfg(unix)]
#[test]
fn only_its_owner_can_read_the_output() {
    use std::os::unix::fs::PermissionsExt as _;

    let directory = tempdir("mode");
    let path = directory.join("out");
    let output = bulk(&["--output", path.to_str().unwrap()], users(3));
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    fs::remove_dir_all(directory).unwrap();
}

/// What resuming makes of an output.
fn resumed(
    directory: &Path,
    output: &str,
    args: &[&str],
    input: &str,
) -> (std::process::Output, String) {
    let path = directory.join("out");
    fs::write(&path, output).unwrap();
    let file = ["--resume", "--output", path.to_str().unwrap()];
    let seen = bulk(&[&file, args].concat(), input);
    (seen, fs::read_to_string(&path).unwrap())
}

#[test]
fn an_interrupted_output_is_continued() {
    let directory = tempdir("resume");
    // One with a bad line, and one with a line that only hashing finds bad.
    let input = format!("name,secret\n{}bad\nx,\u{7}\n{}", users(5), users(5));
    let whole = bulk(&["--header"], &input);
    let whole = stdout(&whole);
    assert_eq!(whole.lines().count(), 11);
    for cut in (0..whole.len()).step_by(13) {
        let part = whole.get(..cut).unwrap();
        let (output, file) = resumed(&directory, part, &["--header"], &input);
        assert_eq!(output.status.code(), Some(1), "{cut}: {output:?}");
        let complete = part.rfind('\n').map_or("", |at| part.get(..=at).unwrap());
        assert!(file.starts_with(complete), "{cut}");
        let names = |text: &str| {
            text.lines()
                .map(|line| line.split(',').next().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(names(&file), names(whole), "{cut}");
        assert!(stderr(&output).contains("line 7: "), "{cut}: {output:?}");
    }
    // There is nothing to continue yet, and nothing more to do.
    let path = directory.join("new");
    for _ in 0..2 {
        let output = bulk(&["--resume", "--output", path.to_str().unwrap()], users(4));
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 4);
    }
    fs::remove_dir_all(directory).unwrap();
}

#[test]
fn another_output_is_left_alone() {
    let directory = tempdir("foreign");
    let input = users(5);
    let whole = bulk(&[], &input);
    let whole = stdout(&whole);
    let second = whole.lines().nth(1).unwrap();
    let foreign: &[(String, &[&str])] = &[
        // Another user, one line too many, a line left out, no lines of this kind.
        (whole.replace("u1,", "u9,"), &[]),
        (format!("{whole}u5,SCRAM\n"), &[]),
        (whole.replace(&format!("{second}\n"), ""), &[]),
        ("mine\n".to_owned(), &[]),
        ("u0,\"\n".to_owned(), &[]),
        // The last verifier is of another password.
        (format!("u0,{}\n", second.split_once(',').unwrap().1), &[]),
        (whole.to_owned(), &["--header"]),
    ];
    for (output, args) in foreign {
        let (seen, file) = resumed(&directory, &format!("{output}cut"), args, &input);
        assert_eq!(seen.status.code(), Some(2), "{output}: {seen:?}");
        assert!(stderr(&seen).contains("cannot be continued"), "{seen:?}");
        assert_eq!(file, format!("{output}cut"));
    }
    fs::remove_dir_all(directory).unwrap();
}

/// What has no complete line has nothing to compare with the input but its beginning.
#[test]
fn a_file_without_a_line_end_is_no_output_by_itself() {
    let directory = tempdir("unended");
    let path = directory.join("out");
    let output = path.to_str().unwrap();
    let args = ["--output", output, "--resume"];
    for (more, before) in [
        (&[][..], "something else"),
        (&[], "alic,"),
        (&[], "bob,"),
        (&[], "alice2"),
        (&["--header"], "bob,"),
    ] {
        fs::write(&path, before).unwrap();
        let seen = bulk(&[&args[..], more].concat(), "alice,pencil\n");
        assert_eq!(seen.status.code(), Some(2), "{before}: {seen:?}");
        assert!(
            stderr(&seen).contains("line 1 is no line of this output"),
            "{seen:?}"
        );
        assert_eq!(fs::read_to_string(&path).unwrap(), before);
    }
    for before in ["", "a", "alice", "alice,", "alice,SCRAM"] {
        fs::write(&path, before).unwrap();
        let seen = bulk(&args, "alice,pencil\n");
        assert_eq!(seen.status.code(), Some(0), "{before}: {seen:?}");
        let file = fs::read_to_string(&path).unwrap();
        assert!(file.starts_with("alice,") && file.ends_with('\n'), "{file}");
    }
    // The input, of which nothing would be left.
    #[cfg(unix)]
    for input in ["alice,pencil", "alice,pencil\nbob,x\n"] {
        fs::write(&path, input).unwrap();
        let seen = bulk(&[&args[..], &[output]].concat(), "");
        assert_eq!(seen.status.code(), Some(2), "{seen:?}");
        assert!(stderr(&seen).contains("is the input"), "{seen:?}");
        assert_eq!(fs::read_to_string(&path).unwrap(), input);
    }
    fs::remove_dir_all(directory).unwrap();
}

/// One file with verifiers of two kinds would be noticed by nobody.
#[test]
fn an_output_that_was_begun_otherwise_is_not_continued() {
    let directory = tempdir("otherwise");
    let path = directory.join("out");
    let file = ["--output", path.to_str().unwrap(), "--resume"];
    let bulk = |args: &[&str], count| sasl(&[&["bulk"], &file[..], args].concat(), users(count));
    let iterations = "give --iterations, --memory, --lanes and --cost as when the output was begun";
    let cheap = ["--scheme", "scram-sha-256", "--iterations", "4096"];
    let argon2 = ["--memory", "64"];
    let pbkdf2 = ["--scheme", "pbkdf2-sha256", "--iterations", "9"];
    let sha_crypt = ["--scheme", "sha512-crypt", "--iterations", "5000"];
    let bcrypt = ["--scheme", "bcrypt", "--cost", "4"];
    let more = |args: &[&'static str], more: &[&'static str]| [args, more].concat();
    for (begun, asked, said) in [
        (more(&cheap, &[]), more(&argon2, &[]), "give --scheme as"),
        (more(&argon2, &[]), more(&cheap, &[]), "give --scheme as"),
        (more(&argon2, &[]), more(&bcrypt, &[]), "give --scheme as"),
        (
            more(&cheap, &[]),
            vec!["--scheme", "scram-sha-512"],
            "give --scheme as",
        ),
        (
            vec!["--scheme", "cram-md5"],
            more(&cheap, &[]),
            "give --scheme as",
        ),
        (
            more(&cheap, &[]),
            vec!["--scheme", "scram-sha-256", "--iterations", "4097"],
            iterations,
        ),
        (more(&argon2, &[]), vec!["--memory", "65"], iterations),
        (
            more(&argon2, &[]),
            vec!["--memory", "64", "--iterations", "3"],
            iterations,
        ),
        (
            more(&bcrypt, &[]),
            vec!["--scheme", "bcrypt", "--cost", "5"],
            iterations,
        ),
        (
            more(&cheap, &[]),
            more(&cheap, &["--format", "dovecot"]),
            "give --format as",
        ),
        (
            more(&cheap, &["--format", "kafka"]),
            more(&cheap, &[]),
            "give --format as",
        ),
        (
            more(&argon2, &["--format", "ldap"]),
            more(&argon2, &["--format", "dovecot"]),
            "give --format as",
        ),
        (
            more(&pbkdf2, &["--format", "passlib"]),
            more(&pbkdf2, &[]),
            "give --format as",
        ),
        (
            more(&pbkdf2, &[]),
            more(&pbkdf2, &["--format", "passlib"]),
            "give --format as",
        ),
        (
            more(&cheap, &[]),
            more(&cheap, &["--prep", "none"]),
            "give --prep as",
        ),
        (
            more(&cheap, &["--prep", "none"]),
            more(&cheap, &[]),
            "give --prep as",
        ),
    ] {
        let _ = fs::remove_file(&path);
        assert_eq!(bulk(&begun, 2).status.code(), Some(0), "{begun:?}");
        let before = fs::read_to_string(&path).unwrap();
        let seen = bulk(&asked, 4);
        assert_eq!(seen.status.code(), Some(2), "{begun:?} {asked:?}: {seen:?}");
        let line = stderr(&seen);
        assert!(line.contains("out cannot be continued: line 1: "), "{line}");
        assert!(line.contains(said), "{asked:?}: {line}");
        assert_eq!(line.lines().count(), 1, "{line}");
        assert_eq!(fs::read_to_string(&path).unwrap(), before);
    }
    // And with the same options it is, whatever they are.
    for same in [
        more(&cheap, &[]),
        more(&cheap, &["--prep", "none"]),
        more(&cheap, &["--format", "kafka"]),
        more(&cheap, &["--format", "postgresql"]),
        more(&cheap, &["--format", "dovecot"]),
        more(&argon2, &["--format", "dovecot"]),
        more(&argon2, &["--format", "ldap"]),
        more(&pbkdf2, &[]),
        more(&pbkdf2, &["--format", "passlib"]),
        more(&pbkdf2, &["--format", "ldap"]),
        more(&sha_crypt, &[]),
        more(&bcrypt, &["--format", "passlib"]),
        vec!["--scheme", "scrypt", "--cost", "4"],
        vec!["--scheme", "cram-md5"],
    ] {
        let _ = fs::remove_file(&path);
        for count in [2, 4] {
            let seen = bulk(&same, count);
            assert_eq!(seen.status.code(), Some(0), "{same:?}: {seen:?}");
        }
        let file = fs::read_to_string(&path).unwrap();
        assert_eq!(file.lines().count(), 4, "{same:?}");
    }
    // A line in the middle counts as much.
    let made = |args: &[&str]| {
        let output = sasl(&[&["bulk"], args].concat(), users(3));
        stdout(&output).to_owned()
    };
    let (one, other) = (made(&cheap), made(&argon2));
    let lines = one.lines().zip(other.lines()).enumerate();
    let mixed: String = lines
        .map(|(at, (one, other))| format!("{}\n", if at == 1 { other } else { one }))
        .collect();
    fs::write(&path, &mixed).unwrap();
    let seen = bulk(&cheap, 4);
    assert_eq!(seen.status.code(), Some(2));
    assert!(stderr(&seen).contains("line 2: it was made with another scheme"));
    assert_eq!(fs::read_to_string(&path).unwrap(), mixed);
    fs::remove_dir_all(directory).unwrap();
}
