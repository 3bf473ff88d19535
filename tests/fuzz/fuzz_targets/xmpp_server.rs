//! XMPP's server session, and the reader of a client's elements.
#![no_main]

#[macro_use]
#[path = "common/framed.rs"]
mod framed;

use sasl_profile::xmpp;

server!(
    xmpp,
    framed::lines,
    xmpp::Server::new,
    3,
    |message: &[u8]| {
        if let Ok(read) = xmpp::FromClient::parse(message) {
            let written = read.encode();
            assert_eq!(
                *xmpp::FromClient::parse(&written).unwrap().encode(),
                *written
            );
        }
    },
    |octets: &[u8]| assert!(xmpp::FromServer::parse(octets).is_ok())
);
