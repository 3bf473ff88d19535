//! Which mechanism a client takes, over random offers, credentials, channels and policies.

use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use sasl::client::{Failure, Mechanism, Proven, Start, Step, Turn};
use sasl::{
    Authcid, Authzid, BindingName, BindingPolicy, Channel, ChannelBinding, Client, CredentialKind,
    Credentials, Means, MechanismName, Offer, Order, Password, Policy, Properties, Protection,
    WhyNot, WithoutRandom,
};

/// A mechanism of any properties, which sends its secret at once.
#[derive(Debug, Clone, Copy)]
struct Any {
    name: MechanismName,
    properties: Properties,
    needs: &'static [CredentialKind],
}

impl Mechanism for Any {
    fn name(&self) -> MechanismName {
        self.name
    }

    fn properties(&self) -> Properties {
        self.properties
    }

    fn needs(&self) -> &'static [CredentialKind] {
        self.needs
    }

    fn start(&self, start: Start<'_>) -> Result<Step, Failure> {
        let mut proven = Proven::new(None).acting_as(start.credentials.authzid().cloned());
        if self.properties.proves_server() {
            proven = proven.by_server();
        }
        Ok(Step::last("secret", proven))
    }
}

const KINDS: &[CredentialKind] = &[
    CredentialKind::Password,
    CredentialKind::DerivedKeys,
    CredentialKind::Token,
    CredentialKind::External,
    CredentialKind::Anonymous,
];

const NEEDS: &[&[CredentialKind]] = &[
    &[CredentialKind::Password],
    &[CredentialKind::Password, CredentialKind::DerivedKeys],
    &[CredentialKind::Token],
    &[CredentialKind::External],
    &[CredentialKind::Anonymous],
];

const TYPES: &[&str] = &[
    BindingName::TLS_EXPORTER,
    BindingName::TLS_SERVER_END_POINT,
    BindingName::TLS_UNIQUE,
];

fn properties() -> impl Strategy<Value = Properties> {
    (
        any::<[bool; 7]>(),
        prop_oneof![Just(0), Just(160), Just(256)],
    )
        .prop_map(|(is, bits)| {
            let mut properties = if is[0] {
                Properties::client_first()
            } else {
                Properties::server_first()
            };
            if is[1] {
                properties = properties.clear_text();
            }
            if is[2] {
                properties = properties.with_server_proof();
            }
            if is[3] {
                properties = properties.with_channel_binding();
            }
            if is[4] {
                properties = properties.from_channel();
            }
            if is[5] {
                properties = properties.without_authzid();
            }
            if is[6] {
                properties = properties.anonymous();
            }
            properties.with_hash_bits(bits)
        })
}

fn mechanisms() -> impl Strategy<Value = Vec<Any>> {
    vec((properties(), 0..NEEDS.len()), 0..8).prop_map(|drawn| {
        let numbered = drawn.into_iter().enumerate();
        numbered
            .map(|(number, (properties, needs))| Any {
                name: name(number),
                properties,
                needs: NEEDS[needs],
            })
            .collect()
    })
}

fn name(number: usize) -> MechanismName {
    MechanismName::parse(&format!("M{number}")).unwrap()
}

fn channel() -> impl Strategy<Value = Channel> {
    let protection = prop_oneof![
        Just(Protection::None),
        Just(Protection::Local),
        Just(Protection::Tls)
    ];
    (protection, btree_set(0..TYPES.len(), 0..3)).prop_map(|(protection, bindings)| {
        bindings
            .into_iter()
            .fold(Channel::new(protection), |channel, number| {
                channel.with_binding(ChannelBinding::new(TYPES[number], &[1; 32]).unwrap())
            })
    })
}

#[derive(Debug, Clone)]
struct Rules {
    binding: BindingPolicy,
    no_clear_text: bool,
    server_proof: bool,
}

impl Rules {
    fn policy(&self) -> Policy {
        let mut policy = Policy::new().binding(self.binding);
        if self.no_clear_text {
            policy = policy.never_clear_text();
        }
        if self.server_proof {
            policy = policy.server_proof();
        }
        policy
    }
}

