//! PBKDF2 (RFC 8018 §5.2) in the seven forms that it is written in.

use alloc::format;
use alloc::string::String;

use sasl_core::Secret;
use zeroize::Zeroizing;

use super::{Family, Parsed};
use crate::description::{Algorithm, Cost};
use crate::error::HashError;
use crate::text::{Coding, decimal, fields, is_visible, parameter};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pbkdf2 {
    pub(crate) prf: Prf,
    pub(crate) iterations: u32,
    pub(crate) form: Form,
}

/// The hash inside HMAC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Prf {
    Sha1,
    Sha256,
    Sha512,
}

impl Prf {
    pub(crate) fn digest_len(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        }
    }

    /// As passlib, pysasl and the PHC string format name it. SHA-1 goes without saying.
    fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "pbkdf2",
            Self::Sha256 => "pbkdf2-sha256",
            Self::Sha512 => "pbkdf2-sha512",
        }
    }

    fn django_name(self) -> &'static str {
        match self {
            Self::Sha1 => "pbkdf2_sha1",
            Self::Sha256 => "pbkdf2_sha256",
            Self::Sha512 => "pbkdf2_sha512",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// `$pbkdf2-sha256$i=600000,l=32$<salt>$<digest>`; `l=` may be left out.
    Phc { with_len: bool },
    /// passlib's `$pbkdf2-sha256$29000$<salt>$<digest>`, in its own base64.
    Passlib,
    /// pysasl's, the same in padded base64.
    Pysasl,
    /// `pbkdf2_sha256$29000$<salt>$<digest>`: the salt is the text, the digest padded base64.
    Django,
    /// What follows `{PBKDF2-SHA256}` in `OpenLDAP`: `10000$<salt>$<digest>`, in passlib's base64.
    Ldap,
    /// What follows `{PBKDF2}` in Dovecot: `$1$<salt>$5000$<digest>`: the salt is the text, the digest hexadecimal.
    Dovecot,
    /// What follows Atlassian's `{PKCS5S2}`: one base64 of 16 octets of salt and 32 of digest.
    Atlassian,
}

impl Pbkdf2 {
    /// What Atlassian's text leaves unsaid.
    const ATLASSIAN_ITERATIONS: u32 = 10_000;
    const ATLASSIAN_SALT_LEN: usize = 16;
    const ATLASSIAN_LEN: usize = 48;

    /// Octets of the shortest digest in the PHC string format that is let in: each octet less can be guessed for.
    const MIN_PHC_DIGEST: usize = 16;

    /// Reads what stands behind `$pbkdf2-sha256$`, in one of three forms: the PHC format begins with a parameter, and pysasl
    /// pads its digest, which never has a multiple of three octets.
    pub(crate) fn parse(prf: Prf, text: &str) -> Result<Parsed<Self>, HashError> {
        let [first, salt, digest] = fields(text)?;
        if first.starts_with("i=") {
            Self::parse_phc(prf, first, salt, digest)
        } else if digest.ends_with('=') {
            let [salt, digest] = [salt, digest].map(|field| Coding::Base64.decode(field));
            Self::new(prf, decimal(first)?, Form::Pysasl)?.with(&salt?, &digest?)
        } else {
            Self::parse_ab64(prf, Form::Passlib, first, salt, digest)
        }
    }

    /// Reads what stands behind `pbkdf2_sha256$`.
    pub(crate) fn parse_django(prf: Prf, text: &str) -> Result<Parsed<Self>, HashError> {
        let [iterations, salt, digest] = fields(text)?;
        if !is_visible(salt) {
            return Err(HashError::Salt);
        }
        let digest = Coding::Base64.decode(digest)?;
        Self::new(prf, decimal(iterations)?, Form::Django)?.with(salt.as_bytes(), &digest)
    }

    /// Reads what stands behind `{PBKDF2-SHA256}`.
    pub(crate) fn parse_ldap(prf: Prf, text: &str) -> Result<Parsed<Self>, HashError> {
        let [iterations, salt, digest] = fields(text)?;
        Self::parse_ab64(prf, Form::Ldap, iterations, salt, digest)
    }

    /// Reads what stands behind Dovecot's `{PBKDF2}`.
    pub(crate) fn parse_dovecot(text: &str) -> Result<Parsed<Self>, HashError> {
        let text = text.strip_prefix("$1$").ok_or(HashError::Syntax)?;
        let [salt, iterations, digest] = fields(text)?;
        if !is_visible(salt) {
            return Err(HashError::Salt);
        }
        let digest = Coding::Hex.decode(digest)?;
        Self::new(Prf::Sha1, decimal(iterations)?, Form::Dovecot)?.with(salt.as_bytes(), &digest)
    }

    /// Reads what stands behind `{PKCS5S2}`.
    pub(crate) fn parse_atlassian(text: &str) -> Result<Parsed<Self>, HashError> {
        let octets = Coding::Base64.decode_digest(text, Self::ATLASSIAN_LEN)?;
        let (salt, digest) = octets
            .split_at_checked(Self::ATLASSIAN_SALT_LEN)
            .ok_or(HashError::Digest)?;
        let family = Self {
            prf: Prf::Sha1,
            iterations: Self::ATLASSIAN_ITERATIONS,
            form: Form::Atlassian,
        };
        Ok(Parsed::new(family, salt, digest))
    }

