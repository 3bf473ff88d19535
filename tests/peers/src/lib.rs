//! This workspace's SCRAM and other crates' behind two traits, so that all are measured by the same code.
//!
//! ```text
//! account     what both sides know, and by whom each side's messages are answered: never by the crate being measured
//! contender   the traits: the server's side and the client's side of one exchange, cut where the other side speaks
//! ours, …     one module per crate
//! floor       the cryptography of one server exchange and nothing else
//! rounds      interleaved measuring, medians of ratios
//! batch       what one measurement does
//! ```
//!
//! Nothing here is robust: what is not as expected panics, and no number comes out.

pub mod account;
pub mod batch;
pub mod contender;
pub mod floor;
pub mod kafkars;
pub mod ours;
pub mod rounds;
pub mod rsasl;
pub mod scram_rs;
pub mod xmpp;
