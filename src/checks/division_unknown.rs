//! `division-unknown`: a division id that the organisation does not have.

use crate::catalog::{Need, Severity};
use crate::checks::grouping::{DedupSet, lower_case};
use crate::checks::options;
use crate::checks::{Judgement, Native, RuleContext};

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let organisation = context.organisation;
    let holdings = context.holdings();
    let mut seen = DedupSet::default();
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
                let target = holding.grant.division_target();
                let message = if listing.is_proven() {
                    "deleted"
                } else {
                    "main"
                };
                let options = options::divisions(context, &holdings.in_division(division));
                let report = judgement.report(context.client, message, &target);
                report
                    .choices(options)
                    .with("division", division)
                    .with("count", listing.items().len());
                if listing.is_proven() {
                    report.severity(Severity::Low);
                }
            }
            _ => open = true,
        }
    }
    if open {
        judgement.not_judged(Need::Divisions);
    }
    if holdings.missing_divisions(Some("")) == Some(Need::Value) {
        judgement.not_judged(Need::Value);
    }
}
