//! Elements of an XMPP stream, cut out of it as they come.

use std::str;

use quick_xml::NsReader;
use quick_xml::errors::{IllFormedError, SyntaxError};
use quick_xml::events::Event;
use quick_xml::name::{Namespace, ResolveResult};
use sasl::Malformed;

/// How deep elements stand in each other at most.
const DEPTH: usize = 16;

/// Octets of `<![CDATA[`: by then it is known whether it is that.
const CDATA: usize = 9;

/// Where the next element ends. Everything is looked at once, but for what is unfinished.
#[derive(Debug, Default)]
pub(super) struct Cutter {
    /// Octets that were looked at.
    seen: usize,
    depth: usize,
}

impl Cutter {
    /// The length of the stream's own tag, with the declaration before it.
    pub(super) fn header(&mut self, octets: &[u8]) -> Result<Option<usize>, Malformed> {
        self.cut(octets, true)
    }

    /// The length of the next element, with what stands before it; of the stream's end tag as well.
    pub(super) fn element(&mut self, octets: &[u8]) -> Result<Option<usize>, Malformed> {
        self.cut(octets, false)
    }

    fn cut(&mut self, octets: &[u8], is_header: bool) -> Result<Option<usize>, Malformed> {
        let octets = whole_characters(octets)?;
        let unseen = octets.get(self.seen..).unwrap_or_default();
        let mut reader = quick_xml::Reader::from_str(unseen);
        reader.config_mut().check_end_names = false;
        reader.config_mut().allow_unmatched_ends = true;
        let begun = self.seen;
        loop {
            let event = match reader.read_event() {
                Ok(Event::Eof) => return Ok(None),
                // Not all of a tag or of a reference is there.
                Err(quick_xml::Error::Syntax(SyntaxError::InvalidBangMarkup))
                    if octets.len().saturating_sub(self.seen) > CDATA =>
                {
                    return Err(Malformed::Message);
                }
                Err(quick_xml::Error::Syntax(_)) => return Ok(None),
                Err(quick_xml::Error::IllFormed(IllFormedError::UnclosedReference)) => {
                    return Ok(None);
                }
                Err(_) => return Err(Malformed::Message),
                Ok(event) => event,
            };
            let at = usize::try_from(reader.buffer_position()).map_err(|_| Malformed::TooLong)?;
            let end = begun.saturating_add(at);
            match event {
                Event::Start(_) if is_header => return Ok(self.done(end)),
                Event::Start(_) if self.depth >= DEPTH => return Err(Malformed::Message),
                Event::Start(_) => self.depth = self.depth.saturating_add(1),
                Event::End(_) if is_header => return Err(Malformed::Message),
                Event::End(_) if self.depth <= 1 => return Ok(self.done(end)),
                Event::End(_) => self.depth = self.depth.saturating_sub(1),
                Event::Empty(_) if self.depth == 0 => return Ok(self.done(end)),
                Event::Empty(_) => {}
                Event::Decl(_) if is_header && end == at => {}
                // Nothing but white space between elements (RFC 6120 §4.6.1).
                Event::Text(text) if self.depth == 0 => {
                    if !text.trim_ascii().is_empty() {
                        return Err(Malformed::Message);
                    }
                    // A text may go on.
                    continue;
                }
                Event::Text(_) => continue,
                Event::CData(_) | Event::GeneralRef(_) if self.depth > 0 => {}
                // RFC 6120 §11.1.
                _ => return Err(Malformed::Message),
            }
            self.seen = end;
        }
    }

    fn done(&mut self, end: usize) -> Option<usize> {
        *self = Self::default();
        Some(end)
    }
}

/// What is whole characters of it: the last may not be all there.
fn whole_characters(octets: &[u8]) -> Result<&str, Malformed> {
    match str::from_utf8(octets) {
        Ok(text) => Ok(text),
        Err(error) if error.error_len().is_some() => Err(Malformed::Utf8),
        Err(error) => {
            let whole = octets.get(..error.valid_up_to()).unwrap_or_default();
            str::from_utf8(whole).map_err(|_| Malformed::Utf8)
        }
    }
}

pub(super) const STREAMS: &str = "http://etherx.jabber.org/streams";
pub(super) const TLS: &str = "urn:ietf:params:xml:ns:xmpp-tls";
pub(super) const SASL: &str = "urn:ietf:params:xml:ns:xmpp-sasl";

/// A tag, its namespace resolved where it is one of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tag {
    pub(super) namespace: String,
    pub(super) name: String,
    /// How many elements it stands in.
    pub(super) depth: usize,
    /// The text that follows directly.
    pub(super) text: String,
    pub(super) version: Option<String>,
}

impl Tag {
    pub(super) fn is(&self, namespace: &str, name: &str) -> bool {
        self.namespace == namespace && self.name == name
    }
}

/// All tags of a message, in order: few, since messages are short. The prefix `stream` is the stream's (RFC 6120 §4.8.5).
pub(super) fn tags(message: &[u8]) -> Result<Vec<Tag>, Malformed> {
    let text = str::from_utf8(message).map_err(|_| Malformed::Utf8)?;
    let mut reader = NsReader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    // The stream's own tag has no end here, and its end no beginning.
    reader.config_mut().allow_unmatched_ends = true;
    let mut tags: Vec<Tag> = Vec::new();
    let mut depth: usize = 0;
    loop {
        let (namespace, event) = reader
            .read_resolved_event()
            .map_err(|_| Malformed::Message)?;
        match event {
            Event::Start(tag) => {
                let namespace = match namespace {
                    ResolveResult::Bound(Namespace(uri)) => uri.to_owned(),
                    ResolveResult::Unknown(prefix) if &prefix == "stream" => STREAMS.to_owned(),
                    ResolveResult::Unbound | ResolveResult::Unknown(_) => String::new(),
                };
                let version = tag
                    .try_get_attribute("version")
                    .map_err(|_| Malformed::Message)?;
                tags.push(Tag {
                    namespace,
                    name: tag.local_name().as_ref().to_owned(),
                    depth,
                    text: String::new(),
                    version: version.map(|version| version.value.into_owned()),
                });
                depth = depth.saturating_add(1);
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Text(text) => {
                if let Some(tag) = tags.last_mut() {
                    tag.text.push_str(text.trim_ascii());
                }
            }
            Event::Eof => return Ok(tags),
            _ => {}
        }
    }
}
