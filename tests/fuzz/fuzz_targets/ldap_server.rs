//! LDAP's server session, and the reader of bind requests.
#![no_main]

#[macro_use]
#[path = "common/framed.rs"]
mod framed;

use sasl_profile::ldap;

server!(
    ldap,
    |input| framed::cut(input, ldap::message_len),
    |mechanisms| ldap::Server::new(mechanisms).with_attempts(4),
    4,
    |message: &[u8]| {
        if let Ok(Some(len)) = ldap::message_len(message) {
            assert!(len <= message.len());
        }
        if let Ok(read) = ldap::BindRequest::parse(message) {
            let written = read.encode();
            assert_eq!(ldap::message_len(&written), Ok(Some(written.len())));
            assert_eq!(
                *ldap::BindRequest::parse(&written).unwrap().encode(),
                *written
            );
        }
    },
    |octets: &[u8]| assert!(ldap::BindResponse::parse(octets).is_ok())
);
