//! What no row has: played once, so that what a peer has learned is seen.

use super::channel::Version;
use super::matrix::{Cell, Password, Seen};

/// For each peer and side the mechanisms that the table does not have there: with the right password, where the table has the
/// most of a channel.
pub(crate) fn cells(table: &[Cell], played: &[Cell]) -> Vec<Cell> {
    let mut mechanisms: Vec<_> = table.iter().map(|cell| cell.mechanism).collect();
    mechanisms.sort_unstable();
    mechanisms.dedup();
    let mut beyond: Vec<Cell> = Vec::new();
    for cell in played {
        let is_seen = beyond.iter().any(|other| is_same_pairing(other, cell));
        if !cell.we_are.is_ours() || is_seen {
            continue;
        }
        let rows: Vec<_> = table
            .iter()
            .filter(|other| is_same_pairing(other, cell))
            .collect();
        for mechanism in &mechanisms {
            if rows.iter().any(|row| row.mechanism == *mechanism) {
                continue;
            }
            let is_bound = mechanism.ends_with("-PLUS");
            let best = rows
                .iter()
                .filter(|row| row.channel.is_sound())
                .max_by_key(|row| {
                    (
                        row.channel.client.is_some() == is_bound,
                        row.channel.version().map(Version::number),
                        row.channel.is_local,
                    )
                });
            if let Some(best) = best {
                beyond.push(Cell {
                    mechanism,
                    user: "user",
                    password: Password::Right,
                    expected: Seen::default(),
                    ..(*best).clone()
                });
            }
        }
    }
    beyond
}

fn is_same_pairing(one: &Cell, other: &Cell) -> bool {
    (one.peer, one.we_are) == (other.peer, other.we_are)
}

/// Both ends say that somebody is in, and by no other mechanism than this.
pub(crate) fn has_passed(cell: &Cell, seen: &Seen) -> bool {
    [&seen.ours, &seen.theirs].into_iter().all(|said| {
        let is_in = said == "in" || said.starts_with("in ") || said.contains(" is in by ");
        let by = said.split_once(" by ").map(|(_, rest)| rest);
        let by = by.and_then(|rest| rest.split([',', ' ']).next());
        is_in && by.is_none_or(|by| by == cell.mechanism)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interop::matrix;

    #[test]
    fn nothing_is_beyond_that_the_table_has() {
        let table = matrix::cells().unwrap();
        let beyond = cells(&table, &table);
        assert!(!beyond.is_empty());
        for (number, cell) in beyond.iter().enumerate() {
            let is_same =
                |other: &Cell| is_same_pairing(other, cell) && other.mechanism == cell.mechanism;
            assert!(!table.iter().any(is_same), "{cell}");
            assert!(!beyond.iter().skip(number + 1).any(is_same), "{cell}");
        }
    }

    #[test]
    fn a_client_that_fell_back_has_not_passed() {
        let cells = matrix::cells().unwrap();
        let cell = cells.iter().find(|cell| cell.mechanism == "CRAM-MD5");
        let cell = cell.unwrap();
        for (ours, theirs, passed) in [
            ("user is in by CRAM-MD5", "in", true),
            ("in by CRAM-MD5", "in as user by CRAM-MD5", true),
            ("user is in by PLAIN", "in", false),
            ("in by CRAM-MD5", "in as user by PLAIN", false),
            ("the credentials are wrong", "refused", false),
            ("user is in by CRAM-MD5", "exit 1", false),
        ] {
            let seen = Seen {
                ours: ours.to_owned(),
                theirs: theirs.to_owned(),
            };
            assert_eq!(has_passed(cell, &seen), passed, "{seen}");
        }
    }
}
