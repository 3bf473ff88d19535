//! Work for every core, its results in the order in which it came.
//!
//! ```text
//!   next() ──one at a time──► work() on every core ──in order──► done()
//! ```
//! There is no queue: who is free takes the next item itself. Who is too far ahead of the slowest waits, so that no more than
//! [`WINDOW`] results are held.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use anyhow::Result;

/// Results that may wait for an earlier one.
const WINDOW: u64 = 256;

/// Does the work on so many threads, each of which has a `worker` of its own: takes items from `next` until there is none, and gives the results to `done` in the order of
/// the items.
///
/// # Errors
/// That of `done`, after which it is not called again; else that of `next`, after all that was taken before it is done.
pub(super) fn run<I, O, W>(
    jobs: NonZeroUsize,
    next: impl FnMut() -> Result<Option<I>> + Send,
    worker: impl Fn() -> W + Sync,
    done: impl FnMut(O) -> Result<ControlFlow<()>> + Send,
) -> Result<()>
where
    I: Send,
    O: Send,
    W: FnMut(I) -> O,
{
    let source = Mutex::new(Source {
        next,
        taken: 0,
        over: None,
    });
    let pool = Pool {
        sink: Mutex::new(Sink {
            done,
            given: 0,
            waiting: BTreeMap::new(),
            ended: None,
        }),
        moved: Condvar::new(),
    };
    thread::scope(|scope| {
        for _ in 0..jobs.get() {
            scope.spawn(|| pool.take_part(&source, worker()));
        }
    });
    let sink = pool.sink.into_inner();
    let ended = sink.unwrap_or_else(PoisonError::into_inner).ended;
    let source = source.into_inner().unwrap_or_else(PoisonError::into_inner);
    ended.or(source.over).unwrap_or(Ok(()))
}

struct Source<N> {
    next: N,
    taken: u64,
    /// Set when nothing more comes.
    over: Option<Result<()>>,
}

struct Sink<O, D> {
    done: D,
    given: u64,
    waiting: BTreeMap<u64, O>,
    /// Set when nothing more is to be done.
    ended: Option<Result<()>>,
}

struct Pool<O, D> {
    sink: Mutex<Sink<O, D>>,
    moved: Condvar,
}

impl<O, D: FnMut(O) -> Result<ControlFlow<()>>> Pool<O, D> {
    fn take_part<I, N>(&self, source: &Mutex<Source<N>>, mut work: impl FnMut(I) -> O)
    where
        N: FnMut() -> Result<Option<I>>,
    {
        let _alarm = Alarm(self);
        loop {
            // In a statement of its own, so that nobody works while it holds the source.
            let taken = self.take(&mut lock(source));
            let Some((number, item)) = taken else {
                return;
            };
            self.give(number, work(item));
        }
    }

    fn take<I, N>(&self, source: &mut Source<N>) -> Option<(u64, I)>
    where
        N: FnMut() -> Result<Option<I>>,
    {
        if source.over.is_some() || lock(&self.sink).ended.is_some() {
            return None;
        }
        match (source.next)() {
            Ok(Some(item)) => {
                let number = source.taken;
                source.taken = number.saturating_add(1);
                return Some((number, item));
            }
            Ok(None) => source.over = Some(Ok(())),
            Err(error) => source.over = Some(Err(error)),
        }
        None
    }

    /// Gives a result, and all that waited for it.
    fn give(&self, number: u64, result: O) {
        let mut sink = lock(&self.sink);
        // The one with the lowest number never waits.
        while sink.ended.is_none() && number >= sink.given.saturating_add(WINDOW) {
            sink = self
                .moved
                .wait(sink)
                .unwrap_or_else(PoisonError::into_inner);
        }
        sink.waiting.insert(number, result);
        while sink.ended.is_none() {
            let given = sink.given;
            let Some(result) = sink.waiting.remove(&given) else {
                break;
            };
            sink.given = given.saturating_add(1);
            match (sink.done)(result) {
                Ok(ControlFlow::Continue(())) => {}
                Ok(ControlFlow::Break(())) => sink.ended = Some(Ok(())),
                Err(error) => sink.ended = Some(Err(error)),
            }
        }
        self.moved.notify_all();
    }
}

