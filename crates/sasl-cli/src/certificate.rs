//! What is read out of certificates.

use std::fmt::Write as _;
use std::net::IpAddr;

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

/// What a certificate says of whom it is for and how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Description {
    pub(crate) subject: String,
    pub(crate) issuer: String,
    /// Hosts and addresses, as far as they can be read.
    pub(crate) names: Vec<String>,
    /// As in RFC 3339, in UTC.
    pub(crate) not_before: String,
    pub(crate) not_after: String,
}

/// The most names of a certificate that are read.
const NAMES: usize = 100;

/// Reads a certificate, whoever made it. Its words are its maker's: control characters and all.
pub(crate) fn describe(certificate: &[u8]) -> Option<Description> {
    let certificate = Certificate::from_der(certificate).ok()?;
    let tbs = certificate.tbs_certificate();
    let extension = tbs.get_extension::<SubjectAltName>().ok().flatten();
    let names = extension.map(|(_, SubjectAltName(names))| names);
    let name = |name: &GeneralName| match name {
        GeneralName::DnsName(name) => Some(name.to_string()),
        GeneralName::IpAddress(address) => match address.as_bytes() {
            v4 if v4.len() == 4 => <[u8; 4]>::try_from(v4)
                .ok()
                .map(|v4| IpAddr::from(v4).to_string()),
            v6 => <[u8; 16]>::try_from(v6)
                .ok()
                .map(|v6| IpAddr::from(v6).to_string()),
        },
        _ => None,
    };
    Some(Description {
        subject: tbs.subject().to_string(),
        issuer: tbs.issuer().to_string(),
        names: names
            .iter()
            .flatten()
            .filter_map(name)
            .take(NAMES)
            .collect(),
        not_before: tbs.validity().not_before.to_date_time().to_string(),
        not_after: tbs.validity().not_after.to_date_time().to_string(),
    })
}

/// When a certificate begins and ceases to be valid, in seconds since 1970.
pub(crate) fn validity(certificate: &[u8]) -> Option<(u64, u64)> {
    let certificate = Certificate::from_der(certificate).ok()?;
    let validity = certificate.tbs_certificate().validity();
    Some((
        validity.not_before.to_unix_duration().as_secs(),
        validity.not_after.to_unix_duration().as_secs(),
    ))
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
    fn a_server_is_described() {
        let mut params = CertificateParams::new(["host.example".to_owned(), "::1".into()]).unwrap();
        params.not_before = rcgen::date_time_ymd(2001, 2, 3);
        params.not_after = rcgen::date_time_ymd(2004, 5, 6);
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, "host");
        let key = KeyPair::generate().unwrap();
        let made = params.self_signed(&key).unwrap();
        let described = describe(made.der()).unwrap();
        assert_eq!(described.names, ["host.example", "::1"]);
        assert_eq!(described.subject, "CN=host");
        assert_eq!(described.issuer, "CN=host");
        assert_eq!(described.not_before, "2001-02-03T00:00:00Z");
        assert_eq!(described.not_after, "2004-05-06T00:00:00Z");
        assert_eq!(describe(b"c4n4ry"), None);
    }

    #[test]
    fn fingerprints_are_as_openssl_shows_them() {
        // SHA-256 of nothing (FIPS 180-4).
        assert!(fingerprint(b"").starts_with("E3:B0:C4:42:98:FC:1C:14:"));
        assert_eq!(fingerprint(b"").len(), 95);
    }
}
