//! Many things at once, told one after the other.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread;

use anyhow::Result;

/// How many do something at the same time: more than there are processors, since peers wait for each other.
fn workers() -> usize {
    2 * thread::available_parallelism().map_or(1, NonZero::get)
}

/// Does something with each item, and tells what came of it in the order of the items.
pub(crate) fn each<T: Sync, R: Send>(
    items: &[T],
    work: impl Fn(&T) -> R + Sync,
    mut tell: impl FnMut(&T, R),
) {
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..workers().min(items.len()) {
            let (sender, next, work) = (sender.clone(), &next, &work);
            scope.spawn(move || {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(number) else { break };
                    if sender.send((number, work(item))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        let mut early = BTreeMap::new();
        let mut waiting = items.iter().enumerate();
        let mut told = waiting.next();
        for (number, result) in receiver {
            early.insert(number, result);
            while let Some((number, item)) = told
                && let Some(result) = early.remove(&number)
            {
                tell(item, result);
                told = waiting.next();
            }
        }
    });
}

/// Servers that wait for somebody to use them, each for one at a time.
pub(crate) struct Pool<K, T: Send>(Mutex<Vec<(K, T)>>);

impl<K: PartialEq, T: Send> Pool<K, T> {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    /// Uses one of this kind. If all are used it starts another.
    pub(crate) fn with<R>(
        &self,
        kind: K,
        start: impl FnOnce() -> Result<T>,
        play: impl FnOnce(&T) -> Result<R>,
    ) -> Result<R> {
        let idle = {
            let mut idle = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let found = idle.iter().position(|(other, _)| *other == kind);
            found.map(|found| idle.swap_remove(found).1)
        };
        let server = match idle {
            Some(server) => server,
            None => start()?,
        };
        let played = play(&server);
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push((kind, server));
        played
    }
}

impl<K, T: Send> Drop for Pool<K, T> {
    /// All at once, since some take their time.
    fn drop(&mut self) {
        let idle = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        thread::scope(|scope| {
            for (_, server) in idle.drain(..) {
                scope.spawn(move || drop(server));
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn what_comes_early_is_told_in_its_turn() {
        let items: Vec<u64> = (0..20).collect();
        let mut told = Vec::new();
        each(
            &items,
            |item| {
                thread::sleep(Duration::from_millis(20 - item));
                item * 2
            },
            |item, result| told.push((*item, result)),
        );
        let expected: Vec<_> = items.iter().map(|item| (*item, item * 2)).collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn a_server_is_started_once_for_each_kind_and_not_shared() {
        let pool = Pool::new();
        let starts = AtomicUsize::new(0);
        let start = || Ok(starts.fetch_add(1, Ordering::Relaxed));
        let first = pool.with("a", start, |server| Ok(*server)).unwrap();
        let again = pool.with("a", start, |server| Ok(*server)).unwrap();
        assert_eq!(first, again);
        let other = pool
            .with("a", start, |first| {
                pool.with("a", start, |second| Ok((*first, *second)))
            })
            .unwrap();
        assert_ne!(other.0, other.1);
        pool.with("b", start, |_| Ok(())).unwrap();
        assert_eq!(starts.load(Ordering::Relaxed), 3);
    }
}
