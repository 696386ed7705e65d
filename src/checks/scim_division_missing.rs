//! `scim-division-missing`: divisions that SCIM does not reach.

use crate::catalog::{Confidence, Need};
use crate::checks::holdings::{Holding, Holdings, is_scim};
use crate::checks::{Native, Subject, Verdict};
use crate::model::{ClientKind, Field, FieldName, Spot};
use std::collections::HashSet;

pub(super) const CHECK: Native = Native::Client(check);

/// So many divisions are named in a message.
const NAMED: usize = 5;

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    let client = subject.client;
    let organisation = subject.organisation;
    if client.kind.kind != ClientKind::Scim {
        return;
    }
    let holdings = Holdings::of(client, organisation);
    if holdings.all.is_empty() {
        if let Some(need) = holdings.missing() {
            verdict.not_judged(need);
        }
        return;
    }
    let covered = covered(&holdings, organisation.home.as_deref());
    if covered.contains("*") {
        return;
    }
    let missing = match missing(subject, &covered) {
        Ok(missing) => missing,
        Err(need) => return verdict.not_judged(need),
    };
    let hidden = holdings
        .all
        .iter()
        .any(|holding| holding.grant.division_unknown);
    if missing.is_empty() {
        return;
    }
    if hidden || holdings.missing() == Some(Need::Value) {
        return verdict.not_judged(Need::Value);
    }
    if organisation.home.is_none() && holdings.all.iter().any(Holding::lacks_division) {
        return verdict.not_judged(Need::Divisions);
    }
    let mut names = missing.iter().take(NAMED).cloned().collect::<Vec<_>>();
    let more = missing.len().saturating_sub(NAMED);
    if more > 0 {
        names.push(format!("{more} more"));
    }
    let spot = Spot {
        field: FieldName::RoleDivisions,
        ..Spot::client(client)
    };
    let blame = verdict.blame(client, "main", &spot);
    blame
        .with("missing", names.join(", "))
        .with("count", missing.len());
    if let Field::Present(roles) = &client.role_divisions {
        blame.related(roles.place, "the divisions that it covers");
    }
    if client.kind.is_guess {
        blame.confidence(Confidence::Medium);
    }
}

/// The divisions in which the client may do SCIM's work, in lower case: those of its SCIM
/// role, or of all its roles while only the name says SCIM.
fn covered(holdings: &Holdings<'_, '_>, home: Option<&str>) -> HashSet<String> {
    let is_scim_role = |holding: &&Holding<'_, '_>| holding.role.and_then(is_scim) == Some(true);
    let any = holdings.all.iter().any(|holding| is_scim_role(&holding));
    holdings
        .all
        .iter()
        .filter(|holding| !any || is_scim_role(holding))
        .filter_map(|holding| match holding.division() {
            // Where none is named the platform takes the home division.
            None if holding.lacks_division() => home,
            division => division,
        })
        .map(str::to_ascii_lowercase)
        .collect()
}

/// The divisions to be managed that are not covered, by name.
fn missing(subject: &Subject<'_, '_>, covered: &HashSet<String>) -> Result<Vec<String>, Need> {
    let listing = subject.organisation.divisions.as_ref();
    let is_covered = |id: &str| covered.contains(&id.to_ascii_lowercase());
    let managed: Vec<_> = subject.parameters.list("managed-divisions").collect();
    let mut missing = Vec::new();
    let mut seen = HashSet::new();
    if managed.is_empty() {
        let listing = listing.ok_or(Need::Divisions)?;
        for division in listing.items() {
            if !is_covered(&division.id) && seen.insert(division.id.to_ascii_lowercase()) {
                missing.push(division.name.to_string());
            }
        }
        if missing.is_empty() && !listing.is_complete() {
            return Err(Need::Divisions);
        }
        return Ok(missing);
    }
    for wanted in managed {
        if is_covered(wanted) {
            continue;
        }
        let mut divisions = listing.iter().flat_map(|listing| listing.items());
        let division = divisions.find(|division| {
            division.id.eq_ignore_ascii_case(wanted)
                || division.name.to_lowercase() == wanted.to_lowercase()
        });
        match division {
            Some(division) if is_covered(&division.id) => {}
            Some(division) => missing.push(division.name.to_string()),
            // The policy names a division that the organisation does not have.
            None if listing.is_some_and(crate::model::Listing::is_complete) => {
                return Err(Need::Policy);
            }
            None => return Err(Need::Divisions),
        }
    }
    Ok(missing)
}
