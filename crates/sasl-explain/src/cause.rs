//! What can be wrong with an exchange: the one table of causes.

use serde::Serialize;

/// Whose fault something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Party {
    /// The client, or who typed its password.
    Client,
    /// The server.
    Server,
    /// Somebody between them.
    Network,
    /// Who configured one of them.
    Administrator,
    /// Nobody.
    Nobody,
}

impl Party {
    /// As JSON has it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Server => "server",
            Self::Network => "network",
            Self::Administrator => "administrator",
            Self::Nobody => "nobody",
        }
    }
}

/// How much a cause decides; the first one of the strongest kind is the verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Weight {
    /// There is no login, whatever the protocol says.
    Breaks,
    /// A peer that keeps the rules refuses it.
    Refused,
    /// The server said so.
    Said,
    /// A peer may have stopped for it, if it stopped.
    Stops,
    /// The server may have refused for it, if it gave no reason.
    Hint,
    /// What is left to say.
    General,
    /// Wrong as well, and not why a login fails: whoever mends it is no step further.
    Beside,
}

/// A row of the table.
#[derive(Debug)]
pub(crate) struct Cause {
    pub(crate) word: &'static str,
    pub(crate) weight: Weight,
    pub(crate) party: Party,
    pub(crate) section: &'static str,
    pub(crate) says: &'static str,
    pub(crate) advice: &'static str,
}

impl Cause {
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.word == other.word
    }
}

macro_rules! causes {
    ($($name:ident $weight:ident $party:ident $section:literal $word:literal: $says:literal, $advice:literal;)+) => {
        $(pub(crate) static $name: Cause = Cause {
            word: $word,
            weight: Weight::$weight,
            party: Party::$party,
            section: $section,
            says: $says,
            advice: $advice,
        };)+

        /// All of them.
        #[cfg(test)]
        pub(crate) static ALL: &[&Cause] = &[$(&$name),+];

        /// The names of all causes, as `Verdict::cause` has them.
        pub fn cause_names() -> impl Iterator<Item = &'static str> {
            [$($word),+].into_iter()
        }
    };
}

