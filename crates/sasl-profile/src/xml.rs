//! Elements of XMPP, read and written: the one place that knows quick-xml.
//!
//! RFC 6120 §11.1 forbids comments, processing instructions, document types and entities but the predefined ones: they are
//! refused, as is what has no namespace that was declared. What is nested deeper than any of our messages is refused too.

mod out;

pub(crate) use out::Out;

use alloc::string::String;
use alloc::vec::Vec;
use core::str;

use quick_xml::NsReader;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use sasl_core::{Malformed, Secret, limits};

use crate::base64;
use crate::wire::Wire;

/// Octets of the longest element: the longest message in base64, and its tags.
pub(crate) const MAX: usize = limits::MESSAGE
    .div_ceil(3)
    .saturating_mul(4)
    .saturating_add(4096);

/// How deep elements stand in each other. Stream features of XEP-0388 have five levels.
const DEPTH: usize = 12;
/// The most attributes of an element.
const ATTRIBUTES: usize = 64;

/// The namespaces that are known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Namespace {
    /// RFC 6120 §6.
    Sasl,
    /// XEP-0388.
    Sasl2,
    /// XEP-0440.
    Binding,
    /// RFC 6120 §4.
    Streams,
    Other,
}

impl Namespace {
    pub(crate) const fn uri(self) -> &'static str {
        match self {
            Self::Sasl => "urn:ietf:params:xml:ns:xmpp-sasl",
            Self::Sasl2 => "urn:xmpp:sasl:2",
            Self::Binding => "urn:xmpp:sasl-cb:0",
            Self::Streams => "http://etherx.jabber.org/streams",
            Self::Other => "",
        }
    }

    fn of(resolved: &ResolveResult<'_>) -> Result<Self, Malformed> {
        match resolved {
            ResolveResult::Bound(namespace) => {
                Ok([Self::Sasl, Self::Sasl2, Self::Binding, Self::Streams]
                    .into_iter()
                    .find(|known| known.uri() == namespace.as_ref())
                    .unwrap_or(Self::Other))
            }
            ResolveResult::Unbound => Ok(Self::Other),
            // Declared in the stream's own tag, which is not part of the element (RFC 6120 §4.8.5).
            ResolveResult::Unknown(prefix) if prefix == "stream" => Ok(Self::Streams),
            ResolveResult::Unknown(_) => Err(Malformed::Message),
        }
    }
}

/// An element and what it holds.
#[derive(Debug)]
pub(crate) struct Element {
    pub(crate) namespace: Namespace,
    pub(crate) name: String,
    /// Those without a prefix.
    attributes: Vec<(String, String)>,
    /// All the text that stands directly in it. It may be a secret.
    text: Wire,
    pub(crate) children: Vec<Element>,
}

impl Element {
    /// Reads one element, with nothing but white space around it.
    pub(crate) fn parse(octets: &[u8]) -> Result<Self, Malformed> {
        let mut siblings = Self::parse_all(octets)?;
        match (siblings.pop(), siblings.is_empty()) {
            (Some(element), true) => Ok(element),
            _ => Err(Malformed::Message),
        }
    }

