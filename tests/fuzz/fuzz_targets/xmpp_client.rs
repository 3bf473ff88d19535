//! XMPP's client session, and the reader of a server's elements and features.
#![no_main]

#[macro_use]
#[path = "common/framed.rs"]
mod framed;

use sasl_profile::xmpp;

client!(
    xmpp,
    framed::lines,
    xmpp::Client::new,
    b"AHVzZXIAcGVuY2ls",
    |message: &[u8]| {
        if let Ok(read) = xmpp::FromServer::parse(message) {
            let written = read.encode();
            assert_eq!(
                *xmpp::FromServer::parse(&written).unwrap().encode(),
                *written
            );
        }
        if let Ok(read) = xmpp::Features::parse(message) {
            assert_eq!(xmpp::Features::parse(&read.encode()).unwrap(), read);
        }
    }
);
