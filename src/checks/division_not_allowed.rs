//! `division-not-allowed`: a division that the policy does not grant to this client.

use crate::catalog::Need;
use crate::checks::parameters::{allows, listed};
use crate::checks::sameness::{Seen, lower_case};
use crate::checks::{Native, Subject, Verdict};

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    if !subject.parameters.is_configured("allowed") {
        return;
    }
    let organisation = subject.organisation;
    let holdings = subject.holdings();
    let home = organisation.home.as_deref();
    let hidden = holdings.missing_divisions(home);
    if holdings.all.is_empty() && hidden.is_none() {
        return;
    }
    let Some(allowed) = subject.parameters.by_client("allowed", subject.client) else {
        return verdict.not_judged(Need::Policy);
    };
    let allows = |name: &str| allows(&allowed, name);
    let mut missing = hidden;
    let mut seen = Seen::default();
    for holding in &holdings.all {
        let Some(division) = holding
            .division()
            .or(home.filter(|_| holding.lacks_division()))
        else {
            continue;
        };
        // That a role reaches all divisions is the fault of another rule.
        if division == "*" || allows(division) || !seen.insert(lower_case(division)) {
            continue;
        }
        let listing = organisation.divisions.as_ref();
        match listing.and_then(|listing| listing.get(division)) {
            Some(known) if allows(&known.name) => {}
            Some(known) => {
                verdict
                    .blame(subject.client, "main", &holding.grant.division_spot())
                    .with("division", &known.name)
                    .with("allowed", listed(&allowed));
            }
            // It may have a name that is allowed.
            None => missing = missing.or(Some(Need::Divisions)),
        }
    }
    if let Some(need) = missing {
        verdict.not_judged(need);
    }
}
