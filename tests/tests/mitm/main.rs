//! Somebody in the middle, with a certificate that the client trusts: two TLS connections, between which everything is read
//! and some of it changed. Channel binding finds it out; each test says which side does, and at which message.

mod login;
mod wire;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::version::{TLS12, TLS13};
use sasl::{
    BindingName, BindingPolicy, Channel, ChannelBinding, CredentialKind, Error, Offer, Protection,
    Refused, Unusable, Violation,
};

use crate::login::{Attack, Stop, channels, client, log_in};
use crate::wire::{Hop, Path};

const EXPORTER: &str = BindingName::TLS_EXPORTER;
const END_POINT: &str = BindingName::TLS_SERVER_END_POINT;
const POLICIES: [BindingPolicy; 2] = [BindingPolicy::Prefer, BindingPolicy::Require];

const NO_BINDING: Error = Error::Unusable(Unusable::Binding);
const WRONG_BINDING: Error = Error::Violation(Violation::ChannelBinding);
const DOWNGRADE: Error = Error::Violation(Violation::Downgrade);
const WRONG_PROOF: Error = Error::Refused(Refused::Credentials);

/// What becomes of an attack under a policy, over TLS 1.3 and over TLS 1.2.
fn stop(policy: BindingPolicy, attack: &Attack<'_>) -> Stop {
    let [new, old] = [&TLS13, &TLS12].map(|version| {
        let mut path = Path::relayed(version);
        let (of_client, of_server) = channels(&path);
        log_in(&mut path, (&of_client, &of_server), policy, attack).unwrap_err()
    });
    assert_eq!(new, old);
    new
}

/// The same message with another GS2 header, and `c=` for it over this value.
fn rebind(client_final: &str, gs2_header: &str, value: &[u8]) -> String {
    let (_, rest) = client_final.split_once(',').unwrap();
    let bound = STANDARD.encode([gs2_header.as_bytes(), value].concat());
    format!("c={bound},{rest}")
}

/// Without `-PLUS`, and with everything else.
fn stripped(offer: &str) -> String {
    let names = offer.split(' ').filter(|name| !name.ends_with("-PLUS"));
    names.collect::<Vec<_>>().join(" ")
}

#[test]
fn with_nobody_in_the_middle_the_strongest_value_is_bound() {
    for (version, expected) in [(&TLS13, EXPORTER), (&TLS12, END_POINT)] {
        for policy in POLICIES {
            let mut path = Path::direct(version);
            let (of_client, of_server) = channels(&path);
            let bound = log_in(
                &mut path,
                (&of_client, &of_server),
                policy,
                &Attack::default(),
            );
            assert_eq!(bound.unwrap().unwrap().as_str(), expected);
        }
    }
}

/// Why all of this: without a binding the attacker is not noticed, and this harness does log in.
#[test]
fn without_channel_binding_nobody_notices() {
    let mut path = Path::relayed(&TLS13);
    let bare = Channel::new(Protection::Tls);
    let policy = BindingPolicy::Prefer;
    let bound = log_in(&mut path, (&bare, &bare), policy, &Attack::default());
    assert_eq!(bound, Ok(None));
}

#[test]
fn relayed_as_it_is_the_server_finds_another_channel_bound() {
    for policy in POLICIES {
        let stop = stop(policy, &Attack::default());
        assert_eq!(stop, Stop::ServerAtClientFinal(WRONG_BINDING), "{policy:?}");
    }
}

#[test]
fn an_offer_without_plus_makes_the_client_stop_or_say_so() {
    let attack = Attack {
        offer: &stripped,
        ..Attack::default()
    };
    // `y`: the client could have bound, and believes that the server cannot (RFC 5802 §6).
    let preferred = stop(BindingPolicy::Prefer, &attack);
    assert_eq!(preferred, Stop::ServerAtClientFirst(DOWNGRADE));
    let required = stop(BindingPolicy::Require, &attack);
    assert_eq!(required, Stop::ClientAtOffer(NO_BINDING));
}

#[test]
fn y_made_n_is_found_by_the_servers_check_or_by_the_proof() {
    let unflagged = |line: &str| line.replacen(" y,", " n,", 1);
    let careless = Attack {
        offer: &stripped,
        client_first: &unflagged,
        ..Attack::default()
    };
    let careful = Attack {
        client_final: &|message| rebind(message, "n,,", b""),
        offer: &stripped,
        client_first: &unflagged,
        ..Attack::default()
    };
    for (attack, expected) in [(&careless, WRONG_BINDING), (&careful, WRONG_PROOF)] {
        let preferred = stop(BindingPolicy::Prefer, attack);
        assert_eq!(preferred, Stop::ServerAtClientFinal(expected));
        let required = stop(BindingPolicy::Require, attack);
        assert_eq!(required, Stop::ClientAtOffer(NO_BINDING));
    }
}

