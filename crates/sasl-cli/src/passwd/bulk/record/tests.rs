use super::*;

const CSV: Rules = Rules {
    layout: Layout::Csv,
    literal: false,
};
const PASSWD: Rules = Rules {
    layout: Layout::Passwd,
    literal: false,
};

type Seen = (u64, Result<(String, String, String), Bad>);

fn read(rules: Rules, text: &[u8]) -> Vec<Seen> {
    let mut records = Records::new(text, rules);
    let mut seen = Vec::new();
    let string = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
    while let Some(entry) = records.next().unwrap() {
        let record = entry.record.map(|record| {
            let password = string(record.password.expose());
            (string(&record.user), password, string(&record.rest))
        });
        seen.push((entry.number, record));
    }
    seen
}

fn is_bad(rules: Rules, line: &str) -> bool {
    let seen = read(rules, line.as_bytes());
    matches!(seen.as_slice(), [(1, Err(_))])
}

fn password(rules: Rules, line: &str) -> Option<String> {
    match read(rules, line.as_bytes()).pop()? {
        (1, Ok((_, password, _))) => Some(password),
        _ => None,
    }
}

#[test]
fn bad_lines_are_told() {
    let long = format!("user,{}", "x".repeat(20_000));
    for line in [
        "user",
        ",pencil",
        "\"\",pencil",
        "user,",
        "user,\"\"",
        "user,\"pen",
        "user,\"pen\"cil",
        "us\"er,pencil",
        "user,pencil,\"",
        "user,pen\0cil",
        "us\rer,pencil",
        &long,
    ] {
        assert!(is_bad(CSV, line), "{line:?}");
    }
    for line in [
        "user",
        ":pencil",
        "user:",
        "user::1000",
        "user:pen\0cil",
        "us\rer:pencil",
    ] {
        assert!(is_bad(PASSWD, line), "{line:?}");
    }
}

#[test]
fn verifiers_are_not_taken_for_passwords() {
    for text in [
        "$2y$05$ulAaqHkPnPvjvmLdoQEcF.3DOsZHnkOFZnucW1an2f2q9SptJIE7u",
        // Cut short, and of a scheme that is not checked here.
        "$2y$05$ulAaqHkPnPvjvmLdoQEcF.3DOsZHnkOFZnucW1an2f2q9SptJI",
        "$gy$j9T$pjJMOZtKU9Pc5bFTdtEUv1$PWBPNCy4Wt8ynHmV6orB6w3Cypk108mHD241Zlux9I/",
        "{SSHA}BMGsfICT0MuVK1h884teLirs83Uo8TNF",
        "{CRAM-MD5}7f47ace0e2af8f6cdeb72c03243a8c87834e19104164d6a42de72d243adb4080",
        "md520c46e3762c864548e296b33c3406aa9",
    ] {
        assert!(is_bad(CSV, &format!("user,{text}")), "{text}");
        assert!(is_bad(PASSWD, &format!("user:{text}")), "{text}");
        let literal = Rules {
            literal: true,
            ..PASSWD
        };
        assert_eq!(password(literal, &format!("user:{text}")).unwrap(), text);
    }
    for locked in ["*", "!", "!!", "x", "!$6$abc$def", "{UNKNOWN}pencil"] {
        assert!(is_bad(PASSWD, &format!("user:{locked}")), "{locked}");
        assert_eq!(password(CSV, &format!("user,{locked}")).unwrap(), locked);
    }
}

#[test]
fn passwords_that_only_look_strange_are_passwords() {
    for text in [
        "zeXTUnf7H4k3s",
        "!pencil",
        "{pencil",
        "$pencil",
        "$pen$cil",
        "xyzzy",
        "_J9..HaemBCG6ExBRM2o",
    ] {
        assert_eq!(password(CSV, &format!("user,{text}")).unwrap(), text);
        assert_eq!(password(PASSWD, &format!("user:{text}")).unwrap(), text);
    }
    assert_eq!(password(PASSWD, "user:{PLAIN}pencil").unwrap(), "pencil");
    assert_eq!(
        password(PASSWD, "user:{plain.b64}cGVuY2ls").unwrap(),
        "pencil"
    );
    assert_eq!(
        password(CSV, "user,{PLAIN}pencil").unwrap(),
        "{PLAIN}pencil"
    );
    assert_eq!(
        password(CSV, "user,\"pen\"\"cil, \"").unwrap(),
        "pen\"cil, "
    );
}

#[test]
fn lines_keep_their_numbers_and_what_follows() {
    let ok = |user: &str, password: &str, rest: &str| {
        Ok((user.to_owned(), password.to_owned(), rest.to_owned()))
    };
    let text = b"\xef\xbb\xbfa,1\r\n\n\"b,b\",2,x,\"y\"\"\"\nbad\nc,3";
    let seen = read(CSV, text);
    assert_eq!(seen.len(), 4);
    assert_eq!(seen[0], (1, ok("a", "1", "")));
    assert_eq!(seen[1], (3, ok("\"b,b\"", "2", ",x,\"y\"\"\"")));
    assert_eq!((seen[2].0, seen[2].1.is_err()), (4, true));
    assert_eq!(seen[3], (5, ok("c", "3", "")));
    let seen = read(PASSWD, b"# users\na:1:1000:1000::/home/a:\n");
    assert_eq!(seen, [(2, ok("a", "1", ":1000:1000::/home/a:"))]);
}

#[test]
fn what_is_written_is_read_again() {
    let kafka = "salt=QSXC,stored_key=FO";
    for (rules, line, verifier, expected) in [
        (CSV, "a,1,x\r\n", "$2b$", "a,$2b$,x\r\n"),
        (
            CSV,
            "\"a,\",1",
            kafka,
            "\"a,\",\"salt=QSXC,stored_key=FO\"\n",
        ),
        (PASSWD, "a:1:x\n", kafka, "a:salt=QSXC,stored_key=FO:x\n"),
    ] {
        let entry = Records::new(line.as_bytes(), rules).next().unwrap();
        let record = entry.unwrap().record.ok().unwrap();
        let written = rules.layout.line(&record, verifier);
        assert_eq!(str::from_utf8(&written).unwrap(), expected);
        let line = written.trim_ascii_end();
        assert_eq!(*rules.layout.verifier(line).unwrap(), verifier);
    }
    assert!(!Layout::Passwd.can_hold("SCRAM-SHA-256$4096:"));
}
