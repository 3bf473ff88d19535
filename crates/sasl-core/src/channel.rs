//! What the caller knows of the connection that an exchange runs over.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::error::Unusable;
use crate::limits;

/// Who can read and change what passes over a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Protection {
    /// Anybody on the way: no secret may pass in clear text.
    #[default]
    None,
    /// Only this machine: a Unix socket, or loopback. It counts as protected because the caller says so.
    Local,
    /// Nobody but the peer: TLS, with the peer's certificate checked where this is the client.
    Tls,
}

/// The facts about one connection, stated once by whoever made it.
///
/// ```
/// use sasl_core::{Channel, Protection};
///
/// let channel = Channel::new(Protection::Tls).with_host("mail.example.org").with_port(993);
/// assert!(channel.is_protected());
/// assert!(!Channel::default().is_protected());
/// ```
#[derive(Debug, Clone, Default)]
pub struct Channel {
    protection: Protection,
    bindings: Vec<ChannelBinding>,
    external: Option<Box<str>>,
    host: Option<Box<str>>,
    port: Option<u16>,
}

impl Channel {
    /// A connection of which only the protection is known.
    #[must_use]
    pub fn new(protection: Protection) -> Self {
        Self {
            protection,
            ..Self::default()
        }
    }

    /// Adds a channel-binding value, captured once after the TLS handshake. The strongest comes first.
    #[must_use]
    pub fn with_binding(mut self, binding: ChannelBinding) -> Self {
        self.bindings.push(binding);
        self
    }

    /// Adds several values, such as all that a TLS library gave. The strongest comes first.
    #[must_use]
    pub fn with_bindings(mut self, bindings: impl IntoIterator<Item = ChannelBinding>) -> Self {
        self.bindings.extend(bindings);
        self
    }

    /// The same connection, its bindings left out: for a client that is told not to bind.
    #[must_use]
    pub fn without_bindings(&self) -> Self {
        Self {
            bindings: Vec::new(),
            ..self.clone()
        }
    }

    /// Sets the identity that the connection itself has proven: a client certificate, a Unix peer.
    #[must_use]
    pub fn with_external_identity(mut self, identity: impl Into<String>) -> Self {
        self.external = Some(identity.into().into_boxed_str());
        self
    }

    /// Sets the host name: for a client the server it meant to reach, for a server its own.
    #[must_use]
    pub fn with_host(mut self, host: impl Into<String>) -> Self {
        self.host = Some(host.into().into_boxed_str());
        self
    }

    /// Sets the port of the server.
    #[must_use]
    pub fn with_port(mut self, port: u16) -> Self {
        self.port = Some(port);
        self
    }

    /// Who can read what passes.
    #[must_use]
    pub fn protection(&self) -> Protection {
        self.protection
    }

    /// Whether a secret may pass in clear text.
    #[must_use]
    pub fn is_protected(&self) -> bool {
        self.protection != Protection::None
    }

    /// The channel-binding values, in the order they were given.
    #[must_use]
    pub fn bindings(&self) -> &[ChannelBinding] {
        &self.bindings
    }

    /// The value of one binding type, by its exact name.
    #[must_use]
    pub fn binding(&self, name: &str) -> Option<&ChannelBinding> {
        self.bindings.iter().find(|binding| binding.name() == name)
    }

    /// The identity that the connection itself has proven.
    #[must_use]
    pub fn external_identity(&self) -> Option<&str> {
        self.external.as_deref()
    }

    /// The server's host name.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        self.host.as_deref()
    }

    /// The server's port.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        self.port
    }
}

/// The name of a channel-binding type, such as `tls-exporter`.
///
/// ```abnf
/// cb-name = 1*(ALPHA / DIGIT / "." / "-")
/// ```
/// (RFC 5802 §7). Case matters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BindingName(Box<str>);

impl BindingName {
    /// `tls-exporter` (RFC 9266), the default under TLS 1.3.
    pub const TLS_EXPORTER: &str = "tls-exporter";
    /// `tls-server-end-point` (RFC 5929 §4).
    pub const TLS_SERVER_END_POINT: &str = "tls-server-end-point";
    /// `tls-unique` (RFC 5929 §3), undefined under TLS 1.3.
    pub const TLS_UNIQUE: &str = "tls-unique";
    /// The most octets a name may have here.
    pub const MAX: usize = 64;

    /// Reads a name.
    ///
    /// # Errors
    /// [`Unusable::Binding`] unless it is 1 to 64 of the characters above.
    pub fn parse(name: &str) -> Result<Self, Unusable> {
        let valid = |c: u8| c.is_ascii_alphanumeric() || c == b'.' || c == b'-';
        if name.is_empty() || name.len() > Self::MAX || !name.bytes().all(valid) {
            return Err(Unusable::Binding);
        }
        Ok(Self(name.into()))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BindingName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for BindingName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A binding type with the value that this connection has for it, without the `name:` prefix of RFC 5056 §2.1.
#[derive(Clone)]
pub struct ChannelBinding {
    name: BindingName,
    data: Box<[u8]>,
}

impl ChannelBinding {
    /// Takes a value that was captured from the connection.
    ///
    /// # Errors
    /// [`Unusable::Binding`] when the name is none, or the value is empty or above
    /// [`limits::BINDING`](crate::limits::BINDING) octets: an empty value binds nothing.
    pub fn new(name: &str, data: &[u8]) -> Result<Self, Unusable> {
        if data.is_empty() || data.len() > limits::BINDING {
            return Err(Unusable::Binding);
        }
        Ok(Self {
            name: BindingName::parse(name)?,
            data: data.into(),
        })
    }

    /// The type's name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name.as_str()
    }

    /// The type's name, to keep.
    #[must_use]
    pub fn binding_name(&self) -> &BindingName {
        &self.name
    }

    /// The value.
    #[must_use]
    pub fn data(&self) -> &[u8] {
        &self.data
    }
}

impl fmt::Debug for ChannelBinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "ChannelBinding({}, {} octets)",
            self.name,
            self.data.len()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_binding_without_a_value_or_a_name_is_refused() {
        for (name, data) in [
            ("tls-exporter", &b""[..]),
            ("", b"x"),
            ("p=tls unique", b"x"),
            ("tls,unique", b"x"),
            ("tls-exporter", &[0; 1025]),
        ] {
            assert_eq!(
                ChannelBinding::new(name, data).map(|_| ()),
                Err(Unusable::Binding),
                "{name:?}"
            );
        }
    }

    #[test]
    fn bindings_are_found_by_exact_name() {
        let value = ChannelBinding::new(BindingName::TLS_EXPORTER, &[7; 32]).unwrap();
        let channel = Channel::new(Protection::Tls).with_binding(value);
        assert_eq!(channel.binding("tls-exporter").unwrap().data(), [7; 32]);
        assert!(channel.binding("TLS-EXPORTER").is_none());
    }

    #[test]
    fn bindings_keep_the_order_they_were_given_in() {
        let value = |name| ChannelBinding::new(name, &[7; 32]).unwrap();
        let channel = Channel::new(Protection::Tls)
            .with_binding(value("first"))
            .with_bindings([value("second"), value("third")]);
        let names: Vec<&str> = channel
            .bindings()
            .iter()
            .map(ChannelBinding::name)
            .collect();
        assert_eq!(names, ["first", "second", "third"]);
    }
}