#[test]
fn p_made_n_is_refused_by_plus_and_found_without_it() {
    let unbound = |line: &str| {
        let (name, message) = line.split_once(' ').unwrap();
        let bare = message.split_once(",,").unwrap().1;
        format!("{name} n,,{bare}")
    };
    let elsewhere = |line: &str| unbound(line).replacen("-PLUS ", " ", 1);
    let rebound = |message: &str| rebind(message, "n,,", b"");
    for policy in POLICIES {
        let attack = Attack {
            client_first: &unbound,
            ..Attack::default()
        };
        assert_eq!(
            stop(policy, &attack),
            Stop::ServerAtClientFirst(WRONG_BINDING)
        );
        let attack = Attack {
            client_first: &elsewhere,
            ..Attack::default()
        };
        assert_eq!(
            stop(policy, &attack),
            Stop::ServerAtClientFinal(WRONG_BINDING)
        );
        let attack = Attack {
            client_first: &elsewhere,
            client_final: &rebound,
            ..Attack::default()
        };
        assert_eq!(
            stop(policy, &attack),
            Stop::ServerAtClientFinal(WRONG_PROOF)
        );
    }
}

#[test]
fn n_made_y_is_refused_by_a_server_that_binds() {
    let mut path = Path::relayed(&TLS13);
    let (_, of_server) = channels(&path);
    let bare = Channel::new(Protection::Tls);
    let attack = Attack {
        client_first: &|line| line.replacen(" n,", " y,", 1),
        ..Attack::default()
    };
    let prefer = log_in(
        &mut path,
        (&bare, &of_server),
        BindingPolicy::Prefer,
        &attack,
    );
    assert_eq!(prefer, Err(Stop::ServerAtClientFirst(DOWNGRADE)));
    let require = log_in(
        &mut path,
        (&bare, &of_server),
        BindingPolicy::Require,
        &attack,
    );
    assert_eq!(require, Err(Stop::ClientAtOffer(NO_BINDING)));
}

#[test]
fn another_type_of_binding_is_found_whatever_is_put_into_it() {
    for policy in POLICIES {
        // The server has this one too, but what comes back is over the client's header.
        let mut path = Path::relayed(&TLS13);
        let (of_client, of_server) = channels(&path);
        let both = (&of_client, &of_server);
        let retyped = |line: &str| line.replacen(EXPORTER, END_POINT, 1);
        let attack = Attack {
            client_first: &retyped,
            ..Attack::default()
        };
        let end = log_in(&mut path, both, policy, &attack);
        assert_eq!(end, Err(Stop::ServerAtClientFinal(WRONG_BINDING)));

        // The right header and the server's own value: the client's proof is over what it sent itself.
        let value = of_server.binding(END_POINT).unwrap().data();
        let header = format!("p={END_POINT},,");
        let attack = Attack {
            client_first: &retyped,
            client_final: &|message| rebind(message, &header, value),
            ..Attack::default()
        };
        let end = log_in(&mut path, both, policy, &attack);
        assert_eq!(end, Err(Stop::ServerAtClientFinal(WRONG_PROOF)));

        // A type that the server has no value of.
        let attack = Attack {
            client_first: &|line| line.replacen(EXPORTER, "tls-unique", 1),
            ..Attack::default()
        };
        let end = log_in(&mut path, both, policy, &attack);
        assert_eq!(end, Err(Stop::ServerAtClientFirst(NO_BINDING)));
    }
}

/// The best that the attacker can do: it knows the values of its own connection to the server.
#[test]
fn the_servers_own_value_put_in_place_of_the_clients_does_not_fit_the_proof() {
    for (version, name) in [(&TLS13, EXPORTER), (&TLS12, END_POINT)] {
        for policy in POLICIES {
            let mut path = Path::relayed(version);
            let (of_client, of_server) = channels(&path);
            let known = path.last().of_client();
            let value = known.iter().find(|binding| binding.name() == name).unwrap();
            let header = format!("p={name},,");
            let attack = Attack {
                client_final: &|message| rebind(message, &header, value.data()),
                ..Attack::default()
            };
            let end = log_in(&mut path, (&of_client, &of_server), policy, &attack);
            assert_eq!(end, Err(Stop::ServerAtClientFinal(WRONG_PROOF)));
        }
    }
}

