//! `role-not-allowed`: a role that the policy does not grant to this client.

use crate::catalog::Need;
use crate::checks::parameters::{allows, listed};
use crate::checks::{Native, Subject, Verdict};

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    if !subject.parameters.is_configured("allowed") {
        return;
    }
    let holdings = subject.holdings();
    if holdings.all.is_empty() && holdings.missing().is_none() {
        return;
    }
    let Some(allowed) = subject.parameters.by_client("allowed", subject.client) else {
        return verdict.not_judged(Need::Policy);
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
                    .blame(verdict, "main", holding, role)
                    .with("allowed", listed(&allowed));
            }
            // It may have a name that is allowed.
            None => open = true,
        }
    }
    if holdings.missing() == Some(Need::Value) {
        verdict.not_judged(Need::Value);
    } else if open {
        verdict.not_judged(Need::Roles);
    }
}
