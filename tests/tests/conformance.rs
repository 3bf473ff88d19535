//! Every mechanism passes the conformance suite, without excuses.

use sasl::ht::{self, Draft, HtClient, HtServer, Pairs, TokenUsed};
use sasl::scram::{ScramClient, ScramServer, derive_keys};
use sasl::{
    Anonymous, Authcid, Authzid, BindingName, Channel, ChannelBinding, Credentials, DecoyKey,
    External, HtSha256Endp, HtSha256Expr, HtSha256None, HtSha256Uniq, HtSha512Endp, HtSha512Expr,
    HtSha512None, HtSha512Uniq, Identity, OauthBearer, Password, Plain, Preparation, Protection,
    ScramHash, ScramSha1, ScramSha224, ScramSha256, ScramSha384, ScramSha512, ScramSha3512, Token,
    Verifier, Xoauth2, client, server,
};
use sasl_core::testing::conformance::{Subject, run};

fn credentials(name: &str, password: &str) -> Credentials {
    Credentials::password(Authcid::parse(name).unwrap(), Password::new(password))
}

#[test]
fn plain() {
    for (name, password) in [
        ("user", "pencil"),
        ("us\u{ad}er", "pencil"),
        ("Jürgen@example.org", "I\u{ad}Xabc"),
    ] {
        let (server, client) = (Plain::server(), Plain::client());
        let stored = Authcid::parse(&name.replace('\u{ad}', "")).unwrap();
        let verifier = Verifier::ClearText(Password::new(password));
        let subject = Subject::new(
            &server,
            &client,
            Identity::new(stored).with_verifier(verifier),
            || credentials(name, password),
            || credentials(name, "eraser"),
        );
        let report = run(&subject);
        assert!(report.passed(), "{name}:\n{report}");
    }
}

#[test]
fn external() {
    let (server, client) = (External::server(), External::client());
    for identity in ["fred", "dn:uid=fred,o=Example", "Jürgen@example.org"] {
        let account = Identity::new(Authcid::parse(identity).unwrap());
        let proven = Channel::new(Protection::Tls).with_external_identity(identity);
        let subject = Subject::without_secret(&server, &client, account, Credentials::external)
            .with_channels(proven, Channel::new(Protection::Tls));
        let report = run(&subject);
        assert!(report.passed(), "{identity}:\n{report}");
    }
}

#[test]
fn anonymous() {
    let (server, client) = (Anonymous::server(), Anonymous::client());
    for trace in ["", "sirhc", "Jürgen@example.org"] {
        let strangers = Identity::new(Authcid::parse("anonymous").unwrap());
        let credentials = || Credentials::anonymous(trace);
        let subject = Subject::without_secret(&server, &client, strangers, credentials);
        let report = run(&subject);
        assert!(report.passed(), "{trace}:\n{report}");
    }
}

/// A connection with a value of every type that a hashed token is bound to.
fn bindings() -> Channel {
    let types = [
        BindingName::TLS_EXPORTER,
        BindingName::TLS_SERVER_END_POINT,
        BindingName::TLS_UNIQUE,
    ];
    types
        .into_iter()
        .fold(Channel::new(Protection::Tls), |channel, name| {
            channel.with_binding(ChannelBinding::new(name, &[7; 32]).unwrap())
        })
}

fn hashed_token(server: &HtServer, client: &HtClient, [current, next, useless]: [Verifier; 3]) {
    let user = Authcid::parse("us,e=r").unwrap();
    let token = |text: &str| ht::credentials(user.clone(), Token::new(text));
    // With one slot in use, and with both, behind what is pinned to another mechanism.
    let one = Identity::new(user.clone()).with_verifier(current.clone());
    let two = Identity::new(user.clone())
        .with_verifier(useless.clone())
        .with_verifier(next)
        .with_verifier(current);
    for account in [one, two] {
        let subject = Subject::new(
            server,
            client,
            account,
            || token("the current token of the user"),
            || token("a token that nobody has given"),
        )
        .with_useless_verifiers([useless.clone()])
        .with_channels(bindings(), bindings())
        .with_answer(|question| {
            assert!(question.question::<TokenUsed>().is_some());
            question.answer(Pairs::default())
        });
        let report = run(&subject);
        assert!(report.passed(), "{client:?}:\n{report}");
    }
}

