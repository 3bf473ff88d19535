//! For terminals.

use super::wrap::{cut, wrap};
use super::{headline, place, subject};
use crate::exchange::Side;
use crate::explanation::{Attribute, CheckResult, Explanation, Login, Step};

/// What lines and arrows are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Glyphs {
    /// `│`, `─`, `▶`, `✓`.
    Unicode,
    /// `|`, `-`, `>`, `ok`.
    Ascii,
}

/// How text is written.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct TextStyle {
    /// Columns: 40 to 120, other values are taken for the next of these.
    pub width: usize,
    /// What lines are made of.
    pub glyphs: Glyphs,
    /// Whether there are escape sequences for colours in it.
    pub color: bool,
}

impl Default for TextStyle {
    fn default() -> Self {
        Self {
            width: 80,
            glyphs: Glyphs::Unicode,
            color: false,
        }
    }
}

impl TextStyle {
    /// Sets the columns.
    #[must_use]
    pub fn width(mut self, columns: usize) -> Self {
        self.width = columns;
        self
    }

    /// Sets what lines are made of.
    #[must_use]
    pub fn glyphs(mut self, glyphs: Glyphs) -> Self {
        self.glyphs = glyphs;
        self
    }

    /// Adds colours.
    #[must_use]
    pub fn colored(mut self) -> Self {
        self.color = true;
        self
    }
}

const BOLD: &str = "1";
const DIM: &str = "2";
const RED: &str = "31";
const GREEN: &str = "32";
const YELLOW: &str = "33";
const CYAN: &str = "36";

/// Writes an explanation for a terminal: a diagram of what passed, each message taken apart, what was checked, the verdict.
///
/// Apart from colours, where they are asked for, there are no control characters in it but line ends.
#[must_use]
pub fn text(explanation: &Explanation, style: &TextStyle) -> String {
    let mut page = Page {
        out: String::new(),
        width: style.width.clamp(40, 120),
        ascii: style.glyphs == Glyphs::Ascii,
        color: style.color,
    };
    page.head(explanation);
    page.diagram(&explanation.steps);
    page.messages(&explanation.steps);
    page.checks(explanation);
    page.verdict(explanation);
    if page.ascii {
        return page.out.chars().map(plain).collect();
    }
    page.out
}

/// What is not ASCII in sentences of ours, and in what peers say.
fn plain(character: char) -> char {
    match character {
        '…' => '~',
        '§' => 'S',
        other if other.is_ascii() => other,
        _ => '?',
    }
}

struct Page {
    out: String,
    width: usize,
    ascii: bool,
    color: bool,
}

impl Page {
    fn line(&mut self, text: &str) {
        self.out.push_str(text.trim_end());
        self.out.push('\n');
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.color && !text.is_empty() {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.into()
        }
    }

