//! The client session of XMPP's extensible profile, and the reader of a server's elements.
#![no_main]

#[macro_use]
#[path = "common/framed.rs"]
mod framed;

use sasl_profile::sasl2;

client!(
    sasl2,
    framed::lines,
    sasl2::Client::new,
    b"AHVzZXIAcGVuY2ls",
    |message: &[u8]| {
        if let Ok(read) = sasl2::FromServer::parse(message) {
            let written = read.encode();
            assert_eq!(
                *sasl2::FromServer::parse(&written).unwrap().encode(),
                *written
            );
        }
    }
);
