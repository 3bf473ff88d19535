//! What a server said last, where its protocol is none of lines.

use super::verdict::Kind;
use super::words::Hidden;

/// A server's last word, or what it comes to.
#[derive(Debug, Default, Clone)]
pub(crate) struct Answer {
    /// The protocol's own name or number for it.
    pub(crate) code: String,
    /// The server's words for people.
    text: String,
    /// What kind of verdict it is, where the library's error does not say it.
    pub(crate) kind: Option<Kind>,
    /// The verdict, where only the protocol can say what it was.
    pub(crate) sentence: Option<String>,
}

impl Answer {
    /// A server's code and words.
    pub(crate) fn new(
        code: impl Into<String>,
        text: impl Into<String>,
        kind: Option<Kind>,
    ) -> Self {
        Self {
            code: code.into(),
            text: text.into(),
            kind,
            sentence: None,
        }
    }

    /// Sets what it comes to.
    pub(crate) fn meaning(self, kind: Kind, sentence: impl Into<String>) -> Self {
        Self {
            kind: Some(kind),
            sentence: Some(sentence.into()),
            ..self
        }
    }

    /// The code and the words, made fit to be shown.
    pub(crate) fn shown(&self, hidden: &Hidden) -> String {
        let both = format!("{} {}", self.code, self.text);
        hidden.clean(both.as_bytes())
    }
}
