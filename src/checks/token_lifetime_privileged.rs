//! `token-lifetime-privileged`: tokens of a powerful client that live long.

use crate::checks::constraint::Constraint;
use crate::checks::holdings::label_place;
use crate::checks::lifetimes::{DEFAULT, Lifetime, LifetimeRange, report_long};
use crate::checks::{Judgement, Native, RuleContext};

pub(super) const CHECK: Native = Native::Constraining {
    check,
    constraint: Constraint::Lifetime(range),
};

/// What SCIM needs is prescribed, its lifetime too.
fn range(context: &RuleContext<'_, '_>) -> LifetimeRange {
    let holdings = context.holdings();
    let is_limited =
        holdings.has_scim_lifetime() != Some(true) && holdings.most_powerful().is_some();
    LifetimeRange::up_to(is_limited.then(|| context.parameters.integer("limit")))
}

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    // What SCIM needs is prescribed, its lifetime too; the rest is for `scim-extra-roles`.
    if context.holdings().has_scim_lifetime() == Some(true) {
        return;
    }
    let limit = context.parameters.integer("limit");
    let is_long = match Lifetime::from_client(context.client) {
        Lifetime::Set(seconds) => seconds > limit,
        Lifetime::Default => DEFAULT > limit,
        Lifetime::Broken => false,
        Lifetime::Unknown => true,
    };
    if !is_long {
        return;
    }
    let holdings = context.holdings();
    let Some((role, path)) = holdings.most_powerful() else {
        return holdings.report_missing(judgement);
    };
    if let Some(report) = report_long(context, judgement, limit) {
        report
            .with("role", role.label())
            .with("path", path)
            .related(label_place(role), format!("the role {}", role.label()));
    }
}
