//! The tables of `BENCHMARKS.md`, and where they stand in it.

use std::fmt::Write as _;

use anyhow::{Context as _, Result, ensure};

use super::Enumeration;
use super::clean_build::CleanBuild;
use super::facts::{Facts, Time};
use super::limits::{HASHES, Limit};

/// All that goes into the tables.
pub(super) struct Report<'a> {
    pub(super) facts: &'a Facts,
    pub(super) enumeration: &'a Enumeration,
    pub(super) builds: &'a [CleanBuild],
    pub(super) rustc: &'a str,
    pub(super) cores: usize,
}

/// The peers in the order of their columns: as `tests/peers` calls them, and by name, version and owner.
const PEERS: &[(&str, &str)] = &[
    ("rsasl", "`rsasl` 2.3.1"),
    ("xmpp", "`sasl` 0.5.2 (xmpp-rs)"),
    ("kafkars", "`sasl-scram` 0.0.1-rc.3 (kafkars)"),
    ("scram-rs", "`scram-rs` 0.25.0"),
];

/// What a peer cannot do: the beginning of the row, the peers, and why.
const CANNOT: &[(&str, &[&str], &str)] = &[
    (
        "derivation SHA-1",
        &["kafkars"],
        "it has SHA-256 and SHA-512",
    ),
    (
        "derivation SHA-224",
        &["rsasl", "xmpp", "kafkars", "scram-rs"],
        "no peer has it",
    ),
    (
        "derivation SHA-384",
        &["rsasl", "xmpp", "kafkars", "scram-rs"],
        "no peer has it",
    ),
    ("derivation SHA-512", &["xmpp"], "it has SHA-1 and SHA-256"),
    (
        "derivation SHA3-512",
        &["rsasl", "xmpp", "kafkars"],
        "it does not have the hash",
    ),
    (
        "reconnect",
        &["xmpp"],
        "it refuses kept keys exactly when their salt or their iterations are the right ones",
    ),
    (
        "reconnect",
        &["kafkars", "scram-rs"],
        "its client takes passwords only",
    ),
];

/// From here on another crate's time counts as ahead: nearer than this is noise.
const AHEAD: f64 = 0.95;

impl Report<'_> {
    /// The tables by name.
    pub(super) fn render(&self, limits: &[Limit]) -> Result<Vec<(&'static str, String)>> {
        Ok(vec![
            ("machine", self.machine()),
            ("limits", table_of_limits(limits)?),
            ("derivation", self.derivation()?),
            ("exchange", self.exchange()?),
            ("heap", self.heap()?),
            ("enumeration", self.enumeration()?),
            ("build", self.build()?),
        ])
    }

    fn machine(&self) -> String {
        format!(
            "Measured on {} cores, x86-64, with rustc {}.\n",
            self.cores, self.rustc
        )
    }

    fn derivation(&self) -> Result<String> {
        let rows: Vec<Row> = HASHES
            .iter()
            .map(|hash| Row {
                fact: format!("derivation {hash}"),
                shown: (*hash).to_owned(),
            })
            .collect();
        self.times("4096 iterations", "bare `pbkdf2`", "bare", &rows)
    }

    fn exchange(&self) -> Result<String> {
        let rows = [
            ("server", "server, stored keys"),
            ("client", "client, password"),
            ("reconnect", "client, kept keys"),
        ]
        .map(|(fact, shown)| Row {
            fact: fact.to_owned(),
            shown: shown.to_owned(),
        });
        self.times("SCRAM-SHA-256", "cryptography alone", "floor", &rows)
    }

    /// A table of ratios to this workspace's own time, which is given itself.
    fn times(&self, what: &str, floor: &str, floor_fact: &str, rows: &[Row]) -> Result<String> {
        let mut text = format!("| {what} | this `sasl` | {floor} |");
        for (_, name) in PEERS {
            write!(text, " {name} |")?;
        }
        write!(text, "\n|---|---|---|{}\n", "---|".repeat(PEERS.len()))?;
        let mut notes = Notes::default();
        for Row { fact, shown } in rows {
            let ours = self.facts.time(fact, "sasl")?;
            write!(text, "| {shown} | {} |", duration(ours.nanoseconds))?;
            match self.facts.time(fact, floor_fact) {
                Ok(time) => write!(text, " {:.2} |", time.ratio)?,
                Err(_) => write!(text, " |")?,
            }
            for (peer, _) in PEERS {
                let cell = match self.facts.time(fact, peer) {
                    Ok(time) => ratio(time),
                    Err(_) => format!("- {}", notes.refer(cannot(fact, peer)?)),
                };
                write!(text, " {cell} |")?;
            }
            text.push('\n');
        }
        text.push_str(&notes.list());
        Ok(text)
    }

    fn heap(&self) -> Result<String> {
        let mut text =
            "| server exchange | octets on the heap while it waits | octets of the value that owns them | allocations in all |\n|---|---|---|---|\n"
                .to_owned();
        let mut row = |name: &str, contender: &str| -> Result<()> {
            let heap = self.facts.heap(contender)?;
            writeln!(
                text,
                "| {name} | {} | {} | {} |",
                heap.held, heap.value, heap.allocations
            )?;
            Ok(())
        };
        row("this `sasl`, with the store's copy", "sasl")?;
        row("the store's copy alone", "copy")?;
        for (peer, name) in PEERS {
            row(name, peer)?;
        }
        Ok(text)
    }

    fn enumeration(&self) -> Result<String> {
        let Enumeration {
            known,
            kept,
            unknown,
        } = self.enumeration;
        let mut text = "| refusal | instructions |\n|---|---|\n".to_owned();
        writeln!(
            text,
            "| known user, wrong password, account made for this lookup | {known:.0} |"
        )?;
        writeln!(
            text,
            "| known user, wrong password, account kept by the store | {kept:.0} |"
        )?;
        writeln!(text, "| unknown user | {unknown:.0} |")?;
        writeln!(
            text,
            "| unknown apart from known, at most | {:.2} % |",
            self.enumeration.difference() * 100.0
        )?;
        Ok(text)
    }

    fn build(&self) -> Result<String> {
        let mut text =
            "| clean release build | crates from outside | seconds |\n|---|---|---|\n".to_owned();
        for build in self.builds {
            let time = build
                .time
                .map_or_else(String::new, |time| format!("{:.1}", time.as_secs_f64()));
            writeln!(text, "| {} | {} | {time} |", build.name, build.crates)?;
        }
        Ok(text)
    }
}

