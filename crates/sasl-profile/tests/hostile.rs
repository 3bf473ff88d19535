//! Whatever octets come: no panic, no success, and an end when the connection ends.

#[cfg(test)]
mod common;

use common::protocol::Protocol;
use common::vocabulary::Vocabulary;
use common::{Client, Handshake, Seen, Server, Session, Setup, hello::HELLO, prove::PROVE};
use proptest::collection::vec;
use proptest::prelude::*;
use sasl_core::Protection;
use sasl_profile::client::StartTls;

/// Plays octets to a session until they and the connection are at their end.
fn play(session: &mut dyn Session, chunks: &[Vec<u8>]) -> Vec<Seen> {
    let mut seen = Vec::new();
    let mut chunks = chunks.iter().filter(|chunk| !chunk.is_empty());
    let mut ends = 0..3;
    loop {
        assert!(seen.len() < 100_000, "it goes on for ever");
        match session.next() {
            Seen::Receive => match chunks.next() {
                Some(chunk) => session.receive(chunk),
                None => {
                    assert!(ends.next().is_some(), "it waits for ever");
                    session.receive(&[]);
                }
            },
            Seen::End(end) => {
                seen.push(Seen::End(end));
                return seen;
            }
            other => seen.push(other),
        }
    }
}

fn is_success(seen: &Seen) -> bool {
    matches!(seen, Seen::Event(event) | Seen::End(event) if event.starts_with("done"))
}

/// A protocol, and pieces that get deeper in it than chance would.
fn said_by_a_client(count: usize) -> impl Strategy<Value = (Protocol, Vec<Vec<u8>>)> {
    vocabulary().prop_flat_map(move |(protocol, words)| {
        let piece = prop_oneof![
            vec(any::<u8>(), 1..40),
            vec(any::<u8>(), 1..40),
            prop::sample::select(words.client).prop_map(<[u8]>::to_vec),
            (1..14_000usize).prop_map(|len| vec![b'A'; len]),
        ];
        (Just(protocol), vec(piece, 0..count))
    })
}

/// A protocol, and all that a server can say in it but for the proof.
fn said_by_a_server(count: usize) -> impl Strategy<Value = (Protocol, Vec<Vec<u8>>)> {
    vocabulary().prop_flat_map(move |(protocol, words)| {
        let piece = prop_oneof![
            vec(any::<u8>(), 1..40),
            prop::sample::select(words.server).prop_map(<[u8]>::to_vec),
            (1..14_000usize).prop_map(|len| vec![b'2'; len]),
        ];
        (Just(protocol), vec(piece, 0..count))
    })
}

fn vocabulary() -> impl Strategy<Value = (Protocol, Vocabulary)> {
    prop::sample::select(Protocol::ALL).prop_map(|protocol| (protocol, protocol.vocabulary()))
}

fn starttls() -> impl Strategy<Value = Setup> {
    let starttls = prop::sample::select(vec![
        StartTls::Never,
        StartTls::IfOffered,
        StartTls::Require,
    ]);
    let handshake =
        prop::sample::select(vec![Handshake::AtOnce, Handshake::Late, Handshake::Skipped]);
    (starttls, handshake).prop_map(|(starttls, handshake)| Setup {
        starttls,
        handshake,
        protection: Protection::Local,
        ..setup(50)
    })
}

fn setup(attempts: u32) -> Setup {
    Setup {
        mechanisms: vec![HELLO, PROVE],
        attempts: Some(attempts),
        ..Setup::default()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_server_lets_no_noise_in(
        (protocol, chunks) in said_by_a_client(60),
        greeted in any::<bool>(),
        setup in starttls(),
    ) {
        let mut server = Server::new(&Setup { protocol, ..setup });
        let hello = if greeted { protocol.vocabulary().hello } else { b"" };
        let chunks: Vec<_> = [hello.to_vec()].into_iter().chain(chunks).collect();
        let seen = play(&mut server, &chunks);
        prop_assert!(!seen.iter().any(is_success), "{seen:?}");
    }

    #[test]
    fn a_server_does_not_care_how_octets_are_cut(
        (protocol, chunks) in said_by_a_client(30),
        size in 1..64usize,
    ) {
        let setup = Setup { protocol, ..setup(50) };
        let octets = chunks.concat();
        let cut: Vec<_> = octets.chunks(size).map(<[u8]>::to_vec).collect();
        let whole = play(&mut Server::new(&setup), std::slice::from_ref(&octets));
        prop_assert_eq!(play(&mut Server::new(&setup), &cut), whole);
    }

    #[test]
    fn a_client_believes_no_noise(
        (protocol, chunks) in said_by_a_server(40),
        greeted in any::<bool>(),
        setup in starttls(),
    ) {
        let hello = if greeted { protocol.vocabulary().offer } else { &[] };
        let hello = hello.iter().map(|chunk| chunk.to_vec());
        let chunks: Vec<_> = hello.chain(chunks).collect();
        let required = setup.starttls == StartTls::Require;
        let mut client = Client::new(&Setup { protocol, mechanisms: vec![PROVE], ..setup });
        let seen = play(&mut client, &chunks);
        prop_assert!(!seen.iter().any(is_success), "{seen:?}");
        let auth = seen.iter().position(|one| matches!(one, Seen::Sent(octets) if octets.windows(4).any(|four| four == b"AUTH")));
        let tls = seen.iter().position(|one| *one == Seen::Event("start tls".into()));
        prop_assert!(!required || auth.is_none() || tls < auth && tls.is_some(), "{seen:?}");
    }
}

#[test]
fn a_client_without_a_mechanism_fails_before_it_sends() {
    let setup = Setup {
        mechanisms: Vec::new(),
        ..Setup::default()
    };
    let hello = [b"220 mail\r\n".to_vec(), b"250 mail\r\n".to_vec()];
    let seen = play(&mut Client::new(&setup), &hello);
    let sent = seen.iter().filter(|seen| matches!(seen, Seen::Sent(_)));
    assert_eq!(sent.count(), 1, "EHLO and nothing else");
}
