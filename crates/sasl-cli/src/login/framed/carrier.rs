//! The library's sessions, of which each protocol has its own type.

use sasl::client::{Failure, Turn};
use sasl_profile::framed::client::Event;
use sasl_profile::{amqp, ldap, postgres, xmpp};

/// A client's part in an exchange.
pub(crate) trait Carrier {
    fn poll(&mut self) -> Event;
    fn receive(&mut self, message: &[u8]);
    fn turn(&mut self, turn: Result<Turn, Failure>);
}

macro_rules! carriers {
    ($($client:ty),+) => {
        $(impl Carrier for $client {
            fn poll(&mut self) -> Event {
                self.poll()
            }

            fn receive(&mut self, message: &[u8]) {
                self.receive(message);
            }

            fn turn(&mut self, turn: Result<Turn, Failure>) {
                self.turn(turn);
            }
        })+
    };
}

carriers!(amqp::Client, ldap::Client, postgres::Client, xmpp::Client);
