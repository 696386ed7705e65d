//! Roles that add nothing to the other roles of a client.

use super::holdings::{Holding, Holdings, admin, should_go};
use crate::model::{DefaultRole, Role};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A role that adds nothing.
pub(super) struct Redundant<'h, 'r> {
    /// The first entry by which the client holds it.
    pub holding: &'h Holding<'r>,
    /// The role.
    pub role: &'r Role<'r>,
    /// Others that permit some of the same in its divisions: the first of them in the client.
    pub covering: Vec<&'r Role<'r>>,
    /// Whether there are more of them.
    pub has_more: bool,
}

/// So many covering roles are named.
const NAMED: usize = 5;

/// Up to so many roles, asking each for a permission costs less than to note who holds what.
const FEW: usize = 16;

/// The roles that add nothing to the others, as far as that is known.
pub(super) fn redundant<'h, 'r>(holdings: &'h Holdings<'r>) -> Vec<Redundant<'h, 'r>> {
    let roles: Vec<_> = holdings.given().collect();
    // Most roles add something, wherever the others are held.
    let may_be = |&(_, role): &(&Holding<'r>, &'r Role<'r>)| {
        let mut permissions = role.permission_strings().iter();
        let is_elsewhere = |permission: &str| {
            let mut others = roles.iter().filter(|(_, other)| other.id != role.id);
            others.any(|(_, other)| other.permits(permission).is_some())
        };
        role.permissions_known
            && admin(role).is_none()
            && (roles.len() > FEW || permissions.all(|(permission, _)| is_elsewhere(permission)))
    };
    let candidates: Vec<usize> = (0..roles.len()).filter(|at| may_be(&roles[*at])).collect();
    if candidates.is_empty() || roles.len() < 2 {
        return Vec::new();
    }
    let mut held = Held::by(holdings, &roles);
    let mut found = Vec::new();
    // From the last: of two equal roles the later one is redundant.
    for at in candidates.into_iter().rev() {
        let Some(covering) = held.covering(at) else {
            continue;
        };
        held.is_dropped[at] = true;
        let (holding, role) = roles[at];
        found.push(Redundant {
            holding,
            role,
            has_more: covering.len() > NAMED,
            covering: covering
                .into_iter()
                .take(NAMED)
                .map(|other| roles[other].1)
                .collect(),
        });
    }
    found
}

/// Which roles of a client hold which permission, and where. Roles go by their position.
struct Held {
    /// The permissions of each role.
    permissions: Vec<Vec<String>>,
    /// The divisions in which each role is held, as far as they are known.
    divisions: Vec<BTreeSet<String>>,
    /// Which roles are held in a division that is hidden.
    is_hidden: Vec<bool>,
    /// The roles in a division, in order.
    present: BTreeMap<String, Vec<usize>>,
    /// The group of roles that hold a permission.
    holders: HashMap<String, usize>,
    /// The groups, each once and in order: roles have most of their permissions in common with
    /// the same others.
    groups: Vec<Vec<usize>>,
    /// Which roles are found to add nothing: they cover no other.
    is_dropped: Vec<bool>,
    /// Which roles a client should hold: what an administrator's role covers is not redundant,
    /// because that role should go.
    stays: Vec<bool>,
}

impl Held {
    fn by(holdings: &Holdings<'_>, roles: &[(&Holding<'_>, &Role<'_>)]) -> Self {
        let lower = |(permission, _): &(String, _)| permission.to_ascii_lowercase();
        let permissions: Vec<Vec<_>> = roles
            .iter()
            .map(|(_, role)| role.permission_strings().iter().map(lower).collect())
            .collect();
        let mut divisions = vec![BTreeSet::new(); roles.len()];
        let mut is_hidden = vec![false; roles.len()];
        let positions = roles.iter().zip(0..).map(|((_, role), at)| (&role.id, at));
        let positions: HashMap<_, usize> = positions.collect();
        for (entry, role) in holdings
            .all
            .iter()
            .filter_map(|entry| Some((entry, entry.role?)))
        {
            let at = positions[&role.id];
            is_hidden[at] |= entry.grant.division_unknown;
            if !entry.grant.division_unknown {
                let division = entry.division().unwrap_or_default();
                divisions[at].insert(division.to_ascii_lowercase());
            }
        }
        let mut groups = HashMap::new();
        let holders = grouped(&permissions)
            .into_iter()
            .map(|(permission, roles)| {
                let next = groups.len();
                (permission, *groups.entry(roles).or_insert(next))
            })
            .collect();
        let mut groups: Vec<_> = groups.into_iter().collect();
        groups.sort_unstable_by_key(|(_, at)| *at);
        Self {
            present: grouped(&divisions),
            permissions,
            divisions,
            is_hidden,
            holders,
            groups: groups.into_iter().map(|(roles, _)| roles).collect(),
            is_dropped: vec![false; roles.len()],
            stays: roles.iter().map(|(_, role)| stays(role)).collect(),
        }
    }

    /// Others that permit some of what a role permits in its divisions, at most one more than
    /// are named; none if they do not permit all of it.
    fn covering(&self, role: usize) -> Option<BTreeSet<usize>> {
        let wanted: BTreeSet<Vec<usize>> = self.permissions[role]
            .iter()
            .map(|permission| {
                let names = covering_names(permission).into_iter();
                let groups = names.filter_map(|name| self.holders.get(&name).copied());
                groups.collect::<BTreeSet<_>>().into_iter().collect()
            })
            .collect();
        let is_other =
            |other: &usize| *other != role && !self.is_dropped[*other] && self.stays[*other];
        let mut covering = BTreeSet::new();
        for division in &self.divisions[role] {
            let present = [division.as_str(), "*"].into_iter();
            let mut present = present.filter_map(|division| self.present.get(division));
            if !present.any(|roles| roles.iter().any(is_other)) {
                return None;
            }
            let is_there = |other: &usize| {
                let held = &self.divisions[*other];
                held.contains(division) || held.contains("*")
            };
            for groups in &wanted {
                let roles = groups.iter().flat_map(|group| &self.groups[*group]);
                let mut others = roles.filter(|other| is_other(other) && is_there(other));
                covering.insert(*others.next()?);
                let room = NAMED.saturating_sub(covering.len()) + 1;
                covering.extend(others.take(room));
            }
        }
        (!self.is_hidden[role]).then_some(covering)
    }
}

/// Whether no rule says that a client should not hold this role.
fn stays(role: &Role<'_>) -> bool {
    let is_scim = role.default_role() == Some(DefaultRole::ScimIntegration);
    is_scim || !should_go(role)
}

/// The positions at which each text is, in order.
fn grouped<L>(lists: &[L]) -> BTreeMap<String, Vec<usize>>
where
    for<'l> &'l L: IntoIterator<Item = &'l String>,
{
    let mut grouped: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, texts) in lists.iter().enumerate() {
        for text in texts {
            let positions = grouped.entry(text.clone()).or_default();
            if positions.last() != Some(&at) {
                positions.push(at);
            }
        }
    }
    grouped
}

/// The names under which a role may hold a permission: its own, and those with a wildcard.
fn covering_names(permission: &str) -> Vec<String> {
    let parts: Vec<&str> = permission.splitn(3, ':').collect();
    let [domain, entity, action] = parts[..] else {
        return vec![permission.to_owned()];
    };
    let mut names = Vec::new();
    for domain in ["*", domain] {
        for entity in ["*", entity] {
            names.extend(["*", action].map(|action| format!("{domain}:{entity}:{action}")));
        }
    }
    names.sort_unstable();
    names.dedup();
    names
}
