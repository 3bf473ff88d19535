//! What a client of CRAM-MD5 must refuse, and what it sends.

use sasl::{
    Authcid, Authzid, Client, CramMd5, CredentialKind, Credentials, Error, Malformed, Offer,
    Password, Plain, Preparation, Refused, Unusable, Violation,
};

use super::common::*;

/// Over PLAIN where the server has both: the password stays here.
#[test]
fn a_client_takes_it_before_plain() {
    let client = Client::builder(sasl::OsRandom)
        .mechanism(Plain::client())
        .mechanism(CramMd5::client())
        .build();
    let (offer, channel) = (Offer::parse("PLAIN CRAM-MD5"), tls());
    let chosen = client
        .choose(&offer, &channel, &[CredentialKind::Password])
        .unwrap();
    assert_eq!(chosen.name(), CramMd5::NAME);
}

#[test]
fn there_is_no_authzid() {
    let client = Client::builder(sasl::OsRandom)
        .mechanism(CramMd5::client())
        .build();
    let credentials =
        Credentials::password(Authcid::parse("user").unwrap(), Password::new("pencil"))
            .acting_as(Authzid::parse("postmaster").unwrap());
    let (offer, channel) = (Offer::parse("CRAM-MD5"), tls());
    let failure = client
        .choose(&offer, &channel, &[CredentialKind::Password])
        .unwrap()
        .start(credentials)
        .unwrap_err();
    assert_eq!(failure.error(), Error::Unusable(Unusable::Authzid));
}

#[test]
fn the_client_signs_challenges_only() {
    let huge = [&b"<"[..], &[b'1'; 1023], b">"].concat();
    for (challenge, reason) in [
        (&b""[..], Malformed::Message),
        (b"<>", Malformed::Message),
        (b"1896.697170952@postoffice", Malformed::Message),
        (b"<1896.697170952@post\0office>", Malformed::Message),
        (b"<1896.697170952@postoffice>\r\n", Malformed::Message),
        (&huge, Malformed::TooLong),
    ] {
        assert_eq!(
            answer("user", "pencil", challenge).unwrap_err().error(),
            Error::Malformed(reason),
            "{challenge:?}"
        );
    }
}

/// One challenge, one response, one word of the protocol.
#[test]
fn the_client_has_nothing_more_to_say() {
    let begun = || begin_client(CramMd5::client(), "user", "pencil").unwrap();
    let early = Error::Violation(Violation::ServerNotAuthenticated);
    assert_eq!(begun().success(None).unwrap_err().error(), early);
    let proved = || responds(begun().challenge(CHALLENGE.as_bytes())).unwrap();
    let unexpected = Error::Violation(Violation::UnexpectedMessage);
    for more in [&b""[..], CHALLENGE.as_bytes()] {
        assert_eq!(proved().challenge(more).unwrap_err().error(), unexpected);
        assert_eq!(
            proved().success(Some(more)).unwrap_err().error(),
            unexpected
        );
    }
    assert_eq!(
        proved().failure().error(),
        Error::Refused(Refused::ByServer)
    );
    let login = proved().success(None).unwrap();
    assert_eq!(login.authcid().unwrap(), "user");
    assert!(!login.server_proved());
}

#[test]
fn the_client_refuses_before_the_first_byte() {
    let strict = || CramMd5::client().preparation(Preparation::Saslprep);
    let expanding = "\u{fdfa}".repeat(100);
    for (client, authcid, password, reason) in [
        (CramMd5::client(), "", "p", Unusable::EmptyName),
        (CramMd5::client(), "a", "", Unusable::EmptySecret),
        (strict(), "\u{ad}", "p", Unusable::EmptyName),
        (strict(), "a", "\u{ad}", Unusable::EmptySecret),
        (strict(), "a\x07", "p", Unusable::Preparation),
        (strict(), "a", "p\x07", Unusable::Preparation),
        (strict(), &expanding, "p", Unusable::TooLong),
    ] {
        assert_eq!(
            begin_client(client, authcid, password).unwrap_err().error(),
            Error::Unusable(reason),
            "{authcid:?} {password:?}"
        );
    }
}
