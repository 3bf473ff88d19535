//! What a client of LOGIN must refuse, and what it sends.

use sasl::{
    Authcid, Authzid, Client, CredentialKind, Credentials, Error, Login, Offer, Password,
    Preparation, Refused, Unusable, Violation,
};

use super::common::*;

/// The draft has no place for an authzid: the client says so, instead of acting as somebody else than was asked for.
#[test]
fn there_is_no_authzid() {
    let client = Client::builder(sasl::OsRandom)
        .mechanism(Login::client())
        .build();
    let credentials =
        Credentials::password(Authcid::parse("user").unwrap(), Password::new("pencil"))
            .acting_as(Authzid::parse("postmaster").unwrap());
    let (offer, channel) = (Offer::parse("LOGIN"), tls());
    let failure = client
        .choose(&offer, &channel, &[CredentialKind::Password])
        .unwrap()
        .start(credentials)
        .unwrap_err();
    assert_eq!(failure.error(), Error::Unusable(Unusable::Authzid));
}

/// Trap 58: the prompts may say anything, in either order, with a NUL or nothing at all. A third one is an error.
#[test]
fn the_client_ignores_what_the_prompts_say() {
    let huge = vec![b'?'; 16 * 1024];
    for [first, second] in [
        [&b"Username:"[..], b"Password:"],
        [b"User Name\0", b"Password\0"],
        [b"", b""],
        [b"Password:", b"Username:"],
        [b"\xff\r\n", b"\0"],
        [&huge, &huge],
    ] {
        let response = responds(begin_client("user", "pencil").unwrap().challenge(first)).unwrap();
        assert_eq!(response.data(), Some(&b"user"[..]));
        let response = responds(response.challenge(second)).unwrap();
        assert_eq!(response.data(), Some(&b"pencil"[..]));
        assert_eq!(
            response.challenge(first).unwrap_err().error(),
            Error::Violation(Violation::UnexpectedMessage)
        );
    }
}

/// A success before the password was asked for is nobody's success.
#[test]
fn the_client_takes_no_success_before_the_end() {
    let early = Error::Violation(Violation::ServerNotAuthenticated);
    let before = begin_client("user", "pencil").unwrap();
    assert_eq!(before.success(None).unwrap_err().error(), early);
    let between = responds(begin_client("user", "pencil").unwrap().challenge(b"")).unwrap();
    assert_eq!(between.success(None).unwrap_err().error(), early);
    let at_the_end = || {
        let response = begin_client("user", "pencil").unwrap();
        let response = responds(response.challenge(b"")).unwrap();
        responds(response.challenge(b"")).unwrap()
    };
    assert!(at_the_end().success(None).is_ok());
    assert_eq!(
        at_the_end().success(Some(b"data")).unwrap_err().error(),
        Error::Violation(Violation::UnexpectedMessage)
    );
    assert_eq!(
        at_the_end().failure().error(),
        Error::Refused(Refused::ByServer)
    );
}

/// Traps 55 and 58: nothing is sent, not even the name, that no server could take.
#[test]
fn the_client_refuses_before_the_first_byte() {
    let long = "p".repeat(3073);
    for (authcid, password, reason) in [
        ("", &b"p"[..], Unusable::EmptyName),
        ("a", b"", Unusable::EmptySecret),
        ("a", b"p\0q", Unusable::Characters),
        ("a", b"p\r", Unusable::Characters),
        ("a", b"p\nq", Unusable::Characters),
        ("a\r\nb", b"p", Unusable::Characters),
        ("a", long.as_bytes(), Unusable::TooLong),
    ] {
        assert_eq!(
            begin_client(authcid, password).unwrap_err().error(),
            Error::Unusable(reason),
            "{authcid:?} {password:?}"
        );
    }
    let strict = Login::client().preparation(Preparation::Saslprep);
    let client = Client::builder(sasl::OsRandom).mechanism(strict).build();
    let (offer, channel) = (Offer::parse("LOGIN"), tls());
    let failure = client
        .choose(&offer, &channel, &[CredentialKind::Password])
        .unwrap()
        .start(Credentials::password(
            Authcid::parse("user").unwrap(),
            Password::new("pen\x07cil"),
        ))
        .unwrap_err();
    assert_eq!(failure.error(), Error::Unusable(Unusable::Preparation));
}