    fn parse_phc(
        prf: Prf,
        costs: &str,
        salt: &str,
        digest: &str,
    ) -> Result<Parsed<Self>, HashError> {
        let mut costs = costs.split(',').peekable();
        let iterations = parameter(&mut costs, "i")?;
        let len = costs
            .peek()
            .is_some()
            .then(|| parameter(&mut costs, "l"))
            .transpose()?;
        if costs.next().is_some() {
            return Err(HashError::Syntax);
        }
        let form = Form::Phc {
            with_len: len.is_some(),
        };
        let family = Self::new(prf, iterations, form)?;
        let salt = Coding::Unpadded.decode(salt)?;
        let digest = Coding::Unpadded.decode(digest)?;
        match len.map(usize::try_from) {
            None => family.with(&salt, &digest),
            // More than the hash gives would cost this side more and an attacker nothing.
            Some(Ok(len))
                if len == digest.len()
                    && (Self::MIN_PHC_DIGEST..=prf.digest_len()).contains(&len)
                    && !salt.is_empty() =>
            {
                Ok(Parsed::new(family, &salt, &digest))
            }
            Some(_) => Err(HashError::Digest),
        }
    }

    fn parse_ab64(
        prf: Prf,
        form: Form,
        iterations: &str,
        salt: &str,
        digest: &str,
    ) -> Result<Parsed<Self>, HashError> {
        let [salt, digest] = [salt, digest].map(|field| Coding::Ab64.decode(field));
        Self::new(prf, decimal(iterations)?, form)?.with(&salt?, &digest?)
    }

    pub(crate) fn new(prf: Prf, iterations: u32, form: Form) -> Result<Self, HashError> {
        let family = Self {
            prf,
            iterations,
            form,
        };
        (iterations > 0).then_some(family).ok_or(HashError::Cost)
    }

    /// The first octets of a digest are the digest of that length: a shorter one must not pass.
    fn with(self, salt: &[u8], digest: &[u8]) -> Result<Parsed<Self>, HashError> {
        if salt.is_empty() {
            Err(HashError::Salt)
        } else if digest.len() != self.prf.digest_len() {
            Err(HashError::Digest)
        } else {
            Ok(Parsed::new(self, salt, digest))
        }
    }
}

impl Family for Pbkdf2 {
    fn algorithm(&self) -> Algorithm {
        match self.prf {
            Prf::Sha1 => Algorithm::Pbkdf2Sha1,
            Prf::Sha256 => Algorithm::Pbkdf2Sha256,
            Prf::Sha512 => Algorithm::Pbkdf2Sha512,
        }
    }

    fn cost(&self) -> Cost {
        Cost::Iterations(self.iterations)
    }

    fn write(&self, salt: &[u8], digest: &[u8]) -> Zeroizing<String> {
        let (iterations, name) = (self.iterations, self.prf.name());
        let written = |coding: Coding| (coding.encode(salt), coding.encode(digest));
        Zeroizing::new(match self.form {
            Form::Phc { with_len } => {
                let (salt, hash) = written(Coding::Unpadded);
                let len = if with_len {
                    format!(",l={}", digest.len())
                } else {
                    String::new()
                };
                format!("${name}$i={iterations}{len}${}${}", *salt, *hash)
            }
            Form::Passlib => {
                let (salt, digest) = written(Coding::Ab64);
                format!("${name}${iterations}${}${}", *salt, *digest)
            }
            Form::Pysasl => {
                let (salt, digest) = written(Coding::Base64);
                format!("${name}${iterations}${}${}", *salt, *digest)
            }
            Form::Ldap => {
                let (salt, digest) = written(Coding::Ab64);
                format!("{iterations}${}${}", *salt, *digest)
            }
            Form::Django => format!(
                "{}${iterations}${}${}",
                self.prf.django_name(),
                String::from_utf8_lossy(salt),
                *Coding::Base64.encode(digest)
            ),
            Form::Dovecot => format!(
                "$1${}${iterations}${}",
                String::from_utf8_lossy(salt),
                *Coding::Hex.encode(digest)
            ),
            Form::Atlassian => {
                let octets = Zeroizing::new([salt, digest].concat());
                return Coding::Base64.encode(&octets);
            }
        })
    }

    #[cfg(feature = "pbkdf2")]
    fn derive(&self, password: &[u8], salt: &[u8], digest_len: usize) -> Result<Secret, HashError> {
        use pbkdf2::pbkdf2_hmac;
        let mut digest = Zeroizing::new(alloc::vec![0; digest_len]);
        match self.prf {
            Prf::Sha1 => pbkdf2_hmac::<sha1::Sha1>(password, salt, self.iterations, &mut digest),
            Prf::Sha256 => {
                pbkdf2_hmac::<sha2::Sha256>(password, salt, self.iterations, &mut digest);
            }
            Prf::Sha512 => {
                pbkdf2_hmac::<sha2::Sha512>(password, salt, self.iterations, &mut digest);
            }
        }
        Ok(Secret::new(core::mem::take(&mut *digest)))
    }

    #[cfg(not(feature = "pbkdf2"))]
    fn derive(&self, _: &[u8], _: &[u8], _: usize) -> Result<Secret, HashError> {
        Err(HashError::NotCompiledIn)
    }
}