/// XEP-0440: nothing protects the list of types but what is made of it.
#[test]
fn a_changed_list_of_types_does_not_end_the_binding() {
    for policy in POLICIES {
        for (types, expected) in [
            (END_POINT, Stop::ServerAtClientFinal(WRONG_BINDING)),
            ("", Stop::ServerAtClientFinal(WRONG_BINDING)),
            // The client could bind, and there is something to do it with.
            ("tls-unique", Stop::ClientAtOffer(NO_BINDING)),
        ] {
            let attack = Attack {
                binding_types: &|_| types.to_owned(),
                ..Attack::default()
            };
            assert_eq!(stop(policy, &attack), expected, "{policy:?} {types:?}");
        }
    }
}

/// Who is in the middle chooses the certificate. Under TLS 1.2, Ed25519 leaves `rustls` nothing to bind to: that is what
/// requiring it is for.
#[test]
fn a_certificate_without_an_end_point_ends_what_was_only_preferred() {
    let attack = Attack::default();
    for (policy, expected) in [
        (BindingPolicy::Prefer, Ok(None)),
        (BindingPolicy::Require, Err(Stop::ClientAtOffer(NO_BINDING))),
    ] {
        let mut path = Path::through(Hop::ed25519(&TLS12), Hop::new(&TLS12));
        let (of_client, of_server) = channels(&path);
        let end = log_in(&mut path, (&of_client, &of_server), policy, &attack);
        assert_eq!(end, expected);
    }
    // Under TLS 1.3 there is the exporter.
    for policy in POLICIES {
        let mut path = Path::through(Hop::ed25519(&TLS13), Hop::new(&TLS13));
        let (of_client, of_server) = channels(&path);
        let end = log_in(&mut path, (&of_client, &of_server), policy, &attack);
        assert_eq!(end, Err(Stop::ServerAtClientFinal(WRONG_BINDING)));
    }
}

/// XEP-0440, with nobody in the middle: a server behind a proxy has no exporter of the client's connection.
#[test]
fn of_several_values_the_client_takes_one_that_the_server_has() {
    for policy in POLICIES {
        let mut path = Path::direct(&TLS13);
        let (of_client, _) = channels(&path);
        let end_point = of_client.binding(END_POINT).unwrap().clone();
        let of_server = Channel::new(Protection::Tls).with_binding(end_point);
        let both = (&of_client, &of_server);
        let bound = log_in(&mut path, both, policy, &Attack::default());
        assert_eq!(bound.unwrap().unwrap().as_str(), END_POINT);
    }
}

/// A client that requires a binding and what it is offered: an error before the first octet, and which.
#[test]
fn require_fails_before_the_first_octet() {
    let required = client(BindingPolicy::Require);
    let kinds = [CredentialKind::Password];
    let why = |offer: &str, channel: &Channel| {
        let offer = Offer::parse(offer);
        required
            .choose(&offer, channel, &kinds)
            .map(drop)
            .map_err(Error::from)
    };
    let bound = Channel::new(Protection::Tls).with_bindings(Hop::new(&TLS13).of_client());
    assert_eq!(
        why("SCRAM-SHA-256-PLUS SCRAM-SHA-256 PLAIN", &bound),
        Ok(())
    );
    for offer in ["SCRAM-SHA-256 PLAIN", "PLAIN"] {
        assert_eq!(why(offer, &bound), Err(NO_BINDING), "{offer}");
    }
    // Nothing that this client has: there is nothing that a binding would have helped.
    let mechanism = Error::Unusable(Unusable::Mechanism);
    assert_eq!(why("GSSAPI", &bound), Err(mechanism));
    assert_eq!(why("", &bound), Err(mechanism));

    // An Ed25519 certificate has no end point, and under TLS 1.2 there is nothing else.
    let hop = Hop::ed25519(&TLS12);
    let channel = Channel::new(Protection::Tls).with_bindings(hop.of_client());
    assert!(channel.bindings().is_empty() && hop.of_server().is_empty());
    let all = "SCRAM-SHA-256-PLUS SCRAM-SHA-256 PLAIN";
    assert_eq!(why(all, &channel), Err(NO_BINDING));

    // An empty value is none: there is no way to put one into a channel.
    for name in [EXPORTER, END_POINT, "tls-unique"] {
        assert_eq!(
            ChannelBinding::new(name, b"").map(drop),
            Err(Unusable::Binding)
        );
    }
}
