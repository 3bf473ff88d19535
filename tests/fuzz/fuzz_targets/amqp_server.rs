//! AMQP's server session, and the reader of a client's frames.
#![no_main]

#[macro_use]
#[path = "common/framed.rs"]
mod framed;

use sasl_profile::amqp;

server!(
    amqp,
    |input| framed::cut(input, amqp::message_len),
    amqp::Server::new,
    1,
    |message: &[u8]| {
        if let Ok(read) = amqp::FromClient::parse(message) {
            let written = read.encode();
            assert_eq!(amqp::message_len(&written), Ok(Some(written.len())));
            assert_eq!(
                *amqp::FromClient::parse(&written).unwrap().encode(),
                *written
            );
        }
    },
    |octets: &[u8]| {
        // The header, or the header and the offer behind it, or a frame.
        let len = amqp::message_len(octets).unwrap().unwrap();
        let (first, rest) = octets.split_at(len);
        assert!(amqp::FromServer::parse(first).is_ok());
        assert!(rest.is_empty() || amqp::FromServer::parse(rest).is_ok());
    }
);
