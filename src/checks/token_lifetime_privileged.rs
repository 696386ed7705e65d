//! `token-lifetime-privileged`: tokens of a powerful client that live long.

use crate::checks::holdings::label_place;
use crate::checks::lifetimes::{DEFAULT, LONGEST, Lifetime, Speaker, blame_long};
use crate::checks::{Native, Subject, Verdict};
use crate::model::ClientKind;

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    let kind = subject.client.kind;
    // What SCIM needs is prescribed, its lifetime too; the rest is for `scim-extra-roles`.
    if kind.kind == ClientKind::Scim && !kind.is_guess {
        return;
    }
    let limit = subject.parameters.integer("limit");
    let is_long = match Lifetime::of(subject.client) {
        Lifetime::Set(seconds) => (limit + 1..=LONGEST).contains(&seconds),
        Lifetime::Default => DEFAULT > limit,
        Lifetime::Broken => false,
        Lifetime::Unknown => true,
    };
    if !is_long {
        return;
    }
    let holdings = subject.holdings();
    let Some((role, path)) = holdings.most_powerful() else {
        return holdings.report_missing(verdict);
    };
    if let Some(blame) = blame_long(subject, verdict, Speaker::Privileged) {
        blame
            .with("role", role.label())
            .with("path", path)
            .related(label_place(role), format!("the role {}", role.label()));
    }
}
