//! `role-redundant`: a role that adds nothing to the others.

use crate::catalog::Need;
use crate::checks::holdings::{Holding, Holdings, admin};
use crate::checks::{Native, Subject, Verdict};
use crate::model::Role;
use std::collections::HashSet;

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    let holdings = subject.holdings();
    let roles: Vec<_> = holdings.given().collect();
    let mut redundant = HashSet::new();
    // From the last: of two equal roles the later one is redundant.
    for &(holding, role) in roles.iter().rev() {
        if !role.permissions_known || admin(role).is_some() {
            continue;
        }
        let others: Vec<_> = roles
            .iter()
            .map(|(_, other)| *other)
            .filter(|other| other.id != role.id && !redundant.contains(&other.id))
            .collect();
        let adds_nothing =
            entries_of(holdings, role).all(|entry| is_covered(holdings, entry, role, &others));
        if !adds_nothing || others.is_empty() {
            continue;
        }
        redundant.insert(role.id.clone());
        let covering: Vec<_> = others
            .iter()
            .filter(|other| {
                let mut held = role.permission_strings();
                held.any(|(permission, _)| other.permits(&permission).is_some())
            })
            .map(|other| other.label())
            .collect();
        let names = if covering.is_empty() {
            "no permission at all".to_owned()
        } else {
            format!("nothing beyond \"{}\"", covering.join("\", \""))
        };
        holdings
            .blame(verdict, "main", holding, role)
            .with("names", names);
    }
    let hidden = holdings
        .all
        .iter()
        .any(|holding| holding.grant.division_unknown);
    if hidden {
        verdict.not_judged(Need::Value);
    } else if holdings.distinct().count() > 1 {
        holdings.report_missing(verdict);
    }
}

/// The entries by which a client holds a role.
fn entries_of<'h, 'r>(
    holdings: &'h Holdings<'r>,
    role: &'h Role<'_>,
) -> impl Iterator<Item = &'h Holding<'r>> {
    holdings
        .all
        .iter()
        .filter(|holding| holding.role.is_some_and(|held| held.id == role.id))
}

/// Whether `others` permit in the division of `entry` all that `role` permits there.
fn is_covered(
    holdings: &Holdings<'_>,
    entry: &Holding<'_>,
    role: &Role<'_>,
    others: &[&Role<'_>],
) -> bool {
    if entry.grant.division_unknown {
        return false;
    }
    let division = entry.division().unwrap_or_default();
    let there: Vec<_> = others
        .iter()
        .filter(|other| {
            entries_of_any(holdings, &other.id)
                .any(|held| held == "*" || held.eq_ignore_ascii_case(division))
        })
        .collect();
    !there.is_empty()
        && role.permission_strings().all(|(permission, _)| {
            there
                .iter()
                .any(|other| other.permits(&permission).is_some())
        })
}

/// The divisions in which a client holds the role with this id; empty where none is named.
fn entries_of_any<'h>(holdings: &'h Holdings<'_>, id: &'h str) -> impl Iterator<Item = &'h str> {
    holdings
        .all
        .iter()
        .filter(move |holding| {
            !holding.grant.division_unknown && holding.role.is_some_and(|held| held.id == id)
        })
        .map(|holding| holding.division().unwrap_or_default())
}
