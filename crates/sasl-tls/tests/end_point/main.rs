//! `tls-server-end-point` of certificates.
#![cfg(test)]
#![cfg(feature = "end-point")]

mod made;

mod agreement;
mod hostile;
mod undefined;
