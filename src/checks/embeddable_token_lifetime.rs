//! `embeddable-token-lifetime`: tokens of an embedded client that do not last a working day, or
//! last beyond it.

use crate::catalog::{Confidence, Need};
use crate::checks::lifetimes::{DEFAULT, LONGEST, Lifetime, SHORTEST, Speaker, words};
use crate::checks::{Native, Subject, Verdict};
use crate::model::{FieldName, Spot};

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    let client = subject.client;
    let limits = subject.lifetimes();
    // Where a stricter limit holds there is nothing to recommend.
    let Some(wanted) = limits.working_day() else {
        return;
    };
    let (message, seconds) = match Lifetime::of(client) {
        Lifetime::Set(seconds) if !(SHORTEST..=LONGEST).contains(&seconds) => return,
        // What the platform does not take is the fault of another rule.
        Lifetime::Broken => return,
        Lifetime::Set(seconds) if seconds < wanted => ("main", seconds),
        Lifetime::Set(seconds) => ("long", seconds),
        Lifetime::Default => ("default", DEFAULT),
        Lifetime::Unknown => return verdict.not_judged(Need::Value),
    };
    let speaker = limits.speaker(seconds);
    if seconds == wanted || speaker.is_some_and(|speaker| speaker != Speaker::Embeddable) {
        return;
    }
    let spot = Spot::field(client, FieldName::TokenLifetime, &client.token_lifetime);
    let blame = verdict.blame(client, message, &spot);
    blame
        .with("value", seconds)
        .with("words", words(seconds))
        .with("wanted-words", words(wanted));
    if client.kind.is_guess {
        blame.confidence(Confidence::Medium);
    }
}
