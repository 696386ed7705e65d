//! `role-unknown`: a role id that the organisation does not have.

use crate::catalog::{Need, Severity};
use crate::checks::{Judgement, Native, RuleContext};

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let holdings = context.holdings();
    let listing = context.organisation.roles.as_ref();
    let mut open = false;
    for holding in holdings.distinct().filter(|holding| holding.role.is_none()) {
        match listing.filter(|listing| listing.is_complete()) {
            Some(listing) => {
                let target = holding.grant.role_target();
                if listing.is_proven() {
                    judgement.report(context.client, "deleted", &target);
                } else {
                    // Its rights are unknown: the account may not have seen the role.
                    judgement
                        .report(context.client, "main", &target)
                        .with("count", listing.items().len())
                        .severity(Severity::High);
                }
            }
            None => open = true,
        }
    }
    if open {
        judgement.not_judged(Need::Roles);
    }
    if holdings.missing() == Some(Need::Value) {
        judgement.not_judged(Need::Value);
    }
}
