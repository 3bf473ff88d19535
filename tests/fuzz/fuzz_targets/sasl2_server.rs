//! The server session of XMPP's extensible profile, and the reader of a client's elements.
#![no_main]

#[macro_use]
#[path = "common/framed.rs"]
mod framed;

use sasl_profile::sasl2;

server!(
    sasl2,
    framed::lines,
    |mechanisms| sasl2::Server::new(mechanisms, "example.org"),
    3,
    |message: &[u8]| {
        if let Ok(read) = sasl2::FromClient::parse(message) {
            let written = read.encode();
            assert_eq!(
                *sasl2::FromClient::parse(&written).unwrap().encode(),
                *written
            );
        }
    },
    |octets: &[u8]| assert!(sasl2::FromServer::parse(octets).is_ok())
);
