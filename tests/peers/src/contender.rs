//! One exchange, cut where the other side speaks. What happens between the cuts is the crate's own work and is timed;
//! the other side's messages are made outside.

/// A crate's server, with its store.
pub trait Server {
    /// Between the server's first message and the client's final one.
    type Waiting;

    /// What the client's first message has to begin with.
    #[must_use]
    fn gs2_header() -> &'static str {
        "n,,"
    }

    /// From nothing to the server's first message, with the lookup in the store.
    fn first(&self, client_first: &str) -> Self::Waiting;

    /// The server's first message.
    fn message(waiting: &Self::Waiting) -> &[u8];

    /// From the client's final message to who has logged in. Panics when nobody has.
    fn last(&self, waiting: Self::Waiting, client_final: &str);
}

/// A crate's client, with its credentials.
pub trait Client {
    /// Between the client's first message and the server's.
    type Started;

    /// Between the client's final message and the server's.
    type Proved;

    /// From nothing to the client's first message.
    fn start(&self) -> Self::Started;

    /// The client's first message.
    fn first(started: &Self::Started) -> &[u8];

    /// From the server's first message to the client's final one: the derivation is here.
    fn respond(&self, started: Self::Started, server_first: &str) -> Self::Proved;

    /// The client's final message.
    fn last(proved: &Self::Proved) -> &[u8];

    /// From the server's final message to the success. Panics when there is none.
    fn finish(&self, proved: Self::Proved, server_final: &str);
}