struct Row {
    fact: String,
    shown: String,
}

fn table_of_limits(limits: &[Limit]) -> Result<String> {
    let mut text = "| what | limit | measured | |\n|---|---|---|---|\n".to_owned();
    for limit in limits {
        let verdict = if limit.is_met() { "met" } else { "**missed**" };
        writeln!(
            text,
            "| {} | {} | {} | {verdict} |",
            limit.what,
            limit.bound(),
            limit.seen
        )?;
    }
    Ok(text)
}

/// In bold where the peer is ahead.
fn ratio(time: Time) -> String {
    if time.ratio < AHEAD {
        format!("**{:.2}**", time.ratio)
    } else {
        format!("{:.2}", time.ratio)
    }
}

fn duration(nanoseconds: f64) -> String {
    if nanoseconds >= 1e5 {
        format!("{:.2} ms", nanoseconds / 1e6)
    } else {
        format!("{:.1} µs", nanoseconds / 1e3)
    }
}

fn cannot(row: &str, peer: &str) -> Result<&'static str> {
    CANNOT
        .iter()
        .find(|(of, peers, _)| *of == row && peers.contains(&peer))
        .map(|&(_, _, why)| why)
        .with_context(|| format!("{peer} was not measured in {row}, and nobody said why"))
}

/// Reasons under a table, each once.
#[derive(Default)]
struct Notes(Vec<&'static str>);

impl Notes {
    fn refer(&mut self, why: &'static str) -> String {
        let at = self.0.iter().position(|note| *note == why);
        let at = at.unwrap_or_else(|| {
            self.0.push(why);
            self.0.len() - 1
        });
        format!("({})", at + 1)
    }

    fn list(&self) -> String {
        let notes: Vec<String> = self
            .0
            .iter()
            .enumerate()
            .map(|(at, note)| format!("({}) {note}", at + 1))
            .collect();
        if notes.is_empty() {
            String::new()
        } else {
            format!("\n{}.\n", notes.join("; "))
        }
    }
}

/// Puts each table between its markers, `<!-- bench: name -->` and `<!-- /bench -->`.
pub(super) fn replace(text: &str, tables: &[(&str, String)]) -> Result<String> {
    let mut text = text.to_owned();
    for (name, table) in tables {
        let begin = format!("<!-- bench: {name} -->\n");
        let (before, rest) = text
            .split_once(&begin)
            .with_context(|| format!("there is no place for the table `{name}`"))?;
        let (old, after) = rest
            .split_once("<!-- /bench -->")
            .with_context(|| format!("the place of the table `{name}` has no end"))?;
        ensure!(
            !old.contains("<!-- bench:"),
            "the place of the table `{name}` has no end"
        );
        text = format!("{before}{begin}{table}<!-- /bench -->{after}");
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_put_in_their_places() {
        let text =
            "a\n<!-- bench: x -->\nold\n<!-- /bench -->\nb\n<!-- bench: y -->\n<!-- /bench -->\n";
        let tables = [("x", "new\n".to_owned()), ("y", "| |\n".to_owned())];
        assert_eq!(
            replace(text, &tables).unwrap(),
            "a\n<!-- bench: x -->\nnew\n<!-- /bench -->\nb\n<!-- bench: y -->\n| |\n<!-- /bench -->\n"
        );
        assert!(replace(text, &[("z", String::new())]).is_err());
        assert!(replace("<!-- bench: x -->\n", &[("x", String::new())]).is_err());
    }

    #[test]
    fn reasons_are_given_once() {
        let mut notes = Notes::default();
        assert_eq!(notes.refer("a"), "(1)");
        assert_eq!(notes.refer("b"), "(2)");
        assert_eq!(notes.refer("a"), "(1)");
        assert_eq!(notes.list(), "\n(1) a; (2) b.\n");
    }

    #[test]
    fn times_are_written_in_their_unit() {
        assert_eq!(duration(582_093.0), "0.58 ms");
        assert_eq!(duration(3255.0), "3.3 µs");
    }
}
