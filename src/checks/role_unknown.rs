//! `role-unknown`: a role id that the organisation does not have.

use crate::catalog::Need;
use crate::checks::{Native, Subject, Verdict};

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    let holdings = subject.holdings();
    let listing = subject.organisation.roles.as_ref();
    let mut open = false;
    for holding in holdings.distinct().filter(|holding| holding.role.is_none()) {
        match listing.filter(|listing| listing.is_complete()) {
            Some(listing) => {
                verdict
                    .blame(subject.client, "main", &holding.grant.role_spot())
                    .with("count", listing.items().len());
            }
            None => open = true,
        }
    }
    if open {
        verdict.not_judged(Need::Roles);
    }
    if holdings.missing() == Some(Need::Value) {
        verdict.not_judged(Need::Value);
    }
}
