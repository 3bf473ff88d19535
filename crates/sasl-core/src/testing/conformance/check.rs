//! The checks by name, and what each one claims.

use core::fmt;

/// The checks, each with its name and what it claims.
macro_rules! checks {
    ($($(#[$doc:meta])+ $check:ident: $name:literal;)+) => {
        /// One claim about a mechanism, which the suite tries to refute.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Check {
            $($(#[$doc])+ $check,)+
        }

        impl Check {
            /// All of them, in the order in which they run.
            pub const ALL: &[Self] = &[$(Self::$check,)+];

            /// The name, in kebab case, stable for scripts.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$check => $name,)+
                }
            }
        }
    };
}

checks! {
    /// The right credentials succeed: both ends, under the same name, after something that only the owner can send. What
    /// the server gives along reaches the client, and what it says that it wants of an account is all it needs.
    RightCredentials: "right-credentials";
    /// Wrong credentials are refused as such, and neither end succeeds.
    WrongCredentials: "wrong-credentials";
    /// Where the refused get a challenge that says why, nothing but a failure comes after it: whatever the client answers the
    /// server lets nobody in, and the client believes in no success and answers no second one.
    ToldWhy: "told-why";
    /// A user who does not exist cannot be told from one whose password is wrong: as many messages of the same lengths,
    /// the same questions, as much work, the same end. What stays the same from one attempt to the next does so for both,
    /// and two who do not exist are not alike.
    UnknownUserAlike: "unknown-user-alike";
    /// That an account is disabled, or that its credentials have expired, is told to its owner alone: at the end, after the
    /// proof, with all before it as ever.
    DisabledAccount: "disabled-account";
    /// When somebody who is asked does not answer, the exchange ends as unavailable, and not as refused.
    StoreUnavailable: "store-unavailable";
    /// A user who has nothing that the mechanism can use is refused as one whose password is wrong, in every respect but the reason
    /// in the server's own log.
    NoUsableVerifier: "no-usable-verifier";
    /// Where the user is known from elsewhere, the name in the message does not count.
    KnownUser: "known-user";
    /// An empty message in the place of another leads to no success.
    EmptyMessage: "empty-message";
    /// A message that is cut, or one octet instead of it, leads to no success; one with a changed bit to none under another
    /// name, and to none on the client if it was the server's proof. Nothing panics.
    DamagedMessage: "damaged-message";
    /// Messages above [`limits::MESSAGE`](crate::limits::MESSAGE) are refused on both sides, and none is sent.
    OversizedMessage: "oversized-message";
    /// After its last response the client takes no further message, nor a success after one.
    ExtraMessage: "extra-message";
    /// A client whose mechanism promises that the server proves itself believes in no success without the right proof.
    ServerProof: "server-proof";
    /// Success data does the same in a field of the protocol and as a last challenge, whose answer is empty.
    SuccessDataForm: "success-data-form";
    /// A mechanism whose client speaks first waits for it with an empty challenge; one whose server does takes no initial
    /// response, not even an empty one, and sends none.
    InitialResponse: "initial-response";
    /// Whom the client asks to act as is asked for, exactly and after the proof, and nobody in the middle can change it. What
    /// the server has to prove it proves after the answer.
    Authorization: "authorization";
    /// A mechanism that binds the channel succeeds only where both ends have the same value of it, and says so.
    ChannelBinding: "channel-binding";
    /// What was recorded of an exchange opens no other one, and proves no server.
    Replay: "replay";
    /// No two challenges are the same.
    Freshness: "freshness";
    /// A side that needs randomness fails as unavailable where there is none.
    NoRandomness: "no-randomness";
    /// No secret stands in what is printed, and where the mechanism promises it none passes in clear text.
    SecretsHidden: "secrets-hidden";
    /// Both sides have the same name and properties, and always the same ones.
    NamesAgree: "names-agree";
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
