//! `docs/coming-from-python.md` has all names of pysasl and aiosasl, and its rows are true as far as a test can tell.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

const PAGE: &str = include_str!("../../docs/coming-from-python.md");
const NAMES: &str = include_str!("../data/python-names.txt");

/// A row of one of the page's tables.
struct Row {
    /// With the module that the heading above the table names.
    names: Vec<String>,
    here: &'static str,
    /// Files and functions.
    tests: Vec<(&'static str, &'static str)>,
}

/// What stands between backticks.
fn code(cell: &'static str) -> impl Iterator<Item = &'static str> {
    cell.split('`').skip(1).step_by(2)
}

fn rows() -> Vec<Row> {
    let mut module = "";
    let mut rows = Vec::new();
    for line in PAGE.lines() {
        if let Some(heading) = line.strip_prefix("### ") {
            module = code(heading).next().expect("a module");
        }
        let Some(row) = line.strip_prefix("| ") else {
            continue;
        };
        let cells: Vec<_> = row.trim_end_matches(" |").split(" | ").collect();
        let [there, here, shown] = cells[..] else {
            panic!("not three cells: {line}");
        };
        if there == "there" {
            continue;
        }
        let words: Vec<_> = code(shown).collect();
        rows.push(Row {
            names: code(there).map(|name| format!("{module}.{name}")).collect(),
            here,
            tests: words
                .chunks(2)
                .map(|pair| match *pair {
                    [file, function] => (file, function),
                    _ => panic!("a file without a function: {line}"),
                })
                .collect(),
        });
    }
    rows
}

#[test]
fn every_name_has_its_row_and_no_other_has() {
    let wanted: BTreeSet<_> = NAMES
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    assert!(wanted.len() > 200, "{}", wanted.len());
    let mut seen = BTreeMap::new();
    for name in rows().into_iter().flat_map(|row| row.names) {
        *seen.entry(name).or_insert(0) += 1;
    }
    for name in &wanted {
        assert_eq!(seen.remove(*name), Some(1), "rows of {name}");
    }
    assert!(seen.is_empty(), "of neither package: {seen:?}");
}

#[test]
fn no_row_is_empty() {
    for Row { names, here, tests } in rows() {
        assert!(!names.is_empty(), "{here}");
        assert!(here.trim().len() > 2, "{names:?}");
        assert!(!tests.is_empty(), "{names:?}");
    }
}

#[test]
fn every_test_that_is_named_is_one() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut files = BTreeMap::new();
    for (file, function) in rows().into_iter().flat_map(|row| row.tests) {
        let text = files.entry(file).or_insert_with(|| {
            fs::read_to_string(root.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
        });
        assert!(is_test(text, function), "{file}: {function}");
    }
    assert!(files.len() > 20, "{}", files.len());
}

/// Whether there is such a function, and it has the attribute.
fn is_test(text: &str, function: &str) -> bool {
    let mut marked = false;
    for line in text.lines().map(str::trim) {
        if let Some(rest) = line.strip_prefix("fn ") {
            let name = rest.split('(').next();
            if marked && name == Some(function) {
                return true;
            }
            marked = false;
        }
        marked |= line == "#[test]";
    }
    false
}

/// Reads all files of a directory and those below.
fn read(directory: &Path, sources: &mut String) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}

/// A rename that leaves this page behind is noticed.
#[test]
fn every_path_that_is_named_is_in_the_sources() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut sources = String::new();
    for entry in fs::read_dir(root.join("crates")).unwrap() {
        read(&entry.unwrap().path().join("src"), &mut sources);
    }
    let is_part = |c: char| c == '_' || c.is_ascii_alphanumeric();
    let known: BTreeSet<_> = sources.split(|c| !is_part(c)).collect();
    let mut paths = 0;
    for path in rows().into_iter().flat_map(|row| code(row.here)) {
        if path.contains("::") {
            paths += 1;
            for part in path.split(|c| !is_part(c)).filter(|part| !part.is_empty()) {
                let is_crate = part.starts_with("sasl");
                assert!(is_crate || known.contains(part), "{part} of {path}");
            }
        }
    }
    assert!(paths > 100, "{paths}");
}

#[test]
fn what_is_no_test_is_not_taken_for_one() {
    let text = "#[test]\nfn one() {\n}\nfn two() {}\n    #[test]\n    fn three(octets: Vec<u8>) {}\n// fn four()";
    assert!(is_test(text, "one") && is_test(text, "three"));
    for other in ["two", "four", "on", "one()", ""] {
        assert!(!is_test(text, other), "{other}");
    }
}
