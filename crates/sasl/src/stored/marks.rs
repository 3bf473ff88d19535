//! By what a text says what it is.

/// The mark at the beginning of a text, with the rest where the mark is all there is to it.
pub(super) enum Mark<'a> {
    Scram,
    ScramDovecot,
    ScramEjabberd,
    ScramKafka,
    ScramMongooseIm,
    ScramPasslib,
    Prosody,
    CramMd5(&'a str),
    ClearText(&'a str),
    ClearTextBase64(&'a str),
    Other(&'a str),
    /// None of these: a password hash, if anything.
    PasswordHash,
}

/// Tags of Dovecot, which reads them in any case.
const CRAM_MD5: [&str; 2] = ["CRAM-MD5", "HMAC-MD5"];
const CLEAR_TEXT: [&str; 3] = ["PLAIN", "CLEAR", "CLEARTEXT"];

impl<'a> Mark<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        const PREFIXES: [(&str, Mark<'static>); 8] = [
            ("SCRAM-", Mark::Scram),
            ("{SCRAM-", Mark::ScramDovecot),
            ("$scram$", Mark::ScramPasslib),
            ("scram:", Mark::ScramEjabberd),
            ("==SCRAM==,", Mark::ScramMongooseIm),
            ("==MULTI_SCRAM==,", Mark::ScramMongooseIm),
            ("return {", Mark::Prosody),
            ("iterations=", Mark::ScramKafka),
        ];
        const KAFKA: [&str; 3] = ["salt=", "stored_key=", "server_key="];
        for (prefix, mark) in PREFIXES {
            if text.starts_with(prefix) {
                return mark;
            }
        }
        if KAFKA.iter().any(|key| text.starts_with(key)) {
            return Self::ScramKafka;
        }
        let Some((tag, rest)) = text.strip_prefix('{').and_then(|rest| rest.split_once('}')) else {
            return Self::PasswordHash;
        };
        let is = |tags: &[&str], tag: &str| tags.iter().any(|own| own.eq_ignore_ascii_case(tag));
        match tag.split_once('.') {
            None if is(&CRAM_MD5, tag) => Self::CramMd5(rest),
            None if is(&CLEAR_TEXT, tag) => Self::ClearText(rest),
            None if tag == "X-OTHER" => Self::Other(rest),
            Some((tag, suffix)) if is(&CLEAR_TEXT, tag) && is(&["B64", "BASE64"], suffix) => {
                Self::ClearTextBase64(rest)
            }
            _ => Self::PasswordHash,
        }
    }
}
