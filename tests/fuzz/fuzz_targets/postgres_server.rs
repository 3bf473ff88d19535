//! PostgreSQL's server session, and the reader of a client's messages.
#![no_main]

#[macro_use]
#[path = "common/framed.rs"]
mod framed;

use sasl_profile::postgres;

server!(
    postgres,
    |input| framed::cut(input, postgres::message_len),
    postgres::Server::new,
    1,
    |message: &[u8]| {
        for is_first in [true, false] {
            if let Ok(read) = postgres::FromClient::parse(message, is_first) {
                assert_eq!(*read.encode(), *message);
            }
        }
    },
    |octets: &[u8]| {
        let len = postgres::message_len(octets).unwrap().unwrap();
        assert!(postgres::FromServer::parse(octets.get(..len).unwrap()).is_ok());
    }
);
