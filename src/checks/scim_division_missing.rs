//! `scim-division-missing`: divisions that SCIM does not reach.

use crate::catalog::Need;
use crate::checks::divisions::{Ids, allowed, enumerate, find, uncovered};
use crate::checks::holdings::{Holding, Holdings, doubt, is_scim};
use crate::checks::options;
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{Change, ClientKind, Field, FieldName, Target};
use std::collections::HashSet;

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let client = context.client;
    let organisation = context.organisation;
    let holdings = context.holdings();
    if !client.may_be(ClientKind::Scim) {
        return holdings.report_perhaps_scim(judgement);
    }
    if holdings.all.is_empty() {
        if let Some(need) = holdings.missing() {
            judgement.not_judged(need);
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
    let missing = match missing(context, &covered) {
        Ok(missing) => missing,
        Err(need) => return judgement.not_judged(need),
    };
    if missing.is_empty() {
        return;
    }
    if let Some(need) = holdings.missing_divisions(organisation.home.as_deref()) {
        return judgement.not_judged(need);
    }
    let target = Target {
        field: FieldName::RoleDivisions,
        ..Target::client(client)
    };
    let doubt = doubt(client);
    let message = if doubt.is_some() { "perhaps" } else { "main" };
    let report = judgement.report(client, message, &target);
    report
        .with("missing", enumerate(&missing))
        .with("count", missing.len())
        .with("evidence", client.evidence_of(ClientKind::Scim));
    if let Field::Present(roles) = &client.role_divisions {
        report.related(roles.place, "the divisions that it covers");
    }
    if let Some(confidence) = doubt {
        report.confidence(confidence);
    } else {
        report.choice(assigned(context, &missing));
        let is_limited = options::allowed(context).is_some();
        if !is_limited && !context.parameters.is_configured("managed-divisions") {
            report.choice(options::scim_everywhere(context));
        }
    }
}

/// The SCIM role in each division that is missing.
fn assigned(context: &RuleContext<'_, '_>, missing: &[String]) -> Vec<Change> {
    if missing.len() > options::MOST_ADDED {
        return Vec::new();
    }
    let listing = context.organisation.divisions.as_ref();
    let divisions = missing.iter().filter_map(|name| find(name, listing?));
    let mut holdings = context.holdings().all.iter();
    let role = holdings.find(|holding| holding.role.and_then(is_scim) == Some(true));
    let role = role.map(|holding| holding.grant.role);
    let pairs = role.into_iter().flat_map(|role| {
        let divisions = divisions.clone();
        divisions.map(move |division| (role, division.id.as_ref()))
    });
    let added = options::added(pairs).filter(|added| added.len() == missing.len());
    added.unwrap_or_default()
}

/// The divisions in which the client may do SCIM's work: those of its SCIM role, or of all its
/// roles while only the name says SCIM.
fn covered(holdings: &Holdings<'_>, home: Option<&str>) -> Ids {
    let is_scim_role = |holding: &Holding<'_>| holding.role.and_then(is_scim) == Some(true);
    let any = holdings.all.iter().any(is_scim_role);
    holdings.divisions(home, |holding| !any || is_scim_role(holding))
}

/// The divisions to be managed that are not covered, by name.
fn missing(context: &RuleContext<'_, '_>, covered: &Ids) -> Result<Vec<String>, Need> {
    let listing = context.organisation.divisions.as_ref();
    let managed: Vec<_> = context.parameters.list("managed-divisions").collect();
    if !managed.is_empty() {
        return uncovered(managed, covered, listing);
    }
    if let Some(allowed) = allowed(context).filter(|allowed| !allowed.contains(&"*")) {
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
