//! `sasl login`, as it is built, against servers on this machine that are made to misbehave.

#[cfg(test)]
mod amqp;
#[cfg(test)]
mod certificates;
#[cfg(test)]
mod connection;
#[cfg(test)]
mod framed;
#[cfg(test)]
mod honest;
#[cfg(test)]
mod ldap;
#[cfg(test)]
mod others;
#[cfg(test)]
mod postgres;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod run;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod server;
#[cfg(test)]
mod usage;
#[cfg(test)]
mod violations;
#[cfg(test)]
mod xmpp;
