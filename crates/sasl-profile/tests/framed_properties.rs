//! Whatever is sent: nothing panics, and what is written is read as it was meant.
#![expect(
    clippy::unwrap_used,
    reason = "the helpers of a test are meant to panic too"
)]

use proptest::prelude::*;
use sasl_core::{MechanismName, Secret};
use sasl_profile::{amqp, postgres};

fn mechanism() -> impl Strategy<Value = MechanismName> {
    "[A-Z0-9_-]{1,20}".prop_map(|name| MechanismName::parse(&name).unwrap())
}

fn data() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..300),
        Just(b"=".to_vec()),
        Just(vec![0; 16 * 1024]),
    ]
}

fn same(secret: Option<&Secret>, octets: Option<&[u8]>) -> bool {
    secret.map(Secret::expose) == octets
}

/// A message that is there in part is waited for.
fn whole(octets: &[u8], len: impl Fn(&[u8]) -> Result<Option<usize>, sasl_core::Malformed>) {
    let more = [octets, b"more"].concat();
    assert_eq!(len(&more), Ok(Some(octets.len())));
    for cut in (0..octets.len())
        .take(12)
        .chain([octets.len().saturating_sub(1)])
    {
        assert_eq!(len(octets.split_at(cut).0), Ok(None));
    }
}

proptest! {
    #[test]
    fn postgres_reads_what_it_wrote(mechanism in mechanism(), data in proptest::option::of(data())) {
        use postgres::{FromClient, FromServer};
        let channel_binding = data.clone().unwrap_or_default();
        let octets = FromClient::Response(channel_binding.as_slice().into()).encode();
        whole(&octets, postgres::message_len);
        let is_same = matches!(FromClient::parse(&octets, false).unwrap(), FromClient::Response(read) if read.matches(&channel_binding));
        prop_assert!(is_same);
        for message in [FromServer::Continue(channel_binding.as_slice().into()), FromServer::Final(channel_binding.as_slice().into())] {
            let octets = message.encode();
            whole(&octets, postgres::message_len);
            let is_same = match FromServer::parse(&octets).unwrap() {
                FromServer::Continue(read) | FromServer::Final(read) => read.matches(&channel_binding),
                _ => false,
            };
            prop_assert!(is_same);
        }
        let octets = FromClient::Initial(postgres::InitialResponse::new(mechanism, data.as_deref().map(Secret::from))).encode();
        whole(&octets, postgres::message_len);
        let is_same = matches!(FromClient::parse(&octets, true).unwrap(), FromClient::Initial(read) if read.mechanism == mechanism && same(read.response.as_ref(), data.as_deref()));
        prop_assert!(is_same);
        let octets = FromServer::Sasl(vec![mechanism; 3]).encode();
        let is_same = matches!(FromServer::parse(&octets).unwrap(), FromServer::Sasl(read) if read == [mechanism; 3]);
        prop_assert!(is_same);
    }

    #[test]
    fn amqp_reads_what_it_wrote(mechanism in mechanism(), data in proptest::option::of(data()), host in proptest::option::of(".{0,300}"), names in proptest::collection::vec(mechanism(), 1..20)) {
        use sasl_profile::amqp::{Code, FromClient, FromServer, message_len};
        let octets = FromClient::Init { mechanism, initial_response: data.as_deref().map(Secret::from), hostname: host.clone() }.encode();
        whole(&octets, message_len);
        let FromClient::Init { mechanism: read, initial_response, hostname } = FromClient::parse(&octets).unwrap() else { panic!() };
        prop_assert_eq!((read, hostname), (mechanism, host));
        prop_assert!(same(initial_response.as_ref(), data.as_deref()));
        let octets = FromServer::Outcome { code: Code::Ok, additional_data: data.as_deref().map(Secret::from) }.encode();
        whole(&octets, message_len);
        let FromServer::Outcome { code: Code::Ok, additional_data } = FromServer::parse(&octets).unwrap() else { panic!() };
        prop_assert!(same(additional_data.as_ref(), data.as_deref()));
        let octets = FromServer::Mechanisms(names.clone()).encode();
        let is_same = matches!(FromServer::parse(&octets).unwrap(), FromServer::Mechanisms(read) if read == names);
        prop_assert!(is_same);
    }

    #[test]
    fn any_octets_are_read_or_refused(octets in proptest::collection::vec(any::<u8>(), 0..100)) {
        let _ = postgres::FromClient::parse(&octets, true);
        let _ = postgres::FromServer::parse(&octets);
        let _ = amqp::FromClient::parse(&octets);
        let _ = amqp::FromServer::parse(&octets);
        for len in [postgres::message_len(&octets), amqp::message_len(&octets)].into_iter().flatten().flatten() {
            prop_assert!(len <= octets.len());
        }
    }
}

