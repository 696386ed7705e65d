//! Invariants of the analysis of usage over generated organisations, and a comparison with a slow
//! reference that tries every choice.

use grantlint::model::{
    ApiDescription, ApiOperation, Client, ClientUsage, EntityRef, Field, GrantType, Interval,
    Listing, Organisation, PermissionPolicy, PolicyCondition, Role, RoleGrant, Statuses, Text,
    Usage, UsageCall, Window,
};
use grantlint::text::Place;
use grantlint::usage::{Analyser, Proposal, scope_cost, scope_covers};
use jiff::civil::{Date, date};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

const TODAY: Date = date(2026, 11, 30);
const ID: &str = "c1";

/// Numbers that look random and are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % end.max(1)
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn some<T: Clone>(&mut self, items: &[T], percent: usize) -> Vec<T> {
        let chosen = items.iter().filter(|_| self.chance(percent));
        chosen.cloned().collect()
    }
}

fn owned(text: &str) -> Text<'static> {
    text.to_owned().into()
}

fn present<T>(value: T) -> Field<T> {
    Field::present(value, Place::default())
}

fn texts(list: &[String]) -> Vec<Field<Text<'static>>> {
    list.iter().map(|text| present(owned(text))).collect()
}

/// A call of an operation by its position, and whether it was answered.
type Rows = BTreeMap<usize, bool>;

/// A permission and its condition.
type Conditional = (String, Option<String>);

/// A role and what it grants beyond need.
type WithExcess = (String, Vec<String>);

/// A client with what it calls.
#[derive(Clone, Debug, Default)]
struct World {
    operations: Vec<ApiOperation<'static>>,
    scopes: Vec<String>,
    /// The roles of the organisation: each with its permissions and conditions.
    roles: Vec<(String, Vec<Conditional>)>,
    /// Role and division of each grant.
    grants: Vec<(String, String)>,
    rows: Rows,
    days: i8,
    is_machine: bool,
}

/// What the analysis says, owned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Answer {
    judged: bool,
    target: BTreeSet<String>,
    downgrade: Vec<String>,
    remove: Vec<String>,
    only_failing: BTreeSet<String>,
    missing: BTreeSet<String>,
    certain: BTreeSet<String>,
    keep: BTreeSet<String>,
    removable: BTreeSet<String>,
    drop: Vec<(String, Vec<String>)>,
    /// Divisions, and each role with its excess.
    existing: Vec<(Vec<String>, Vec<WithExcess>)>,
    /// Divisions, and each permission with its condition.
    custom: Vec<(Vec<String>, Vec<Conditional>)>,
    bounded: bool,
}

const DOMAINS: [&str; 5] = ["a", "b", "oauth", "c", "user-basic-info"];

fn scopes_of(random: &mut Random) -> Vec<Text<'static>> {
    let mut scopes = BTreeSet::new();
    for _ in 0..=random.below(3) {
        let domain = DOMAINS[random.below(DOMAINS.len())];
        if random.chance(60) {
            scopes.insert(format!("{domain}:readonly"));
        }
        if random.chance(60) {
            scopes.insert(domain.to_owned());
        }
    }
    scopes.into_iter().map(Text::from).collect()
}

const PERMISSIONS: [&str; 8] = [
    "routing:queue:view",
    "routing:queue:edit",
    "recording:recording:view",
    "outbound:contact:add",
    "outbound:contact:delete",
    "authorization:grant:add",
    "analytics:report:view",
    "admin",
];

