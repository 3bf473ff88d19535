//! The conformance suite of `sasl-core`, run on X-TOY: the sound one passes, and every broken copy is caught by the checks
//! that are named here, and by no other.
#![cfg(test)]

mod client;
mod flaw;
mod kind;
mod kinds;
mod server;
mod stopped;

use core::num::NonZeroU16;

use sasl_core::server::Custom;
use sasl_core::testing::conformance::{Check, Report, Subject, run};
use sasl_core::{Authcid, Credentials, Identity, Key, Password};
use sasl_toy::keys::Keys;
use sasl_toy::message::Challenge;
use sasl_toy::{Decoys, DeviceKnown, ToyClient, ToyServer};

use crate::client::BrokenClient;
use crate::flaw::Flaw;
use crate::server::BrokenServer;

/// As few as do: the suite runs some thousand exchanges.
const ROUNDS: NonZeroU16 = NonZeroU16::MIN;

fn decoys() -> Decoys {
    Decoys::new(Key::new(b"stays the same over restarts"), ROUNDS)
}

/// A user of X-TOY whose password is `pencil`.
fn subject<'a>(
    server: &'a dyn sasl_core::server::Mechanism,
    client: &'a dyn sasl_core::client::Mechanism,
) -> Subject<'a> {
    let user = || Authcid::parse("user").unwrap();
    let challenge = Challenge {
        salt: *b"0123456789abcdef",
        rounds: ROUNDS,
    };
    let keys = Keys::derive(&Password::new("pencil"), challenge);
    let identity = Identity::new(user()).with_verifier(keys.to_verifier());
    Subject::new(
        server,
        client,
        identity,
        move || Credentials::password(user(), Password::new("pencil")),
        move || Credentials::password(user(), Password::new("eraser")),
    )
    .with_answer(|question: Custom| question.answer(DeviceKnown::Yes))
}

#[test]
fn the_sound_mechanism_passes() {
    let server = ToyServer::new(decoys());
    let client = ToyClient::new().with_device("laptop");
    let report = run(&subject(&server, &client));
    assert!(report.passed(), "{report}");
}

/// So that what is found in a copy is its flaw, and not the copying.
#[test]
fn the_copy_without_a_flaw_passes() {
    let report = examine(None);
    assert!(report.passed(), "{report}");
}

fn examine(flaw: Option<Flaw>) -> Report {
    let server = BrokenServer {
        decoys: decoys(),
        flaw,
    };
    let client = BrokenClient { flaw };
    run(&subject(&server, &client))
}

/// A test for each flaw, with the checks that have to find it.
macro_rules! caught {
    ($($test:ident: $flaw:ident => [$($check:ident)+];)+) => {$(
        #[test]
        fn $test() {
            let report = examine(Some(Flaw::$flaw));
            assert_eq!(report.failed(), [$(Check::$check),+], "\n{report}");
        }
    )+};
}

caught! {
    forgets_the_proof: ForgetsTheProof => [WrongCredentials UnknownUserAlike DisabledAccount NoUsableVerifier KnownUser DamagedMessage Authorization Replay];
    accepts_an_empty_proof: AcceptsAnEmptyProof => [EmptyMessage];
    accepts_the_start_of_a_proof: AcceptsTheStartOfAProof => [DamagedMessage];
    compares_one_octet: ComparesOneOctet => [DamagedMessage];
    takes_a_known_user_for_proven: TakesAKnownUserForProven => [KnownUser];
    accepts_more_than_a_proof: AcceptsMoreThanAProof => [DamagedMessage];
    wants_nothing: WantsNothing => [RightCredentials];
    calls_a_wrong_proof_malformed: CallsAWrongProofMalformed => [WrongCredentials KnownUser];
    panics_on_a_short_message: PanicsOnAShortMessage => [EmptyMessage DamagedMessage];
    refuses_a_stranger_at_once: RefusesAStrangerAtOnce => [UnknownUserAlike NoUsableVerifier];
    gives_a_stranger_a_shorter_challenge: GivesAStrangerAShorterChallenge => [UnknownUserAlike NoUsableVerifier];
    gives_a_stranger_a_new_salt_each_time: GivesAStrangerANewSaltEachTime => [UnknownUserAlike NoUsableVerifier];
    gives_strangers_one_salt: GivesStrangersOneSalt => [UnknownUserAlike];
    does_not_ask_about_a_stranger: DoesNotAskAboutAStranger => [UnknownUserAlike NoUsableVerifier];
    does_not_work_for_a_stranger: DoesNotWorkForAStranger => [UnknownUserAlike NoUsableVerifier];
    refuses_a_stranger_in_silence: RefusesAStrangerInSilence => [UnknownUserAlike NoUsableVerifier];
    refuses_a_stranger_for_another_reason: RefusesAStrangerForAnotherReason => [UnknownUserAlike NoUsableVerifier];
    gives_a_disabled_account_away: GivesADisabledAccountAway => [DisabledAccount];
    ignores_the_known_user: IgnoresTheKnownUser => [KnownUser];
    drops_the_authzid: DropsTheAuthzid => [Authorization];
    takes_the_authzid_for_the_authcid: TakesTheAuthzidForTheAuthcid => [Authorization];
    does_not_prove_the_authzid: DoesNotProveTheAuthzid => [Authorization];
    proves_itself_before_the_authorization: ProvesItselfBeforeTheAuthorization => [ServerProof Authorization];
    does_not_prove_itself: DoesNotProveItself => [RightCredentials];
    computes_for_ever: ComputesForEver => [RightCredentials];
    greets_with_a_constant: GreetsWithAConstant => [Replay Freshness];
    does_without_randomness: DoesWithoutRandomness => [NoRandomness];
    takes_an_initial_response: TakesAnInitialResponse => [InitialResponse];
    sends_too_much: SendsTooMuch => [RightCredentials WrongCredentials];
    tells_the_verifier: TellsTheVerifier => [UnknownUserAlike NoUsableVerifier SecretsHidden];
    has_another_name: HasAnotherName => [NamesAgree];

    believes_every_proof: BelievesEveryProof => [EmptyMessage DamagedMessage ServerProof Replay];
    believes_an_empty_proof: BelievesAnEmptyProof => [EmptyMessage ServerProof];
    believes_every_success: BelievesEverySuccess => [ServerProof Authorization];
    goes_on_after_the_end: GoesOnAfterTheEnd => [ExtraMessage];
    answers_the_success_data: AnswersTheSuccessData => [RightCredentials];
    computes_at_the_end: ComputesAtTheEnd => [RightCredentials];
    has_a_constant_nonce: HasAConstantNonce => [Replay];
    needs_no_randomness: NeedsNoRandomness => [NoRandomness];
    keeps_the_authzid_to_itself: KeepsTheAuthzidToItself => [Authorization];
    speaks_first: SpeaksFirst => [RightCredentials WrongCredentials InitialResponse];
    says_the_password: SaysThePassword => [SecretsHidden];
    shows_the_password: ShowsThePassword => [RightCredentials SecretsHidden];
    panics_on_a_short_challenge: PanicsOnAShortChallenge => [EmptyMessage DamagedMessage];
    has_other_properties: HasOtherProperties => [NamesAgree];
}
