//! `role-privilege-escalation`: a role from which its holder can reach every other.

use crate::catalog::Tier;
use crate::checks::{Judgement, Native, RuleContext};

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let holdings = context.holdings();
    for (holding, role) in holdings.given() {
        holdings.report_powers(
            context,
            judgement,
            Tier::Escalating,
            (holding, role),
            |_| false,
        );
    }
    holdings.report_missing(judgement);
}
