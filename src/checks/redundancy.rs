//! Roles that add nothing to the other roles of a client.

use super::holdings::{Holding, Holdings, admin};
use crate::model::Role;
use std::collections::HashSet;

/// A role that adds nothing.
pub(super) struct Redundant<'h, 'r> {
    /// The first entry by which the client holds it.
    pub holding: &'h Holding<'r>,
    /// The role.
    pub role: &'r Role<'r>,
    /// Those of the others that permit any of the same.
    pub covering: Vec<&'r Role<'r>>,
}

/// The roles that add nothing to the others, as far as that is known.
pub(super) fn redundant<'h, 'r>(holdings: &'h Holdings<'r>) -> Vec<Redundant<'h, 'r>> {
    let roles: Vec<_> = holdings.given().collect();
    let is_held_elsewhere = |role: &Role<'_>, permission: &str| {
        let mut others = roles.iter().filter(|(_, other)| other.id != role.id);
        others.any(|(_, other)| other.permits(permission).is_some())
    };
    let mut dropped = HashSet::new();
    let mut found = Vec::new();
    // From the last: of two equal roles the later one is redundant.
    for &(holding, role) in roles.iter().rev() {
        if !role.permissions_known || admin(role).is_some() {
            continue;
        }
        // Most roles add something, wherever the others are held.
        let mut permissions = role.permission_strings().iter();
        if !permissions.all(|(permission, _)| is_held_elsewhere(role, permission)) {
            continue;
        }
        let others: Vec<_> = roles
            .iter()
            .map(|(_, other)| *other)
            .filter(|other| other.id != role.id && !dropped.contains(&other.id))
            .collect();
        let adds_nothing =
            entries_of(holdings, role).all(|entry| is_covered(holdings, entry, role, &others));
        if !adds_nothing || others.is_empty() {
            continue;
        }
        dropped.insert(&role.id);
        let permits_any = |other: &&Role<'_>| {
            let mut held = role.permission_strings().iter();
            held.any(|(permission, _)| other.permits(permission).is_some())
        };
        found.push(Redundant {
            holding,
            role,
            covering: others.into_iter().filter(permits_any).collect(),
        });
    }
    found
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
        && role.permission_strings().iter().all(|(permission, _)| {
            there
                .iter()
                .any(|other| other.permits(permission).is_some())
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