/// A thread that panics must not leave the others waiting for its result.
struct Alarm<'a, O, D>(&'a Pool<O, D>);

impl<O, D> Drop for Alarm<'_, O, D> {
    fn drop(&mut self) {
        if thread::panicking() {
            lock(&self.0.sink).ended.get_or_insert(Ok(()));
            self.0.moved.notify_all();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::Duration;

    use anyhow::{anyhow, bail};

    use super::*;

    fn jobs(count: usize) -> NonZeroUsize {
        NonZeroUsize::new(count).unwrap()
    }

    /// Work that takes its time by turns, so that results overtake each other.
    fn work(number: u64) -> u64 {
        if number.is_multiple_of(7) {
            thread::sleep(Duration::from_millis(2));
        }
        number
    }

    fn up_to(end: u64) -> impl FnMut() -> Result<Option<u64>> {
        let mut numbers = 0..end;
        move || Ok(numbers.next())
    }

    #[test]
    fn nothing_is_done_after_the_end() {
        let mut given = Vec::new();
        let done = |number| {
            given.push(number);
            Ok(if number == 20 {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            })
        };
        run(jobs(4), up_to(1000), || work, done).unwrap();
        assert_eq!(given, (0..=20).collect::<Vec<_>>());

        let mut given = 0;
        let done = |_| {
            given += 1;
            bail!("no room")
        };
        let error = run(jobs(4), up_to(1000), || work, done).unwrap_err();
        assert_eq!((given, error.to_string()), (1, "no room".to_owned()));
    }

    #[test]
    fn what_came_before_an_error_is_done() {
        let mut numbers = up_to(30);
        let mut next = || numbers()?.map(Some).ok_or_else(|| anyhow!("torn"));
        let mut given = Vec::new();
        let done = |number| {
            given.push(number);
            Ok(ControlFlow::Continue(()))
        };
        let error = run(jobs(4), &mut next, || work, done).unwrap_err();
        assert_eq!(error.to_string(), "torn");
        assert_eq!(given, (0..30).collect::<Vec<_>>());
    }

    #[test]
    fn order_is_kept_and_the_window_too() {
        let (begun, finished) = (AtomicU64::new(0), AtomicU64::new(0));
        let work = |number| {
            begun.fetch_add(1, Ordering::SeqCst);
            if number == 0 {
                // As slow as it gets: the others go ahead until they may not.
                thread::sleep(Duration::from_millis(200));
            }
            number
        };
        let mut given = Vec::new();
        let mut most = 0;
        let done = |number| {
            let ahead = begun.load(Ordering::SeqCst) - finished.fetch_add(1, Ordering::SeqCst);
            most = most.max(ahead);
            given.push(number);
            Ok(ControlFlow::Continue(()))
        };
        run(jobs(3), up_to(2000), || work, done).unwrap();
        assert_eq!(given, (0..2000).collect::<Vec<_>>());
        // What every thread holds comes on top.
        assert!(most <= WINDOW + 3, "{most}");
    }

    #[test]
    fn all_work_at_once() {
        // Nobody goes on before everybody has an item.
        let all = Barrier::new(3);
        let work = |number: u64| {
            all.wait();
            number
        };
        let mut count = 0;
        let done = |_| {
            count += 1;
            Ok(ControlFlow::Continue(()))
        };
        run(jobs(3), up_to(30), || work, done).unwrap();
        assert_eq!(count, 30);
    }

    #[test]
    #[should_panic(expected = "a scoped thread panicked")]
    fn a_panic_leaves_nobody_waiting() {
        let work = |number: u64| assert_ne!(number, 5);
        let _ = run(
            jobs(3),
            up_to(2000),
            || work,
            |()| Ok(ControlFlow::Continue(())),
        );
    }
}
