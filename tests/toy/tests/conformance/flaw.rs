//! What is wrong with a broken copy.

/// One fault of a broken copy of X-TOY. Its place in the code is where its name stands in `server.rs` or `client.rs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flaw {
    // The server.
    /// Lets in everybody who has an account.
    ForgetsTheProof,
    /// An empty proof is as good as the right one.
    AcceptsAnEmptyProof,
    /// Compares as much of the proof as came.
    AcceptsTheStartOfAProof,
    /// Compares the first octet of the proof.
    ComparesOneOctet,
    /// Takes it for a proof that the user is known from elsewhere.
    TakesAKnownUserForProven,
    /// Does not look at what comes after the proof.
    AcceptsMoreThanAProof,
    /// Does not say that it wants the verifiers of its scheme.
    WantsNothing,
    /// A wrong proof is called malformed.
    CallsAWrongProofMalformed,
    /// Indexes what the client sent.
    PanicsOnAShortMessage,
    /// A stranger is refused as soon as it has said its name.
    RefusesAStrangerAtOnce,
    /// A stranger's challenge is two octets shorter.
    GivesAStrangerAShorterChallenge,
    /// A stranger's salt changes from one attempt to the next.
    GivesAStrangerANewSaltEachTime,
    /// All strangers have one salt.
    GivesStrangersOneSalt,
    /// Does not ask whether it knows the device of a stranger.
    DoesNotAskAboutAStranger,
    /// Computes nothing for a stranger.
    DoesNotWorkForAStranger,
    /// Refuses a stranger without the last word.
    RefusesAStrangerInSilence,
    /// Refuses a stranger with the last word, but for another reason.
    RefusesAStrangerForAnotherReason,
    /// A disabled account is refused before the proof.
    GivesADisabledAccountAway,
    /// The name in the message counts, although the user is known.
    IgnoresTheKnownUser,
    /// Drops whom the client asks to act as.
    DropsTheAuthzid,
    /// Says that the client has proved to be whom it asks to act as.
    TakesTheAuthzidForTheAuthcid,
    /// Both sides leave whom the client asks to act as out of their proofs.
    DoesNotProveTheAuthzid,
    /// Proves itself in a challenge of its own, before anybody has been asked for the authorization.
    ProvesItselfBeforeTheAuthorization,
    /// Proves nothing, although it promises to.
    DoesNotProveItself,
    /// Has always something more to compute.
    ComputesForEver,
    /// Greets always in the same way.
    GreetsWithAConstant,
    /// Greets with a constant where there is no randomness.
    DoesWithoutRandomness,
    /// Takes an initial response, and drops it.
    TakesAnInitialResponse,
    /// Greets with more than a message may have.
    SendsTooMuch,
    /// Puts the account's verifier into its last word.
    TellsTheVerifier,
    /// Has another name than the client.
    HasAnotherName,

    // The client.
    /// Does not look at the server's proof.
    BelievesEveryProof,
    /// An empty proof of the server is as good as the right one.
    BelievesAnEmptyProof,
    /// Does not wait for the server's proof.
    BelievesEverySuccess,
    /// Answers whatever comes after the end.
    GoesOnAfterTheEnd,
    /// Answers the success data.
    AnswersTheSuccessData,
    /// Derives what it needs for the server's proof only when that is there.
    ComputesAtTheEnd,
    /// Has always the same nonce.
    HasAConstantNonce,
    /// Has a constant nonce where there is no randomness.
    NeedsNoRandomness,
    /// Does not say whom it was told to act as.
    KeepsTheAuthzidToItself,
    /// Says something before the server.
    SpeaksFirst,
    /// Says its password in the place of the device.
    SaysThePassword,
    /// Shows its password in its name.
    ShowsThePassword,
    /// Indexes what the server sent.
    PanicsOnAShortChallenge,
    /// Does not promise what the server promises.
    HasOtherProperties,
}
