//! `division-home-only`: the default division was never looked at.

use crate::catalog::{Confidence, Need};
use crate::checks::divisions::{enumerate, is_decided};
use crate::checks::holdings::{Holding, should_go};
use crate::checks::options;
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::Naming;
use crate::text::counted;
use std::collections::HashSet;

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let holdings = context.holdings();
    // Of a SCIM client `scim-division-missing` says which divisions it lacks.
    if holdings.is_scim() == Some(true) {
        return;
    }
    let divisions = holdings.all.iter().filter_map(Holding::division);
    // Access is not limited to a division that was deleted.
    let listing = context.organisation.divisions.as_ref();
    let is_deleted = |division: &str| {
        division != "*"
            && listing.is_some_and(|listing| listing.is_proven() && listing.get(division).is_none())
    };
    let mut divisions = divisions.filter(|division| !is_deleted(division));
    let only = divisions.next();
    let is_other = |division: &str| !only.is_some_and(|only| only.eq_ignore_ascii_case(division));
    // Two divisions are not the home division alone, whichever they are.
    if divisions.any(is_other) || only == Some("*") {
        return;
    }
    if holdings.missing_divisions(Some("")) == Some(Need::Value) {
        return judgement.not_judged(Need::Value);
    }
    let organisation = context.organisation;
    let home = organisation.home.as_deref();
    if home.is_some_and(is_other) {
        return;
    }
    // A role without any division is for another rule to report.
    let left: Vec<_> = holdings
        .all
        .iter()
        .filter(|holding| holding.division().is_some() && holding.is_bounded(context.organisation))
        // A role that other rules remove must not be assigned to more divisions first.
        .filter(|holding| !holding.role.is_some_and(should_go))
        .collect();
    let Some(first) = left.first() else {
        return;
    };
    let Some(home) = home else {
        return judgement.not_judged(Need::Divisions);
    };
    let Some(listing) = &organisation.divisions else {
        return judgement.not_judged(Need::Divisions);
    };
    let others = listing
        .items()
        .iter()
        .filter(|division| !division.id.eq_ignore_ascii_case(home))
        .map(|division| division.id.to_ascii_lowercase())
        .collect::<HashSet<_>>()
        .len();
    if others == 0 {
        if !listing.is_complete() {
            judgement.not_judged(Need::Divisions);
        }
        return;
    }
    let id = home;
    let home = listing.get(home);
    let name = home.map_or("", |home| home.name.as_ref());
    if is_decided(context, id, name) {
        return;
    }
    let entries: Vec<_> = left.iter().map(|holding| &holding.grant).collect();
    let report = judgement
        .report(context.client, "main", &first.grant.division_target())
        .choices(options::divisions(context, &entries))
        .with("home", name)
        .with("entries", enumerate(&paths(&left, context.client.naming)))
        .with("others", counted(others, "other division"));
    // The platform writes its default out, so its exports do not show whether it was chosen.
    // In code the division was written deliberately.
    if context.client.naming == Naming::Terraform {
        report.confidence(Confidence::Low);
    }
    report.unless_scim(context);
    if let Some(home) = home {
        report.related(home.place, format!("the home division, {name}"));
    }
}

/// Where the divisions of these entries stand.
fn paths(entries: &[&Holding<'_>], naming: Naming) -> Vec<String> {
    let targets = entries
        .iter()
        .map(|holding| holding.grant.division_target());
    targets.map(|target| target.path(naming)).collect()
}
