//! LDAP's client session, and the readers of what a server says.
#![no_main]

#[macro_use]
#[path = "common/framed.rs"]
mod framed;

use sasl_profile::ldap;

client!(
    ldap,
    |input| framed::cut(input, ldap::message_len),
    ldap::Client::new,
    b"\0user\0pencil",
    |message: &[u8]| {
        let _ = ldap::RootDse::parse(message);
        let _ = ldap::StartTls::parse(message);
        if let Ok(read) = ldap::BindResponse::parse(message)
            && read.message_id != ldap::MessageId::UNSOLICITED
        {
            let written = read.encode();
            assert_eq!(ldap::message_len(&written), Ok(Some(written.len())));
            assert_eq!(
                *ldap::BindResponse::parse(&written).unwrap().encode(),
                *written
            );
        }
    }
);
