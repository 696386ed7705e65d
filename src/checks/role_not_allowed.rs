//! `role-not-allowed`: a role that the policy does not grant to this client.

use crate::catalog::Need;
use crate::checks::parameters::{allows, listed};
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{Action, RemedyClass};

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    if !context.parameters.is_configured("allowed") {
        return;
    }
    let holdings = context.holdings();
    if holdings.all.is_empty() && holdings.missing().is_none() {
        return;
    }
    let Some(allowed) = context.parameters.by_client("allowed", context.client) else {
        return judgement.not_judged(Need::Policy);
    };
    let allows = |name: &str| allows(&allowed, name);
    let mut open = false;
    for holding in holdings.distinct() {
        if allows(holding.grant.role) {
            continue;
        }
        match holding.role {
            Some(role) if allows(role.label()) => {}
            Some(role) => {
                holdings
                    .report(judgement, "main", holding, role)
                    .clear_every(RemedyClass::Unsafe, Action::Remove)
                    .with("allowed", listed(&allowed));
            }
            // It may have a name that is allowed.
            None => open = true,
        }
    }
    if holdings.missing() == Some(Need::Value) {
        judgement.not_judged(Need::Value);
    } else if open {
        judgement.not_judged(Need::Roles);
    }
}
