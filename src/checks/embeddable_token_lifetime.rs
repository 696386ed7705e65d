//! `embeddable-token-lifetime`: tokens of an embedded client that do not last a working day, or
//! last beyond it.

use crate::catalog::{Confidence, Need};
use crate::checks::lifetimes::{DEFAULT, LONGEST, Lifetime, SHORTEST, Speaker, words};
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{FieldName, Target};

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let client = context.client;
    let limits = context.lifetimes();
    // Where a stricter limit holds there is nothing to recommend.
    let Some(wanted) = limits.working_day() else {
        return;
    };
    let (message, seconds) = match Lifetime::of(client) {
        Lifetime::Set(seconds) if !(SHORTEST..=LONGEST).contains(&seconds) => return,
        // What the platform does not take is for another rule to report.
        Lifetime::Broken => return,
        Lifetime::Set(seconds) if seconds < wanted => ("main", seconds),
        Lifetime::Set(seconds) => ("long", seconds),
        Lifetime::Default => ("default", DEFAULT),
        Lifetime::Unknown => return judgement.not_judged(Need::Value),
    };
    let speaker = limits.speaker(seconds);
    if seconds == wanted || speaker.is_some_and(|speaker| speaker != Speaker::Embeddable) {
        return;
    }
    let target = Target::field(client, FieldName::TokenLifetime, &client.token_lifetime);
    let report = judgement.report(client, message, &target);
    report
        .with("value", seconds)
        .with("words", words(seconds))
        .with("wanted-words", words(wanted));
    if client.kind.is_guess {
        report.confidence(Confidence::Medium);
    }
}
