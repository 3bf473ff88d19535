//! For browsers: one page that needs nothing else.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::{headline, place, subject};
use crate::exchange::Side;
use crate::explanation::{CheckResult, Explanation, Login, Step};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Writes explanations as one page of HTML, without anything from elsewhere.
///
/// All that a log said is escaped, and the page's own policy (`Content-Security-Policy`) names its one style and its one script by their
/// hashes: nothing else would be run or loaded even if it got in. Without the script only the buttons that copy are missing.
#[must_use]
pub fn html(explanations: &[Explanation]) -> String {
    let mut page = String::new();
    let title = match explanations {
        [only] => headline(only),
        _ => "SASL exchanges".into(),
    };
    let policy = format!(
        "default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    );
    put(
        &mut page,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n",
    );
    put(
        &mut page,
        &format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n"),
    );
    put(
        &mut page,
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n",
    );
    put(
        &mut page,
        "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n",
    );
    element(&mut page, "title", "", &title);
    put(&mut page, "<style>");
    put(&mut page, STYLE);
    put(&mut page, "</style>\n</head>\n<body>\n<main>\n");
    for (at, explanation) in explanations.iter().enumerate() {
        if explanations.len() > 1 {
            element(
                &mut page,
                "p",
                "count",
                &format!(
                    "Exchange {} of {}",
                    at.saturating_add(1),
                    explanations.len()
                ),
            );
        }
        section(&mut page, explanation);
    }
    put(
        &mut page,
        "</main>\n<footer>Written by <code>sasl explain</code>. Secrets are left out unless they were asked for.</footer>\n",
    );
    put(&mut page, "<script>");
    put(&mut page, SCRIPT);
    put(&mut page, "</script>\n</body>\n</html>\n");
    page
}

fn section(page: &mut String, explanation: &Explanation) {
    put(page, "<article>\n");
    verdict(page, explanation);
    element(page, "h2", "", "What passed");
    put(
        page,
        "<div class=\"sides\"><span>client</span><span>server</span></div>\n<ol class=\"flow\">\n",
    );
    for one in &explanation.steps {
        step(page, one);
    }
    put(page, "</ol>\n");
    if !explanation.checks.is_empty() {
        element(page, "h2", "", "Checks");
        put(page, "<ul class=\"checks\">\n");
        for check in &explanation.checks {
            let (class, mark) = match check.result {
                CheckResult::Passed => ("passed", "✓"),
                CheckResult::Failed => ("failed", "✗"),
                CheckResult::NotPossible => ("unknown", "–"),
            };
            put(
                page,
                &format!(
                    "<li class=\"{class}\"><span class=\"mark\" aria-hidden=\"true\">{mark}</span><div>"
                ),
            );
            element(page, "code", "", check.name);
            let at = check
                .step
                .map_or_else(String::new, |step| format!(", step {step}"));
            element(
                page,
                "span",
                "note",
                &format!(" {}{at}", check.result.word()),
            );
            element(page, "p", "", &check.detail);
            put(page, "</div></li>\n");
        }
        put(page, "</ul>\n");
    }
    put(page, "</article>\n");
}

fn verdict(page: &mut String, explanation: &Explanation) {
    let verdict = &explanation.verdict;
    let class = match verdict.login {
        Login::Ok => "ok",
        Login::Failed => "failed",
        Login::Undecided => "undecided",
    };
    put(page, &format!("<section class=\"verdict {class}\">\n"));
    element(page, "p", "subject", &subject(explanation));
    element(page, "h1", "", &headline(explanation));
    element(page, "p", "says", &verdict.says);
    element(page, "p", "advice", verdict.advice);
    put(page, "<dl>\n");
    let place = place(explanation, verdict.step);
    let offered = explanation.offered.join(" ");
    let rows = [
        ("Seen", verdict.detail.as_str()),
        ("Where", place.as_deref().unwrap_or_default()),
        ("Fault", verdict.fault.word()),
        ("See", verdict.section),
        ("Cause", verdict.cause),
        ("Offered", &offered),
    ];
    for (name, value) in rows.into_iter().filter(|(_, value)| !value.is_empty()) {
        put(page, "<div>");
        element(page, "dt", "", name);
        element(page, "dd", "", value);
        put(page, "</div>\n");
    }
    put(page, "</dl>\n");
    if !verdict.also.is_empty() {
        element(page, "h2", "", "Also");
        put(page, "<ul class=\"also\">\n");
        for finding in &verdict.also {
            put(page, "<li>");
            element(page, "code", "", finding.cause);
            let at = finding
                .step
                .map_or_else(String::new, |step| format!("step {step}, "));
            let rest = format!(
                " {}; {at}fault: {}, {}",
                finding.detail,
                finding.fault.word(),
                finding.section
            );
            element(page, "span", "", &rest);
            put(page, "</li>\n");
        }
        put(page, "</ul>\n");
    }
    put(page, "</section>\n");
}

fn step(page: &mut String, step: &Step) {
    let side = match step.from {
        Side::Client => "client",
        Side::Server => "server",
    };
    let wrong = if step.causes.is_empty() { "" } else { " wrong" };
    put(
        page,
        &format!("<li class=\"{side}{wrong}\">\n<p class=\"arrow\"><span class=\"label\">"),
    );
    element(page, "b", "", &step.number.to_string());
    put(page, " ");
    escape(page, &step.title);
    let line = step
        .line
        .map_or_else(String::new, |line| format!(", line {line}"));
    put(page, "</span></p>\n<div class=\"message\">\n");
    element(
        page,
        "p",
        "from",
        &format!("from the {}{line}", step.from.word()),
    );
    for cause in &step.causes {
        element(page, "p", "cause", cause);
    }
    if let Some(text) = &step.text {
        element(page, "pre", "", text);
    }
    if !step.attributes.is_empty() {
        put(page, "<dl>\n");
        for attribute in &step.attributes {
            put(page, "<div>");
            element(page, "dt", "", &attribute.name);
            put(page, "<dd>");
            element(
                page,
                "code",
                if attribute.redacted { "redacted" } else { "" },
                &attribute.value,
            );
            element(page, "span", "note", &attribute.meaning);
            put(page, "</dd></div>\n");
        }
        put(page, "</dl>\n");
    }
    put(page, "</div>\n</li>\n");
}

/// An element with escaped text in it.
fn element(page: &mut String, name: &str, class: &str, text: &str) {
    if class.is_empty() {
        put(page, &format!("<{name}>"));
    } else {
        put(page, &format!("<{name} class=\"{class}\">"));
    }
    escape(page, text);
    put(page, &format!("</{name}>"));
}

fn put(page: &mut String, markup: &str) {
    // Writing to a string cannot fail.
    let _ = page.write_str(markup);
}

fn escape(page: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => page.push_str("&amp;"),
            '<' => page.push_str("&lt;"),
            '>' => page.push_str("&gt;"),
            '"' => page.push_str("&quot;"),
            '\'' => page.push_str("&#39;"),
            other => page.push(other),
        }
    }
}