causes! {
    NONE General Nobody "RFC 4422 §3.6" "none":
        "The login succeeded, and nothing is wrong with it.",
        "Nothing to do.";

    // Encoding.
    BAD_BASE64 Refused Client "RFC 4648 §3.3, §4" "bad-base64":
        "A message is not base64.",
        "Encode the message with the standard alphabet, with padding, and with nothing between the characters.";
    URL_SAFE_BASE64 Refused Client "RFC 4648 §5" "url-safe-base64":
        "A message is encoded in the URL-safe alphabet, which SASL profiles do not take.",
        "Use the standard alphabet of base64: '+' and '/' instead of '-' and '_'.";
    BASE64_PADDING Refused Client "RFC 4648 §3.2" "base64-padding":
        "The padding of a message's base64 is missing or wrong.",
        "Fill the last group of four up with '='.";
    BASE64_SPACE Refused Client "RFC 4648 §3.3" "base64-white-space":
        "There is white space inside the base64 of a message.",
        "Write the base64 in one line, without breaks: encoders for mail break lines after 76 characters.";
    BASE64_BITS Refused Client "RFC 4648 §3.5" "base64-trailing-bits":
        "The last character of a message's base64 has bits that belong to no octet.",
        "Use another encoder: the bits behind the last octet must be zero.";
    SERVER_BASE64 Stops Server "RFC 4648 §4" "server-base64":
        "A challenge of the server is not base64.",
        "Mend the server: clients that are strict give up there. An empty challenge has no text in its place.";
    EQUALS_SIGN Refused Client "RFC 4954 §4" "equals-sign":
        "A lone '=' stands where it does not mean what it should.",
        "'=' is an empty initial response, and only that: send the message itself with the command, or an empty line later.";

    // The order of messages.
    INITIAL_RESPONSE Refused Client "RFC 4422 §3, §5" "initial-response-not-allowed":
        "The client sent an initial response with a mechanism whose server speaks first.",
        "Send the command with the mechanism's name alone, and wait for the challenge.";
    CLIENT_FIRST_MISPLACED Refused Client "RFC 4422 §5" "client-first-to-server-first":
        "The client sent SCRAM's first message to a mechanism whose server speaks first.",
        "Have the client send the message of the mechanism that it named, or name the mechanism whose message it sends.";
    UNEXPECTED_MESSAGE Refused Client "RFC 4422 §3" "unexpected-message":
        "A message came that the mechanism has no place for.",
        "Look for a client or server that goes on after the exchange is over.";
    DATA_AFTER_FAILURE Beside Server "RFC 4422 §3.6" "data-after-failure":
        "The server sent data with or after its refusal.",
        "The server must say why in a challenge before the outcome, or not at all; a client ignores it.";
    CANCELLED General Client "RFC 4422 §3.5" "cancelled":
        "The client gave the exchange up.",
        "Look into the client's own log: it did not like what the server sent, or its user stopped it.";
    INCOMPLETE General Nobody "RFC 4422 §3.6" "incomplete":
        "The log ends before the exchange does.",
        "Record more of it: the lines up to the server's outcome.";
    EARLY_SUCCESS Breaks Server "RFC 5802 §5" "early-success":
        "Success was announced before the exchange was over.",
        "The client must not take this for a login: whoever answers need not know the password. Ask the server's maintainers.";
    NO_SIGNATURE Breaks Server "RFC 5802 §5.1" "missing-server-signature":
        "The server announced success and never proved that it knows the password.",
        "The client must not take this for a login. The server has to send v= as a challenge, or with the success.";
    SIGNATURE_WRONG Breaks Server "RFC 5802 §3, §5.1" "server-signature-mismatch":
        "The server's signature is not made with the keys of this password.",
        "The client must not take this for a login: the server keeps keys of another password, or is not the one that is meant. Check its certificate.";

    // SCRAM's contents.
    SERVER_NONCE Breaks Server "RFC 5802 §5.1" "server-nonce-not-extending":
        "The server's nonce does not begin with the client's.",
        "The answer belongs to another exchange: look for a server that mixes up connections, or for a replay.";
    SERVER_NONCE_EMPTY Breaks Server "RFC 5802 §5.1" "server-nonce-missing":
        "The server added nothing of its own to the client's nonce.",
        "Without a part of the server's the client's proof can be replayed: mend the server.";
    NONCE_CHARACTERS Refused Client "RFC 5802 §7" "nonce-characters":
        "A nonce is empty, too long, or has characters other than printable ASCII.",
        "Make nonces of base64: at least 18 random octets, encoded.";
    CLIENT_NONCE Refused Client "RFC 5802 §5.1" "client-nonce-mismatch":
        "The nonce in the client's last message is not the one that the server sent.",
        "The client must send r= back exactly as it got it, with both parts.";
    CB_HEADER Refused Client "RFC 5802 §6, §7" "channel-binding-header-mismatch":
        "What the client binds in c= does not begin with the header of its own first message.",
        "Encode in c= the gs2-header exactly as it was sent, authzid and both commas included, and then the binding's data.";
    CB_DATA Refused Client "RFC 5802 §7" "channel-binding-data-unexpected":
        "The client says that it binds no channel, and sends data of one.",
        "With the flags n and y there is nothing behind the header: c=biws or c=eSws, without an authzid.";
    CB_EMPTY Refused Client "RFC 5802 §6" "channel-binding-data-missing":
        "The client says that it binds the channel, and sends no data of it.",
        "Take the data from the TLS library; where it has none (tls-unique under TLS 1.3), use another type.";
    CB_FLAG Refused Client "RFC 5802 §6" "channel-binding-flag":
        "The flag for channel binding does not fit the mechanism's name.",
        "p= goes with the -PLUS form, n and y with the other.";
    Y_FLAG Refused Client "RFC 5802 §6" "y-flag-although-plus-offered":
        "The client says that the server offers no channel binding, and it does.",
        "If the client saw the offer, it must use the -PLUS form or send n. If it did not, somebody has cut the offer down on the way.";
    CB_REFUSED Said Network "RFC 5802 §6, RFC 5929 §4" "channel-bindings-dont-match":
        "The two sides do not see the same TLS channel.",
        "Look for who ends the TLS connection: a proxy, a load balancer, a virus scanner, an attacker. If it is yours, let TLS through, or turn channel binding off on the server.";
    CB_TYPE Said Administrator "RFC 5802 §7, XEP-0440" "unsupported-channel-binding-type":
        "The server cannot do the type of channel binding that the client chose.",
        "Choose a type that the server has: tls-exporter for TLS 1.3, tls-server-end-point where TLS is ended by another program.";
    CB_UNSUPPORTED Said Administrator "RFC 5802 §7" "channel-binding-not-supported":
        "The server does not bind the channel for this account.",
        "Use the form without -PLUS, or configure the server's channel binding.";
    DOWNGRADE Breaks Network "XEP-0474" "downgrade-detected":
        "What the server hashed of its offer is not the offer that arrived.",
        "Somebody changed the list of mechanisms on the way: do not go on over this connection.";
    OFFER_CHANGED Beside Network "RFC 4422 §6.1.2" "offer-changed":
        "The server's list of mechanisms changed during the connection.",
        "Compare the list with that of another network path: somebody may be taking the strong mechanisms out.";
    ITERATIONS_LOW Stops Administrator "RFC 5802 §5.1, RFC 7677 §4" "iterations-too-low":
        "The server asks for fewer iterations than 4096, so that the password could be guessed from the exchange.",
        "Make new keys on the server with at least 4096 iterations.";
    ITERATIONS_HIGH Stops Administrator "RFC 5802 §9" "iterations-too-high":
        "The server asks for more iterations than a client can be expected to do.",
        "Make new keys with fewer iterations on the server, or raise the client's limit if the server can be trusted.";
    ITERATIONS_NUMBER Refused Server "RFC 5802 §7" "iterations-not-a-number":
        "The iteration count is not a positive number.",
        "i= takes the digits of a number from 1, without sign, blanks and leading zero: mend the server.";
    SALT Refused Server "RFC 5802 §5.1" "bad-salt":
        "The salt is empty, too long or not base64.",
        "Look at the keys of this account on the server: they may be damaged.";
    USERNAME_ENCODING Refused Client "RFC 5802 §5.1" "username-encoding":
        "A name is escaped wrongly: '=' may only stand in =2C and =3D.",
        "Write ',' in names as =2C and '=' as =3D, in capitals, and nothing else.";
    USERNAME_EMPTY Refused Client "RFC 5802 §7" "username-empty":
        "The name is empty.",
        "Give the client a user name. Only PostgreSQL, which knows the name already, takes an empty one.";
    MANDATORY_EXTENSION Refused Client "RFC 5802 §5.1" "mandatory-extension":
        "There is m=, a mandatory extension, which nobody knows: the exchange must fail.",
        "Do not send m=: it is reserved, and no extension is defined that uses it.";
    PROOF_FORM Refused Client "RFC 5802 §7" "proof-malformed":
        "The client's proof is not base64, or not as long as the hash.",
        "Check which hash the client uses: the mechanism's name says which.";
    SIGNATURE_FORM Breaks Server "RFC 5802 §7" "server-signature-malformed":
        "The server's signature is not base64, or not as long as the hash.",
        "Check which hash the server uses: the mechanism's name says which.";
    MALFORMED Refused Client "RFC 4422 §5" "malformed-message":
        "A message does not follow the grammar of its mechanism.",
        "Compare it with the grammar at the place that is named.";
    INVALID_PROOF Said Client "RFC 5802 §7" "invalid-proof":
        "The server says that the proof is wrong: the password is not the account's.",
        "Check the password and its preparation. If it is right, the server keeps keys of another one: set it anew there.";
    UNKNOWN_USER Said Client "RFC 5802 §7" "unknown-user":
        "The server says that it does not know the user.",
        "Check the name, and whether the server wants it with its domain. A server had better not say so to strangers.";
    SERVER_ERROR Said Server "RFC 5802 §7" "server-error":
        "The server ended the exchange with an error of its own.",
        "Look into the server's log: the word says no more.";

    // Passwords in clear text, and CRAM-MD5.
    PLAIN_NULS Refused Client "RFC 4616 §2" "plain-nul-count":
        "PLAIN's message does not have exactly two NULs.",
        "Write the authzid or nothing, NUL, the name, NUL, the password. A password cannot hold a NUL.";
    PLAIN_AUTHCID Refused Client "RFC 4616 §2" "plain-empty-authcid":
        "PLAIN's message names nobody who authenticates.",
        "The name goes between the two NULs; what stands before the first is whom to act as.";
    PLAIN_PASSWORD Refused Client "RFC 4616 §2, RFC 4513 §5.1.2" "plain-empty-password":
        "PLAIN's message has an empty password.",
        "Give the client a password: an empty one is never right, and a directory may take it for an anonymous login.";
    LOGIN_EMPTY Refused Client "draft-murchison-sasl-login-00 §2" "login-empty-field":
        "LOGIN's name or password is empty.",
        "Give the client a name and a password.";
    LOGIN_TWICE Hint Client "draft-murchison-sasl-login-00 §2" "login-encoded-twice":
        "LOGIN's name is base64 under its base64: it was encoded twice.",
        "Encode name and password once. Scripts often encode what their mail library encodes again.";
    CRAM_RESPONSE Refused Client "RFC 2195 §2" "cram-md5-response":
        "CRAM-MD5's answer is not a name, a space and 32 hexadecimal digits in lower case.",
        "Write the digest in lower-case hex behind the last space.";
    CRAM_CHALLENGE Refused Server "RFC 2195 §2" "cram-md5-challenge":
        "CRAM-MD5's challenge is not text in angle brackets.",
        "Mend the server: clients sign the challenge with its brackets.";

    // Tokens.
    TOKEN_REFUSED Said Client "RFC 7628 §3.2.2, RFC 6750 §3.1" "token-invalid-or-expired":
        "The server does not take the token: it has expired, was revoked, or was never one.",
        "Fetch a new access token with the refresh token, and try once more.";
    TOKEN_SCOPE Said Administrator "RFC 7628 §3.2.2, RFC 6750 §3.1" "token-insufficient-scope":
        "The token is valid, but it does not allow this.",
        "Ask for a token with the scope that the server names.";
    TOKEN_ERROR Said Client "RFC 7628 §3.2.2" "token-refused":
        "The server refuses the token, in words of its own.",
        "Look the status up in the documentation of who issues the tokens.";
    DUMMY_ANSWER Beside Client "RFC 7628 §3.2.3" "dummy-answer-missing":
        "The client did not answer the error challenge as it must.",
        "OAUTHBEARER answers an error with one octet 0x01 (AQ==), XOAUTH2 with an empty line; the server's refusal comes after it.";
    OAUTH_MESSAGE Refused Client "RFC 7628 §3.1" "oauth-message":
        "The message with the token does not follow its grammar.",
        "Write n,a=user, then 0x01, auth=Bearer and the token, and 0x01 twice; XOAUTH2 has user= in the first place.";
    TOKEN_EMPTY Refused Client "RFC 7628 §4.3" "token-empty":
        "The client sent no token.",
        "Have the client fetch a token before it logs in; an empty one only asks what it would be needed for.";
    HT_MESSAGE Refused Client "draft-schmaus-kitten-sasl-ht-08 §3.1" "ht-message":
        "The message with the hashed token follows none of the drafts.",
        "Write the name, NUL and the hash as octets; the later draft has pairs and another NUL between them.";

    // What the outcome says.
    NOT_OFFERED Said Client "RFC 4422 §3.2" "mechanism-not-offered":
        "The server does not take the mechanism that the client chose.",
        "Choose one from the server's list, which may differ before and after TLS and from port to port, or enable this one on the server.";
    NEEDS_TLS Said Administrator "RFC 4954 §6, RFC 5530" "encryption-required":
        "The server takes this login over an encrypted connection only.",
        "Turn TLS on in the client: STARTTLS before the login, or the port that has TLS from the start.";
    TOO_WEAK Said Administrator "RFC 4954 §6, RFC 6120 §6.5.9" "mechanism-too-weak":
        "The server wants a stronger mechanism for this account.",
        "Choose a stronger mechanism: SCRAM in place of PLAIN, or what the server's documentation names.";
    TEMPORARY Said Server "RFC 4954 §6, RFC 5530" "temporary-failure":
        "The server cannot tell at the moment.",
        "Try again later; the password may well be right. On the server, look whether the user database answers.";
    DISABLED Said Administrator "RFC 6120 §6.5.2" "account-disabled":
        "The account is disabled, or may not log in this way.",
        "Ask the administrator to enable the account, or this way to log in.";
    EXPIRED Said Client "RFC 6120 §6.5.3, RFC 5530" "credentials-expired":
        "The password or token was right once, and has expired.",
        "Change the password, or fetch a new token.";
    TRANSITION Said Administrator "RFC 4954 §6" "password-transition":
        "The server has no keys for this mechanism yet, and needs the password once.",
        "Log in once with PLAIN over TLS, so that the server can make keys.";
    AUTHORIZATION Said Administrator "RFC 4422 §3.4.1" "not-authorized-to-act":
        "The login was right, and acting as the identity that was asked for is not allowed.",
        "Leave the authorization identity out, or allow it on the server.";
    TOO_LONG Said Client "RFC 4954 §4" "message-too-long":
        "A message is longer than the protocol allows.",
        "Send no initial response with the command, but after the challenge; IRC wants pieces of 400 characters.";
    ORDER Said Client "RFC 4954 §4" "wrong-order":
        "The server takes no login at this point.",
        "Log in once per connection, after the greeting and not within a mail transaction.";
    SERVER_MALFORMED General Client "RFC 4954 §4" "refused-as-malformed":
        "The server says that a message is malformed, and nothing of it shows here.",
        "Compare the last message with its grammar, and look into the server's log.";
    RIGHT_REFUSED Hint Administrator "RFC 4422 §3.6" "right-password-refused":
        "The proof was made with the password that was given here, and the server refused it.",
        "The server keeps another password or damaged keys, or does not let the account in: set the password anew there.";
    WRONG_PASSWORD General Client "RFC 4422 §3.6, RFC 4954 §6" "wrong-password":
        "The server refused the user name or the password; nothing else that can be seen is wrong.",
        "Check name, password and keyboard layout; whether the name wants its domain; whether the account needs an app password.";
    REFUSED General Administrator "RFC 4422 §3.6" "refused":
        "The server refused without a reason, and nothing that can be seen is wrong.",
        "Look into the server's log: it may say more there than clients may hear.";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_kebab_case_and_different() {
        let names: BTreeSet<_> = ALL.iter().map(|cause| cause.word).collect();
        assert_eq!(names.len(), ALL.len());
        assert_eq!(cause_names().count(), ALL.len());
        for cause in ALL {
            assert!(
                cause
                    .word
                    .chars()
                    .all(|c| matches!(c, 'a'..='z' | '0'..='9' | '-')),
                "{}",
                cause.word
            );
            assert!(cause.says.ends_with('.') && cause.advice.ends_with('.'));
            assert!(
                ["RFC ", "XEP-", "draft-"]
                    .iter()
                    .any(|of| cause.section.starts_with(of))
            );
        }
    }
}