#[test]
fn hashed_tokens_of_every_hash_and_binding() {
    let [current, next] = [
        "the current token of the user",
        "the next token of the user",
    ]
    .map(Token::new);
    macro_rules! check {
        ($($mechanism:ident not $other:ident;)+) => {$(
            let tokens = || [
                $mechanism::verifier(&current).unwrap(),
                $mechanism::verifier(&next).unwrap(),
                $other::verifier(&current).unwrap(),
            ];
            for draft in [Draft::Schmaus08, Draft::Ietf01] {
                let (server, client) = ($mechanism::server(draft), $mechanism::client(draft));
                hashed_token(&server, &client, tokens());
                hashed_token(&server.reporting(), &client, tokens());
            }
        )+};
    }
    check! {
        HtSha256None not HtSha512None;
        HtSha256Uniq not HtSha256None;
        HtSha256Endp not HtSha256Expr;
        HtSha256Expr not HtSha512Expr;
        HtSha512None not HtSha256None;
        HtSha512Uniq not HtSha512Endp;
        HtSha512Endp not HtSha512None;
        HtSha512Expr not HtSha256Expr;
    }
}

/// Iterations that hundreds of exchanges can afford.
const FEW: u32 = 8;

fn scram(hash: ScramHash, server: ScramServer, client: ScramClient, channel: &Channel) {
    let (server, client) = (server.iterations(FEW), client.iterations(FEW..=FEW));
    let name = "us,e=r";
    let keys = |hash| {
        let password = Password::new("pencil");
        derive_keys(hash, &password, &[9; 16], FEW, Preparation::Saslprep).unwrap()
    };
    let other = if hash == ScramHash::Sha512 {
        ScramHash::Sha3_512
    } else {
        ScramHash::Sha512
    };
    let subject = Subject::new(
        &server,
        &client,
        Identity::new(Authcid::parse(name).unwrap()).with_verifier(Verifier::Scram(keys(hash))),
        || credentials(name, "pencil"),
        || credentials(name, "eraser"),
    )
    .with_useless_verifiers([Verifier::Scram(keys(other))])
    .with_channels(channel.clone(), channel.clone());
    let report = run(&subject);
    assert!(report.passed(), "{hash:?}:\n{report}");
}

#[test]
fn scram_of_every_hash_and_its_plus_form() {
    let decoy = DecoyKey::new(&[7; 32]).unwrap();
    let open = Channel::new(Protection::None);
    let binding = ChannelBinding::new(BindingName::TLS_EXPORTER, &[7; 32]).unwrap();
    let tls = Channel::new(Protection::Tls).with_binding(binding);
    macro_rules! check {
        ($($mechanism:ident $hash:ident)+) => {$(
            scram(ScramHash::$hash, $mechanism::server(&decoy), $mechanism::client(), &open);
            scram(ScramHash::$hash, $mechanism::server_plus(&decoy), $mechanism::client_plus(), &tls);
        )+};
    }
    check! {
        ScramSha1 Sha1
        ScramSha224 Sha224
        ScramSha256 Sha256
        ScramSha384 Sha384
        ScramSha512 Sha512
        ScramSha3512 Sha3_512
    }
}

/// Whose the token is says the application; the client says whom it means, by one name or another, or not at all.
#[test]
fn oauth() {
    let owner = Identity::new(Authcid::parse("us,e=r").unwrap());
    let token = |token: &str| Credentials::token(Token::new(token));
    let acting = |credentials: Credentials| {
        credentials.acting_as(Authzid::parse(owner.authcid().as_str()).unwrap())
    };
    let named = |credentials: Credentials| credentials.with_authcid(owner.authcid().clone());
    let unnamed = |credentials: Credentials| credentials;
    let (bearer, bearer_client) = (OauthBearer::server().scope("mail"), OauthBearer::client());
    let (xoauth2, xoauth2_client) = (Xoauth2::server(), Xoauth2::client());
    type Case<'a> = (
        &'a dyn server::Mechanism,
        &'a dyn client::Mechanism,
        &'a dyn Fn(Credentials) -> Credentials,
    );
    let cases: [Case<'_>; 5] = [
        (&bearer, &bearer_client, &unnamed),
        (&bearer, &bearer_client, &acting),
        (&bearer, &bearer_client, &named),
        (&xoauth2, &xoauth2_client, &acting),
        (&xoauth2, &xoauth2_client, &named),
    ];
    let tls = Channel::new(Protection::Tls);
    let of_host = tls.clone().with_host("mail.example.org").with_port(993);
    for (server, client, with_name) in cases {
        for channel in [&tls, &of_host] {
            let subject = Subject::new(
                server,
                client,
                owner.clone(),
                || with_name(token("vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==")),
                || with_name(token("vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg=")),
            )
            .with_channels(channel.clone(), channel.clone());
            let report = run(&subject);
            assert!(report.passed(), "{}:\n{report}", server.name());
        }
    }
}
