//! `token-lifetime-privileged`: tokens of a powerful client that live long.

use crate::catalog::Need;
use crate::checks::holdings::label_place;
use crate::checks::lifetimes::{DEFAULT, LONGEST, Lifetime, words};
use crate::checks::{Native, Subject, Verdict};
use crate::model::{ClientKind, FieldName, Spot};

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    let client = subject.client;
    let kind = client.kind;
    // What SCIM needs is prescribed, its lifetime too; the rest is for `scim-extra-roles`.
    if kind.kind == ClientKind::Scim && !kind.is_guess {
        return;
    }
    let (message, seconds) = match Lifetime::of(client) {
        Lifetime::Set(seconds) if seconds <= LONGEST => ("main", seconds),
        Lifetime::Default => ("default", DEFAULT),
        // What the platform does not take is the fault of another rule.
        Lifetime::Set(_) | Lifetime::Broken => return,
        Lifetime::Unknown => return verdict.not_judged(Need::Value),
    };
    let limit = subject.parameters.integer("limit");
    if seconds <= limit {
        return;
    }
    let holdings = subject.holdings();
    let Some((role, path)) = holdings.most_powerful() else {
        return holdings.report_missing(verdict);
    };
    let spot = Spot::field(client, FieldName::TokenLifetime, &client.token_lifetime);
    verdict
        .blame(client, message, &spot)
        .with("value", seconds)
        .with("words", words(seconds))
        .with("role", role.label())
        .with("path", path)
        .related(label_place(role), format!("the role {}", role.label()));
}
