//! `role-sensitive-permission`: a role that opens what must not leak or vanish.

use crate::catalog::Tier;
use crate::checks::constraint::Expected;
use crate::checks::{Judgement, Native, RuleContext};

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let holdings = context.holdings();
    for (holding, role) in holdings.given() {
        let is_left = |permission: &str| {
            context.is_permission_reported(role, permission)
                || context.is_expected(Expected::Permission(role, permission))
        };
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
