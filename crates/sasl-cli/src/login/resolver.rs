//! The client's own certificate, and whether the server wanted it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustls::SignatureScheme;
use rustls::client::ResolvesClientCert;
use rustls::sign::CertifiedKey;

#[derive(Debug)]
pub(crate) struct Resolver {
    own: Option<Arc<CertifiedKey>>,
    asked: AtomicBool,
    sent: AtomicBool,
}

impl Resolver {
    pub(crate) fn new(own: Option<CertifiedKey>) -> Self {
        Self {
            own: own.map(Arc::new),
            asked: AtomicBool::new(false),
            sent: AtomicBool::new(false),
        }
    }

    /// What became of the certificate, as one word for scripts.
    pub(crate) fn word(&self) -> &'static str {
        match (
            self.sent.load(Ordering::Relaxed),
            self.asked.load(Ordering::Relaxed),
        ) {
            (true, _) => "sent",
            (false, true) => "asked-for",
            (false, false) => "not-asked-for",
        }
    }
}

impl ResolvesClientCert for Resolver {
    fn resolve(
        &self,
        _root_hint_subjects: &[&[u8]],
        sigschemes: &[SignatureScheme],
    ) -> Option<Arc<CertifiedKey>> {
        self.asked.store(true, Ordering::Relaxed);
        let own = self.own.clone()?;
        own.key.choose_scheme(sigschemes)?;
        self.sent.store(true, Ordering::Relaxed);
        Some(own)
    }

    fn has_certs(&self) -> bool {
        // Asked all the same, so that it is known whether the server wants one.
        true
    }
}
