//! `division-home-only`: the default division was never looked at.

use crate::catalog::{Confidence, Need};
use crate::checks::holdings::Holding;
use crate::checks::{Native, Subject, Verdict};
use crate::model::{ClientKind, Naming};
use std::collections::HashSet;

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    // Of a SCIM client `scim-division-missing` says which divisions it lacks.
    if subject.client.kind.kind == ClientKind::Scim {
        return;
    }
    let holdings = subject.holdings();
    let divisions: HashSet<_> = holdings
        .all
        .iter()
        .filter_map(Holding::division)
        .map(str::to_ascii_lowercase)
        .collect();
    // Two divisions are not the home division alone, whichever they are.
    if divisions.len() > 1 || divisions.contains("*") {
        return;
    }
    if holdings
        .all
        .iter()
        .any(|holding| holding.grant.division_unknown)
        || holdings.missing() == Some(Need::Value)
    {
        return verdict.not_judged(Need::Value);
    }
    // A role without any division is the fault of another rule.
    let first = holdings
        .all
        .iter()
        .find(|holding| holding.division().is_some());
    let (Some(first), Some(only)) = (first, divisions.iter().next()) else {
        return;
    };
    let organisation = subject.organisation;
    let Some(home) = organisation.home.as_deref() else {
        return verdict.not_judged(Need::Divisions);
    };
    if !home.eq_ignore_ascii_case(only) {
        return;
    }
    let Some(listing) = &organisation.divisions else {
        return verdict.not_judged(Need::Divisions);
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
            verdict.not_judged(Need::Divisions);
        }
        return;
    }
    let home = listing.get(home);
    let name = home.map_or("", |home| home.name.as_ref());
    let blame = verdict
        .blame(subject.client, "main", &first.grant.division_spot())
        .with("home", name)
        .with(
            "others",
            format!(
                "{others} other {}",
                if others == 1 { "division" } else { "divisions" }
            ),
        );
    // The platform writes its default out, so an export of its own does not tell what was chosen.
    // Code does: somebody wrote the division down.
    if subject.client.naming == Naming::Terraform {
        blame.confidence(Confidence::Low);
    }
    if let Some(home) = home {
        blame.related(home.place, format!("the home division, {name}"));
    }
}
