//! What one measurement does: some exchanges side by side, each part timed for all of them at once, so that neither the
//! clock nor the other side counts.

use std::hint::black_box;
use std::time::{Duration, Instant};

use crate::account::Account;
use crate::contender::{Client, Server};

/// Exchanges of one measurement where one takes microseconds.
pub const MANY: usize = 64;

/// A whole server exchange: from the client's first message to who has logged in.
pub fn server<S: Server>(server: &S, account: &Account) -> Duration {
    let client_first = Account::client_first(S::gs2_header());
    let mut waiting = Vec::with_capacity(MANY);
    let start = Instant::now();
    for _ in 0..MANY {
        waiting.push(server.first(black_box(&client_first)));
    }
    let first = start.elapsed();

    let answered: Vec<(S::Waiting, String)> = waiting
        .into_iter()
        .map(|waiting| {
            let client_final = account.client_final(&client_first, S::message(&waiting));
            (waiting, client_final)
        })
        .collect();
    let mut heard = Vec::with_capacity(MANY);
    let start = Instant::now();
    for (waiting, client_final) in answered {
        server.last(waiting, black_box(&client_final));
        heard.push(client_final);
    }
    let last = start.elapsed();
    per_exchange(first + last, MANY)
}

/// A whole client exchange: from nothing to the success.
pub fn client<C: Client>(client: &C, account: &Account, times: usize) -> Duration {
    let mut started = Vec::with_capacity(times);
    let start = Instant::now();
    for _ in 0..times {
        started.push(client.start());
    }
    let first = start.elapsed();

    let answered: Vec<(C::Started, Vec<u8>, String)> = started
        .into_iter()
        .map(|started| {
            let client_first = C::first(&started).to_vec();
            let server_first = Account::server_first(&client_first);
            (started, client_first, server_first)
        })
        .collect();
    let mut proved = Vec::with_capacity(times);
    let start = Instant::now();
    for (started, client_first, server_first) in answered {
        let state = client.respond(started, black_box(&server_first));
        proved.push((state, client_first, server_first));
    }
    let respond = start.elapsed();

    let answered: Vec<(C::Proved, String)> = proved
        .into_iter()
        .map(|(proved, client_first, server_first)| {
            let server_final = account.server_final(&client_first, &server_first, C::last(&proved));
            (proved, server_final)
        })
        .collect();
    let mut heard = Vec::with_capacity(times);
    let start = Instant::now();
    for (proved, server_final) in answered {
        client.finish(proved, black_box(&server_final));
        heard.push(server_final);
    }
    let finish = start.elapsed();
    per_exchange(first + respond + finish, times)
}

/// The part of one client exchange that derives: from the server's first message to the client's final one.
pub fn derivation<C: Client>(client: &C) -> Duration {
    let started = client.start();
    let server_first = Account::server_first(C::first(&started));
    let start = Instant::now();
    let proved = client.respond(started, black_box(&server_first));
    let time = start.elapsed();
    black_box(C::last(&proved));
    time
}

/// Anything that is quick, many times.
pub fn many(mut work: impl FnMut()) -> Duration {
    let start = Instant::now();
    for _ in 0..MANY {
        work();
    }
    per_exchange(start.elapsed(), MANY)
}

/// Anything that is slow, once.
pub fn once(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn per_exchange(time: Duration, times: usize) -> Duration {
    time / u32::try_from(times).expect("a few")
}
