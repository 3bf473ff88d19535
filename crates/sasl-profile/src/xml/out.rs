//! Elements, written.

use alloc::string::String;
use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesStart, BytesText, Event};

use super::Namespace;
use crate::base64;
use crate::wire::Wire;

/// Writes elements. What is written may be secret and stands in one buffer that is wiped.
pub(crate) struct Out(Writer<Wire>);

impl Out {
    pub(crate) fn new() -> Self {
        Self(Writer::new(Wire::default()))
    }

    /// An element of this namespace with what `inside` writes.
    pub(crate) fn element(
        &mut self,
        namespace: Namespace,
        name: &str,
        attribute: Option<(&str, &str)>,
        inside: impl FnOnce(&mut Self),
    ) {
        let mut tag = BytesStart::new(name);
        tag.push_attribute(("xmlns", namespace.uri()));
        self.tag(tag, attribute, inside);
    }

    /// An element of its parent's namespace.
    pub(crate) fn child(
        &mut self,
        name: &str,
        attribute: Option<(&str, &str)>,
        inside: impl FnOnce(&mut Self),
    ) {
        self.tag(BytesStart::new(name), attribute, inside);
    }

    fn tag(
        &mut self,
        mut tag: BytesStart<'_>,
        attribute: Option<(&str, &str)>,
        inside: impl FnOnce(&mut Self),
    ) {
        if let Some(attribute) = attribute {
            tag.push_attribute(attribute);
        }
        self.write(Event::Start(tag.borrow()));
        inside(self);
        self.write(Event::End(tag.to_end()));
    }

    pub(crate) fn text(&mut self, text: &str) {
        // What XML cannot carry at all.
        let carried = |c: &char| !c.is_control() || matches!(c, '\t' | '\n');
        let text: String = text.chars().filter(carried).collect();
        self.write(Event::Text(BytesText::new(&text)));
    }

    pub(crate) fn base64(&mut self, octets: &[u8]) {
        base64::encode(octets, self.0.get_mut());
    }

    /// Base64, or `=` for no octets where nothing is something else (RFC 6120 §6.4.2).
    pub(crate) fn base64_or_equals(&mut self, octets: &[u8]) {
        if octets.is_empty() {
            self.text("=");
        } else {
            self.base64(octets);
        }
    }

    /// Elements that are written.
    pub(crate) fn as_it_is(&mut self, elements: &[u8]) {
        self.0.get_mut().push(elements);
    }

    fn write(&mut self, event: Event<'_>) {
        // A buffer takes everything.
        let written = self.0.write_event(event);
        debug_assert!(written.is_ok(), "a buffer has refused");
    }

    pub(crate) fn into_wire(self) -> Wire {
        self.0.into_inner()
    }
}

impl io::Write for Wire {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.push(octets);
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