    /// Reads elements that stand side by side.
    pub(crate) fn parse_all(octets: &[u8]) -> Result<Vec<Self>, Malformed> {
        if octets.len() > MAX {
            return Err(Malformed::TooLong);
        }
        let text = str::from_utf8(octets).map_err(|_| Malformed::Utf8)?;
        let mut reader = NsReader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        let (mut done, mut open): (Vec<Self>, Vec<Self>) = (Vec::new(), Vec::new());
        loop {
            let (namespace, event) = reader
                .read_resolved_event()
                .map_err(|_| Malformed::Message)?;
            match event {
                Event::Start(_) if open.len() >= DEPTH => return Err(Malformed::Message),
                Event::Start(tag) => {
                    let namespace = Namespace::of(&namespace)?;
                    open.push(Self::open(namespace, &tag)?);
                }
                Event::End(_) => {
                    let closed = open.pop().ok_or(Malformed::Message)?;
                    match open.last_mut() {
                        Some(parent) => parent.children.push(closed),
                        None => done.push(closed),
                    }
                }
                Event::Text(text) => Self::add(open.last_mut(), text.as_ref())?,
                Event::CData(text) => Self::add(open.last_mut(), text.as_ref())?,
                Event::GeneralRef(reference) => {
                    let resolved = match reference.resolve_char_ref() {
                        Ok(Some(char)) => char,
                        Ok(None) => predefined(reference.as_ref())?,
                        Err(_) => return Err(Malformed::Message),
                    };
                    let mut buffer = [0; 4];
                    Self::add(open.last_mut(), resolved.encode_utf8(&mut buffer))?;
                }
                // RFC 6120 §11.1. The declaration belongs to the stream.
                Event::Comment(_) | Event::PI(_) | Event::DocType(_) | Event::Decl(_) => {
                    return Err(Malformed::Message);
                }
                Event::Eof if open.is_empty() => return Ok(done),
                // No empty tags: they are expanded.
                Event::Eof | Event::Empty(_) => return Err(Malformed::Message),
            }
        }
    }

    fn open(namespace: Namespace, tag: &BytesStart<'_>) -> Result<Self, Malformed> {
        let mut attributes = Vec::new();
        // Reading one compares its name with those before.
        for (count, attribute) in tag.attributes().enumerate() {
            let attribute = attribute.map_err(|_| Malformed::Message)?;
            if count >= ATTRIBUTES {
                return Err(Malformed::Message);
            }
            let name: &str = attribute.key.as_ref();
            if name.contains(':') || name == "xmlns" {
                continue;
            }
            let value =
                quick_xml::escape::unescape(&attribute.value).map_err(|_| Malformed::Message)?;
            attributes.push((name.into(), value.into_owned()));
        }
        Ok(Self {
            namespace,
            name: tag.local_name().as_ref().into(),
            attributes,
            text: Wire::default(),
            children: Vec::new(),
        })
    }

    fn add(open: Option<&mut Self>, text: &str) -> Result<(), Malformed> {
        match open {
            Some(element) => element.text.push(text.as_bytes()),
            None if text.trim_ascii().is_empty() => {}
            None => return Err(Malformed::Message),
        }
        Ok(())
    }

    pub(crate) fn is(&self, namespace: Namespace, name: &str) -> bool {
        self.namespace == namespace && self.name == name
    }

    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find_map(|(found, value)| (found == name).then_some(value.as_str()))
    }

    /// The text of an element that has nothing else in it, white space and all.
    pub(crate) fn text(&self) -> Result<&[u8], Malformed> {
        if self.children.is_empty() {
            Ok(&self.text)
        } else {
            Err(Malformed::Message)
        }
    }

    /// The text as base64. Nothing at all is no octets.
    pub(crate) fn base64(&self) -> Result<Secret, Malformed> {
        base64::decode(self.text()?)
    }

    /// The text for people, wherever in the element it stands.
    pub(crate) fn words(&self) -> String {
        String::from_utf8_lossy(&self.text).into_owned()
    }

    /// The only child of this name, if there is one. Two of them are an error.
    pub(crate) fn only(
        &self,
        namespace: Namespace,
        name: &str,
    ) -> Result<Option<&Self>, Malformed> {
        let mut found = self
            .children
            .iter()
            .filter(|child| child.is(namespace, name));
        match (found.next(), found.next()) {
            (found, None) => Ok(found),
            _ => Err(Malformed::Message),
        }
    }

    /// Elements beside each other cannot hold text between them.
    pub(crate) fn has_no_text(&self) -> bool {
        self.text.trim_ascii().is_empty()
    }
}

