//! `tls-exporter`: keying material that both ends derive from the handshake.

use sasl_core::{BindingName, ChannelBinding};

/// The exporter's label, without a NUL (RFC 9266 §2).
pub(crate) const LABEL: &str = "EXPORTER-Channel-Binding";

/// A context of length zero, and not the lack of one (RFC 9266 §2): TLS 1.2 tells them apart (RFC 5705 §4), TLS 1.3
/// does not.
pub(crate) const CONTEXT: &[u8] = b"";

/// The value's length in octets (RFC 9266 §2).
const LENGTH: usize = 32;

/// The value, if `export` can fill it.
pub(crate) fn binding(
    export: impl FnOnce(&mut [u8; LENGTH]) -> Option<()>,
) -> Option<ChannelBinding> {
    let mut value = [0; LENGTH];
    export(&mut value)?;
    ChannelBinding::new(BindingName::TLS_EXPORTER, &value).ok()
}
