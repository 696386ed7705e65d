//! `token-lifetime-too-long`: a lifetime over the policy's limit and within the platform's.

use crate::catalog::Need;
use crate::checks::judgement::UNLESS_SCIM;
use crate::checks::lifetimes::{LONGEST, Lifetime, report_long, words};
use crate::checks::{Judgement, Native, RuleContext};

/// A lifetime that only SCIM clients can have.
const LONGEST_AND_MORE: i64 = LONGEST + 1;

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let limits = context.lifetimes();
    if limits.is_policy_broken {
        return judgement.not_judged(Need::Policy);
    }
    let Some(limit) = limits.policy else { return };
    let may_be_scim = matches!(
        Lifetime::from_client(context.client),
        Lifetime::Set(LONGEST_AND_MORE..)
    ) && context.holdings().has_scim_lifetime().is_none();
    if let Some(report) = report_long(context, judgement, limit) {
        if may_be_scim {
            report.guess(UNLESS_SCIM);
        }
        report
            .with("limit", limit)
            .with("limit-words", words(limit))
            .unless_scim(context);
    }
}
