//! The permissions that roles give and operations need, numbered once for an organisation.
//!
//! Invariant: a permission under a condition is another permission than the same one without, and
//! covers nothing but itself.

use super::operations::Operations;
use crate::catalog::{Tier, permissions};
use crate::model::{DefaultRole, Listing, Organisation, PolicyCondition, Role};
use std::collections::{BTreeSet, HashMap};

/// The number of the name of a permission.
pub(super) type NameId = u32;
/// The number of a permission under a condition.
pub(super) type RightId = u32;

/// The condition of a permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Condition<'o> {
    /// It holds always.
    None,
    /// There may be one, and the export does not contain it.
    Unstated,
    /// This one, as JSON.
    Written(&'o str),
}

/// A permission by its name.
#[derive(Debug)]
struct Name {
    /// As it is written where it was first met.
    text: String,
    /// How much it lets its holder do beyond need.
    cost: u64,
    /// For a wildcard, the names that it covers, in order.
    covered: Option<Vec<NameId>>,
}

/// The permissions of a role.
#[derive(Debug)]
pub(super) struct RoleRights<'o> {
    pub role: &'o Role<'o>,
    /// Its permissions in order, each once.
    pub rights: Vec<(NameId, RightId)>,
    /// Those of them that are wildcards.
    wildcards: Vec<(NameId, RightId)>,
    /// All that it permits is known.
    pub is_known: bool,
    /// It can be proposed to a client.
    pub is_candidate: bool,
    /// What all its permissions cost.
    pub cost: u64,
}

