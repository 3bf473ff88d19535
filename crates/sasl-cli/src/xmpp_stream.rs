//! Elements of an XMPP stream (RFC 6120 §4), cut out of it as they come, on a client and on a server.
//!
//! A [`Cutter`] tells where an element ends, and [`tags`] what is in it. How long an element may be is the caller's to say, who
//! has the buffer. What XMPP forbids (§11.1: comments, processing instructions, document types, entities of one's own) is refused.

use std::str;

use quick_xml::NsReader;
use quick_xml::errors::{IllFormedError, SyntaxError};
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{Namespace, ResolveResult};
use sasl::Malformed;

/// How deep elements stand in each other at most.
const DEPTH: usize = 16;

/// The most attributes of an element: each is compared with all before it.
const ATTRIBUTES: usize = 64;

/// Octets of `<![CDATA[`: by then it is known whether it is that.
const CDATA: usize = 9;

/// Where the next element ends. Everything is looked at once, but for what is unfinished.
#[derive(Debug, Default)]
pub(crate) struct Cutter {
    /// Octets that were looked at.
    seen: usize,
    depth: usize,
}

impl Cutter {
    /// Whether nothing of an element was seen yet: white space may be dropped.
    pub(crate) fn is_between(&self) -> bool {
        self.seen == 0
    }

    /// The length of the stream's own tag, with the declaration before it.
    ///
    /// `octets` are all that was received and not cut off, here and below; `None` if not all of it is there.
    pub(crate) fn header(&mut self, octets: &[u8]) -> Result<Option<usize>, Malformed> {
        self.cut(octets, true)
    }

    /// The length of the next element, with what stands before it; of the stream's end tag as well.
    pub(crate) fn element(&mut self, octets: &[u8]) -> Result<Option<usize>, Malformed> {
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
                    if left(unseen, reader.error_position()) > CDATA =>
                {
                    return Err(Malformed::Message);
                }
                // RFC 6120 §11.1: there is nothing to wait for.
                Err(quick_xml::Error::Syntax(
                    SyntaxError::UnclosedComment | SyntaxError::UnclosedDoctype,
                )) => return Err(Malformed::Message),
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

/// Octets from this place on.
fn left(octets: &str, at: u64) -> usize {
    let at = usize::try_from(at).unwrap_or(usize::MAX);
    octets.len().saturating_sub(at)
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

pub(crate) const STREAMS: &str = "http://etherx.jabber.org/streams";
pub(crate) const TLS: &str = "urn:ietf:params:xml:ns:xmpp-tls";
pub(crate) const SASL: &str = "urn:ietf:params:xml:ns:xmpp-sasl";

/// A tag that begins an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tag {
    /// Empty where it is that of the stream's own tag.
    pub(crate) namespace: String,
    pub(crate) name: String,
    /// How many elements it stands in.
    pub(crate) depth: usize,
    /// The text that follows directly; none in SASL's namespace.
    pub(crate) text: String,
    /// With their prefixes.
    attributes: Vec<(String, String)>,
}

impl Tag {
    pub(crate) fn is(&self, namespace: &str, name: &str) -> bool {
        self.namespace == namespace && self.name == name
    }

    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        attributes.find_map(|(found, value)| (found == name).then_some(value.as_str()))
    }
}

/// All tags of a message, in order: few, since messages are short. The prefix `stream` is the stream's (RFC 6120 §4.8.5).
pub(crate) fn tags(message: &[u8]) -> Result<Vec<Tag>, Malformed> {
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
                tags.push(Tag {
                    namespace,
                    name: tag.local_name().as_ref().to_owned(),
                    depth,
                    text: String::new(),
                    attributes: attributes(&tag)?,
                });
                depth = depth.saturating_add(1);
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Text(text) => {
                // What is in SASL's may be a password, and strings are not wiped.
                if let Some(tag) = tags.last_mut().filter(|tag| tag.namespace != SASL) {
                    tag.text.push_str(text.trim_ascii());
                }
            }
            Event::Eof => return Ok(tags),
            _ => {}
        }
    }
}

