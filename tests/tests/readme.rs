//! The README's code is the example's code, and short.

const README: &str = include_str!("../../README.md");
const EXAMPLE: &str = include_str!("../../crates/sasl/examples/smtp_login.rs");

/// The Rust blocks of the README.
fn blocks() -> Vec<&'static str> {
    README
        .split("```rust\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect()
}

#[test]
fn both_loops_are_those_of_the_example() {
    let blocks = blocks();
    assert_eq!(blocks.len(), 2);
    for block in blocks {
        assert!(
            block.starts_with("async fn ") && block.ends_with("\n}\n"),
            "{block}"
        );
        assert!(
            EXAMPLE.contains(block),
            "not in smtp_login.rs as it stands in the README:\n{block}"
        );
    }
}

/// The example is kept in rustfmt's form by `cargo xtask ci`.
#[test]
fn both_loops_have_at_most_25_lines() {
    for block in blocks() {
        assert!(
            block.lines().count() <= 25,
            "{}:\n{block}",
            block.lines().count()
        );
    }
}
