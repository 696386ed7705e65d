//! The roles that would be enough for a client: those that exist, and those to create.
//!
//! Invariant: no proposal widens. A permission stays in the divisions in which it is held, and
//! under its conditions; what is held in different divisions goes to different roles.

use super::permissions::Needs;
use super::rights::{Condition, NameId, RightId, Rights, RoleRights};
use crate::model::{Client, Division, Grants, Listing, Organisation, Role};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// What to do with the roles of a client.
#[derive(Clone, Debug, Default)]
pub struct RoleAdvice<'a> {
    /// Roles that can be dropped, because the others give all that stays.
    pub drop: Vec<Drop<'a>>,
    /// Roles to hold instead of all that are held.
    pub proposals: Vec<Proposal<'a>>,
    /// A search was stopped before it was complete.
    pub bounded: bool,
}

/// A role that can be dropped in some divisions.
#[derive(Clone, Debug)]
pub struct Drop<'a> {
    /// The role.
    pub role: &'a Role<'a>,
    /// The ids of the divisions; `*` for all, `home` for the home division if its id is unknown.
    pub divisions: Vec<String>,
    /// No call needed any of its permissions.
    pub unused: bool,
}

/// Roles for one set of divisions.
#[derive(Clone, Debug)]
pub enum Proposal<'a> {
    /// Roles that exist.
    Existing {
        /// The divisions.
        divisions: Vec<String>,
        /// The roles.
        roles: Vec<ProposedRole<'a>>,
    },
    /// A role to create, with exactly what stays.
    Custom {
        /// The divisions.
        divisions: Vec<String>,
        /// General permissions.
        permissions: Vec<&'a str>,
        /// All others.
        policies: Vec<Policy<'a>>,
    },
}

/// A role that exists.
#[derive(Clone, Debug)]
pub struct ProposedRole<'a> {
    /// The role.
    pub role: &'a Role<'a>,
    /// What it gives beyond what stays.
    pub excess: Vec<&'a str>,
}

/// Actions on an entity, as roles list them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy<'a> {
    /// The domain.
    pub domain: &'a str,
    /// The entity.
    pub entity: &'a str,
    /// The actions.
    pub actions: Vec<&'a str>,
    /// The condition as JSON, if there is one.
    pub condition: Option<&'a str>,
}

/// The divisions of a client by number; the first is `*`.
type Divisions = BTreeSet<usize>;
const EVERYWHERE: usize = 0;

/// The roles that a client holds, each with its divisions.
#[derive(Debug)]
pub(super) struct Held<'r, 'o> {
    pub roles: Vec<&'r RoleRights<'o>>,
    divisions: Vec<Divisions>,
    names: Vec<String>,
    /// Ids of roles that the export lacks, or whose permissions it lacks.
    pub unknown: Vec<String>,
    /// Every division is known.
    pub divisions_known: bool,
}

/// What the home division is called where its id is not known.
pub const HOME: &str = "home";

impl<'r, 'o> Held<'r, 'o> {
    pub(super) fn new(
        client: &Client<'_>,
        organisation: &Organisation<'_>,
        rights: &'r Rights<'o>,
    ) -> Self {
        let mut held = Self {
            roles: Vec::new(),
            divisions: Vec::new(),
            names: vec!["*".to_owned()],
            unknown: Vec::new(),
            divisions_known: true,
        };
        let home = home(organisation);
        let mut by_role: HashMap<String, usize> = HashMap::new();
        for grant in client.grants() {
            let Some(role) = rights.role(grant.role).filter(|role| role.is_known) else {
                held.unknown.push(grant.role.to_owned());
                continue;
            };
            let next = held.roles.len();
            let key = grant.role.to_ascii_lowercase();
            let at = *by_role.entry(key).or_insert(next);
            if at == next {
                held.roles.push(role);
                held.divisions.push(Divisions::new());
            }
            let Some(division) = division_of(&grant, home) else {
                held.divisions_known = false;
                continue;
            };
            let division = held.number(division);
            held.divisions[at].insert(division);
        }
        held.unknown.sort_unstable();
        held.unknown.dedup();
        held
    }

