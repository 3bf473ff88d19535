//! What the tests say of lists of bindings.

use sasl_core::{BindingName, ChannelBinding};

pub(crate) const EXPORTER: &str = BindingName::TLS_EXPORTER;
pub(crate) const UNIQUE: &str = BindingName::TLS_UNIQUE;
pub(crate) const END_POINT: &str = BindingName::TLS_SERVER_END_POINT;

/// Names and values, to be compared.
pub(crate) fn plain(bindings: &[ChannelBinding]) -> Vec<(&str, &[u8])> {
    bindings
        .iter()
        .map(|binding| (binding.name(), binding.data()))
        .collect()
}

pub(crate) fn names(bindings: &[ChannelBinding]) -> Vec<&str> {
    bindings.iter().map(ChannelBinding::name).collect()
}
