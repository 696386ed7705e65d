//! `division-uneven`: a client's roles reach different divisions.

use crate::checks::divisions::{Ids, allowed, enumerate};
use crate::checks::holdings::{Holding, should_go};
use crate::checks::options;
use crate::checks::redundancy::redundant;
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::Role;
use std::collections::HashSet;

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let organisation = context.organisation;
    let holdings = context.holdings();
    // Of a SCIM client `scim-division-missing` says which divisions it lacks.
    if holdings.is_scim() == Some(true) {
        return;
    }
    // Where a policy says which divisions the client may reach, it decides.
    if holdings.distinct().nth(1).is_none() || allowed(context).is_some() {
        return;
    }
    let missing = holdings.missing_divisions(organisation.home.as_deref());
    // Most clients hold all of their roles in one division.
    if missing.is_none() && holdings.is_of_one_division() {
        return;
    }
    let redundant: HashSet<&str> = redundant(holdings)
        .iter()
        .map(|other| &*other.role.id)
        .collect();
    let compared: Vec<&Holding<'_>> = holdings
        .distinct()
        .filter(|holding| {
            let goes = |role: &Role<'_>| should_go(role) || redundant.contains(&*role.id);
            !holding.role.is_some_and(goes) && holding.is_bounded(organisation)
        })
        .collect();
    if compared.len() < 2 {
        return;
    }
    // Where no division is named the platform takes the home division: only whether that is
    // the same as another one depends on knowing it.
    let home = organisation.home.as_deref().unwrap_or("home");
    let roles: Vec<(&Holding<'_>, Ids)> = compared
        .into_iter()
        .map(|holding| {
            let same =
                |other: &Holding<'_>| other.grant.role.eq_ignore_ascii_case(holding.grant.role);
            (holding, holdings.divisions(Some(home), same))
        })
        .collect();
    let all: Ids = roles.iter().flat_map(|(_, ids)| ids.clone()).collect();
    // That a role reaches all divisions is for another rule to report, and no example to follow.
    if all.contains("*") {
        return;
    }
    if let Some(need) = missing {
        return judgement.not_judged(need);
    }
    let Some((holding, ids)) = roles.iter().min_by_key(|(_, ids)| ids.len()) else {
        return;
    };
    if ids.len() == all.len() {
        return;
    }
    let name = |id: &String| match organisation.division(id) {
        Some(division) => division.name.to_string(),
        None => id.clone(),
    };
    let pairs: Vec<(&str, &str)> = roles
        .iter()
        .flat_map(|(holding, ids)| {
            let lacking = all.difference(ids);
            lacking.map(|id| (holding.grant.role, id.as_str()))
        })
        .collect();
    let is_known = |id: &str| organisation.division(id).is_some();
    let added = options::added(pairs.iter().copied())
        .filter(|_| pairs.iter().all(|(_, division)| is_known(division)))
        // Next to each other, one of them would add nothing.
        .filter(|_| !has_nested(roles.iter().filter_map(|(holding, _)| holding.role)));
    let mut missing: Vec<_> = roles
        .iter()
        .flat_map(|(holding, ids)| {
            let label = label(holding);
            let lacking = all.difference(ids);
            lacking.map(move |id| format!("\"{label}\" in {}", name(id)))
        })
        .collect();
    missing.sort_unstable();
    judgement
        .report(context.client, "main", &holding.grant.role_target())
        .choice(added.unwrap_or_default())
        .with("role", label(holding))
        .with("some", ids.len())
        .with("all", all.len())
        .with("missing", enumerate(&missing))
        .unless_scim(context);
}

fn label<'h>(holding: &'h Holding<'_>) -> &'h str {
    holding.role.map_or(holding.grant.role, Role::label)
}

/// So many roles are compared with each other.
const MOST_COMPARED: usize = 20;

/// Whether one role permits all that another one does, or may.
fn has_nested<'r>(roles: impl Iterator<Item = &'r Role<'r>>) -> bool {
    let roles: Vec<_> = roles.take(MOST_COMPARED + 1).collect();
    let is_within = |role: &Role<'_>, other: &Role<'_>| {
        let mut permissions = role.permission_strings().iter();
        let is_all = permissions.all(|(permission, _)| other.permits(permission).is_some());
        other.id != role.id && (is_all || !role.permissions_known)
    };
    roles.len() > MOST_COMPARED
        || roles
            .iter()
            .any(|role| roles.iter().any(|other| is_within(role, other)))
}
