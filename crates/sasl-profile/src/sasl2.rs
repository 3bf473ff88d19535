//! XMPP's extensible SASL profile (XEP-0388 1.0.4): its elements, and the sessions of both sides.
//!
//! | | element, in the namespace `urn:xmpp:sasl:2` |
//! |---|---|
//! | offer | `<authentication/>` in the stream's features, types of channel binding (XEP-0440) beside it: [`Features`] |
//! | initial response | `<initial-response>` in `<authenticate mechanism='NAME'>`; absent if there is none |
//! | challenge, response | `<challenge>`, `<response>` |
//! | success data | `<additional-data>` in `<success>` or `<continue>`; absent if there is none |
//! | cancellation | `<abort/>`, answered with `<failure><aborted/></failure>` |
//! | failure | `<failure>` with a [`Condition`] |
//!
//! What is absent has no element, and what is empty has an empty one: `=` means nothing here. The conditions are those of
//! RFC 6120, in its namespace.
//!
//! After the exchange a server may want more, such as a second factor, and says so with `<continue/>`. The sessions have no
//! such tasks: a server never asks for one, and a client gives up when it is asked. The elements are there
//! ([`FromServer::Continue`], [`FromClient::Next`]) for who does it by hand.
//!
//! That the stream's `from` agrees with whom the client acts as (Initiation), the application checks.
//!
//! ```
//! use sasl_core::{Authcid, Channel, Found, Identity, Password, Protection, Verifier, server};
//! use sasl_plain::Plain;
//! use sasl_profile::sasl2::{self, server::Event};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut from_client = [
//!     "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'>\
//!      <initial-response>AHVzZXIAcGVuY2ls</initial-response></authenticate>",
//! ]
//! .into_iter();
//!
//! let channel = Channel::new(Protection::Tls);
//! let mut session = sasl2::Server::new([Plain::NAME], "example.org");
//! assert!(session.features().encode_sasl2().starts_with(b"<authentication "));
//! let login = loop {
//!     match session.poll() {
//!         Event::Send(element) => assert_eq!(
//!             &*element,
//!             b"<success xmlns=\"urn:xmpp:sasl:2\">\
//!               <authorization-identifier>user@example.org</authorization-identifier></success>",
//!         ),
//!         Event::Receive => session.receive(from_client.next().unwrap_or_default().as_bytes()),
//!         Event::Auth(auth) => {
//!             session.turn(server::start(&Plain::server(), &server::Setup::default(), auth.begin(&channel)));
//!         }
//!         Event::Ask(question) => {
//!             let user = Identity::new(Authcid::parse("user")?)
//!                 .with_verifier(Verifier::ClearText(Password::new("pencil")));
//!             let known = question.about().is_some_and(|name| *name == "user");
//!             session.turn(question.found(Found::from(known.then_some(user))));
//!         }
//!         Event::Compute(job) => session.turn(job.run()),
//!         Event::Refused(failure) => eprintln!("refused: {failure}"),
//!         Event::Done(login) => break login,
//!         Event::Closed => return Err("nobody came in".into()),
//!     }
//! };
//! assert_eq!(login.acts_as(), "user");
//! # Ok(()) }
//! ```

pub use crate::framed::{client, server};
pub use crate::xmpp::{Condition, Failure, Features, MAX};

mod from_client;
mod from_server;
mod session;

pub use from_client::FromClient;
pub use from_server::{Continue, FromServer, Success};
pub use session::{Client, Server};

use alloc::string::String;

use sasl_core::{Malformed, Secret};

use crate::xml::{Element, Namespace};

/// The octets in the only child of this name; `None` if there is no such child.
fn base64_child(parent: &Element, name: &str) -> Result<Option<Secret>, Malformed> {
    let child = parent.only(Namespace::Sasl2, name)?;
    child.map(Element::base64).transpose()
}

/// The words in the only child of this name.
fn words(parent: &Element, name: &str) -> Result<Option<String>, Malformed> {
    Ok(parent.only(Namespace::Sasl2, name)?.map(Element::words))
}