fn rules() -> impl Strategy<Value = Rules> {
    let binding = prop_oneof![
        Just(BindingPolicy::Disable),
        Just(BindingPolicy::Prefer),
        Just(BindingPolicy::Require)
    ];
    (binding, any::<bool>(), any::<bool>()).prop_map(|(binding, no_clear_text, server_proof)| {
        Rules {
            binding,
            no_clear_text,
            server_proof,
        }
    })
}

/// What the policy allows, said once more and in other words than the library's.
fn allowed(
    mechanism: &Any,
    offer: &Offer,
    channel: &Channel,
    rules: &Rules,
    kinds: &[CredentialKind],
    authzid: bool,
    value: bool,
) -> bool {
    let is = mechanism.properties;
    let offered = offer.mechanisms().contains(&mechanism.name);
    let held = mechanism.needs.iter().any(|need| kinds.contains(need));
    let open = channel.protection() == Protection::None;
    offered
        && held
        && !(is.sends_clear_text() && (open || rules.no_clear_text))
        && (!rules.server_proof || is.proves_server())
        && (!authzid || is.carries_authzid())
        && match rules.binding {
            BindingPolicy::Disable => !is.binds_channel(),
            BindingPolicy::Prefer => !is.binds_channel() || value,
            BindingPolicy::Require => is.binds_channel() && value,
        }
}

fn credentials(kinds: &[CredentialKind], authzid: bool) -> Credentials {
    let name = Authcid::parse("user").unwrap();
    let mut credentials = match kinds.first() {
        Some(CredentialKind::Token) => Credentials::token(sasl::Token::new("token")),
        Some(CredentialKind::External) => Credentials::external(),
        Some(CredentialKind::Anonymous) => Credentials::anonymous("trace"),
        _ => Credentials::password(name, Password::new("secret")),
    };
    if authzid {
        credentials = credentials.acting_as(Authzid::parse("other").unwrap());
    }
    credentials
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn the_choice_is_never_weaker_than_an_allowed_one(
        own in mechanisms(),
        offered in vec(0..10_usize, 0..10),
        types in btree_set(0..TYPES.len(), 0..3),
        channel in channel(),
        rules in rules(),
        kinds in btree_set(0..KINDS.len(), 0..4),
        authzid: bool,
    ) {
        let offer: Offer = offered.iter().map(|number| name(*number)).collect();
        let offer = offer.with_binding_types(
            types.iter().map(|number| BindingName::parse(TYPES[*number]).unwrap()),
        );
        let kinds: Vec<_> = kinds.iter().map(|number| KINDS[*number]).collect();
        let builder = own.iter().fold(
            Client::builder(WithoutRandom).policy(rules.policy()),
            |builder, mechanism| builder.mechanism(*mechanism),
        );
        let client = builder.build();
        let mut means = Means::from(&kinds);
        if authzid {
            means = means.acting_as_another();
        }
        let value = channel.bindings().iter().any(|binding| {
            let types = offer.binding_types();
            types.is_empty() || types.iter().any(|taken| taken.as_str() == binding.name())
        });
        let allowed = |mechanism: &Any, value| {
            allowed(mechanism, &offer, &channel, &rules, &kinds, authzid, value)
        };
        // With the types that the channel has, there would be something that binds it: then nothing goes without.
        let talked_away = rules.binding == BindingPolicy::Prefer
            && !value
            && !channel.bindings().is_empty()
            && own.iter().any(|own| own.properties.binds_channel() && allowed(own, true));
        let may = |mechanism: &&Any| !talked_away && allowed(mechanism, value);
        let strongest = own.iter().filter(may).map(|own| own.properties.strength()).max();

        match client.choose(&offer, &channel, means) {
            Ok(chosen) => {
                let taken = own.iter().find(|own| own.name == chosen.name()).unwrap();
                prop_assert!(may(&taken));
                prop_assert!(Some(taken.properties.strength()) == strongest);
                // All that was offered is accounted for, each once per time it was offered.
                let others = offer.mechanisms().iter().filter(|name| **name != taken.name);
                prop_assert!(others.eq(chosen.passed_over().iter().map(|other| &other.name)));
                for other in chosen.passed_over() {
                    let known = own.iter().find(|own| own.name == other.name);
                    match known {
                        None => prop_assert_eq!(other.why, WhyNot::Unknown),
                        Some(known) => prop_assert_eq!(may(&known), other.why == WhyNot::Weaker),
                    }
                }
                // Whatever is sent then is not sent in clear where all can read it.
                let kind = taken.needs.iter().find(|kind| kinds.contains(kind)).unwrap();
                if let Ok(Turn::Respond(response)) = chosen.start(credentials(&[*kind], authzid)) {
                    prop_assert!(response.data().is_some());
                    let open = channel.protection() == Protection::None;
                    prop_assert!(!(open && taken.properties.sends_clear_text()));
                }
            }
            Err(none) => {
                prop_assert!(strongest.is_none());
                prop_assert_eq!(none.passed_over().len(), offer.mechanisms().len());
            }
        }
    }
}

