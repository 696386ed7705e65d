//! `scim-division-missing`: divisions that SCIM does not reach.

use crate::catalog::Need;
use crate::checks::divisions::{Ids, allowed, enumerate, uncovered};
use crate::checks::holdings::{Holding, Holdings, doubt, is_scim};
use crate::checks::{Native, Subject, Verdict};
use crate::model::{ClientKind, Field, FieldName, Spot};
use std::collections::HashSet;

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    let client = subject.client;
    let organisation = subject.organisation;
    let holdings = subject.holdings();
    if client.kind.kind != ClientKind::Scim {
        return holdings.report_perhaps_scim(verdict);
    }
    if holdings.all.is_empty() {
        if let Some(need) = holdings.missing() {
            verdict.not_judged(need);
        }
        return;
    }
    // Of roles that are not for SCIM `scim-extra-roles` speaks, wherever they are assigned.
    if holdings.is_scim() == Some(false) {
        return;
    }
    let covered = covered(holdings, organisation.home.as_deref());
    if covered.contains("*") {
        return;
    }
    let missing = match missing(subject, &covered) {
        Ok(missing) => missing,
        Err(need) => return verdict.not_judged(need),
    };
    if missing.is_empty() {
        return;
    }
    if let Some(need) = holdings.missing_divisions(organisation.home.as_deref()) {
        return verdict.not_judged(need);
    }
    let spot = Spot {
        field: FieldName::RoleDivisions,
        ..Spot::client(client)
    };
    let doubt = doubt(client);
    let message = if doubt.is_some() { "perhaps" } else { "main" };
    let blame = verdict.blame(client, message, &spot);
    blame
        .with("missing", enumerate(&missing))
        .with("count", missing.len())
        .with("evidence", client.kind.evidence);
    if let Field::Present(roles) = &client.role_divisions {
        blame.related(roles.place, "the divisions that it covers");
    }
    if let Some(confidence) = doubt {
        blame.confidence(confidence);
    }
}

/// The divisions in which the client may do SCIM's work: those of its SCIM role, or of all its
/// roles while only the name says SCIM.
fn covered(holdings: &Holdings<'_>, home: Option<&str>) -> Ids {
    let is_scim_role = |holding: &Holding<'_>| holding.role.and_then(is_scim) == Some(true);
    let any = holdings.all.iter().any(is_scim_role);
    holdings.divisions(home, |holding| !any || is_scim_role(holding))
}

/// The divisions to be managed that are not covered, by name.
fn missing(subject: &Subject<'_, '_>, covered: &Ids) -> Result<Vec<String>, Need> {
    let listing = subject.organisation.divisions.as_ref();
    let managed: Vec<_> = subject.parameters.list("managed-divisions").collect();
    if !managed.is_empty() {
        return uncovered(managed, covered, listing);
    }
    if let Some(allowed) = allowed(subject).filter(|allowed| !allowed.contains(&"*")) {
        return uncovered(allowed, covered, listing);
    }
    let listing = listing.ok_or(Need::Divisions)?;
    // The home division may be listed twice.
    let mut seen = HashSet::new();
    let all = listing
        .items()
        .iter()
        .map(|division| division.id.as_ref())
        .filter(|id| seen.insert(*id));
    let missing = uncovered(all, covered, Some(listing))?;
    if missing.is_empty() && !listing.is_complete() {
        return Err(Need::Divisions);
    }
    Ok(missing)
}
