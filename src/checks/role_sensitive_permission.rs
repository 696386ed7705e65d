//! `role-sensitive-permission`: a role that opens what must not leak or vanish.

use crate::catalog::Tier;
use crate::checks::holdings::{broad, is_within};
use crate::checks::{Judgement, Native, RuleContext};

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let holdings = context.holdings();
    // Where it runs, `role-wildcard` reports what a wildcard covers.
    let leaves_wildcards = context.parameters_of("role-wildcard").is_some();
    for (holding, role) in holdings.given() {
        let broad = broad(role, context.organisation);
        let is_left = |permission: &str| leaves_wildcards && is_within(permission, broad);
        holdings.report_powers(
            context,
            judgement,
            Tier::Sensitive,
            (holding, role),
            is_left,
        );
    }
    holdings.report_missing(judgement);
}