/// The entities that XML has without a document type (XML 1.0 §4.6).
fn predefined(name: &str) -> Result<char, Malformed> {
    match name {
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "amp" => Ok('&'),
        "apos" => Ok('\''),
        "quot" => Ok('"'),
        _ => Err(Malformed::Message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn what_xmpp_forbids_is_refused() {
        for text in [
            "",
            " ",
            "text",
            "<a/>text",
            "<a/><b/>",
            "<a>",
            "</a>",
            "<a></b>",
            "<a b='1' b='2'/>",
            "<a b=1/>",
            "<a b/>",
            "<x:a/>",
            "<a><!-- comment --></a>",
            "<!-- comment --><a/>",
            "<?xml version='1.0'?><a/>",
            "<a><?php ?></a>",
            "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
            "<!DOCTYPE a><a/>",
            "<a>&b;</a>",
            "<a>&</a>",
            "<a>&#0;</a>",
            "<a>&#xD800;</a>",
            "<a b='&c;'/>",
            "<a",
            "<a><![CDATA[</a>",
            "<a/>\0",
        ] {
            assert!(Element::parse(text.as_bytes()).is_err(), "{text}");
        }
        assert_eq!(Element::parse(b"<a>\xff</a>").err(), Some(Malformed::Utf8));
    }

    #[test]
    fn sizes_and_depths_are_bounded() {
        let long = format!("<a>{}</a>", "A".repeat(MAX));
        assert_eq!(
            Element::parse(long.as_bytes()).err(),
            Some(Malformed::TooLong)
        );
        let deep = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
        assert!(Element::parse(deep(DEPTH).as_bytes()).is_ok());
        for depth in [DEPTH + 1, 1000] {
            assert!(Element::parse(deep(depth).as_bytes()).is_err());
        }
        let many = |count| {
            let mut tag = String::from("<a");
            for number in 0..count {
                tag.push_str(&format!(" b{number}=''"));
            }
            tag + "/>"
        };
        assert!(Element::parse(many(ATTRIBUTES).as_bytes()).is_ok());
        assert!(Element::parse(many(ATTRIBUTES + 1).as_bytes()).is_err());
        assert!(Element::parse(many(1500).as_bytes()).is_err());
    }

    #[test]
    fn text_is_one_however_it_is_written() {
        for text in [
            "<a>A=B</a>",
            "<a>A&#61;B</a>",
            "<a>A&#x3d;<![CDATA[B]]></a>",
            " <a>A=B</a>\n",
        ] {
            let element = Element::parse(text.as_bytes()).unwrap();
            assert_eq!(element.text().unwrap(), b"A=B", "{text}");
        }
        let element =
            Element::parse(b"<a b='&lt;&amp;&gt;' x:c='d' xmlns:x='e'>&apos;&quot;</a>").unwrap();
        assert_eq!(element.attribute("b"), Some("<&>"));
        assert_eq!(element.attribute("c"), None);
        assert_eq!(element.text().unwrap(), b"'\"");
    }

    #[test]
    fn namespaces_are_what_was_declared() {
        for (text, namespace) in [
            ("<a/>", Namespace::Other),
            ("<a xmlns='urn:xmpp:sasl:2'/>", Namespace::Sasl2),
            ("<s:a xmlns:s='urn:xmpp:sasl:2'/>", Namespace::Sasl2),
            ("<a xmlns:s='urn:xmpp:sasl:2'/>", Namespace::Other),
            ("<a xmlns='urn:xmpp:sasl:2 '/>", Namespace::Other),
            ("<a xmlns='URN:XMPP:SASL:2'/>", Namespace::Other),
            ("<stream:a/>", Namespace::Streams),
            (
                "<stream:a xmlns:stream='urn:xmpp:sasl:2'/>",
                Namespace::Sasl2,
            ),
        ] {
            assert_eq!(
                Element::parse(text.as_bytes()).unwrap().namespace,
                namespace,
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_written_can_be_read() {
        let mut out = Out::new();
        out.element(Namespace::Sasl, "a", Some(("b", "<&'\">")), |out| {
            out.child("c", None, |out| out.text("1 < 2 & \u{0}\u{8}3"));
        });
        let element = Element::parse(&out.into_wire()).unwrap();
        assert!(element.is(Namespace::Sasl, "a"));
        assert_eq!(element.attribute("b"), Some("<&'\">"));
        let [child] = element.children.as_slice() else {
            panic!("{element:?}")
        };
        assert!(child.is(Namespace::Sasl, "c"));
        assert_eq!(child.words(), "1 < 2 & 3");
    }
}
