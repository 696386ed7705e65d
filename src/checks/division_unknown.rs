//! `division-unknown`: a division id that the organisation does not have.

use crate::catalog::Need;
use crate::checks::sameness::{Seen, lower_case};
use crate::checks::{Native, Subject, Verdict};

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    let organisation = subject.organisation;
    let holdings = subject.holdings();
    let mut seen = Seen::default();
    let mut open = false;
    for holding in &holdings.all {
        let Some(division) = holding.division() else {
            continue;
        };
        let is_home = organisation
            .home
            .as_deref()
            .is_some_and(|home| home.eq_ignore_ascii_case(division));
        if division == "*" || is_home || !seen.insert(lower_case(division)) {
            continue;
        }
        match &organisation.divisions {
            Some(listing) if listing.get(division).is_some() => {}
            Some(listing) if listing.is_complete() => {
                verdict
                    .blame(subject.client, "main", &holding.grant.division_spot())
                    .with("division", division)
                    .with("count", listing.items().len());
            }
            _ => open = true,
        }
    }
    if open {
        verdict.not_judged(Need::Divisions);
    }
    if holdings.missing_divisions(Some("")) == Some(Need::Value) {
        verdict.not_judged(Need::Value);
    }
}