#[cfg(feature = "ldap")]
mod ldap {
    use super::*;
    use sasl_profile::ldap::{
        Authentication, BindRequest, BindResponse, MessageId, ResultCode, RootDse, StartTls,
        message_len,
    };

    proptest! {
        #[test]
        fn ldap_reads_what_it_wrote(mechanism in mechanism(), data in proptest::option::of(data()), id in 1..u32::MAX) {
            let id = MessageId::new(id);
            let octets = BindRequest::sasl(id, mechanism, data.as_deref().map(Secret::from)).encode();
            whole(&octets, message_len);
            let request = BindRequest::parse(&octets).unwrap();
            prop_assert_eq!(request.message_id, id);
            let is_same = matches!(&request.authentication, Authentication::Sasl { mechanism: found, credentials } if *found == mechanism && same(credentials.as_ref(), data.as_deref()));
            prop_assert!(is_same);
        }

        #[test]
        fn ldap_reads_the_answers_it_wrote(data in proptest::option::of(data()), code in 0..=0x7fff_ffff_u32, said in ".{0,40}", id in 1..u32::MAX) {
            let mut response = BindResponse::new(MessageId::new(id), ResultCode::new(code), data.as_deref().map(Secret::from));
            response.diagnostic = said.clone();
            let octets = response.encode();
            whole(&octets, message_len);
            let read = BindResponse::parse(&octets).unwrap();
            prop_assert_eq!((read.message_id, read.code.get(), read.diagnostic), (MessageId::new(id), code, said));
            prop_assert!(same(read.credentials.as_ref(), data.as_deref()));
        }

        #[test]
        fn any_octets_are_read_or_refused(octets in proptest::collection::vec(any::<u8>(), 0..100)) {
            let _ = BindRequest::parse(&octets);
            let _ = BindResponse::parse(&octets);
            let _ = RootDse::parse(&octets);
            let _ = StartTls::parse(&octets);
            if let Ok(Some(len)) = message_len(&octets) {
                prop_assert!(len <= octets.len());
            }
        }
    }
}

#[cfg(feature = "xmpp")]
mod xmpp {
    use super::*;
    use sasl_core::BindingName;
    use sasl_profile::xmpp::{Condition, Failure, Features, FromClient, FromServer};