fn attributes(tag: &BytesStart<'_>) -> Result<Vec<(String, String)>, Malformed> {
    let mut attributes = Vec::new();
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|_| Malformed::Message)?;
        if attributes.len() >= ATTRIBUTES {
            return Err(Malformed::Message);
        }
        let value = unescape(&attribute.value).map_err(|_| Malformed::Message)?;
        attributes.push((attribute.key.as_ref().to_owned(), value.into_owned()));
    }
    Ok(attributes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "<?xml version='1.0'?><stream:stream to='localhost' version='1.0' xmlns='jabber:client' \
                          xmlns:stream='http://etherx.jabber.org/streams'>";

    #[test]
    fn what_xmpp_forbids_is_refused() {
        for text in [
            "text",
            "<!-- comment --><a/>",
            "<!-- comm",
            "<!DOCTYPE a><a/>",
            "<!DOCTYPE a [<!ENTITY b 'c'>",
            "<?xml version='1.0'?><a/>",
            "<a><?php ?></a>",
            "<a><!-- comment --></a>",
            "&amp;",
            "<![CDATA[a]]>",
            "<!ELEMENT a EMPTY>",
        ] {
            let mut cutter = Cutter::default();
            assert!(cutter.element(text.as_bytes()).is_err(), "{text}");
        }
        for text in ["</stream:stream>", "text", "<!DOCTYPE a>", "<?php ?><a>"] {
            let mut cutter = Cutter::default();
            assert!(cutter.header(text.as_bytes()).is_err(), "{text}");
        }
        let mut cutter = Cutter::default();
        assert_eq!(cutter.element(b"<a>\xff"), Err(Malformed::Utf8));
        let deep = "<a>".repeat(DEPTH + 1);
        assert!(Cutter::default().element(deep.as_bytes()).is_err());
        let deep = format!("{}{}", "<a>".repeat(DEPTH), "</a>".repeat(DEPTH));
        assert_eq!(
            Cutter::default().element(deep.as_bytes()),
            Ok(Some(deep.len()))
        );
        let many: String = (0..=ATTRIBUTES).map(|at| format!(" a{at}='b'")).collect();
        assert!(tags(format!("<a{many}/>").as_bytes()).is_err());
        for text in ["<a b='1' b='2'/>", "<a b='&c;'/>", "<a></b>", "<a b=1/>"] {
            assert!(tags(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn elements_end_where_they_end_however_they_come() {
        let stanzas = [
            "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AHVzZXIAcGVuY2ls</auth>",
            "  \n<iq id='a>b'/>",
            "<a>\u{e4}<b>some text<![CDATA[</a>]]></b>&lt;&#228;<c/></a>",
            "</stream:stream>",
        ];
        let all = stanzas.concat();
        for step in 1..7 {
            let mut cutter = Cutter::default();
            let (mut from, mut to, mut cut) = (0, 0, Vec::new());
            while to < all.len() {
                to = (to + step).min(all.len());
                while let Some(len) = cutter.element(&all.as_bytes()[from..to]).unwrap() {
                    cut.push(all.get(from..from + len).unwrap());
                    from += len;
                }
            }
            assert_eq!(cut, stanzas, "{step}");
        }
    }

    #[test]
    fn a_stream_begins_with_a_tag_that_does_not_end() {
        let mut cutter = Cutter::default();
        for len in 0..HEADER.len() {
            assert_eq!(cutter.header(&HEADER.as_bytes()[..len]), Ok(None), "{len}");
        }
        let more = format!("{HEADER}<a/>");
        assert_eq!(cutter.header(more.as_bytes()), Ok(Some(HEADER.len())));
        assert!(cutter.is_between());
        let tags = tags(HEADER.as_bytes()).unwrap();
        assert_eq!(tags.len(), 1);
        assert!(tags[0].is(STREAMS, "stream"));
        assert_eq!(tags[0].attribute("xmlns"), Some("jabber:client"));
        assert_eq!(tags[0].attribute("to"), Some("localhost"));
    }

    #[test]
    fn tags_say_where_they_stand() {
        let tags = tags(b"<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls><a> b </a></stream:features>").unwrap();
        let shown: Vec<_> = tags
            .iter()
            .map(|tag| (tag.depth, tag.name.as_str()))
            .collect();
        assert_eq!(
            shown,
            [(0, "features"), (1, "starttls"), (2, "required"), (1, "a")]
        );
        assert!(
            tags[0].is(STREAMS, "features")
                && tags[1].is(TLS, "starttls")
                && tags[2].is(TLS, "required")
        );
        assert_eq!(tags[3].text, "b");
        let auth = "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>AHVzZXIAcGVuY2ls</auth>";
        assert_eq!(super::tags(auth.as_bytes()).unwrap()[0].text, "");
    }
}
