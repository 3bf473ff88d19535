//! What the programs of `tests/peers` print, between tabs.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, ensure};

/// All that was measured.
#[derive(Default)]
pub(super) struct Facts {
    times: BTreeMap<(String, String), Time>,
    heap: BTreeMap<String, Heap>,
}

/// One contender of one row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Time {
    pub(super) nanoseconds: f64,
    /// To this workspace's time in the same round: above 1 it is slower.
    pub(super) ratio: f64,
}

/// What a server exchange takes from the heap.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Heap {
    /// Octets held while it waits for its client.
    pub(super) held: u32,
    /// Octets of the value that owns them.
    pub(super) value: u32,
    /// Allocations of the whole exchange.
    pub(super) allocations: u32,
}

impl Facts {
    /// Adds what one program has printed.
    pub(super) fn read(&mut self, text: &str) -> Result<()> {
        for line in text.lines() {
            let fields: Vec<&str> = line.split('\t').collect();
            match *fields.as_slice() {
                ["heap", contender, held, value, allocations] => {
                    let heap = Heap {
                        held: held.parse()?,
                        value: value.parse()?,
                        allocations: allocations.parse()?,
                    };
                    self.heap.insert(contender.to_owned(), heap);
                }
                [row, contender, nanoseconds, ratio] => {
                    let time = Time {
                        nanoseconds: nanoseconds.parse()?,
                        ratio: ratio.parse()?,
                    };
                    ensure!(time.ratio > 0.0, "no time at all: {line}");
                    self.times
                        .insert((row.to_owned(), contender.to_owned()), time);
                }
                _ => anyhow::bail!("not a fact: {line}"),
            }
        }
        Ok(())
    }

    pub(super) fn time(&self, row: &str, contender: &str) -> Result<Time> {
        self.times
            .get(&(row.to_owned(), contender.to_owned()))
            .copied()
            .with_context(|| format!("{contender} was not measured in {row}"))
    }

    pub(super) fn heap(&self, contender: &str) -> Result<Heap> {
        self.heap
            .get(contender)
            .copied()
            .with_context(|| format!("the heap of {contender} was not measured"))
    }
}

/// What callgrind says it counted: `==5376== Collected : 51632`.
pub(super) fn collected(said: &str) -> Option<f64> {
    let line = said.lines().find(|line| line.contains("Collected :"))?;
    let count: f64 = line.split_whitespace().next_back()?.parse().ok()?;
    (count > 0.0).then_some(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_read() {
        let mut facts = Facts::default();
        facts
            .read("server\tfloor\t1200\t0.4\nheap\tsasl\t853\t48\t17\n")
            .unwrap();
        assert_eq!(facts.time("server", "floor").unwrap().ratio, 0.4);
        assert_eq!(facts.heap("sasl").unwrap().allocations, 17);
        assert!(facts.time("server", "sasl").is_err());
        assert!(facts.read("server\tfloor").is_err());
        assert!(facts.read("server\tfloor\t0\t0").is_err());
    }

    #[test]
    fn the_count_of_callgrind() {
        let said = "==5376== Events    : Ir\n==5376== Collected : 51632\n==5376== \n==5376== I   refs: 51,632";
        assert_eq!(collected(said), Some(51632.0));
        assert_eq!(collected("==5376== Collected : 0"), None);
        assert_eq!(collected(""), None);
    }
}
