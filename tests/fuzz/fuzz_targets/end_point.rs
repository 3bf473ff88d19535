//! Certificates: `tls-server-end-point` is a hash of all of it, or an error.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl_tls::end_point;

fuzz_target!(|certificate: &[u8]| {
    let Ok(binding) = end_point(certificate) else {
        return;
    };
    assert_eq!(binding.name(), "tls-server-end-point");
    // From SHA-224 to SHA-512; MD5 and SHA-1 never come out.
    assert!([28, 32, 48, 64].contains(&binding.data().len()));

    // One more octet, one less: no certificate any more.
    let mut longer = certificate.to_vec();
    longer.push(0);
    assert!(end_point(&longer).is_err());
    let shorter = certificate.split_last().map(|(_, rest)| rest);
    assert!(end_point(shorter.unwrap_or_default()).is_err());
});