    fn number(&mut self, division: &str) -> usize {
        let mut names = self.names.iter();
        let known = names.position(|name| name.eq_ignore_ascii_case(division));
        known.unwrap_or_else(|| {
            self.names.push(division.to_owned());
            self.names.len() - 1
        })
    }

    fn named(&self, divisions: &Divisions) -> Vec<String> {
        let mut names: Vec<String> = divisions.iter().map(|at| self.names[*at].clone()).collect();
        names.sort_unstable();
        names
    }

    /// The divisions in which each kept permission is held, by condition.
    fn extents(&self, name: NameId, rights: &Rights<'o>) -> BTreeMap<Condition<'o>, Divisions> {
        let mut extents: BTreeMap<Condition<'o>, Divisions> = BTreeMap::new();
        for (role, divisions) in self.roles.iter().zip(&self.divisions) {
            for condition in rights.given(role, name) {
                extents.entry(condition).or_default().extend(divisions);
            }
        }
        for divisions in extents.values_mut().filter(|all| all.contains(&EVERYWHERE)) {
            *divisions = Divisions::from([EVERYWHERE]);
        }
        // Without a condition it covers the same under one.
        if let Some(always) = extents.get(&Condition::None).cloned() {
            let covers = |divisions: &Divisions| {
                always.contains(&EVERYWHERE) || divisions.is_subset(&always)
            };
            extents
                .retain(|condition, divisions| *condition == Condition::None || !covers(divisions));
        }
        extents
    }
}

/// The id of the home division, if it is known.
fn home<'o>(organisation: &'o Organisation<'_>) -> &'o str {
    let divisions = organisation.divisions.iter().flat_map(Listing::items);
    let mut flagged = divisions.filter(|division: &&Division<'_>| division.is_home);
    let flagged = flagged.next().map(|division| &*division.id);
    organisation.home.as_deref().or(flagged).unwrap_or(HOME)
}

/// The division of a grant; `None` if it is not known.
fn division_of<'g>(grant: &Grants<'g>, home: &'g str) -> Option<&'g str> {
    let named = grant.division.map(str::trim).filter(|id| !id.is_empty());
    match named {
        Some(division) => Some(division),
        None if grant.division_unknown => None,
        None => Some(home),
    }
}

impl<'a> RoleAdvice<'a> {
    /// What to do with roles, given what stays.
    pub(super) fn new<'o: 'a>(held: &Held<'a, 'o>, needs: &Needs, rights: &'a Rights<'o>) -> Self {
        let mut advice = Self {
            drop: droppable(held, needs, rights),
            ..Self::default()
        };
        if needs.removable.is_empty() || !held.divisions_known {
            return advice;
        }
        let mut sets: BTreeMap<Divisions, Vec<(NameId, Condition<'o>)>> = BTreeMap::new();
        for name in &needs.keep {
            for (condition, divisions) in held.extents(*name, rights) {
                sets.entry(divisions).or_default().push((*name, condition));
            }
        }
        for (divisions, kept) in sets {
            let is_unstated =
                |(_, condition): &(NameId, Condition<'_>)| *condition == Condition::Unstated;
            if kept.iter().any(is_unstated) {
                continue;
            }
            let all = Kept::new(&kept, rights);
            let mut search = Search::new(&kept, &all, rights);
            let found = search.run();
            advice.bounded |= search.is_bounded;
            if let Some(found) = found.filter(|found| !is_held(held, &divisions, found)) {
                let roles = found.iter().map(|role| ProposedRole {
                    role: role.role,
                    excess: excess_names(role, &all, rights),
                });
                advice.proposals.push(Proposal::Existing {
                    divisions: held.named(&divisions),
                    roles: roles.collect(),
                });
            }
            advice
                .proposals
                .push(custom(held.named(&divisions), &kept, rights));
        }
        advice
    }
}

/// Whether some kept permission may be under a condition that the export does not contain, so
/// that no role can be proposed for it.
pub(super) fn has_unstated(held: &Held<'_, '_>, needs: &Needs, rights: &Rights<'_>) -> bool {
    let mut kept = needs.keep.iter();
    kept.any(|name| {
        let extents = held.extents(*name, rights);
        extents.contains_key(&Condition::Unstated)
    })
}

/// Whether these are the very roles that the client holds in these divisions.
fn is_held(held: &Held<'_, '_>, divisions: &Divisions, roles: &[&RoleRights<'_>]) -> bool {
    let of_set = held.roles.iter().zip(&held.divisions);
    let of_set = of_set.filter(|(_, own)| !own.is_disjoint(divisions) || own.contains(&EVERYWHERE));
    let own: BTreeMap<&str, &Divisions> = of_set.map(|(role, own)| (&*role.role.id, own)).collect();
    own.len() == roles.len()
        && roles.iter().all(|role| {
            let own = own.get(&*role.role.id);
            own.is_some_and(|own| *own == divisions)
        })
}

/// The roles that add nothing to the others as far as permissions stay, the most powerful first.
fn droppable<'a, 'o: 'a>(
    held: &Held<'a, 'o>,
    needs: &Needs,
    rights: &'a Rights<'o>,
) -> Vec<Drop<'a>> {
    let mut kept: Vec<Vec<(NameId, BTreeSet<Condition<'o>>)>> = Vec::new();
    for role in &held.roles {
        let names = needs.keep.iter();
        let given = names.map(|name| (*name, rights.given(role, *name)));
        kept.push(
            given
                .filter(|(_, conditions)| !conditions.is_empty())
                .collect(),
        );
    }
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for (role, divisions) in held.divisions.iter().enumerate() {
        pairs.extend(divisions.iter().map(|division| (role, *division)));
    }
    // Of two that give the same, the more powerful one goes, then the later one.
    pairs.sort_by_key(|(role, division)| {
        let cost = held.roles[*role].cost;
        (std::cmp::Reverse(cost), std::cmp::Reverse(*role), *division)
    });
    let mut left: BTreeSet<(usize, usize)> = pairs.iter().copied().collect();
    let mut dropped: BTreeMap<usize, Divisions> = BTreeMap::new();
    for pair @ (role, division) in pairs {
        left.remove(&pair);
        let is_given = |name: NameId, condition: &Condition<'_>| {
            left.iter().any(|(other, at)| {
                let mut own = kept[*other].iter().filter(|(own, _)| *own == name);
                (*at == division || *at == EVERYWHERE)
                    && own.any(|(_, own)| own.contains(condition) || own.contains(&Condition::None))
            })
        };
        let mut needed = kept[role].iter();
        let is_droppable = needed.all(|(name, conditions)| {
            let mut conditions = conditions.iter();
            // Two unstated conditions can differ.
            conditions
                .all(|condition| *condition != Condition::Unstated && is_given(*name, condition))
        });
        if is_droppable {
            dropped.entry(role).or_default().insert(division);
        } else {
            left.insert(pair);
        }
    }
    let mut dropped: Vec<Drop<'a>> = dropped
        .into_iter()
        .map(|(role, divisions)| Drop {
            role: held.roles[role].role,
            divisions: held.named(&divisions),
            unused: kept[role].is_empty(),
        })
        .collect();
    dropped.sort_by(|one, other| {
        (one.role.label(), one.role.id.text()).cmp(&(other.role.label(), other.role.id.text()))
    });
    dropped
}

/// A role with exactly these permissions.
fn custom<'a, 'o: 'a>(
    divisions: Vec<String>,
    kept: &[(NameId, Condition<'o>)],
    rights: &'a Rights<'o>,
) -> Proposal<'a> {
    let mut permissions = Vec::new();
    let mut policies: BTreeMap<(&str, &str, Condition<'o>), Vec<&str>> = BTreeMap::new();
    for (name, condition) in kept {
        let text = rights.text(*name);
        let mut parts = text.splitn(3, ':');
        match (parts.next(), parts.next(), parts.next()) {
            (Some(domain), Some(entity), Some(action)) => policies
                .entry((domain, entity, *condition))
                .or_default()
                .push(action),
            _ => permissions.push(text),
        }
    }
    permissions.sort_unstable();
    let policies = policies.into_iter();
    let policies = policies.map(|((domain, entity, condition), mut actions)| {
        actions.sort_unstable();
        Policy {
            domain,
            entity,
            actions,
            condition: match condition {
                Condition::Written(node) => Some(node),
                Condition::None | Condition::Unstated => None,
            },
        }
    });
    Proposal::Custom {
        divisions,
        permissions,
        policies: policies.collect(),
    }
}

/// What is kept, to be looked up for each permission of many roles.
struct Kept<'o> {
    /// By name: whether it is kept without a condition.
    always: Vec<bool>,
    /// What is kept under a condition only.
    under: HashSet<(NameId, Condition<'o>)>,
}

impl<'o> Kept<'o> {
    fn new(kept: &[(NameId, Condition<'o>)], rights: &Rights<'o>) -> Self {
        let mut all = Self {
            always: vec![false; rights.name_count()],
            under: HashSet::new(),
        };
        for (name, condition) in kept {
            if *condition == Condition::None {
                all.always[*name as usize] = true;
            } else {
                all.under.insert((*name, *condition));
            }
        }
        all
    }

    /// Whether a right is not beyond what is kept.
    fn contains(&self, (name, right): (NameId, RightId), rights: &Rights<'o>) -> bool {
        self.always[name as usize]
            || (!self.under.is_empty() && self.under.contains(&rights.right_of(right)))
    }
}

/// What a role gives beyond what is kept, by name.
fn excess_names<'a, 'o>(
    role: &RoleRights<'o>,
    kept: &Kept<'o>,
    rights: &'a Rights<'o>,
) -> Vec<&'a str> {
    let beyond = role.rights.iter();
    let beyond = beyond.filter(|held| !kept.contains(**held, rights));
    let mut names: Vec<&str> = beyond.map(|(name, _)| rights.text(*name)).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// More candidates than these are not searched exactly.
const MOST_CANDIDATES: usize = 64;
/// So many steps of a search are allowed.
const MOST_STEPS: u32 = 10_000;

/// Candidates by their positions, a bit for each.
type Candidates = u64;

/// A choice of roles: its cost, its size, the names of its roles in order.
type Rank<'a> = (u64, u32, Vec<(&'a str, &'a str)>);

/// A role that gives some of what is kept.
struct Candidate<'a, 'o> {
    role: &'a RoleRights<'o>,
    /// The positions of what it gives.
    covers: Vec<usize>,
    /// What it costs by itself.
    cost: u64,
}

impl<'a> Candidate<'a, '_> {
    fn key(&self) -> (u64, &'a str, &'a str) {
        (self.cost, self.role.role.label(), &self.role.role.id)
    }
}

/// The search for the roles with the least excess, by branch and bound.
struct Search<'a, 'o> {
    roles: Vec<&'a RoleRights<'o>>,
    /// For each permission that is kept, the candidates that give it.
    coverers: Vec<Candidates>,
    excess: Excess,
    best: Option<(Rank<'a>, Candidates)>,
    steps: u32,
    /// Candidates were left out, or the steps did not suffice.
    is_bounded: bool,
}

/// What each candidate gives beyond what is kept, a bit for each right: first those that cost 1,
/// then, from a word of their own on, all others.
struct Excess {
    of_candidates: Vec<Vec<u64>>,
    ordinary_words: usize,
    /// The costs of the others, by bit.
    costs: Vec<u64>,
    words: usize,
}

const BITS: usize = u64::BITS as usize;

impl Excess {
    fn new<'o>(roles: &[&RoleRights<'o>], kept: &Kept<'o>, rights: &Rights<'o>) -> Self {
        let beyond: Vec<Vec<(NameId, RightId)>> = roles
            .iter()
            .map(|role| {
                let all = role.rights.iter().copied();
                all.filter(|held| !kept.contains(*held, rights)).collect()
            })
            .collect();
        let mut all: Vec<(NameId, RightId)> = beyond.iter().flatten().copied().collect();
        all.sort_unstable();
        all.dedup();
        let is_ordinary = |(name, _): &(NameId, RightId)| rights.cost(*name) == 1;
        let (ordinary, others): (Vec<_>, Vec<_>) = all.into_iter().partition(is_ordinary);
        let ordinary_words = ordinary.len().div_ceil(BITS);
        let words = ordinary_words + others.len().div_ceil(BITS);
        let first_other = ordinary_words * BITS;
        let of_candidates = beyond.iter().map(|beyond| {
            let mut bits = vec![0; words];
            for held in beyond {
                let at = ordinary.binary_search(held).or_else(|_| {
                    let other = others.binary_search(held);
                    other.map(|at| at + first_other)
                });
                if let Ok(at) = at {
                    bits[at / BITS] |= 1 << (at % BITS);
                }
            }
            bits
        });
        Self {
            of_candidates: of_candidates.collect(),
            ordinary_words,
            costs: others.iter().map(|(name, _)| rights.cost(*name)).collect(),
            words,
        }
    }

    /// What a candidate adds to the cost of what is chosen.
    fn added(&self, candidate: usize, chosen: &[u64]) -> u64 {
        let new = self.of_candidates[candidate].iter().zip(chosen);
        let mut cost: u64 = 0;
        for (word, (own, chosen)) in new.enumerate() {
            let mut new = own & !chosen;
            if word < self.ordinary_words {
                cost += u64::from(new.count_ones());
                continue;
            }
            while new != 0 {
                let at = (word - self.ordinary_words) * BITS + new.trailing_zeros() as usize;
                cost = cost.saturating_add(self.costs[at]);
                new &= new - 1;
            }
        }
        cost
    }

    fn with(&self, candidate: usize, chosen: &[u64]) -> Vec<u64> {
        let own = self.of_candidates[candidate].iter();
        own.zip(chosen).map(|(own, chosen)| own | chosen).collect()
    }
}

/// The positions of the bits that are set.
fn bits(mut of: Candidates) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let next = (of != 0).then(|| of.trailing_zeros() as usize)?;
        of &= of - 1;
        Some(next)
    })
}

impl<'a, 'o> Search<'a, 'o> {
    fn new(kept: &[(NameId, Condition<'o>)], all: &Kept<'o>, rights: &'a Rights<'o>) -> Self {
        let mut candidates = candidates(kept, all, rights);
        let bound = bound(&candidates, kept.len());
        // A role that costs more by itself than a known choice is in no better one.
        candidates.retain(|candidate| candidate.cost <= bound);
        let is_bounded = candidates.len() > MOST_CANDIDATES;
        if is_bounded {
            candidates = most_useful(candidates, kept.len());
        }
        let mut coverers = vec![0; kept.len()];
        for (at, candidate) in candidates.iter().enumerate() {
            for covered in &candidate.covers {
                coverers[*covered] |= 1 << at;
            }
        }
        let roles: Vec<_> = candidates.iter().map(|candidate| candidate.role).collect();
        Self {
            excess: Excess::new(&roles, all, rights),
            roles,
            coverers,
            best: None,
            steps: MOST_STEPS,
            is_bounded,
        }
    }

    /// The best roles in the order of their names; `None` if no roles give all.
    fn run(&mut self) -> Option<Vec<&'a RoleRights<'o>>> {
        let nothing = vec![0; self.excess.words];
        self.descend(0, 0, 0, &nothing);
        self.is_bounded |= self.steps == 0;
        let (_, chosen) = self.best.take()?;
        let mut roles: Vec<_> = bits(chosen).map(|at| self.roles[at]).collect();
        roles.sort_by_key(|role| (role.role.label(), &*role.role.id));
        Some(roles)
    }

    /// Chooses a role for the open permission that adds most to the cost. `excluded` are the
    /// candidates of which all choices were tried.
    fn descend(&mut self, cost: u64, chosen: Candidates, mut excluded: Candidates, sum: &[u64]) {
        self.steps = self.steps.saturating_sub(1);
        let mut added = [None; MOST_CANDIDATES];
        let mut next: Option<(u64, Candidates)> = None;
        for coverers in &self.coverers {
            if coverers & chosen != 0 {
                continue;
            }
            let available = coverers & !excluded;
            let costs = bits(available)
                .map(|at| *added[at].get_or_insert_with(|| self.excess.added(at, sum)));
            // Without a role that gives it, there is no choice.
            let Some(least) = costs.min() else { return };
            let is_harder = |(other, of_other): &(u64, Candidates)| {
                let fewer = available.count_ones() < of_other.count_ones();
                least > *other || (least == *other && fewer)
            };
            if next.as_ref().is_none_or(is_harder) {
                next = Some((least, available));
            }
        }
        let Some((_, available)) = next else {
            self.note(cost, chosen);
            return;
        };
        let costs = bits(available).map(|at| (added[at].unwrap_or(0), at));
        let mut choices: Vec<(u64, usize)> = costs.collect();
        choices.sort_unstable();
        for (added, at) in choices {
            let cost = cost.saturating_add(added);
            let size = chosen.count_ones() + 1;
            let is_worse = |(best, _): &(Rank<'_>, Candidates)| (cost, size) > (best.0, best.1);
            if self.best.as_ref().is_some_and(is_worse) || (self.steps == 0 && self.best.is_some())
            {
                return;
            }
            let sum = self.excess.with(at, sum);
            self.descend(cost, chosen | 1 << at, excluded, &sum);
            excluded |= 1 << at;
        }
    }

    fn note(&mut self, cost: u64, chosen: Candidates) {
        let roles = bits(chosen).map(|at| self.roles[at].role);
        let mut names: Vec<(&str, &str)> = roles.map(|role| (role.label(), &*role.id)).collect();
        names.sort_unstable();
        let rank = (cost, chosen.count_ones(), names);
        if self.best.as_ref().is_none_or(|(best, _)| rank < *best) {
            self.best = Some((rank, chosen));
        }
    }
}

/// The roles that give some of what is kept, the cheapest first.
fn candidates<'a, 'o>(
    kept: &[(NameId, Condition<'o>)],
    all: &Kept<'o>,
    rights: &'a Rights<'o>,
) -> Vec<Candidate<'a, 'o>> {
    let mut covers: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, (name, condition)) in kept.iter().enumerate() {
        for role in rights.holders(*name) {
            if rights.gives_under(&rights.roles[role], *name, *condition) {
                covers.entry(role).or_default().push(at);
            }
        }
    }
    let names: BTreeSet<NameId> = kept.iter().map(|(name, _)| *name).collect();
    let candidates = covers.into_iter().map(|(role, covers)| {
        let role = &rights.roles[role];
        let within = names.iter().flat_map(|name| role.explicit(*name));
        let within = within.filter(|held| all.contains(**held, rights));
        let within: u64 = within.map(|(name, _)| rights.cost(*name)).sum();
        Candidate {
            role,
            covers,
            cost: role.cost.saturating_sub(within),
        }
    });
    let mut candidates: Vec<_> = candidates.collect();
    candidates.sort_by_key(Candidate::key);
    candidates
}

/// What a choice costs at most: the cheapest role for each permission.
fn bound(candidates: &[Candidate<'_, '_>], kept: usize) -> u64 {
    let mut open = vec![true; kept];
    let mut cost: u64 = 0;
    for candidate in candidates {
        if candidate.covers.iter().any(|at| open[*at]) {
            cost = cost.saturating_add(candidate.cost);
            candidate.covers.iter().for_each(|at| open[*at] = false);
        }
    }
    cost
}

/// The cheapest role for each permission, then the cheapest others.
fn most_useful<'a, 'o>(candidates: Vec<Candidate<'a, 'o>>, kept: usize) -> Vec<Candidate<'a, 'o>> {
    let mut open = vec![true; kept];
    let (mut first, mut others) = (Vec::new(), Vec::new());
    for candidate in candidates {
        if candidate.covers.iter().any(|at| open[*at]) {
            candidate.covers.iter().for_each(|at| open[*at] = false);
            first.push(candidate);
        } else {
            others.push(candidate);
        }
    }
    first.extend(others);
    first.truncate(MOST_CANDIDATES);
    first.sort_by_key(Candidate::key);
    first
}
