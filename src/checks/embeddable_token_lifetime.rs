//! `embeddable-token-lifetime`: tokens of an embedded client that do not last a working day, or
//! last beyond it.

use crate::catalog::Need;
use crate::checks::constraint::Constraint;
use crate::checks::lifetimes::{DEFAULT, Lifetime, LifetimeRange, words};
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{ClientKind, FieldName, Target};

pub(super) const CHECK: Native = Native::Constraining {
    check,
    constraint: Constraint::Lifetime(range),
};

fn range(context: &RuleContext<'_, '_>) -> LifetimeRange {
    if !context.client.may_be(ClientKind::Embeddable) {
        return LifetimeRange::default();
    }
    LifetimeRange {
        is_best: true,
        ..LifetimeRange::up_to(Some(context.parameters.integer("seconds")))
    }
}

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let client = context.client;
    let limits = context.lifetimes();
    // Where a stricter limit holds there is nothing to recommend.
    let Some(wanted) = limits.working_day() else {
        return;
    };
    let (message, seconds) = match Lifetime::from_client(client) {
        // What the platform does not take is for another rule to report.
        Lifetime::Broken => return,
        Lifetime::Set(seconds) if seconds < wanted => ("main", seconds),
        Lifetime::Set(seconds) => ("long", seconds),
        Lifetime::Default => ("default", DEFAULT),
        Lifetime::Unknown => return judgement.not_judged(Need::Value),
    };
    if seconds == wanted {
        return;
    }
    let target = Target::field(client, FieldName::TokenLifetime, &client.token_lifetime);
    let report = judgement.report(client, message, &target);
    report
        .shorten(seconds, wanted)
        .with("value", seconds)
        .with("words", words(seconds))
        .with("wanted-words", words(wanted));
    report.guess_kind(client, ClientKind::Embeddable);
}