fn world(seed: u64, is_machine: bool) -> World {
    let random = &mut Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let operations: Vec<ApiOperation<'static>> = (0..10)
        .map(|number| {
            let permissions: Vec<Text<'static>> = random
                .some(&PERMISSIONS, 25)
                .into_iter()
                .map(Text::from)
                .collect();
            let method = if permissions.is_empty() {
                "GET"
            } else {
                "POST"
            };
            ApiOperation {
                method: method.into(),
                path: format!("/api/v2/things{number}/{{id}}").into(),
                scopes: scopes_of(random),
                needs_all: random.chance(40),
                permissions,
                deprecated: false,
            }
        })
        .collect();
    let all_scopes: Vec<String> = DOMAINS
        .iter()
        .flat_map(|domain| [(*domain).to_owned(), format!("{domain}:readonly")])
        .collect();
    let roles: Vec<_> = (0..6)
        .map(|number| {
            let names = random.some(&PERMISSIONS, 40);
            let held = names.into_iter().map(|name| {
                let is_conditional = name != "admin" && random.chance(15);
                let condition = is_conditional.then(|| "{\"operator\":\"EQ\"}".to_owned());
                (name.to_owned(), condition)
            });
            (format!("role{number}"), held.collect())
        })
        .collect();
    let divisions = ["*", "d1", "d2"];
    let grants = (0..=random.below(4))
        .map(|_| {
            let role = format!("role{}", random.below(6));
            (role, divisions[random.below(3)].to_owned())
        })
        .collect();
    let mut rows = Rows::new();
    for number in 0..operations.len() {
        if random.chance(50) {
            rows.insert(number, random.chance(70));
        }
    }
    World {
        operations,
        scopes: random.some(&all_scopes, 45),
        roles,
        grants,
        rows,
        days: 120,
        is_machine,
    }
}

impl World {
    fn client(&self) -> Client<'static> {
        let grant = if self.is_machine {
            GrantType::ClientCredentials
        } else {
            GrantType::Code
        };
        let grants = self.grants.iter().map(|(role, division)| {
            present(RoleGrant {
                role: present(EntityRef::Id(owned(role))),
                division: present(EntityRef::Id(owned(division))),
            })
        });
        Client {
            id: present(owned(ID)),
            name: present(owned("Sync")),
            grant_type: present((grant, owned(grant.name()))),
            scopes: present(texts(&self.scopes)),
            role_divisions: present(grants.collect()),
            date_created: present(owned("2020-01-01T00:00:00Z")),
            ..Client::default()
        }
    }

    fn organisation(&self) -> Organisation<'static> {
        let roles = self.roles.iter().map(|(id, held)| Role {
            id: EntityRef::Id(owned(id)),
            name: present(owned(id)),
            permissions: held
                .iter()
                .filter(|(name, _)| !name.contains(':'))
                .map(|(name, _)| (owned(name), Place::default()))
                .collect(),
            policies: held.iter().filter_map(policy).collect(),
            permissions_known: true,
            ..Role::default()
        });
        let calls = self.rows.iter().map(|(at, used)| {
            let operation = &self.operations[*at];
            UsageCall {
                method: operation.method.clone(),
                template: operation.path.clone(),
                requests: 2,
                statuses: Some(Statuses {
                    ok: u64::from(*used),
                    client_errors: u64::from(!used),
                    ..Statuses::default()
                }),
                days: BTreeSet::new(),
                users: 0,
                places: Vec::new(),
            }
        });
        let start = date(2026, 11, 29).saturating_sub(jiff::Span::new().days(self.days));
        let window =
            Interval::new(start, date(2026, 11, 29)).and_then(|all| Window::new(vec![all]));
        let usage = ClientUsage {
            calls: calls.collect(),
            window,
            ..ClientUsage::default()
        };
        Organisation {
            clients: [self.client()].into_iter().collect(),
            roles: Some(Listing::new(roles.collect(), true)),
            usage: Some(Usage {
                clients: HashMap::from([(ID.to_owned(), usage)]),
                ..Usage::default()
            }),
            api: Some(Arc::new(ApiDescription {
                operations: self.operations.clone(),
                version: None,
            })),
            ..Organisation::default()
        }
    }

    fn answer(&self) -> Answer {
        let organisation = self.organisation();
        let analyser = Analyser::new(&organisation, TODAY);
        let client = &organisation.clients[0];
        let analysis = analyser.analyse(client);
        let set = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
        let mut answer = Answer {
            judged: analysis.is_judged(),
            target: analysis.scopes.target.iter().cloned().collect(),
            downgrade: analysis.scopes.downgrade.clone(),
            remove: analysis.scopes.remove.clone(),
            only_failing: analysis.scopes.only_failing.iter().cloned().collect(),
            missing: analysis.scopes.missing.iter().cloned().collect(),
            certain: set(&analysis.permissions.certain),
            keep: set(&analysis.permissions.keep),
            removable: set(&analysis.permissions.removable),
            bounded: analysis.scopes.bounded || analysis.roles.bounded,
            ..Answer::default()
        };
        for dropped in &analysis.roles.drop {
            let role = dropped.role.id.to_string();
            answer.drop.push((role, dropped.divisions.clone()));
        }
        for proposal in &analysis.roles.proposals {
            match proposal {
                Proposal::Existing { divisions, roles } => {
                    let roles = roles.iter().map(|proposed| {
                        let excess = proposed.excess.iter().map(ToString::to_string);
                        (proposed.role.id.to_string(), excess.collect())
                    });
                    answer.existing.push((divisions.clone(), roles.collect()));
                }
                Proposal::Custom {
                    divisions,
                    permissions,
                    policies,
                } => {
                    let general = permissions.iter().map(|name| ((*name).to_owned(), None));
                    let mut all: Vec<(String, Option<String>)> = general.collect();
                    for policy in policies {
                        let condition = policy.condition.map(str::to_owned);
                        all.extend(policy.actions.iter().map(|action| {
                            let name = format!("{}:{}:{action}", policy.domain, policy.entity);
                            (name, condition.clone())
                        }));
                    }
                    answer.custom.push((divisions.clone(), all));
                }
            }
        }
        answer
    }

    fn used(&self) -> impl Iterator<Item = &ApiOperation<'static>> {
        let used = self.rows.iter().filter(|(_, used)| **used);
        used.map(|(at, _)| &self.operations[*at])
    }

    /// The scopes to choose from.
    fn candidates(&self) -> Vec<String> {
        let accepted: BTreeSet<String> = self
            .operations
            .iter()
            .flat_map(|operation| operation.scopes.iter().map(ToString::to_string))
            .collect();
        let mut candidates: BTreeSet<String> = self.scopes.iter().cloned().collect();
        for scope in &self.scopes {
            let reading = format!("{scope}:readonly");
            if accepted.contains(&reading) {
                candidates.insert(reading);
            }
        }
        candidates.into_iter().collect()
    }

    /// Which of the permissions of a division set each grant gives, by name and condition.
    fn held(&self) -> BTreeMap<(String, Option<String>), BTreeSet<String>> {
        let mut held: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
        for (role, division) in &self.grants {
            let (_, rights) = self
                .roles
                .iter()
                .find(|(id, _)| id == role)
                .expect("a role");
            for right in rights {
                held.entry(right.clone())
                    .or_default()
                    .insert(division.clone());
            }
        }
        for divisions in held.values_mut().filter(|all| all.contains("*")) {
            *divisions = BTreeSet::from(["*".to_owned()]);
        }
        held
    }
}

