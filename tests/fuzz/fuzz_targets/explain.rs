//! Logs, and messages put in as they are: whatever they hold, all three forms come out, and nothing in them is a command, a tag or
//! too wide.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl_explain::{
    Answer, Exchange, Explanation, Glyphs, Options, Outcome, Side, TextStyle, cause_names, explain,
    html, json, read, text,
};

const MECHANISMS: [&str; 10] = [
    "PLAIN",
    "LOGIN",
    "CRAM-MD5",
    "SCRAM-SHA-1",
    "SCRAM-SHA-256-PLUS",
    "OAUTHBEARER",
    "XOAUTH2",
    "EXTERNAL",
    "HT-SHA-256-NONE",
    "X-OTHER",
];

fuzz_target!(|data: &[u8]| {
    let Some((&first, data)) = data.split_first() else {
        return;
    };
    let mechanism = MECHANISMS.get(usize::from(first >> 1)).copied();
    let mut options = Options::default();
    if let Some(name) = mechanism {
        options = options.mechanism(name);
    }
    if first & 1 == 1 {
        options = options.reveal();
    }
    if let Ok(exchanges) = read(data, mechanism) {
        assert!(!exchanges.is_empty());
        let explained: Vec<_> = exchanges
            .iter()
            .map(|exchange| explain(exchange, &options))
            .collect();
        check(&explained);
    }

    let mut exchange = Exchange::new(mechanism.unwrap_or("PLAIN"));
    for (at, message) in data.split(|octet| *octet == b'\n').enumerate() {
        match message {
            [b'*', b'+', rest @ ..] => {
                exchange.end(Outcome::new(Answer::Success, "235", "").with_data(rest));
            }
            [b'*', b'-', ..] => exchange.end(Outcome::new(Answer::Refused, "535", "no")),
            [b'*'] => exchange.cancel(),
            message if at == 0 => exchange.start(Some(message)),
            message if at % 2 == 0 => exchange.message(Side::Client, message),
            message => exchange.message(Side::Server, message),
        }
    }
    check(&[explain(&exchange, &options)]);
});

fn check(explained: &[Explanation]) {
    for explanation in explained {
        assert!(cause_names().any(|name| name == explanation.verdict.cause));
        for (width, glyphs) in [(40, Glyphs::Ascii), (100, Glyphs::Unicode)] {
            let page = text(
                explanation,
                &TextStyle::default().width(width).glyphs(glyphs),
            );
            assert!(glyphs == Glyphs::Unicode || page.is_ascii());
            for line in page.lines() {
                assert!(line.chars().count() <= width, "{line}");
            }
            assert!(page.chars().all(|c| c == '\n' || !c.is_control()));
        }
    }
    let value: serde_json::Value = serde_json::from_str(&json(explained)).unwrap();
    assert_eq!(
        value["exchanges"].as_array().unwrap().len(),
        explained.len()
    );
    let page = html(explained);
    let body = page
        .split_once("<main>")
        .unwrap()
        .1
        .split_once("</main>")
        .unwrap()
        .0;
    for tag in body.split('<').skip(1) {
        let name = tag
            .split([' ', '>'])
            .next()
            .unwrap_or_default()
            .trim_start_matches('/');
        let ours = [
            "article", "section", "p", "h1", "h2", "dl", "div", "dt", "dd", "ul", "ol", "li",
            "code", "span", "b", "pre",
        ];
        assert!(ours.contains(&name), "{name}");
    }
}
