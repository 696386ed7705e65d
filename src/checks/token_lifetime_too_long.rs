//! `token-lifetime-too-long`: a lifetime over the policy's limit and within the platform's.

use crate::catalog::Need;
use crate::checks::constraint::Constraint;
use crate::checks::judgement::UNLESS_SCIM;
use crate::checks::lifetimes::{LONGEST, Lifetime, LifetimeRange, report_long, words};
use crate::checks::{Judgement, Native, RuleContext};

/// A lifetime that only SCIM clients can have.
const LONGEST_AND_MORE: i64 = LONGEST + 1;

pub(super) const CHECK: Native = Native::Constraining {
    check,
    constraint: Constraint::Lifetime(range),
};

/// What SCIM needs is prescribed.
fn range(context: &RuleContext<'_, '_>) -> LifetimeRange {
    LifetimeRange::up_to(limit(context).ok().flatten())
}

/// The policy's limit for the client, if it has one.
///
/// # Errors
/// If the policy names one that is not a number.
fn limit(context: &RuleContext<'_, '_>) -> Result<Option<i64>, Need> {
    if context.holdings().has_scim_lifetime() == Some(true) {
        return Ok(None);
    }
    let parameters = context.parameters;
    let own = parameters.by_client("limits", context.client);
    let own = own.unwrap_or_default();
    let own: Result<Vec<i64>, _> = own.iter().map(|limit| limit.trim().parse()).collect();
    // Of several the most generous holds: it was made for this client.
    let own = own.map_err(|_| Need::Policy)?.into_iter().max();
    Ok(own.or(Some(parameters.integer("limit"))))
}

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let limit = match limit(context) {
        Ok(Some(limit)) => limit,
        Ok(None) => return,
        Err(need) => return judgement.not_judged(need),
    };
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