fn policy((name, condition): &(String, Option<String>)) -> Option<PermissionPolicy<'static>> {
    let mut parts = name.split(':');
    let (domain, entity, action) = (parts.next()?, parts.next()?, parts.next()?);
    Some(PermissionPolicy {
        place: Place::default(),
        domain: owned(domain),
        entity: owned(entity),
        actions: vec![(owned(action), Place::default())],
        condition: match condition {
            None => PolicyCondition::None,
            Some(node) => PolicyCondition::Written(owned(node)),
        },
    })
}

fn cost(scopes: &BTreeSet<String>) -> u64 {
    scopes.iter().map(|scope| scope_cost(scope)).sum()
}

fn covers(scopes: &BTreeSet<String>, operation: &ApiOperation<'_>) -> bool {
    operation.scopes.is_empty() || scopes.iter().any(|scope| scope_covers(scope, operation))
}

/// The best of all subsets of `candidates` with `always` that covers each operation which all of
/// them cover.
fn best_subset(
    candidates: &[String],
    always: &BTreeSet<String>,
    operations: &[&ApiOperation<'_>],
) -> BTreeSet<String> {
    let all: BTreeSet<String> = candidates.iter().chain(always).cloned().collect();
    let needed: Vec<_> = operations
        .iter()
        .filter(|needed| covers(&all, needed))
        .collect();
    let subsets = (0_u32..1 << candidates.len()).map(|bits| {
        let chosen = candidates.iter().enumerate();
        let chosen = chosen.filter(|(at, _)| bits >> at & 1 == 1);
        let mut chosen: BTreeSet<String> = chosen.map(|(_, scope)| scope.clone()).collect();
        chosen.extend(always.iter().cloned());
        chosen
    });
    let enough = subsets.filter(|chosen| needed.iter().all(|needed| covers(chosen, needed)));
    enough
        .min_by_key(|chosen| {
            (
                cost(chosen),
                chosen.len(),
                chosen.iter().cloned().collect::<Vec<_>>(),
            )
        })
        .expect("all of them are enough")
}

#[test]
fn scopes_are_those_of_a_search_through_all() {
    let (mut downgrades, mut missing, mut failing) = (0, 0, 0);
    for seed in 1..300 {
        let world = world(seed, false);
        let answer = world.answer();
        assert!(answer.judged && !answer.bounded, "{seed}");
        let used: Vec<_> = world.used().collect();
        let basic = world
            .scopes
            .iter()
            .filter(|scope| *scope == "user-basic-info");
        let always: BTreeSet<String> = basic.cloned().collect();
        let candidates = world.candidates();
        let expected = best_subset(&candidates, &always, &used);
        let without: BTreeSet<String> = answer
            .target
            .difference(&answer.only_failing)
            .cloned()
            .collect();
        assert_eq!(without, expected, "{seed}: {world:?}");
        // What nothing held covers is covered by the cheapest of all scopes.
        let held: BTreeSet<String> = candidates.iter().cloned().collect();
        let open: Vec<_> = used
            .iter()
            .filter(|used| !covers(&held, used))
            .copied()
            .collect();
        let accepted = world.operations.iter();
        let accepted: BTreeSet<&str> = accepted
            .flat_map(|operation| operation.scopes.iter().map(AsRef::as_ref))
            .collect();
        let named: BTreeSet<String> = open
            .iter()
            .flat_map(|operation| &operation.scopes)
            .flat_map(|scope| [&**scope, scope.trim_end_matches(":readonly")])
            .filter(|scope| accepted.contains(scope))
            .map(str::to_owned)
            .collect();
        let named: Vec<String> = named.into_iter().collect();
        let lacking = best_subset(&named, &BTreeSet::new(), &open);
        assert_eq!(answer.missing, lacking, "{seed}");
        let attempted = world.rows.iter().filter(|(_, used)| !**used);
        let attempted: Vec<_> = attempted.map(|(at, _)| &world.operations[*at]).collect();
        let with_failing = best_subset(&candidates, &without, &attempted);
        assert_eq!(answer.target, with_failing, "{seed}");
        for scope in &world.scopes {
            let lists = [
                answer.target.contains(scope),
                answer.downgrade.contains(scope),
                answer.remove.contains(scope),
            ];
            let places = lists.iter().filter(|list| **list).count();
            let plain = scope.strip_suffix(":readonly");
            let is_exception = plain.is_some_and(|plain| answer.missing.contains(plain));
            assert!(
                places == 1 || (places == 0 && is_exception),
                "{seed}: {scope}"
            );
        }
        downgrades += answer.downgrade.len();
        missing += answer.missing.len();
        failing += answer.only_failing.len();
    }
    assert!(downgrades > 50 && missing > 50 && failing > 50);
}

#[test]
fn another_used_row_removes_nothing_that_is_needed() {
    for seed in 1..200 {
        let before = world(seed, false);
        let old = before.answer();
        for at in 0..before.operations.len() {
            let mut after = before.clone();
            after.rows.insert(at, true);
            let new = after.answer();
            let without = |answer: &Answer| -> BTreeSet<String> {
                answer
                    .target
                    .difference(&answer.only_failing)
                    .cloned()
                    .collect()
            };
            let (old, new) = (without(&old), without(&new));
            assert!(cost(&new) >= cost(&old), "{seed}, row {at}");
            let held: BTreeSet<String> = after.candidates().into_iter().collect();
            for used in after.used().filter(|used| covers(&held, used)) {
                assert!(covers(&new, used), "{seed}, row {at}");
            }
        }
    }
}

#[test]
fn the_scopes_that_were_proposed_are_enough_and_stay() {
    for seed in 1..200 {
        let before = world(seed, false);
        let answer = before.answer();
        let mut after = before.clone();
        after.scopes = answer.target.iter().cloned().collect();
        let again = after.answer();
        assert_eq!(again.target, answer.target, "{seed}");
        assert!(
            again.downgrade.is_empty() && again.remove.is_empty(),
            "{seed}"
        );
        assert_eq!(again.missing, answer.missing, "{seed}");
    }
}

#[test]
fn what_stays_grows_with_rows() {
    for seed in 1..200 {
        let before = world(seed, true);
        let old = before.answer();
        let held: BTreeSet<String> = before.held().into_keys().map(|(name, _)| name).collect();
        assert!(
            old.certain.is_subset(&old.keep) && old.keep.is_subset(&held),
            "{seed}"
        );
        let rest: BTreeSet<String> = held.difference(&old.keep).cloned().collect();
        assert_eq!(old.removable, rest, "{seed}");
        for at in 0..before.operations.len() {
            for used in [false, true] {
                let mut after = before.clone();
                let row = after.rows.entry(at).or_insert(used);
                *row |= used;
                let new = after.answer();
                assert!(old.keep.is_subset(&new.keep), "{seed}, row {at}");
            }
        }
        let mut short = before.clone();
        short.days = 20;
        let short = short.answer();
        assert!(!short.judged && short.keep == held && short.removable.is_empty());
        assert!(short.custom.is_empty() && short.drop.is_empty(), "{seed}");
    }
}

/// The world in which the client holds new roles of its own.
fn with_custom_roles(world: &World, answer: &Answer) -> World {
    let mut after = world.clone();
    after.grants.clear();
    for (number, (divisions, rights)) in answer.custom.iter().enumerate() {
        let id = format!("custom{number}");
        after.roles.push((id.clone(), rights.clone()));
        let grants = divisions
            .iter()
            .map(|division| (id.clone(), division.clone()));
        after.grants.extend(grants);
    }
    after
}

#[test]
fn custom_roles_give_what_stays_where_it_is_held_and_nothing_else() {
    let mut proposed = 0;
    for seed in 1..300 {
        let before = world(seed, true);
        let answer = before.answer();
        if answer.removable.is_empty() {
            assert!(
                answer.custom.is_empty() && answer.existing.is_empty(),
                "{seed}"
            );
            continue;
        }
        proposed += answer.custom.len();
        let after = with_custom_roles(&before, &answer);
        let (old, new) = (before.held(), after.held());
        let within = |divisions: &BTreeSet<String>, wide: Option<&BTreeSet<String>>| {
            wide.is_some_and(|wide| wide.contains("*") || divisions.is_subset(wide))
        };
        for ((name, condition), divisions) in &new {
            assert!(answer.keep.contains(name), "{seed}: {name}");
            let of_same = old.get(&(name.clone(), condition.clone()));
            assert!(within(divisions, of_same), "{seed}: {name} is wider");
        }
        for ((name, condition), divisions) in old
            .iter()
            .filter(|((name, _), _)| answer.keep.contains(name))
        {
            let same = new.get(&(name.clone(), condition.clone()));
            let always = new.get(&(name.clone(), None));
            assert!(
                within(divisions, same) || within(divisions, always),
                "{seed}: {name} is lost"
            );
        }
        let again = after.answer();
        assert_eq!(again.keep, answer.keep, "{seed}");
        assert!(again.removable.is_empty(), "{seed}");
        assert!(
            again.custom.is_empty() && again.existing.is_empty(),
            "{seed}"
        );
        assert!(again.drop.is_empty(), "{seed}: {again:?}");
    }
    assert!(proposed > 100);
}

fn weight(name: &str) -> u64 {
    match name {
        "admin" => 1000,
        "authorization:grant:add" => 300,
        "recording:recording:view" => 30,
        _ => 1,
    }
}

type Rights = BTreeSet<(String, Option<String>)>;

fn is_within(right: &(String, Option<String>), kept: &Rights) -> bool {
    kept.contains(right) || kept.contains(&(right.0.clone(), None))
}

/// The best of all sets of roles that give everything that is kept.
fn best_roles(world: &World, kept: &Rights) -> Option<Vec<String>> {
    let gives = |rights: &Rights, (name, condition): &(String, Option<String>)| {
        rights.contains(&(name.clone(), None))
            || rights.contains(&(name.clone(), condition.clone()))
    };
    let roles: Vec<(String, Rights)> = world
        .roles
        .iter()
        .map(|(id, rights)| (id.clone(), rights.iter().cloned().collect()))
        .collect();
    let subsets = (1_u32..1 << roles.len()).filter_map(|bits| {
        let chosen = roles
            .iter()
            .enumerate()
            .filter(|(at, _)| bits >> at & 1 == 1);
        let chosen: Vec<&(String, Rights)> = chosen.map(|(_, role)| role).collect();
        let union: Rights = chosen
            .iter()
            .flat_map(|(_, rights)| rights.clone())
            .collect();
        if !kept.iter().all(|right| gives(&union, right)) {
            return None;
        }
        let beyond = union.iter().filter(|right| !is_within(right, kept));
        let cost: u64 = beyond.map(|(name, _)| weight(name)).sum();
        let names: Vec<String> = chosen.iter().map(|(id, _)| id.clone()).collect();
        Some((cost, names.len(), names))
    });
    subsets.min().map(|(_, _, names)| names)
}

#[test]
fn existing_roles_are_those_of_a_search_through_all() {
    let (mut compared, mut left_out) = (0, 0);
    for seed in 1..400 {
        let before = world(seed, true);
        let answer = before.answer();
        for (divisions, rights) in &answer.custom {
            let kept: Rights = rights.iter().cloned().collect();
            let expected = best_roles(&before, &kept);
            let found = answer.existing.iter().find(|(other, _)| other == divisions);
            let found = found.map(|(_, roles)| {
                let ids = roles.iter().map(|(id, _)| id.clone());
                ids.collect::<Vec<_>>()
            });
            match (&found, &expected) {
                (Some(found), Some(expected)) => {
                    assert_eq!(found, expected, "{seed}: {divisions:?} {kept:?}");
                    compared += 1;
                }
                (None, None) => {}
                (Some(_), None) => panic!("{seed}: {found:?}"),
                // What is held already is not proposed.
                (None, Some(expected)) => {
                    left_out += 1;
                    for role in expected {
                        let is_held = before.grants.iter().any(|(id, _)| id == role);
                        assert!(is_held, "{seed}: {role}");
                    }
                }
            }
        }
        if answer.existing.len() == answer.custom.len() && !answer.existing.is_empty() {
            follow_existing(seed, &before, &answer);
        }
    }
    assert!(compared > 100 && left_out > 10, "{compared}, {left_out}");
}

/// Following existing roles leaves at most the stated excess.
fn follow_existing(seed: u64, before: &World, answer: &Answer) {
    let mut after = before.clone();
    after.grants.clear();
    let mut stated: BTreeSet<String> = BTreeSet::new();
    for (divisions, roles) in &answer.existing {
        for (role, excess) in roles {
            stated.extend(excess.iter().cloned());
            let grants = divisions
                .iter()
                .map(|division| (role.clone(), division.clone()));
            after.grants.extend(grants);
        }
    }
    let again = after.answer();
    assert!(again.removable.is_subset(&stated), "{seed}: {again:?}");
    assert!(answer.keep.is_subset(&again.keep), "{seed}");
}

#[test]
fn dropped_roles_are_not_missed() {
    let mut dropped = 0;
    for seed in 1..300 {
        let before = world(seed, true);
        let answer = before.answer();
        let mut after = before.clone();
        after.grants.retain(|(role, division)| {
            let is_dropped = answer
                .drop
                .iter()
                .any(|(id, divisions)| id == role && divisions.contains(division));
            !is_dropped
        });
        dropped += before.grants.len() - after.grants.len();
        let (old, new) = (before.held(), after.held());
        for ((name, condition), divisions) in old
            .iter()
            .filter(|((name, _), _)| answer.keep.contains(name))
        {
            let of = |condition: &Option<String>| new.get(&(name.clone(), condition.clone()));
            let mut given: BTreeSet<String> = of(condition).cloned().unwrap_or_default();
            given.extend(of(&None).cloned().unwrap_or_default());
            assert!(
                given.contains("*") || divisions.is_subset(&given),
                "{seed}: {name}"
            );
        }
    }
    assert!(dropped > 50, "{dropped}");
}
