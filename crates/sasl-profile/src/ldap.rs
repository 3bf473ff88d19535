//! LDAP (RFC 4511 §4.2, RFC 4513 §5.2): bind requests and responses with SASL credentials, and the sessions of both sides.
//!
//! | | message |
//! |---|---|
//! | offer | the values of `supportedSASLMechanisms` of the root DSE: the application asks for them, [`RootDse`] |
//! | initial response | `credentials` of the first `BindRequest`: raw octets, absent if there is none, of no length if it is empty |
//! | challenge | `BindResponse` with `saslBindInProgress` and `serverSaslCreds` |
//! | response | `credentials` of the next `BindRequest` of the same mechanism |
//! | success data | `serverSaslCreds` of the `BindResponse` with `success` |
//! | cancellation | a `BindRequest` with no or another mechanism; with none it is answered with `authMethodNotSupported` |
//! | failure | `BindResponse` with a [`ResultCode`] |
//!
//! TLS begins by the application's [`StartTls`], and a client leaves by [`unbind`].
//!
//! A server ignores the `name` of a request with SASL credentials. An authzid has one of two forms, [`AuthzId`].
//!
//! Binding a channel to OpenLDAP is not as RFC 5802 has it: see [`openldap_binding`].
//!
//! Messages are read with all of BER that LDAP allows (RFC 4511 §5.1): lengths of more octets than they need, as Active
//! Directory writes them, but no indefinite ones.
//!
//! ```
//! use sasl_core::{Authcid, Channel, Credentials, Offer, Password, Protection, client};
//! use sasl_plain::Plain;
//! use sasl_profile::ldap::{self, client::Event};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // What a server answers to message 1: success.
//! let received = b"\x30\x0c\x02\x01\x01\x61\x07\x0a\x01\0\x04\0\x04\0";
//! let mut unread = received.as_slice();
//!
//! let channel = Channel::new(Protection::Tls);
//! let mut session = ldap::Client::new(Offer::parse("PLAIN"));
//! let login = loop {
//!     match session.poll() {
//!         Event::Send(message) => assert!(message.ends_with(b"\xa3\x15\x04\x05PLAIN\x04\x0c\0user\0pencil")),
//!         Event::Receive => {
//!             // On a real connection: read more while it is `None`.
//!             let len = ldap::message_len(unread)?.ok_or("more is needed")?;
//!             let (message, rest) = unread.split_at(len);
//!             session.receive(message);
//!             unread = rest;
//!         }
//!         Event::Offer(offer) => {
//!             let credentials = Credentials::password(Authcid::parse("user")?, Password::new("pencil"));
//!             session.turn(client::start(&Plain::client(), &client::Setup::default(), credentials, &channel, &offer));
//!         }
//!         Event::Compute(job) => session.turn(job.run()),
//!         Event::Done(login) => break login,
//!         Event::Failed(failure) => return Err(failure.into()),
//!     }
//! };
//! assert_eq!(login.mechanism(), Plain::NAME);
//! # Ok(()) }
//! ```

pub use crate::framed::{client, server};

mod authz_id;
mod ber;
mod bind_request;
mod bind_response;
mod message;
mod result_code;
mod root_dse;
mod session;
mod start_tls;

pub use authz_id::AuthzId;
pub use bind_request::{Authentication, BindRequest};
pub use bind_response::BindResponse;
pub use message::{MessageId, message_len};
pub use result_code::ResultCode;
pub use root_dse::RootDse;
pub use session::{Client, Server};
pub use start_tls::{StartTls, unbind};

use alloc::vec::Vec;

use sasl_core::{ChannelBinding, Unusable, limits};

/// Octets of the longest message that is read.
pub const MAX: usize = limits::MESSAGE.saturating_add(8 * 1024);

/// A channel binding as OpenLDAP has it, by libldap on both sides: its type is called `ldap`, and its value is the name and the
/// value of what is really bound, with a colon between, `tls-server-end-point:` and the hash.
///
/// It is sent under the name of the mechanism without `-PLUS`, so that the mechanism has to be told
/// (`ScramClient::with_name` in `sasl-scram`). OpenLDAP takes it under the name with `-PLUS` as well.
///
/// # Errors
/// [`Unusable::Binding`] above the [limit](sasl_core::limits::BINDING) of a value.
pub fn openldap_binding(binding: &ChannelBinding) -> Result<ChannelBinding, Unusable> {
    let mut value = Vec::from(binding.name());
    value.push(b':');
    value.extend_from_slice(binding.data());
    ChannelBinding::new("ldap", &value)
}
