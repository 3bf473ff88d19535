//! XMPP (RFC 6120 §6): the elements of a SASL negotiation, and the sessions of both sides.
//!
//! | | element, in the namespace `urn:ietf:params:xml:ns:xmpp-sasl` |
//! |---|---|
//! | offer | `<mechanisms/>` in the stream's features, types of channel binding (XEP-0440) beside it: [`Features`] |
//! | initial response | the text of `<auth mechanism='NAME'>` in base64, `=` if it is empty, nothing if there is none |
//! | challenge | `<challenge>`, with nothing in it if it is empty |
//! | response | `<response>`, with nothing in it if it is empty |
//! | success data | the text of `<success>`, `=` if it is empty, nothing if there is none |
//! | cancellation | `<abort/>`, answered with `<failure><aborted/></failure>` |
//! | failure | `<failure>` with a [`Condition`] |
//!
//! What the application hands over is one element, as text. Streams, STARTTLS and the restart of the stream after a success
//! (RFC 6120 §6.4.6) are its own matter. After the last attempt a server closes the stream with `<policy-violation/>`
//! (§6.4.5).
//!
//! An authzid is a bare JID, and left out by who acts as itself (§6.3.8). Base64 has no white space in it, and its pad bits are zero
//! (§6.4.2, §13.9.1).
//!
//! ```
//! use sasl_core::{Authcid, Channel, Credentials, Password, Protection, client};
//! use sasl_plain::Plain;
//! use sasl_profile::xmpp::{self, client::Event};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut from_server = [
//!     "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>",
//! ]
//! .into_iter();
//!
//! let features = xmpp::Features::parse(
//!     b"<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>\
//!       <mechanism>PLAIN</mechanism></mechanisms></stream:features>",
//! )?;
//! let channel = Channel::new(Protection::Tls);
//! let mut xmpp = xmpp::Client::new(features.offer());
//! let login = loop {
//!     match xmpp.poll() {
//!         Event::Send(element) => assert_eq!(
//!             &*element,
//!             b"<auth xmlns=\"urn:ietf:params:xml:ns:xmpp-sasl\" mechanism=\"PLAIN\">AHVzZXIAcGVuY2ls</auth>",
//!         ),
//!         Event::Receive => xmpp.receive(from_server.next().unwrap_or_default().as_bytes()),
//!         Event::Offer(offer) => {
//!             let credentials = Credentials::password(Authcid::parse("user")?, Password::new("pencil"));
//!             xmpp.turn(client::start(&Plain::client(), &client::Setup::default(), credentials, &channel, &offer));
//!         }
//!         Event::Compute(job) => xmpp.turn(job.run()),
//!         Event::Done(login) => break login,
//!         Event::Failed(failure) => return Err(failure.into()),
//!     }
//! };
//! assert_eq!(login.mechanism(), Plain::NAME);
//! # Ok(()) }
//! ```

pub use crate::framed::{client, server};

mod failure;
mod features;
mod from_client;
mod from_server;
mod session;

pub use failure::{Condition, Failure};
pub use features::Features;
pub use from_client::FromClient;
pub use from_server::FromServer;
pub(crate) use session::ATTEMPTS;
pub use session::{Client, Server};

/// Octets of the longest element that is read: more than the longest message in base64.
pub const MAX: usize = crate::xml::MAX;
