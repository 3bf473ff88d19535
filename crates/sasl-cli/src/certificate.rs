//! What is read out of certificates.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};
use x509_cert::Certificate;
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::der::Decode;
use x509_cert::der::oid::ObjectIdentifier;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::{DirectoryString, GeneralName};

/// `commonName` (RFC 4519 §2.3).
const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");

/// `emailAddress` (RFC 2985 §5.2.1), where old certificates have their address.
const EMAIL_ADDRESS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.1");

/// The SHA-256 fingerprint, as openssl shows it.
pub(crate) fn fingerprint(certificate: &[u8]) -> String {
    let mut shown = String::new();
    for (at, octet) in Sha256::digest(certificate).iter().enumerate() {
        let colon = if at == 0 { "" } else { ":" };
        // Writing to a string does not fail.
        let _ = write!(shown, "{colon}{octet:02X}");
    }
    shown
}

/// Whom a verified client certificate is for: its e-mail address, or its common name where it has no other name than those of
/// hosts. `None` where there are several, since that leaves open who this is, and where one cannot be read.
pub(crate) fn holder(certificate: &[u8]) -> Option<String> {
    let certificate = Certificate::from_der(certificate).ok()?;
    let names = match alternative_names(&certificate)? {
        none if none.is_empty() => {
            if names(&certificate, EMAIL_ADDRESS).next().is_some() {
                return None;
            }
            common_names(&certificate)?
        }
        addresses => addresses,
    };
    match <[String; 1]>::try_from(names) {
        Ok([only]) if !only.is_empty() && !only.contains(char::is_control) => Some(only),
        _ => None,
    }
}

/// The e-mail addresses among the subject's alternative names (RFC 5280 §4.2.1.6), which beside them may be those of hosts: what
/// else it is called, nobody here can read.
fn alternative_names(certificate: &Certificate) -> Option<Vec<String>> {
    let extension = certificate
        .tbs_certificate()
        .get_extension::<SubjectAltName>();
    let Some((_, SubjectAltName(names))) = extension.ok()? else {
        return Some(Vec::new());
    };
    let mut addresses = Vec::new();
    for name in names {
        match name {
            GeneralName::Rfc822Name(address) => addresses.push(address.to_string()),
            GeneralName::DnsName(_) | GeneralName::IpAddress(_) => {}
            _ => return None,
        }
    }
    Some(addresses)
}

/// What the subject says under one type.
fn names(
    certificate: &Certificate,
    oid: ObjectIdentifier,
) -> impl Iterator<Item = &AttributeTypeAndValue> {
    let attributes = certificate.tbs_certificate().subject().iter();
    attributes.filter(move |attribute| attribute.oid == oid)
}

fn common_names(certificate: &Certificate) -> Option<Vec<String>> {
    names(certificate, COMMON_NAME)
        .map(|attribute| {
            let name: DirectoryString = attribute.value.decode_as().ok()?;
            Some(name.value().into_owned())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{CertificateParams, DnType, KeyPair, SanType};

    fn certificate(common_names: &[&str], addresses: &[&str]) -> Vec<u8> {
        let mut params = CertificateParams::new(["host.example.org".to_owned()]).unwrap();
        params.distinguished_name = rcgen::DistinguishedName::new();
        for name in common_names {
            params.distinguished_name.push(DnType::CommonName, *name);
        }
        for address in addresses {
            let address = (*address).try_into().unwrap();
            params.subject_alt_names.push(SanType::Rfc822Name(address));
        }
        let key = KeyPair::generate().unwrap();
        params.self_signed(&key).unwrap().der().to_vec()
    }

    #[test]
    fn a_certificate_that_leaves_it_open_is_nobodys() {
        assert_eq!(holder(&certificate(&[], &[])), None);
        assert_eq!(holder(&certificate(&[""], &[])), None);
        assert_eq!(holder(&certificate(&["us\ner"], &[])), None);
        assert_eq!(holder(&certificate(&["user\0"], &[])), None);
        let two = ["user@example.org", "root@example.org"];
        assert_eq!(holder(&certificate(&[], &two)), None);
        assert_eq!(holder(&certificate(&["user"], &two)), None);
        assert_eq!(holder(b""), None);
        let mut cut = certificate(&["user"], &[]);
        cut.pop();
        assert_eq!(holder(&cut), None);
    }

    #[test]
    fn an_address_goes_before_a_name() {
        assert_eq!(holder(&certificate(&["user"], &[])).unwrap(), "user");
        assert_eq!(holder(&certificate(&["üser"], &[])).unwrap(), "üser");
        let both = certificate(&["A. User"], &["user@example.org"]);
        assert_eq!(holder(&both).unwrap(), "user@example.org");
    }

    /// A common name is only what somebody is called where nothing else says who it is.
    #[test]
    fn what_has_another_name_goes_by_no_common_name() {
        let with = |distinguished: &[(DnType, &str)], name: Option<SanType>| {
            let mut params = CertificateParams::default();
            params.distinguished_name = rcgen::DistinguishedName::new();
            for (kind, value) in distinguished {
                params.distinguished_name.push(kind.clone(), *value);
            }
            params.subject_alt_names.extend(name);
            let key = KeyPair::generate().unwrap();
            params.self_signed(&key).unwrap().der().to_vec()
        };
        let user = || (DnType::CommonName, "user");
        assert_eq!(holder(&with(&[user()], None)).as_deref(), Some("user"));
        let email = DnType::CustomDnType(vec![1, 2, 840, 113_549, 1, 9, 1]);
        let old = with(&[user(), (email, "bob@example.org")], None);
        assert_eq!(holder(&old), None);
        let uri = SanType::URI("https://example.org/bob".try_into().unwrap());
        assert_eq!(holder(&with(&[user()], Some(uri))), None);
    }

    #[test]
    fn fingerprints_are_as_openssl_shows_them() {
        // SHA-256 of nothing (FIPS 180-4).
        assert!(fingerprint(b"").starts_with("E3:B0:C4:42:98:FC:1C:14:"));
        assert_eq!(fingerprint(b"").len(), 95);
    }
}
