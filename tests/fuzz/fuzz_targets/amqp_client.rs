//! AMQP's client session, and the reader of a server's frames.
#![no_main]

#[macro_use]
#[path = "common/framed.rs"]
mod framed;

use sasl_profile::amqp;

client!(
    amqp,
    |input| framed::cut(input, amqp::message_len),
    |_| amqp::Client::new(),
    b"\0user\0pencil",
    |message: &[u8]| {
        if let Ok(read) = amqp::FromServer::parse(message) {
            // An offer of nothing that is a name cannot be written.
            if matches!(&read, amqp::FromServer::Mechanisms(names) if names.is_empty()) {
                return;
            }
            let written = read.encode();
            assert_eq!(amqp::message_len(&written), Ok(Some(written.len())));
            assert_eq!(
                *amqp::FromServer::parse(&written).unwrap().encode(),
                *written
            );
        }
    }
);
