//! PostgreSQL's client session, and the reader of a server's messages.
#![no_main]

#[macro_use]
#[path = "common/framed.rs"]
mod framed;

use sasl_profile::postgres;

client!(
    postgres,
    |input| framed::cut(input, postgres::message_len),
    |_| postgres::Client::new(),
    b"\0user\0pencil",
    |message: &[u8]| {
        if let Ok(read) = postgres::FromServer::parse(message) {
            let written = read.encode();
            assert_eq!(postgres::message_len(&written), Ok(Some(written.len())));
            assert_eq!(
                *postgres::FromServer::parse(&written).unwrap().encode(),
                *written
            );
        }
    }
);