    fn glyph(&self, unicode: &'static str, ascii: &'static str) -> &'static str {
        if self.ascii { ascii } else { unicode }
    }

    /// Lines with what stands before the first, and as many blanks before the others.
    fn indented(&mut self, before: &str, text: &str, code: Option<&str>) {
        let indent = before.chars().count();
        let mut before = before.to_owned();
        for line in wrap(text, self.width.saturating_sub(indent)) {
            let line = code.map_or(line.clone(), |code| self.paint(code, &line));
            self.line(&format!("{before}{line}"));
            before = " ".repeat(indent);
        }
    }

    fn title(&mut self, title: &str) {
        self.line("");
        let title = self.paint(BOLD, title);
        self.line(&title);
    }

    fn head(&mut self, explanation: &Explanation) {
        self.indented("", &subject(explanation), Some(BOLD));
        if !explanation.offered.is_empty() {
            self.indented("offered: ", &explanation.offered.join(" "), None);
        }
        self.line("");
    }

    /// The lifelines stand in the columns 8 and the last but one.
    fn diagram(&mut self, steps: &[Step]) {
        let inner = self.width.saturating_sub(9);
        let bar = self.glyph("│", "|");
        let gap = inner.saturating_sub(7);
        self.line(&format!("    client{}server", " ".repeat(gap)));
        let between = format!("       {bar}{}{bar}", " ".repeat(inner));
        self.line(&between);
        for step in steps {
            let wrong = !step.causes.is_empty();
            let mark = if wrong { self.glyph("✗", "x") } else { " " };
            let mark = self.paint(RED, mark);
            let arrow = self.arrow(step, inner);
            let arrow = match (wrong || step.title.starts_with("refused"), step.from) {
                (true, _) => self.paint(RED, &arrow),
                (false, Side::Client) => self.paint(CYAN, &arrow),
                (false, Side::Server) => self.paint(GREEN, &arrow),
            };
            self.line(&format!(" {mark}{:>3}  {bar}{arrow}{bar}", step.number));
        }
        self.line(&between);
    }

    fn arrow(&self, step: &Step, inner: usize) -> String {
        let line = self.glyph("─", "-");
        let dots = self.glyph("…", "..");
        let label = cut(&step.title, inner.saturating_sub(8), dots);
        let rest = inner
            .saturating_sub(label.chars().count())
            .saturating_sub(5);
        match step.from {
            Side::Client => {
                let head = self.glyph("▶", ">");
                format!("{line}{line} {label} {}{head}", line.repeat(rest))
            }
            Side::Server => {
                let head = self.glyph("◀", "<");
                format!("{head}{} {label} {line}{line}", line.repeat(rest))
            }
        }
    }

    fn messages(&mut self, steps: &[Step]) {
        self.title("Messages");
        for step in steps {
            let line = step
                .line
                .map_or_else(String::new, |line| format!(", line {line}"));
            let head = format!("{} {}{line}: {}", step.number, step.from.word(), step.title);
            let code = if step.from == Side::Client {
                CYAN
            } else {
                GREEN
            };
            self.indented("  ", &head, Some(code));
            if let Some(text) = &step.text {
                self.indented("    ", text, None);
            }
            let names = step.attributes.iter().map(|one| one.name.chars().count());
            let room = names.max().unwrap_or_default().min(20);
            for attribute in &step.attributes {
                self.attribute(attribute, room);
            }
            for cause in &step.causes {
                let mark = format!("    {} ", self.glyph("✗", "x"));
                self.indented(&mark, cause, Some(RED));
            }
        }
    }

    fn attribute(&mut self, attribute: &Attribute, room: usize) {
        let Attribute {
            name,
            value,
            meaning,
            ..
        } = attribute;
        let before = format!("      {name:<room$}  ");
        let used = before
            .chars()
            .count()
            .saturating_add(value.chars().count())
            .saturating_add(2);
        let whole = used.saturating_add(meaning.chars().count()) <= self.width;
        let code = attribute.redacted.then_some(YELLOW);
        if whole {
            let value = code.map_or_else(|| value.clone(), |code| self.paint(code, value));
            let meaning = self.paint(DIM, meaning);
            self.line(&format!("{before}{value}  {meaning}"));
        } else {
            self.indented(&before, value, code);
            let under = " ".repeat(before.chars().count());
            self.indented(&under, meaning, Some(DIM));
        }
    }

    fn checks(&mut self, explanation: &Explanation) {
        if explanation.checks.is_empty() {
            return;
        }
        self.title("Checks");
        for check in &explanation.checks {
            let (mark, code) = match check.result {
                CheckResult::Passed => (self.glyph("✓", "+"), GREEN),
                CheckResult::Failed => (self.glyph("✗", "x"), RED),
                CheckResult::NotPossible => (self.glyph("–", "-"), YELLOW),
            };
            let at = check
                .step
                .map_or_else(String::new, |step| format!(" (step {step})"));
            let before = if check.result == CheckResult::NotPossible {
                "not possible: "
            } else {
                ""
            };
            let said = format!("{}{at}: {before}{}", check.name, check.detail);
            let mut lines = wrap(&said, self.width.saturating_sub(4)).into_iter();
            let mark = self.paint(code, mark);
            self.line(&format!("  {mark} {}", lines.next().unwrap_or_default()));
            for line in lines {
                self.line(&format!("    {line}"));
            }
        }
    }

    fn verdict(&mut self, explanation: &Explanation) {
        let verdict = &explanation.verdict;
        let code = match verdict.login {
            Login::Ok => "1;32",
            Login::Failed => "1;31",
            Login::Undecided => "1;33",
        };
        self.line("");
        self.indented("", &headline(explanation), Some(code));
        self.indented("  what:   ", &verdict.says, None);
        if !verdict.detail.is_empty() {
            self.indented("  seen:   ", &verdict.detail, None);
        }
        if let Some(place) = place(explanation, verdict.step) {
            self.indented("  where:  ", &place, None);
        }
        self.indented("  fault:  ", verdict.fault.word(), None);
        self.indented("  see:    ", verdict.section, None);
        self.indented("  advice: ", verdict.advice, None);
        for finding in &verdict.also {
            let at = finding.step.map_or_else(String::new, |step| {
                format!(" (step {step}, {})", finding.fault.word())
            });
            let said = format!(
                "{}{at}: {}; {}",
                finding.cause, finding.detail, finding.section
            );
            self.indented("  also:   ", &said, None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Options, explain, read};

    fn pages(style: TextStyle) -> String {
        let log = "S: 250 AUTH PLAIN\nC: AUTH SCRAM-SHA-256 biwsbj11c2VyLHI9ck9wck5HZndFYmVSV2diTkVrcU8=\nS: 535 ünd\u{202e}mehr\x1b[2J\n";
        let exchanges = read(log.as_bytes(), None).unwrap();
        exchanges
            .iter()
            .map(|exchange| text(&explain(exchange, &Options::default()), &style))
            .collect()
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        for width in [40, 60, 80, 120] {
            for glyphs in [Glyphs::Unicode, Glyphs::Ascii] {
                let page = pages(TextStyle::default().width(width).glyphs(glyphs));
                for line in page.lines() {
                    assert!(line.chars().count() <= width, "{width}: {line}");
                }
                assert!(page.contains("mechanism not offered"), "{page}");
            }
        }
    }

    #[test]
    fn ascii_is_ascii_and_nothing_steers_the_terminal() {
        let ascii = pages(TextStyle::default().glyphs(Glyphs::Ascii));
        assert!(ascii.is_ascii());
        for page in [ascii, pages(TextStyle::default())] {
            assert!(
                page.chars()
                    .all(|c| c == '\n' || !c.is_control() && c != '\u{202e}')
            );
        }
        assert!(pages(TextStyle::default().colored()).contains("\x1b[31m"));
    }

    #[test]
    fn the_lifelines_are_straight() {
        for glyphs in [Glyphs::Unicode, Glyphs::Ascii] {
            let page = pages(TextStyle::default().glyphs(glyphs));
            let bars = page.lines().filter(|line| line.ends_with(['│', '|']));
            let ends: Vec<_> = bars.map(|line| line.chars().count()).collect();
            assert!(
                ends.len() >= 4 && ends.iter().all(|end| *end == ends[0]),
                "{page}"
            );
        }
    }
}
