//! The cheapest scopes that are enough for the calls of a client.
//!
//! Invariant: every call that a held scope covers stays covered. The search is exact up to a
//! bound; beyond it the answer still covers every call, and says that a cheaper one is possible.

use super::calls::{Call, Calls};
use super::operations::{Operations, READ_ONLY, scope_covers};
use crate::model::ApiOperation;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What becomes of the scopes of a client. All lists are sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScopeNeeds {
    /// The scopes that are enough.
    pub target: Vec<String>,
    /// Held scopes of which the form that only reads is enough.
    pub downgrade: Vec<String>,
    /// Held scopes that no call needs.
    pub remove: Vec<String>,
    /// Scopes of the target that only calls need that were refused or failed.
    pub only_failing: Vec<String>,
    /// Scopes that calls need and the client does not hold: they work only because the
    /// organisation does not enforce scopes.
    pub missing: Vec<String>,
    /// The search was stopped before it was complete.
    pub bounded: bool,
}

/// The scope that every application of users needs to know its user, and that costs nothing.
const BASIC: &str = "user-basic-info";

/// Domains whose write scope changes the rights of others.
const POWERFUL: [&str; 5] = [
    "authorization",
    "identity-providers",
    "oauth",
    "organization",
    "organization-authorization",
];

/// What a scope costs.
#[must_use]
pub fn scope_cost(scope: &str) -> u64 {
    match scope {
        BASIC => 0,
        _ if scope.ends_with(READ_ONLY) => 1,
        _ if POWERFUL.contains(&scope) => 100,
        _ => 10,
    }
}

impl ScopeNeeds {
    /// Everything stays, because it is not judged what is unused. What is missing is a fact.
    pub(super) fn keep_all(self, held: Vec<String>) -> Self {
        Self {
            target: held,
            missing: self.missing,
            bounded: self.bounded,
            ..Self::default()
        }
    }

    /// What the calls need of the scopes that are held, which are sorted.
    pub(super) fn new(held: &[String], calls: &Calls<'_>, operations: &Operations<'_>) -> Self {
        let candidates = candidates(held, operations);
        let among = |operation: &ApiOperation<'_>| -> Vec<String> {
            let covering = candidates.iter();
            let covering = covering.filter(|scope| scope_covers(scope, operation));
            covering.cloned().collect()
        };
        let mut missing = Requirements::default();
        let mut used = Requirements::default();
        for call in calls.used().filter(|call| needs_scope(call)) {
            let choices = among(call.operation);
            if choices.is_empty() {
                missing.add(covering(call.operation, operations));
            } else {
                used.add(choices);
            }
        }
        let basic = held.iter().filter(|scope| *scope == BASIC).cloned();
        let mut target: BTreeSet<String> = basic.collect();
        let needed = used.cheapest(&target);
        target.extend(needed.scopes);
        let mut attempted = Requirements::default();
        for call in calls.attempted().filter(|call| needs_scope(call)) {
            let choices = among(call.operation);
            if !choices.is_empty() {
                attempted.add(choices);
            }
        }
        let failing = attempted.cheapest(&target);
        target.extend(failing.scopes.iter().cloned());
        let missing = missing.cheapest(&BTreeSet::new());
        let bounded = needed.bounded || failing.bounded || missing.bounded;
        let (mut downgrade, mut remove) = (Vec::new(), Vec::new());
        for scope in held.iter().filter(|scope| !target.contains(*scope)) {
            let plain = scope.strip_suffix(READ_ONLY);
            if plain.is_some_and(|plain| missing.scopes.contains(plain)) {
                // What reads is not unused where what writes is needed.
                continue;
            }
            if plain.is_none() && target.contains(&format!("{scope}{READ_ONLY}")) {
                downgrade.push(scope.clone());
            } else {
                remove.push(scope.clone());
            }
        }
        Self {
            target: target.into_iter().collect(),
            downgrade,
            remove,
            only_failing: failing.scopes.into_iter().collect(),
            missing: missing.scopes.into_iter().collect(),
            bounded,
        }
    }
}

/// All scopes that exist and cover an operation.
fn covering(operation: &ApiOperation<'_>, operations: &Operations<'_>) -> Vec<String> {
    let accepted = operation.scopes.iter().map(AsRef::as_ref);
    let writing = operation.scopes.iter();
    let writing = writing.filter_map(|scope| scope.strip_suffix(READ_ONLY));
    let writing = writing.filter(|scope| operations.accepts(scope));
    accepted.chain(writing).map(str::to_owned).collect()
}

fn needs_scope(call: &Call<'_>) -> bool {
    !call.operation.scopes.is_empty()
}

/// The scopes to choose from: those that are held, and their forms that only read.
fn candidates(held: &[String], operations: &Operations<'_>) -> BTreeSet<String> {
    let mut candidates: BTreeSet<String> = held.iter().cloned().collect();
    for scope in held.iter().filter(|scope| !scope.ends_with(READ_ONLY)) {
        let reading = format!("{scope}{READ_ONLY}");
        if operations.accepts(&reading) {
            candidates.insert(reading);
        }
    }
    candidates
}

/// Lists of scopes of which one each is needed.
#[derive(Default)]
struct Requirements {
    choices: BTreeSet<Vec<String>>,
}

/// The cheapest scopes for some requirements.
#[derive(Default)]
struct Cheapest {
    scopes: BTreeSet<String>,
    bounded: bool,
}

/// A choice: its cost, its size, its scopes in order. The least is the best.
type Rank<'r> = (u64, usize, Vec<&'r str>);

