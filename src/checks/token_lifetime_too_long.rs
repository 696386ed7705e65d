//! `token-lifetime-too-long`: a lifetime over the policy's limit and within the platform's.

use crate::catalog::Need;
use crate::checks::lifetimes::{DEFAULT, LONGEST, Lifetime, words};
use crate::checks::{Native, Subject, Verdict};
use crate::model::{ClientKind, FieldName, Spot};

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    let client = subject.client;
    let seconds = match Lifetime::of(client) {
        Lifetime::Set(seconds) if seconds <= LONGEST => seconds,
        Lifetime::Unknown => return verdict.not_judged(Need::Value),
        // What is beyond the platform's limit, or no number, is the fault of another rule.
        _ => return,
    };
    if client.kind.kind == ClientKind::Scim {
        return;
    }
    let limit = match subject.parameters.by_client("limits", client) {
        // Of several entries that match the most generous holds: it was made for this client.
        Some(limits) => match limits.iter().map(|limit| limit.trim().parse()).collect() {
            Ok::<Vec<i64>, _>(limits) => limits.into_iter().max(),
            Err(_) => return verdict.not_judged(Need::Policy),
        },
        None => None,
    };
    let limit = limit.unwrap_or_else(|| subject.parameters.integer("limit"));
    // Of a powerful client `token-lifetime-privileged` says it, whatever its own limit is.
    let is_said = seconds > DEFAULT && subject.holdings().most_powerful().is_some();
    if seconds > limit && !is_said {
        let spot = Spot::field(client, FieldName::TokenLifetime, &client.token_lifetime);
        verdict
            .blame(client, "main", &spot)
            .with("value", seconds)
            .with("words", words(seconds))
            .with("limit", limit)
            .with("limit-words", words(limit));
    }
}
