//! Exports next to the named ones, read with `--partial` to resolve ids.
//!
//! Invariant: context explains clients and adds none, unless a named file describes the roles or
//! divisions that they hold.

use crate::export::{EntityKind, Facts, Shape};
use crate::text::{SourceId, Sources};
use std::collections::{BTreeMap, BTreeSet};

/// Words of an export: a broken file without any of them is not one.
const WORDS: [&str; 6] = [
    "permissionPolicies",
    "permission_policies",
    "homeDivision",
    "home_division",
    "/api/v2/",
    "\"username\"",
];

/// Parts of names of exports that explain clients.
const NAMES: [&str; 4] = ["role", "division", "user", "permission"];

/// The ids that named files of roles and divisions describe, by directory.
pub(super) type Described = BTreeMap<String, BTreeSet<String>>;

/// The ids that the named files describe.
pub(super) fn described<'f, 's: 'f>(
    named: impl Iterator<Item = (SourceId, &'f Facts<'s>)>,
    sources: &Sources,
) -> Described {
    let mut described = Described::new();
    for (id, facts) in named {
        if facts.terraform.is_some() {
            continue;
        }
        let roles = facts.records.roles.iter().map(|role| &role.id);
        let divisions = facts.records.divisions.iter().map(|division| &division.id);
        let ids: Vec<String> = roles
            .chain(divisions)
            .map(|id| id.to_ascii_lowercase())
            .collect();
        if !ids.is_empty() {
            let directory = sources.get(id).directory().to_owned();
            described.entry(directory).or_default().extend(ids);
        }
    }
    described
}

/// Reduces the facts of a context file to what explains clients, and to the clients that hold
/// one of `held`. `explains` is whether a named file next to it has clients to explain. Returns
/// whether anything remains.
pub(super) fn reduce(
    facts: &mut Facts<'_>,
    (path, text): (&str, &str),
    (held, explains): (Option<&BTreeSet<String>>, bool),
) -> bool {
    let holds = |id: &str| held.is_some_and(|held| held.contains(&id.to_ascii_lowercase()));
    let records = &mut facts.records;
    let clients = records.clients.iter();
    let keep: Vec<bool> = clients
        .map(|client| {
            let grants = client.grants();
            let mut ids = grants.iter().flat_map(|grant| {
                let division = grant.division.into_iter();
                std::iter::once(grant.role).chain(division)
            });
            ids.any(holds)
        })
        .collect();
    let has_clients = keep.contains(&true);
    records.clients = std::mem::take(&mut records.clients).filter(|at| keep[at]);
    if !has_clients {
        facts.comments.clear();
    }
    facts.terraform = None;
    records.authorisations.clear();
    records.credentials.clear();
    records.usage.clear();
    records.usage_queries.clear();
    facts.api = None;
    let is_kept = |kind: &EntityKind| {
        kind.explains_clients() || (*kind == EntityKind::Clients && has_clients)
    };
    let shapes = &mut facts.shapes;
    shapes.retain(|shape| matches!(shape, Shape::Of(kind) if is_kept(kind)));
    facts.listed.retain(is_kept);
    facts.pages.retain(|page| page.shape.explains_clients());
    let is_used = !facts.shapes.is_empty();
    let is_broken = is_broken_export(facts, text) || (explains && has_name_of_export(path));
    if !is_used && !is_broken {
        facts.problems.clear();
    }
    is_used
}

/// Whether a context file without a known shape can be an export that broke.
fn is_broken_export(facts: &Facts<'_>, text: &str) -> bool {
    let lacks_data = facts.documents == 0 && text.trim().is_empty();
    lacks_data || WORDS.iter().any(|word| text.contains(word))
}

/// Whether the name of a file is that of an export that explains clients.
fn has_name_of_export(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    NAMES.iter().any(|part| name.contains(part))
}

/// Whether a file only explains clients.
pub(super) fn only_explains(facts: &Facts<'_>) -> bool {
    let explains = |shape: &Shape| matches!(shape, Shape::Of(kind) if kind.explains_clients());
    facts.count_clients() == 0 && facts.terraform.is_none() && facts.shapes.iter().any(explains)
}
