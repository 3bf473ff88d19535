//! Interleaved measuring: in every round each contender once, in an order that turns, and of every round the ratios.
//! What slows the machine for longer than a round slows all sides, and what is shorter the median leaves out.
//!
//! All sides, but not alike: a busy neighbour on the same core costs code with many branches and allocations more than a
//! hash function. So only the quietest quarter of the rounds counts, by the times of all contenders together.

use std::hint::black_box;
use std::time::Duration;

/// One contender of a row: a name and what measures it once.
pub struct Entry<'a> {
    name: &'static str,
    measure: Box<dyn FnMut() -> Duration + 'a>,
}

impl<'a> Entry<'a> {
    /// A contender.
    pub fn new(name: &'static str, measure: impl FnMut() -> Duration + 'a) -> Self {
        Self {
            name,
            measure: Box::new(measure),
        }
    }
}

/// What came of one contender.
pub struct Measured {
    /// Its name.
    pub name: &'static str,
    /// The median of its times in the quiet rounds.
    pub nanoseconds: f64,
    /// The median over the quiet rounds of its time divided by that of the first contender: above 1 it is slower.
    pub ratio: f64,
}

/// Measures the contenders of a row; the first one is what the others are compared with.
pub fn run(mut entries: Vec<Entry<'_>>, rounds: usize) -> Vec<Measured> {
    // Caches, lazy tables and the detection of CPU features.
    for entry in &mut entries {
        (entry.measure)();
        (entry.measure)();
    }
    let mut times: Vec<Vec<f64>> = vec![Vec::with_capacity(rounds); entries.len()];
    let mut depths = (0..DEPTHS).map(|at| at * 37 % DEPTHS).cycle();
    for round in 0..rounds {
        for place in 0..entries.len() {
            let at = (round + place) % entries.len();
            let time = deeper(depths.next().unwrap_or_default(), &mut entries[at].measure);
            times[at].push(time.as_secs_f64() * 1e9);
        }
    }
    let quiet = quietest(&times);
    entries
        .iter()
        .zip(&times)
        .map(|(entry, own)| Measured {
            name: entry.name,
            ratio: median(quiet.iter().map(|&round| own[round] / times[0][round])),
            nanoseconds: median(quiet.iter().map(|&round| own[round])),
        })
        .collect()
}

/// The quietest quarter of the rounds. Each contender counts the same, however long it takes.
fn quietest(times: &[Vec<f64>]) -> Vec<usize> {
    let usual: Vec<f64> = times
        .iter()
        .map(|own| median(own.iter().copied()))
        .collect();
    let noise = |round: &usize| -> f64 {
        times
            .iter()
            .zip(&usual)
            .map(|(own, usual)| own[*round] / usual)
            .sum()
    };
    let mut rounds: Vec<usize> = (0..times[0].len()).collect();
    rounds.sort_by(|one, other| noise(one).total_cmp(&noise(other)));
    rounds.truncate(rounds.len().div_ceil(4));
    rounds
}

/// Depths of the stack that measurements take turns at.
const DEPTHS: usize = 67;

/// Measures at another depth of the stack. Where a loop's variables lie makes a difference of some ten percent, the same
/// one for as long as the program runs: without this each contender would have its luck.
#[inline(never)]
fn deeper<'a>(depth: usize, measure: &mut (dyn FnMut() -> Duration + 'a)) -> Duration {
    let frame = [depth; 7];
    black_box(&frame);
    if depth == 0 {
        measure()
    } else {
        let time = deeper(depth - 1, measure);
        black_box(&frame);
        time
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}
