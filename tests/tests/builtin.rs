//! Every mechanism by its name, and the lists of them.

use sasl::{
    Channel, ChannelBinding, Client, CredentialKind, DecoyKey, NamedError, Offer, OsRandom,
    Protection, ScramSha256, Server, builtin, builtins, preset,
};

fn key() -> DecoyKey {
    DecoyKey::new(&[7; 32]).unwrap()
}

#[test]
fn each_is_found_once_and_its_sides_agree() {
    let mut names: Vec<_> = builtins().iter().map(sasl::Builtin::name).collect();
    for (known, name) in builtins().iter().zip(&names) {
        let (client, server) = (known.client(), known.server(Some(&key())).unwrap());
        assert_eq!(client.name(), *name);
        assert_eq!(server.name(), *name);
        assert_eq!(client.properties(), server.properties(), "{name}");
        assert_eq!(known.properties(), client.properties());
        assert!(!known.specification().is_empty());
        assert_eq!(builtin(name.as_str()).unwrap().name(), *name);
        assert!(builtin(&name.as_str().to_lowercase()).is_none());
    }
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), builtins().len());
    assert!(builtin("GSSAPI").is_none());
}

#[test]
fn a_list_is_taken_whole_or_not_at_all() {
    for list in [
        preset::POSTGRESQL,
        preset::MONGODB,
        preset::KAFKA,
        preset::XMPP,
        preset::MAIL,
        preset::MAIL_LEGACY,
        preset::IRC,
        preset::LDAP,
    ] {
        let client = Client::builder(OsRandom).named(list).unwrap().build();
        let server = Server::builder(OsRandom)
            .decoy_key(key())
            .named(list)
            .unwrap()
            .build();
        assert_eq!(client.mechanisms().count(), list.len());
        assert!(
            server
                .mechanisms()
                .map(sasl::server::Mechanism::name)
                .eq(list.iter().copied())
        );
        // On an open channel nothing in clear text is advertised.
        for name in server.advertise(&Channel::new(Protection::None)) {
            let known = builtin(name.as_str()).unwrap();
            assert!(!known.properties().sends_clear_text(), "{name}");
        }
    }
    let unknown = Client::builder(OsRandom).named(&["PLAIN", "GSSAPI"]);
    assert_eq!(unknown.unwrap_err(), NamedError::Unknown("GSSAPI".into()));
    let without = Server::builder(OsRandom).named(&["PLAIN", "SCRAM-SHA-256"]);
    let error = without.unwrap_err();
    assert_eq!(error, NamedError::NoDecoyKey(ScramSha256::NAME));
    assert_eq!(error.to_string(), "SCRAM-SHA-256 needs a decoy key");
    assert!(Server::builder(OsRandom).named(&["PLAIN"]).is_ok());
}

#[test]
fn the_strongest_of_all_is_taken() {
    let all: Vec<String> = builtins()
        .iter()
        .map(|known| known.name().to_string())
        .collect();
    let names: Vec<&str> = all.iter().map(String::as_str).collect();
    let client = Client::builder(OsRandom).named(&names).unwrap().build();
    let offer = Offer::parse(&all.join(" "));
    let tls = Channel::new(Protection::Tls)
        .with_binding(ChannelBinding::new("tls-exporter", &[1; 32]).unwrap());
    for (channel, kind, taken) in [
        (&tls, CredentialKind::Password, "SCRAM-SHA3-512-PLUS"),
        (
            &Channel::new(Protection::None),
            CredentialKind::Password,
            "SCRAM-SHA3-512",
        ),
        (&tls, CredentialKind::Token, "OAUTHBEARER"),
        (&tls, CredentialKind::External, "EXTERNAL"),
        (&tls, CredentialKind::Anonymous, "ANONYMOUS"),
    ] {
        let chosen = client.choose(&offer, channel, &[kind]).unwrap();
        assert_eq!(chosen.name(), taken);
    }
    let none = client
        .choose(
            &offer,
            &Channel::new(Protection::None),
            &[CredentialKind::Token],
        )
        .unwrap_err();
    assert_eq!(none.passed_over().len(), builtins().len());
}