    proptest! {
        #[test]
        fn elements_are_read_as_they_were_written(mechanism in mechanism(), data in proptest::option::of(data())) {
            let initial_response = data.as_deref().map(Secret::from);
            let octets = FromClient::Auth { mechanism, initial_response: initial_response.clone() }.encode();
            let is_same = matches!(
                FromClient::parse(&octets).unwrap(),
                FromClient::Auth { mechanism: found, initial_response } if found == mechanism && same(initial_response.as_ref(), data.as_deref())
            );
            prop_assert!(is_same);
            let octets = FromServer::Success(initial_response).encode();
            let is_same = matches!(FromServer::parse(&octets).unwrap(), FromServer::Success(read) if same(read.as_ref(), data.as_deref()));
            prop_assert!(is_same);
            let data = data.unwrap_or_default();
            let octets = FromClient::Response(data.as_slice().into()).encode();
            let is_same = matches!(FromClient::parse(&octets).unwrap(), FromClient::Response(read) if read.matches(&data));
            prop_assert!(is_same);
            let octets = FromServer::Challenge(data.as_slice().into()).encode();
            let is_same = matches!(FromServer::parse(&octets).unwrap(), FromServer::Challenge(read) if read.matches(&data));
            prop_assert!(is_same);
        }

        #[test]
        fn sasl2_is_read_as_it_was_written(mechanism in mechanism(), data in proptest::option::of(data()), jid in "[a-z<&']{1,10}@[a-z.]{1,10}", tasks in proptest::collection::vec("[A-Z<&' -]{1,20}", 1..4)) {
            use sasl_profile::sasl2::{Continue, FromClient, FromServer, Success};
            let secret = || data.as_deref().map(Secret::from);
            let octets = FromClient::Authenticate { mechanism, initial_response: secret() }.encode();
            let FromClient::Authenticate { mechanism: read, initial_response } = FromClient::parse(&octets).unwrap() else { panic!() };
            prop_assert_eq!(read, mechanism);
            prop_assert!(same(initial_response.as_ref(), data.as_deref()));
            let octets = FromServer::Success(Success::new(jid.as_str()).with_additional_data(secret())).encode();
            let FromServer::Success(read) = FromServer::parse(&octets).unwrap() else { panic!() };
            prop_assert_eq!(read.authorization_identifier, jid);
            prop_assert!(same(read.additional_data.as_ref(), data.as_deref()));
            let octets = FromServer::Continue(Continue::new(tasks.clone()).with_additional_data(secret())).encode();
            let FromServer::Continue(read) = FromServer::parse(&octets).unwrap() else { panic!() };
            prop_assert_eq!(read.tasks, tasks);
            prop_assert!(same(read.additional_data.as_ref(), data.as_deref()));
        }

        #[test]
        fn words_for_people_cannot_make_elements(text in ".{0,60}") {
            let octets = FromServer::Failure(Failure::new(Condition::NotAuthorized).with_text(text.as_str())).encode();
            let FromServer::Failure(read) = FromServer::parse(&octets).unwrap() else { panic!() };
            let kept: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\t' | '\n')).collect();
            prop_assert_eq!(read.text, Some(kept));
        }

        #[test]
        fn features_are_read_as_they_were_written(mechanisms in proptest::collection::vec(mechanism(), 0..10), types in proptest::collection::vec("[a-zA-Z0-9.-]{1,64}", 0..5)) {
            let types = types.iter().map(|name| BindingName::parse(name).unwrap());
            let features = Features::new(mechanisms).with_binding_types(types);
            prop_assert_eq!(&Features::parse(&features.encode()).unwrap(), &features);
            prop_assert_eq!(&Features::parse_sasl2(&features.encode_sasl2()).unwrap(), &features);
            let wrapped = [b"<stream:features><x xmlns='y'/>", &*features.encode(), b"</stream:features>"].concat();
            prop_assert_eq!(&Features::parse(&wrapped).unwrap(), &features);
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[<>/&;='\"! a-z?#x-]{0,80}", octets in proptest::collection::vec(any::<u8>(), 0..60)) {
            for octets in [text.as_bytes(), &octets] {
                let _ = FromClient::parse(octets);
                let _ = FromServer::parse(octets);
                let _ = Features::parse(octets);
                let _ = sasl_profile::sasl2::FromClient::parse(octets);
                let _ = sasl_profile::sasl2::FromServer::parse(octets);
            }
        }
    }

    #[test]
    fn features_are_found_among_others() {
        let features = Features::parse(
            b"<stream:features xmlns:stream='http://etherx.jabber.org/streams'>\
              <starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>\
              <mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>\
              <mechanism>SCRAM-SHA-1-PLUS</mechanism>\n<mechanism> PLAIN </mechanism><mechanism>not a name</mechanism>\
              <hostname xmlns='urn:xmpp:domain-based-name:1'>a.example</hostname></mechanisms>\
              <sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'><channel-binding type='tls-exporter'/>\
              <channel-binding type=''/><channel-binding/></sasl-channel-binding></stream:features>",
        )
        .unwrap();
        assert_eq!(features.mechanisms, ["SCRAM-SHA-1-PLUS", "PLAIN"]);
        assert_eq!(
            features.offer().binding_types(),
            [BindingName::parse("tls-exporter").unwrap()]
        );
        let list = "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>";
        assert!(
            Features::parse(list.as_bytes())
                .unwrap()
                .mechanisms
                .is_empty()
        );
        assert!(Features::parse(list.repeat(2).as_bytes()).is_err());
        assert!(Features::parse(b"").unwrap().mechanisms.is_empty());
        // Only one of the two lists names what binds: with SASL2 a client that could bind goes no further (XEP-0440).
        assert!(!features.lists_disagree());
        assert!(Features::new(features.mechanisms.clone()).lists_disagree());
        assert!(!Features::new([features.mechanisms[1]]).lists_disagree());
        assert!(
            Features::new([features.mechanisms[1]])
                .with_binding_types(features.binding_types)
                .lists_disagree()
        );
    }
}