/// The permissions of an organisation.
#[derive(Debug)]
pub(super) struct Rights<'o> {
    names: Vec<Name>,
    by_key: HashMap<String, NameId>,
    all: Vec<(NameId, Condition<'o>)>,
    by_right: HashMap<(NameId, Condition<'o>), RightId>,
    /// The names that each operation needs, in the order of the operations.
    needs: Vec<Vec<NameId>>,
    pub roles: Vec<RoleRights<'o>>,
    /// The position of a role by its id in lower case.
    by_id: HashMap<String, usize>,
    /// The candidates that hold each name, by position.
    holders: Vec<Vec<usize>>,
    /// The candidates that hold a wildcard, by position.
    with_wildcards: Vec<usize>,
}

/// What a permission of a tier costs.
const fn cost_of(tier: Option<Tier>) -> u64 {
    match tier {
        Some(Tier::Admin) => 1000,
        Some(Tier::Escalating) => 300,
        Some(Tier::Sensitive) => 30,
        None => 1,
    }
}

impl<'o> Rights<'o> {
    pub(super) fn new(organisation: &'o Organisation<'o>, operations: &Operations<'_>) -> Self {
        let mut rights = Self {
            names: Vec::new(),
            by_key: HashMap::new(),
            all: Vec::new(),
            by_right: HashMap::new(),
            needs: Vec::new(),
            roles: Vec::new(),
            by_id: HashMap::new(),
            holders: Vec::new(),
            with_wildcards: Vec::new(),
        };
        // Roles come first, so that permissions are written as they are held.
        for role in organisation.roles.iter().flat_map(Listing::items) {
            rights.add_role(role);
        }
        rights.needs = operations
            .list()
            .iter()
            .map(|operation| {
                let needed = operation.permissions.iter();
                let needed = needed.filter(|name| !name.contains(char::is_whitespace));
                let needed: BTreeSet<NameId> = needed.map(|name| rights.name(name)).collect();
                needed.into_iter().collect()
            })
            .collect();
        for permission in permissions() {
            let id = rights.name(&permission.name);
            rights.names[id as usize].cost = cost_of(Some(permission.tier));
        }
        rights.expand_wildcards();
        rights.holders.resize(rights.names.len(), Vec::new());
        for at in 0..rights.roles.len() {
            let role = &rights.roles[at];
            let cost = role.rights.iter().map(|(name, _)| rights.cost(*name)).sum();
            if role.is_candidate {
                for (name, _) in &role.rights {
                    let holders = &mut rights.holders[*name as usize];
                    if holders.last() != Some(&at) {
                        holders.push(at);
                    }
                }
                if !role.wildcards.is_empty() {
                    rights.with_wildcards.push(at);
                }
            }
            rights.roles[at].cost = cost;
        }
        rights
    }

    fn add_role(&mut self, role: &'o Role<'o>) {
        let mut held = Vec::new();
        for (name, _) in &role.permissions {
            held.push(self.right(name, Condition::None));
        }
        let mut is_unstated = false;
        for policy in &role.policies {
            let condition = match &policy.condition {
                PolicyCondition::None => Condition::None,
                PolicyCondition::Unstated => Condition::Unstated,
                PolicyCondition::Written(node) => Condition::Written(node),
            };
            is_unstated |= condition == Condition::Unstated;
            for (action, _) in &policy.actions {
                let name = format!("{}:{}:{action}", policy.domain, policy.entity);
                held.push(self.right(&name, condition));
            }
        }
        held.sort_unstable();
        held.dedup();
        let is_for_people_or_admin = matches!(
            role.default_role(),
            Some(
                DefaultRole::Admin
                    | DefaultRole::Integration
                    | DefaultRole::Employee
                    | DefaultRole::People
            )
        );
        let position = self.roles.len();
        self.by_id
            .entry(role.id.to_ascii_lowercase())
            .or_insert(position);
        self.roles.push(RoleRights {
            role,
            wildcards: Vec::new(),
            is_known: role.permissions_known,
            is_candidate: role.permissions_known && !is_for_people_or_admin && !is_unstated,
            cost: 0,
            rights: held,
        });
    }

    /// The number of a name.
    fn name(&mut self, text: &str) -> NameId {
        let key = text.to_ascii_lowercase();
        let next = self.names.len() as NameId;
        *self.by_key.entry(key).or_insert_with(|| {
            self.names.push(Name {
                text: text.to_owned(),
                cost: cost_of(None),
                covered: None,
            });
            next
        })
    }

    fn right(&mut self, name: &str, condition: Condition<'o>) -> (NameId, RightId) {
        let name = self.name(name);
        let next = self.all.len() as RightId;
        let right = *self.by_right.entry((name, condition)).or_insert_with(|| {
            self.all.push((name, condition));
            next
        });
        (name, right)
    }

    /// Finds what each wildcard covers, and what it costs.
    fn expand_wildcards(&mut self) {
        let parts = |text: &str| -> Option<[String; 3]> {
            let mut parts = text.splitn(3, ':').map(str::to_ascii_lowercase);
            Some([parts.next()?, parts.next()?, parts.next()?])
        };
        let all: Vec<Option<[String; 3]>> =
            self.names.iter().map(|name| parts(&name.text)).collect();
        let is_wildcard = |parts: &[String; 3]| parts.iter().any(|part| part == "*");
        for (at, own) in all.iter().enumerate() {
            let Some(own) = own.as_ref().filter(|own| is_wildcard(own)) else {
                continue;
            };
            let covers = |other: &[String; 3]| {
                let mut parts = own.iter().zip(other);
                parts.all(|(own, other)| own == "*" || own == other)
            };
            let covered = (0..).zip(&all).filter(|(_, other)| {
                let other = other.as_ref().filter(|other| !is_wildcard(other));
                other.is_some_and(covers)
            });
            let covered: Vec<NameId> = covered.map(|(id, _)| id).collect();
            let cost: u64 = covered.iter().map(|id| self.cost(*id)).sum();
            self.names[at].cost = cost.max(cost_of(None));
            self.names[at].covered = Some(covered);
        }
        for role in &mut self.roles {
            let is_wildcard =
                |(name, _): &&(NameId, RightId)| self.names[*name as usize].covered.is_some();
            role.wildcards = role.rights.iter().filter(is_wildcard).copied().collect();
        }
    }

    pub(super) fn text(&self, name: NameId) -> &str {
        &self.names[name as usize].text
    }

    pub(super) fn cost(&self, name: NameId) -> u64 {
        self.names[name as usize].cost
    }

    pub(super) fn right_of(&self, right: RightId) -> (NameId, Condition<'o>) {
        self.all[right as usize]
    }

    /// The positions of the candidates that may give a permission, each once.
    pub(super) fn holders(&self, name: NameId) -> BTreeSet<usize> {
        let holders = self.holders[name as usize].iter();
        holders.chain(&self.with_wildcards).copied().collect()
    }

    /// The names that the operation at a position needs.
    pub(super) fn needs(&self, operation: usize) -> &[NameId] {
        &self.needs[operation]
    }

    /// The role with this id.
    pub(super) fn role(&self, id: &str) -> Option<&RoleRights<'o>> {
        let at = self.by_id.get(&id.to_ascii_lowercase())?;
        Some(&self.roles[*at])
    }

    fn covers(&self, wildcard: NameId, name: NameId) -> bool {
        let covered = self.names[wildcard as usize].covered.as_ref();
        covered.is_some_and(|covered| covered.binary_search(&name).is_ok())
    }

    /// The conditions under which a role gives a permission; empty if it does not.
    pub(super) fn given(&self, role: &RoleRights<'o>, name: NameId) -> BTreeSet<Condition<'o>> {
        let condition = |(_, right): &(NameId, RightId)| self.right_of(*right).1;
        let wildcards = role.wildcards.iter();
        let wildcards = wildcards.filter(|(wildcard, _)| self.covers(*wildcard, name));
        role.explicit(name)
            .iter()
            .chain(wildcards)
            .map(condition)
            .collect()
    }

    /// Whether a role gives a permission, under whatever condition.
    pub(super) fn gives(&self, role: &RoleRights<'o>, name: NameId) -> bool {
        let mut wildcards = role.wildcards.iter();
        !role.explicit(name).is_empty()
            || wildcards.any(|(wildcard, _)| self.covers(*wildcard, name))
    }

    /// Whether a role gives a permission under this condition, or always.
    pub(super) fn gives_under(
        &self,
        role: &RoleRights<'o>,
        name: NameId,
        condition: Condition<'o>,
    ) -> bool {
        let fits = |(_, right): &(NameId, RightId)| {
            let given = self.right_of(*right).1;
            given == Condition::None || given == condition
        };
        let mut wildcards = role.wildcards.iter();
        role.explicit(name).iter().any(fits)
            || wildcards.any(|held| self.covers(held.0, name) && fits(held))
    }

    /// The names of all permissions.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|name| &*name.text)
    }

    pub(super) const fn name_count(&self) -> usize {
        self.names.len()
    }
}

impl RoleRights<'_> {
    /// The entries that have this very name.
    pub(super) fn explicit(&self, name: NameId) -> &[(NameId, RightId)] {
        let start = self.rights.partition_point(|(other, _)| *other < name);
        let rest = &self.rights[start..];
        let length = rest.partition_point(|(other, _)| *other == name);
        &rest[..length]
    }
}
