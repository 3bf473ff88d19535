//! Logs as people have them: several logins in one, other encodings, and texts that are no logs at all.
#![expect(
    clippy::unwrap_used,
    reason = "the helpers of a test are meant to panic too"
)]

use sasl_explain::{Login, Options, ReadError, explain, read};

fn logins(log: &str) -> Vec<Login> {
    read(log.as_bytes(), None)
        .unwrap()
        .iter()
        .map(|exchange| explain(exchange, &Options::default()).verdict.login)
        .collect()
}

/// Bytes without order, the same ones each time.
fn noise(octets: usize) -> Vec<u8> {
    let mut state: u32 = 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state.to_le_bytes()[0]
    };
    (0..octets).map(|_| next()).collect()
}

/// A login that failed must not be read out of what holds none.
#[test]
fn other_texts_hold_no_exchange() {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    let encoded: Vec<_> = noise(100_000)
        .chunks(57)
        .map(|line| STANDARD.encode(line))
        .collect();
    for (name, text) in [
        ("MIT", include_bytes!("../LICENSE-MIT").to_vec()),
        ("Apache", include_bytes!("../LICENSE-APACHE").to_vec()),
        (
            "prose",
            b"> Dear all\n> see (c)\n\nC: is a drive\n".to_vec(),
        ),
        ("noise", noise(200_000)),
        ("base64", encoded.join("\n").into_bytes()),
        ("zeros", vec![0; 10_000]),
        ("passwd", b"root:x:0:0:root:/root:/bin/sh\n".to_vec()),
    ] {
        let found = read(&text, None).err();
        assert_eq!(found, Some(ReadError::Nothing), "{name}");
    }
}

/// What `sasl login --verbose` shows, with the proof left out: as much is said of it as can be seen.
#[test]
fn the_own_commands_lines_are_read() {
    let log = "\
-- connected to 127.0.0.1:1143
S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=SCRAM-SHA-256 AUTH=PLAIN] ready
-- by SCRAM-SHA-256
C: A1 AUTHENTICATE SCRAM-SHA-256 <48 characters>
   client: n,,n=user,r=rOprNGfwEbeRWgbNEkqOabcd
S: + <112 characters>
   server: r=rOprNGfwEbeRWgbNEkqOabcd%hvYDpWUa2RaTCAfuxFIlj,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096
C: <140 characters>
   client: c=biws,r=rOprNGfwEbeRWgbNEkqOabcd%hvYDpWUa2RaTCAfuxFIlj,p=(proof not shown)
S: A1 NO [AUTHENTICATIONFAILED] no
";
    for (log, failed) in [
        (log.to_owned(), "wrong-password"),
        (
            log.replace("Oabcd%", "Oabce%"),
            "server-nonce-not-extending",
        ),
    ] {
        let exchanges = read(log.as_bytes(), None).unwrap();
        let verdict = explain(&exchanges[0], &Options::default()).verdict;
        assert_eq!((verdict.login, verdict.cause), (Login::Failed, failed));
        assert_eq!(verdict.also.len(), 0, "{:?}", verdict.also);
    }
}

/// Two connections at once, told apart by the processes that serve them.
#[test]
fn connections_are_told_apart() {
    let log = "\
mx smtpd[1]: < a.example[192.0.2.7]: AUTH LOGIN
mx smtpd[2]: < b.example[192.0.2.8]: AUTH PLAIN AHVzZXIAcGVuY2ls
mx smtpd[1]: > a.example[192.0.2.7]: 334 VXNlcm5hbWU6
mx smtpd[2]: > b.example[192.0.2.8]: 235 2.7.0 Authentication successful
mx smtpd[1]: < a.example[192.0.2.7]: dXNlcg==
mx smtpd[1]: > a.example[192.0.2.7]: 334 UGFzc3dvcmQ6
mx smtpd[1]: < a.example[192.0.2.7]: cGVuY2ls
mx smtpd[1]: > a.example[192.0.2.7]: 535 5.7.8 Error: authentication failed
";
    assert_eq!(logins(log), [Login::Failed, Login::Ok]);
}

/// The last login is what is asked about, however many came before it.
#[test]
fn of_many_logins_the_last_are_kept() {
    let failed = "C: AUTH PLAIN AHVzZXIAcGVuY2ls\nS: 535 no\n".repeat(50);
    let found = logins(&format!(
        "{failed}C: AUTH PLAIN AHVzZXIAcGVuY2ls\nS: 235 ok\n"
    ));
    assert_eq!(found.len(), 32);
    assert_eq!(found.last(), Some(&Login::Ok));
}

/// What Windows' shell makes of `>`.
#[test]
fn utf_16_is_read() {
    let log = "\u{feff}C: AUTH PLAIN AHVzZXIAcGVuY2ls\r\nS: 535 no\r\n";
    for swap in [false, true] {
        let octets: Vec<u8> = log
            .encode_utf16()
            .flat_map(|unit| {
                if swap {
                    unit.to_be_bytes()
                } else {
                    unit.to_le_bytes()
                }
            })
            .collect();
        let exchanges = read(&octets, None).unwrap();
        let explanation = explain(&exchanges[0], &Options::default());
        assert_eq!(explanation.verdict.cause, "wrong-password");
    }
}

/// A client whose messages are what stands in the place of secrets, and a server that says them back and back.
#[test]
fn echoes_do_not_grow() {
    let messages = "C: cmVkYWN0\nS: 334 \n".repeat(45);
    let said = "redactredacte(redacted)".repeat(20_000);
    let log = format!("C: AUTH LOGIN\nS: 334 \n{messages}C: cmVkYWN0\nS: 535 {said}\n");
    let exchanges = read(log.as_bytes(), None).unwrap();
    let explanation = explain(&exchanges[0], &Options::default());
    assert!(explanation.verdict.detail.len() < 10_000);
    assert!(
        explanation
            .steps
            .iter()
            .all(|step| step.attributes.iter().all(|one| one.value.len() < 10_000))
    );
}
