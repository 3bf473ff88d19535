//! The library's sessions, of which each protocol has its own type.

use sasl::client::{Failure, Turn};
use sasl_profile::framed::Client;
use sasl_profile::framed::client::{Event, Protocol};

/// A client's part in an exchange.
pub(crate) trait Carrier {
    fn poll(&mut self) -> Event;
    fn receive(&mut self, message: &[u8]);
    fn turn(&mut self, turn: Result<Turn, Failure>);
}

impl<P: Protocol> Carrier for Client<P> {
    fn poll(&mut self) -> Event {
        self.poll()
    }

    fn receive(&mut self, message: &[u8]) {
        self.receive(message);
    }

    fn turn(&mut self, turn: Result<Turn, Failure>) {
        self.turn(turn);
    }
}