/// So many steps of a search are allowed, far more than the known operations need.
const MOST_STEPS: u32 = 100_000;

impl Requirements {
    fn add(&mut self, choices: impl IntoIterator<Item = String>) {
        let mut choices: Vec<String> = choices.into_iter().collect();
        choices.sort_unstable();
        choices.dedup();
        self.choices.insert(choices);
    }

    /// The cheapest scopes that satisfy all, in addition to those that are given: the least cost,
    /// then the fewest, then the first by name.
    fn cheapest(&self, given: &BTreeSet<String>) -> Cheapest {
        let open = self.choices.iter().filter(|choices| {
            let mut choices = choices.iter();
            !choices.any(|scope| given.contains(scope))
        });
        let open: Vec<Vec<&str>> = open
            .map(|choices| choices.iter().map(String::as_str).collect())
            .collect();
        let mut result = Cheapest::default();
        // What has no scope in common can be searched one after the other.
        for part in independent(open) {
            let mut search = Search {
                open: &part,
                best: None,
                steps: MOST_STEPS,
            };
            if part.len() <= LARGEST_PART {
                search.run(0, &mut BTreeSet::new());
            }
            result.bounded |= search.steps == 0 || search.best.is_none();
            let scopes = search.best.map_or_else(
                || {
                    part.iter()
                        .filter_map(|choices| cheapest_of(choices))
                        .collect()
                },
                |(_, _, scopes)| scopes,
            );
            result.scopes.extend(scopes.into_iter().map(str::to_owned));
        }
        result
    }
}

/// So many requirements with scopes in common are searched; the known operations have 30.
const LARGEST_PART: usize = 256;

fn cheapest_of<'r>(choices: &[&'r str]) -> Option<&'r str> {
    let choices = choices.iter().copied();
    choices.min_by_key(|scope| (scope_cost(scope), *scope))
}

/// Groups requirements that share scopes. Those that another one implies are left out.
fn independent(mut open: Vec<Vec<&str>>) -> Vec<Vec<Vec<&str>>> {
    open.sort_by(|one, other| (one.len(), one).cmp(&(other.len(), other)));
    let mut needed: Vec<Vec<&str>> = Vec::new();
    let mut by_first: HashMap<&str, Vec<usize>> = HashMap::new();
    for choices in open {
        let mut others = choices.iter().filter_map(|scope| by_first.get(scope));
        let implies = |other: &usize| needed[*other].iter().all(|scope| choices.contains(scope));
        if others.any(|others| others.iter().any(implies)) {
            continue;
        }
        if let Some(first) = choices.first() {
            by_first.entry(first).or_default().push(needed.len());
            needed.push(choices);
        }
    }
    // Each requirement leads to another of its group, up to one that leads to itself.
    let mut leads_to: Vec<usize> = (0..needed.len()).collect();
    let mut by_scope: HashMap<&str, usize> = HashMap::new();
    for (at, choices) in needed.iter().enumerate() {
        for scope in choices {
            let other = *by_scope.entry(scope).or_insert(at);
            let (one, other) = (end(&mut leads_to, at), end(&mut leads_to, other));
            leads_to[one.max(other)] = one.min(other);
        }
    }
    let mut groups: BTreeMap<usize, Vec<Vec<&str>>> = BTreeMap::new();
    for (at, choices) in needed.into_iter().enumerate() {
        groups
            .entry(end(&mut leads_to, at))
            .or_default()
            .push(choices);
    }
    groups.into_values().collect()
}

fn end(leads_to: &mut [usize], mut at: usize) -> usize {
    while leads_to[at] != at {
        leads_to[at] = leads_to[leads_to[at]];
        at = leads_to[at];
    }
    at
}

/// A search by branch and bound.
struct Search<'r> {
    open: &'r [Vec<&'r str>],
    best: Option<Rank<'r>>,
    steps: u32,
}

impl<'r> Search<'r> {
    fn run(&mut self, cost: u64, chosen: &mut BTreeSet<&'r str>) {
        self.steps = self.steps.saturating_sub(1);
        let is_open = |choices: &&Vec<&str>| {
            let mut choices = choices.iter();
            !choices.any(|scope| chosen.contains(scope))
        };
        let Some(next) = self.open.iter().find(is_open) else {
            let rank = (cost, chosen.len(), chosen.iter().copied().collect());
            if self.best.as_ref().is_none_or(|best| rank < *best) {
                self.best = Some(rank);
            }
            return;
        };
        let mut choices = next.clone();
        choices.sort_by_key(|scope| (scope_cost(scope), *scope));
        for scope in choices {
            let cost = cost + scope_cost(scope);
            let is_worse = |best: &Rank<'_>| (cost, chosen.len() + 1) > (best.0, best.1);
            if self.best.as_ref().is_some_and(is_worse) {
                continue;
            }
            if self.steps == 0 {
                return;
            }
            chosen.insert(scope);
            self.run(cost, chosen);
            chosen.remove(scope);
        }
    }
}

/// Which of the scopes a call is a reason for: those that cover it.
pub(super) fn reasons<'s>(
    scopes: &'s [String],
    calls: &Calls<'_>,
) -> BTreeMap<&'s str, Vec<usize>> {
    let mut reasons: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, call) in calls.mapped.iter().enumerate() {
        for scope in scopes {
            if scope_covers(scope, call.operation) {
                reasons.entry(scope).or_default().push(at);
            }
        }
    }
    reasons
}
