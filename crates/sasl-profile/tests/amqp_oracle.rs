//! Another implementation of AMQP 1.0, fe2o3-amqp, reads what is written here, and the other way round.
#![expect(
    clippy::unwrap_used,
    reason = "the helpers of a test are meant to panic too"
)]

use fe2o3_amqp_types::sasl::{
    SaslChallenge, SaslCode, SaslInit, SaslMechanisms, SaslOutcome, SaslResponse,
};
use sasl_core::{MechanismName, Secret, mechanism_name};
use sasl_profile::amqp::{Code, FromClient, FromServer};
use serde_amqp::primitives::{Array, Binary, Symbol};

const SCRAM: MechanismName = mechanism_name!("SCRAM-SHA-256");
const PLAIN: MechanismName = mechanism_name!("PLAIN");

/// The body of a frame.
fn body(frame: &[u8]) -> &[u8] {
    frame.split_at(8).1
}

fn frame(body: &impl serde::Serialize) -> Vec<u8> {
    let body = serde_amqp::to_vec(body).unwrap();
    let size = u32::try_from(body.len().checked_add(8).unwrap()).unwrap();
    [size.to_be_bytes().as_slice(), &[2, 1, 0, 0], &body].concat()
}

/// Data of lengths around those where the encoding changes.
fn lengths() -> impl Iterator<Item = Vec<u8>> {
    [0, 1, 200, 230, 240, 250, 255, 256, 300, 5000]
        .into_iter()
        .map(|len| vec![7; len])
}

#[test]
fn sasl_init_is_understood() {
    for data in lengths().map(Some).chain([None]) {
        for hostname in [None, Some("amqp.example.org".to_owned())] {
            let ours = FromClient::Init {
                mechanism: SCRAM,
                initial_response: data.as_deref().map(Secret::from),
                hostname: hostname.clone(),
            }
            .encode();
            let theirs: SaslInit = serde_amqp::from_slice(body(&ours)).unwrap();
            assert_eq!(theirs.mechanism.0, "SCRAM-SHA-256");
            assert_eq!(
                theirs.initial_response.as_ref().map(|data| data.to_vec()),
                data
            );
            assert_eq!(theirs.hostname, hostname);
            match FromClient::parse(&frame(&theirs)).unwrap() {
                FromClient::Init {
                    mechanism,
                    initial_response,
                    hostname: read,
                } => {
                    assert_eq!((mechanism, read), (SCRAM, hostname));
                    assert_eq!(initial_response.map(|data| data.expose().to_vec()), data);
                }
                other => panic!("{other:?}"),
            }
        }
    }
}

#[test]
fn sasl_mechanisms_is_understood() {
    for names in [vec![PLAIN], vec![SCRAM, PLAIN], vec![SCRAM; 100]] {
        let theirs = SaslMechanisms {
            sasl_server_mechanisms: Array(
                names
                    .iter()
                    .map(|name| Symbol::from(name.as_str()))
                    .collect(),
            ),
        };
        match FromServer::parse(&frame(&theirs)).unwrap() {
            FromServer::Mechanisms(read) => assert_eq!(read, names),
            other => panic!("{other:?}"),
        }
        let ours = FromServer::Mechanisms(names.clone()).encode();
        let theirs: SaslMechanisms = serde_amqp::from_slice(body(&ours)).unwrap();
        let read = theirs
            .sasl_server_mechanisms
            .0
            .into_iter()
            .map(|name| name.0);
        assert!(read.eq(names.iter().map(MechanismName::as_str)));
    }
}

#[test]
fn challenge_response_and_outcome_are_understood() {
    for data in lengths() {
        let ours = FromServer::Challenge(data.as_slice().into()).encode();
        let theirs: SaslChallenge = serde_amqp::from_slice(body(&ours)).unwrap();
        assert_eq!(theirs.challenge.to_vec(), data);
        let read = FromServer::parse(&frame(&theirs)).unwrap();
        assert!(matches!(read, FromServer::Challenge(read) if read.matches(&data)));

        let ours = FromClient::Response(data.as_slice().into()).encode();
        let theirs: SaslResponse = serde_amqp::from_slice(body(&ours)).unwrap();
        assert_eq!(theirs.response.to_vec(), data);
        let read = FromClient::parse(&frame(&theirs)).unwrap();
        assert!(matches!(read, FromClient::Response(read) if read.matches(&data)));
    }
    for (code, number) in [
        (SaslCode::Ok, Code::Ok),
        (SaslCode::Auth, Code::Auth),
        (SaslCode::Sys, Code::Sys),
        (SaslCode::SysPerm, Code::SysPerm),
        (SaslCode::SysTemp, Code::SysTemp),
    ] {
        for data in lengths().map(Some).chain([None]) {
            let theirs = SaslOutcome {
                code: code.clone(),
                additional_data: data.clone().map(Binary::from),
            };
            let read = FromServer::parse(&frame(&theirs)).unwrap();
            let ours = read.encode();
            match read {
                FromServer::Outcome {
                    code,
                    additional_data,
                } => {
                    assert_eq!(code, number);
                    assert_eq!(additional_data.map(|data| data.expose().to_vec()), data);
                }
                other => panic!("{other:?}"),
            }
            let theirs: SaslOutcome = serde_amqp::from_slice(body(&ours)).unwrap();
            assert_eq!(theirs.additional_data.map(|data| data.to_vec()), data);
        }
    }
}