/// How a policy names what stands in the page itself.
fn hash(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Options, explain, read};

    /// The page without its own style and script.
    fn page(log: &str) -> String {
        let exchanges = read(log.as_bytes(), None).unwrap();
        let explained: Vec<_> = exchanges
            .iter()
            .map(|exchange| explain(exchange, &Options::default()))
            .collect();
        html(&explained).replace(STYLE, "").replace(SCRIPT, "")
    }

    #[test]
    fn what_a_log_says_is_no_markup() {
        let evil = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&";
        let encoded = STANDARD.encode(format!("n,a={evil},n={evil},r={evil}"));
        let challenge = STANDARD.encode(evil);
        let page = page(&format!(
            "S: 250 AUTH {evil}\nC: AUTH SCRAM-SHA-1 {encoded}\nS: 334 {challenge}\nS: 535 {evil}\nC: AUTH {evil}\n"
        ));
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
        let tags: Vec<_> = page
            .split('<')
            .skip(1)
            .map(|rest| rest.split([' ', '>', '\n']).next().unwrap())
            .collect();
        for tag in &tags {
            let tag = tag.trim_start_matches('/');
            assert!(
                [
                    "!doctype", "html", "head", "meta", "title", "style", "script", "body", "main",
                    "article", "section", "p", "h1", "h2", "dl", "div", "dt", "dd", "ul", "ol",
                    "li", "code", "span", "b", "pre", "footer",
                ]
                .contains(&tag),
                "{tag}"
            );
        }
        assert_eq!(tags.iter().filter(|tag| **tag == "script").count(), 1);
        assert!(!tags.contains(&"img") && !page.contains("onerror=alert(1)>\""));
    }

    #[test]
    fn the_policy_names_the_style_and_the_script() {
        let page = html(&[]);
        for text in [STYLE, SCRIPT] {
            assert!(page.contains(&hash(text)));
            assert!(!text.contains("</") && !text.contains("http"));
        }
        assert!(
            !page.contains("unsafe-inline")
                && !page.contains("style=")
                && !page.contains("onclick")
        );
        assert!(!page.contains("src=\"") && !page.contains("href="));
    }
}
