//! Whatever octets come: no panic, no success, and an end when the connection ends.

#[cfg(test)]
mod common;

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

/// Pieces that get deeper than chance would.
fn said_by_a_client() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(any::<u8>(), 1..40),
        vec(any::<u8>(), 1..40),
        prop::sample::select(vec![
            &b"EHLO a\r\n"[..],
            b"AUTH X-HELLO",
            b"AUTH X-PROVE\r\n",
            b"STARTTLS\r\n",
            b" ",
            b"=",
            b"*\r\n",
            b"\r\n",
            b"\r",
            b"\n",
            b"dXNlcg==",
            b"dXNlciB4",
            b"dXNlcjp4",
            b"AAAA",
            b"QUIT",
            b"MAIL FROM:<a@b>\r\n",
        ])
        .prop_map(<[u8]>::to_vec),
        (1..14_000usize).prop_map(|len| vec![b'A'; len]),
    ]
}

/// All that a server can say but for the proof.
fn said_by_a_server() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(any::<u8>(), 1..40),
        prop::sample::select(vec![
            &b"220 mail\r\n"[..],
            b"250-mail\r\n250 AUTH X-PROVE\r\n",
            b"250-mail\r\n250 STARTTLS\r\n",
            b"220 go\r\n",
            b"250-mail\r\n",
            b"250 ok\r\n",
            b"235 2.7.0 ok\r\n",
            b"235-",
            b"334 ",
            b"334 d2hvPw==\r\n",
            b"334 AAAA\r\n",
            b"334 \r\n",
            b"501 no\r\n",
            b"\r\n",
            b"\r",
            b"\n",
        ])
        .prop_map(<[u8]>::to_vec),
        (1..14_000usize).prop_map(|len| vec![b'2'; len]),
    ]
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
        chunks in vec(said_by_a_client(), 0..60),
        greeted in any::<bool>(),
        setup in starttls(),
    ) {
        let mut server = Server::new(&setup);
        let hello = if greeted { &b"EHLO a\r\n"[..] } else { b"" };
        let chunks: Vec<_> = [hello.to_vec()].into_iter().chain(chunks).collect();
        let seen = play(&mut server, &chunks);
        prop_assert!(!seen.iter().any(is_success), "{seen:?}");
    }

    #[test]
    fn a_server_does_not_care_how_octets_are_cut(
        chunks in vec(said_by_a_client(), 0..30),
        size in 1..64usize,
    ) {
        let octets = chunks.concat();
        let cut: Vec<_> = octets.chunks(size).map(<[u8]>::to_vec).collect();
        let whole = play(&mut Server::new(&setup(50)), std::slice::from_ref(&octets));
        prop_assert_eq!(play(&mut Server::new(&setup(50)), &cut), whole);
    }

    #[test]
    fn a_client_believes_no_noise(
        chunks in vec(said_by_a_server(), 0..40),
        greeted in any::<bool>(),
        setup in starttls(),
    ) {
        let hello: &[&[u8]] = match greeted {
            true => &[b"220 mail\r\n", b"250-mail\r\n250 AUTH X-PROVE\r\n"],
            false => &[],
        };
        let hello = hello.iter().map(|chunk| chunk.to_vec());
        let chunks: Vec<_> = hello.chain(chunks).collect();
        let required = setup.starttls == StartTls::Require;
        let mut client = Client::new(&Setup { mechanisms: vec![PROVE], ..setup });
        let seen = play(&mut client, &chunks);
        prop_assert!(!seen.iter().any(is_success), "{seen:?}");
        let auth = seen.iter().position(|one| matches!(one, Seen::Sent(octets) if octets.starts_with(b"AUTH")));
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
