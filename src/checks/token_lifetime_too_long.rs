//! `token-lifetime-too-long`: a lifetime over the policy's limit and within the platform's.

use crate::catalog::Need;
use crate::checks::lifetimes::{report_long, words};
use crate::checks::{Judgement, Native, RuleContext};

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let limits = context.lifetimes();
    if limits.is_policy_broken {
        return judgement.not_judged(Need::Policy);
    }
    let Some(limit) = limits.policy else { return };
    if let Some(report) = report_long(context, judgement, limit) {
        report
            .with("limit", limit)
            .with("limit-words", words(limit))
            .unless_scim(context);
    }
}