const WEAK: Any = Any {
    name: sasl::mechanism_name!("WEAK"),
    properties: Properties::client_first(),
    needs: &[CredentialKind::Password],
};

const STRONG: Any = Any {
    name: sasl::mechanism_name!("STRONG"),
    properties: Properties::client_first().with_server_proof(),
    ..WEAK
};

fn both(policy: Policy) -> Client {
    Client::builder(WithoutRandom)
        .policy(policy)
        .mechanism(WEAK)
        .mechanism(STRONG)
        .build()
}

fn taken(client: &Client, offer: &str) -> Option<String> {
    let (offer, channel) = (Offer::parse(offer), Channel::new(Protection::Tls));
    let credentials = credentials(&[], false);
    let chosen = client.choose(&offer, &channel, &credentials).ok()?;
    Some(chosen.name().as_str().to_owned())
}

#[test]
fn the_servers_order_does_not_count() {
    let client = both(Policy::new());
    assert_eq!(taken(&client, "WEAK STRONG").as_deref(), Some("STRONG"));
    assert_eq!(taken(&client, "STRONG WEAK").as_deref(), Some("STRONG"));
}

#[test]
fn the_given_order_is_taken_where_the_policy_says_so() {
    const POLICY: Policy = Policy::new().order(Order::Given);
    assert_eq!(taken(&both(POLICY), "STRONG WEAK").as_deref(), Some("WEAK"));
}

#[test]
fn names_are_exact() {
    let client = both(Policy::new());
    for offer in [
        "strong",
        "STRONG-PLUS",
        "STRONGER",
        "XSTRONG",
        "STRONG,WEAK",
        "",
    ] {
        assert_eq!(taken(&client, offer), None, "{offer}");
    }
}

#[test]
fn one_is_forced_or_left_out_in_the_registry() {
    let client = both(Policy::new());
    assert_eq!(
        taken(&client.only(WEAK.name), "WEAK STRONG").as_deref(),
        Some("WEAK")
    );
    assert_eq!(
        taken(&client.except(STRONG.name), "WEAK STRONG").as_deref(),
        Some("WEAK")
    );
    assert_eq!(taken(&client.only(WEAK.name), "STRONG"), None);
    assert!(client.mechanism("WEAK").is_some() && client.mechanism("weak").is_none());
    assert_eq!(client.mechanisms().count(), 2);
}

#[test]
fn none_says_why() {
    let client = both(Policy::new().server_proof());
    let (offer, channel) = (Offer::parse("WEAK"), Channel::new(Protection::Tls));
    let none = client
        .choose(&offer, &channel, &[CredentialKind::Password])
        .unwrap_err();
    assert_eq!(none.passed_over()[0].why, WhyNot::ServerProofRequired);
    assert_eq!(
        none.to_string(),
        "none of the offered mechanisms can be used (WEAK: its server proves nothing, and the policy wants it to)"
    );
}
