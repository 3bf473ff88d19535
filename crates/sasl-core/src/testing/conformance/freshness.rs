//! What randomness is for, and what happens without it.

use alloc::sync::Arc;
use alloc::vec::Vec;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::scene::{Outcome, Scene, Seeds, Stop, ended};
use crate::client;
use crate::error::{Error, Unavailable};
use crate::random::{NoRandomness, Random};
use crate::testing::{CountingRandom, Message};

/// Exchanges of which no two may be alike.
const EXCHANGES: u64 = 4;

/// Draws after which randomness is tried to run out.
const DRAWS: usize = 8;

/// # Errors
/// Not applicable where nothing in the messages has to be fresh.
fn needs_freshness(scene: &Scene<'_, '_>) -> Outcome {
    let reason = if scene.properties.sends_clear_text() || scene.properties.is_replayable() {
        "the secret passes in clear text"
    } else if !scene.has_secret() {
        "nothing is proved"
    } else {
        return Ok(());
    };
    Err(Stop::NotApplicable(reason))
}

pub(super) fn replay(scene: &Scene<'_, '_>) -> Outcome {
    needs_freshness(scene)?;
    let baseline = scene.baseline()?;
    let fresh = scene.pair(
        scene.policy(),
        Seeds {
            server: 21,
            client: 22,
        },
    );
    let run = fresh.play_to_server(baseline.messages.clone());
    ensure!(
        run.server.is_err(),
        "the server takes the recorded messages of another exchange"
    );
    if scene.properties.proves_server() {
        let run = fresh.play_to_client(scene.right_credentials(), baseline.messages);
        ensure!(
            run.client.is_err(),
            "the client takes the recorded messages of another exchange"
        );
    }
    Ok(())
}

pub(super) fn freshness(scene: &Scene<'_, '_>) -> Outcome {
    needs_freshness(scene)?;
    _ = scene.baseline()?;
    let challenges = |server| {
        let seeds = Seeds {
            server,
            ..Seeds::USUAL
        };
        let run = scene
            .pair(scene.policy(), seeds)
            .run(scene.right_credentials());
        let challenges = run
            .messages
            .into_iter()
            .filter(|message| matches!(message, Message::Challenge(data) if !data.is_empty()));
        challenges.collect::<Vec<Message>>()
    };
    let seen: Vec<_> = (0..EXCHANGES).map(challenges).collect();
    if seen.iter().all(Vec::is_empty) {
        return Err(Stop::NotApplicable("the server sends no challenge"));
    }
    for (index, one) in seen.iter().enumerate() {
        ensure!(
            !seen
                .iter()
                .skip(index.saturating_add(1))
                .any(|other| other == one),
            "with other randomness the server sends the same challenges"
        );
    }
    Ok(())
}

pub(super) fn no_randomness(scene: &Scene<'_, '_>) -> Outcome {
    _ = scene.baseline()?;
    let (server, client) = (Rationed::new(usize::MAX), Rationed::new(usize::MAX));
    _ = run_with(scene, &server, &client);
    let none = Error::from(Unavailable::Randomness);

    for draws in 0..server.draws().min(DRAWS) {
        let run = run_with(scene, &Rationed::new(draws), &Rationed::new(usize::MAX));
        let error = run.server_error();
        ensure!(
            error == Some(none),
            "with no randomness after {draws} draws the server ends in {}",
            ended(error)
        );
    }
    for draws in 0..client.draws().min(DRAWS) {
        let run = run_with(scene, &Rationed::new(usize::MAX), &Rationed::new(draws));
        let error = run.client_error();
        ensure!(
            error == Some(none),
            "with no randomness after {draws} draws the client ends in {}",
            ended(error)
        );
    }
    Ok(())
}

fn run_with(
    scene: &Scene<'_, '_>,
    server: &Rationed,
    client: &Rationed,
) -> crate::testing::Transcript {
    let server = scene
        .subject
        .server_setup
        .clone()
        .with_random(server.clone());
    let client = client::Setup::default().with_random(client.clone());
    let pair = scene
        .usual()
        .with_server_setup(server)
        .with_client_setup(client);
    pair.run(scene.right_credentials())
}

/// Randomness that runs out after some draws, and counts them.
#[derive(Clone)]
struct Rationed(Arc<Ration>);

struct Ration {
    random: CountingRandom,
    allowed: usize,
    draws: AtomicUsize,
}

impl Rationed {
    fn new(allowed: usize) -> Self {
        Self(Arc::new(Ration {
            random: CountingRandom::seeded(Seeds::USUAL.server),
            allowed,
            draws: AtomicUsize::new(0),
        }))
    }

    fn draws(&self) -> usize {
        self.0.draws.load(Ordering::Relaxed)
    }
}

impl Random for Rationed {
    fn fill(&self, destination: &mut [u8]) -> Result<(), NoRandomness> {
        if self.0.draws.fetch_add(1, Ordering::Relaxed) < self.0.allowed {
            self.0.random.fill(destination)
        } else {
            Err(NoRandomness)
        }
    }
}
