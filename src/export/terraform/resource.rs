//! A resource with its values, and how several sources of the same resource are merged.
//!
//! Invariant: the configuration is what people change, so it is what is audited. What it leaves
//! open is taken from the plan, else from the state of the same directory, and only if they
//! agree on which resource it is.

use super::kinds;
use super::value::{Data, Pair, Value};
use crate::model::{Applied, EntityRef, Text};
use crate::text::{Place, SourceId};
use std::collections::{BTreeMap, HashMap};

/// Where a resource was read from, the one that counts first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin {
    /// A configuration, written or exported.
    Configuration,
    /// A plan: what will be.
    Plan,
    /// A state: what was, when it was last applied.
    State,
}

/// A resource or data source, as one source has it.
#[derive(Clone, Debug)]
pub struct Resource<'a> {
    pub(super) origin: Origin,
    pub(super) managed: bool,
    pub(super) kind: Text<'a>,
    pub(super) address: String,
    /// It represents an unknown number of instances.
    pub(super) is_any: bool,
    /// The world of `values` in words; empty if there is one only.
    pub(super) world: String,
    pub(super) values: Value<'a>,
    /// What tells its id in this world from that in others.
    pub(super) suffix: String,
    /// Its values in other worlds.
    pub(super) others: Vec<World<'a>>,
    /// Not all combinations of answers were tried.
    pub(super) is_single: bool,
    /// The places of the parts of values in its world, by the places of the values.
    pub(super) parts: Vec<(Place, Vec<Place>)>,
    /// The `module` blocks through which its root calls its module, the root's first.
    pub(super) callers: Vec<Place>,
}

/// The values of a resource in another world.
#[derive(Clone, Debug)]
pub struct World<'a> {
    pub(super) label: String,
    /// The source of the values, if that is not the configuration.
    pub(super) applied: Option<Applied>,
    pub(super) suffix: String,
    pub(super) values: Value<'a>,
    /// The places of the parts of values, by the places of the values.
    pub(super) parts: Vec<(Place, Vec<Place>)>,
}

impl<'a> Resource<'a> {
    /// The other worlds in which it has an id of its own.
    pub(super) fn distinct_worlds(&self) -> Vec<&World<'a>> {
        let mut known = vec![self.suffix.as_str()];
        let mut found = Vec::new();
        for world in &self.others {
            if !known.contains(&world.suffix.as_str()) {
                known.push(&world.suffix);
                found.push(world);
            }
        }
        found
    }

    /// Its id, if it is known.
    pub(super) fn id(&self) -> Option<&str> {
        self.values.text("id").filter(|id| !id.is_empty())
    }

    fn source(&self) -> SourceId {
        self.values.place.source
    }
}

/// Attributes that only a state contains.
const COMPUTED: [&str; 4] = [
    "id",
    "client_id",
    "client_secret",
    "integration_credential_id",
];

/// An address without the keys and numbers of instances.
fn base(address: &str) -> String {
    let mut base = String::with_capacity(address.len());
    let mut rest = address;
    while let Some((before, inside)) = rest.split_once('[') {
        base.push_str(before);
        let end = if inside.starts_with('"') {
            inside.find("\"]").map(|at| at + 2)
        } else {
            inside.find(']').map(|at| at + 1)
        };
        rest = end.map_or("", |end| &inside[end..]);
    }
    base.push_str(rest);
    base
}

/// Gives what a plan or state has at an address, or below it, the address that it was moved to.
pub(super) fn rename(resources: &mut [Resource<'_>], from: &str, to: &str) {
    let is_at = |address: &str, place: &str| {
        let rest = address.strip_prefix(place);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['[', '.']))
    };
    let is_applied = |resource: &Resource<'_>| resource.origin != Origin::Configuration;
    // If the new address is in use already, the move was made.
    if resources
        .iter()
        .any(|one| is_applied(one) && is_at(&one.address, to))
    {
        return;
    }
    for resource in resources.iter_mut().filter(|one| is_applied(one)) {
        if is_at(&resource.address, from) {
            resource.address = format!("{to}{}", &resource.address[from.len()..]);
        }
    }
}

/// Each resource of a directory once.
pub(super) fn merge(resources: Vec<Resource<'_>>) -> Vec<Resource<'_>> {
    let (written, applied): (Vec<_>, Vec<_>) = resources
        .into_iter()
        .partition(|resource| resource.origin == Origin::Configuration);
    let applied = applied_once(applied);
    let mut by_base: HashMap<String, Vec<usize>> = HashMap::new();
    let mut by_address: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, resource) in applied.iter().enumerate() {
        let address = resource.address.as_str();
        by_address.entry(address).or_default().push(index);
        by_base.entry(base(address)).or_default().push(index);
    }
    let mut used = vec![false; applied.len()];
    let mut merged = Vec::with_capacity(written.len() + applied.len());
    for resource in written {
        let found = by_address.get(resource.address.as_str()).or_else(|| {
            // Of an unknown number of instances a state or plan knows which there are.
            let own = resource.address.trim_end_matches("[*]");
            by_base.get(own).or_else(|| {
                let is_open = resource.address.contains("[*]");
                is_open.then(|| by_base.get(&base(own))).flatten()
            })
        });
        let found = found.map_or(&[][..], Vec::as_slice);
        let instances: Vec<_> = found.iter().map(|&index| &applied[index]).collect();
        if instances.is_empty() || are_several(&instances) {
            merged.push(resource);
            continue;
        }
        for (&index, instance) in found.iter().zip(instances) {
            used[index] = true;
            merged.push(filled(resource.clone(), instance));
        }
    }
    let left = applied.into_iter().zip(used).filter(|(_, used)| !used);
    merged.extend(left.map(|(resource, _)| resource));
    merged
}

/// Whether one address means several resources, because states of several organisations are in
/// one directory.
fn are_several(instances: &[&Resource<'_>]) -> bool {
    let mut seen: HashMap<&str, SourceId> = HashMap::new();
    instances
        .iter()
        .any(|one| seen.insert(&one.address, one.source()).is_some())
}

/// Each resource of plans and states once, even if several of them contain it.
fn applied_once(mut resources: Vec<Resource<'_>>) -> Vec<Resource<'_>> {
    resources.sort_by_key(|resource| (resource.origin, resource.source()));
    let mut kept: Vec<Resource<'_>> = Vec::with_capacity(resources.len());
    let mut known: HashMap<String, usize> = HashMap::new();
    let mut files: BTreeMap<SourceId, usize> = BTreeMap::new();
    for resource in &resources {
        *files.entry(resource.source()).or_insert(0) += 1;
    }
    if files.len() < 2 {
        return resources;
    }
    for resource in resources {
        let before = known.get(&resource.address).map(|&index| &mut kept[index]);
        match before {
            Some(before) if may_be_one(before, &resource) => {
                *before = filled(before.clone(), &resource);
            }
            _ => {
                known.entry(resource.address.clone()).or_insert(kept.len());
                kept.push(resource);
            }
        }
    }
    kept
}

/// Whether two entries with one address may be one resource: they are in different files, and
/// their ids are equal where both are known.
fn may_be_one(one: &Resource<'_>, other: &Resource<'_>) -> bool {
    let same_id = match (one.id(), other.id()) {
        (Some(one), Some(other)) => one == other,
        _ => one.origin != other.origin,
    };
    one.source() != other.source() && same_id
}

/// `resource` with the values that it leaves open taken from `other`.
fn filled<'a>(mut resource: Resource<'a>, other: &Resource<'a>) -> Resource<'a> {
    resource.address.clone_from(&other.address);
    if resource.is_any {
        // The instance exists, so that no condition is left.
        resource.is_any = false;
        resource.world = String::new();
    }
    let of_client = resource.kind == kinds::CLIENT;
    let applied = drifted(&resource, other);
    fill(&mut resource.values, other, of_client);
    for world in &mut resource.others {
        fill(&mut world.values, other, of_client);
    }
    if let Some(applied) = applied {
        if resource.world.is_empty() {
            "as configured".clone_into(&mut resource.world);
        }
        resource.others.push(applied);
    }
    resource
}

/// The values of a plan or state as a world of their own, if the configuration has others.
fn drifted<'a>(resource: &Resource<'a>, other: &Resource<'a>) -> Option<World<'a>> {
    if resource.kind != kinds::CLIENT || resource.origin == other.origin {
        return None;
    }
    let differs = |values: &Value<'a>| {
        JUDGED.iter().any(|key| {
            let (own, other) = (values.listed(key), other.values.listed(key));
            are_known(&own) && are_known(&other) && !are_equal(&own, &other)
        })
    };
    let mut all =
        std::iter::once(&resource.values).chain(resource.others.iter().map(|one| &one.values));
    let (label, applied) = match other.origin {
        Origin::State => ("live, in the state", Applied::State),
        _ => ("in the plan", Applied::Plan),
    };
    all.all(differs).then(|| World {
        label: label.to_owned(),
        applied: Some(applied),
        suffix: String::new(),
        values: other.values.clone(),
        parts: Vec::new(),
    })
}

/// Arguments of a client in which a difference matters.
const JUDGED: [&str; 6] = [
    "authorized_grant_type",
    "registered_redirect_uris",
    "scopes",
    "roles",
    "access_token_validity_seconds",
    "state",
];

fn are_known(values: &[&Value<'_>]) -> bool {
    !values.is_empty() && values.iter().all(|value| value.is_known())
}

/// Whether both have equal values, in any order.
fn are_equal(one: &[&Value<'_>], other: &[&Value<'_>]) -> bool {
    one.len() == other.len()
        && one
            .iter()
            .all(|value| other.iter().any(|other| may_be_equal(value, other)))
}

/// Whether two values are equal; the id of a resource may be that of any.
fn may_be_equal(one: &Value<'_>, other: &Value<'_>) -> bool {
    match (&one.data, &other.data) {
        (Data::Id(_), Data::Text(text)) | (Data::Text(text), Data::Id(_)) => text != "*",
        (Data::Map(own), Data::Map(_)) => own.iter().all(|pair| match other.get(&pair.key) {
            Some(other) => may_be_equal(&pair.value, other),
            None => matches!(pair.value.data, Data::Null),
        }),
        (Data::Bool(one), Data::Bool(other)) => one == other,
        (Data::Text(one) | Data::Number(one), Data::Text(other) | Data::Number(other)) => {
            one == other
        }
        _ => false,
    }
}

fn fill<'a>(values: &mut Value<'a>, other: &Resource<'a>, of_client: bool) {
    for pair in other.values.pairs() {
        let key = pair.key.as_ref();
        let pairs = values.pairs().iter();
        let all: Vec<&Pair<'_>> = pairs.filter(|own| own.key == key).collect();
        let is_open = all.iter().any(|own| !own.value.is_known());
        let is_missing = all.iter().all(|own| matches!(own.value.data, Data::Null));
        let fills = COMPUTED.contains(&key) || (key == "roles" && of_client);
        if is_open || (is_missing && fills) {
            values.set(pair.clone());
        }
    }
}

/// What is between the address of a resource and the world in which it is another one.
pub(super) const WORLD: &str = " @ ";

/// Real ids by address, where a state or an `import` block tells them, and one address for
/// all that mean the home division.
#[derive(Default)]
pub(super) struct Ids {
    ids: HashMap<String, EntityRef<'static>>,
}

impl Ids {
    /// Of what was merged.
    pub(super) fn from_resources(
        resources: &[Resource<'_>],
        imports: Vec<(String, EntityRef<'static>)>,
    ) -> Self {
        let mut ids: HashMap<_, _> = imports.into_iter().collect();
        let mut contradicted = Vec::new();
        for resource in resources {
            let Some(id) = resource.id() else { continue };
            let id = EntityRef::Id(id.to_owned().into());
            let before = ids.insert(resource.address.clone(), id.clone());
            if before.is_some_and(|before| before != id) {
                contradicted.push(&resource.address);
            }
        }
        for address in contradicted {
            ids.remove(address);
        }
        let mut this = Self { ids };
        this.set_home(resources);
        this
    }

    /// Homes without an id of their own are the one home that there is.
    fn set_home(&mut self, resources: &[Resource<'_>]) {
        let mut homes: Vec<_> = resources
            .iter()
            .filter(|resource| is_home(resource))
            .map(|resource| &resource.address)
            .collect();
        homes.sort();
        let (known, open): (Vec<&String>, Vec<&String>) = homes
            .into_iter()
            .partition(|address| self.ids.contains_key(*address));
        let known_home = known.first().and_then(|address| self.ids.get(*address));
        let Some(home) = known_home.cloned().or_else(|| {
            let first = open.first()?;
            Some(EntityRef::Address((*first).clone().into()))
        }) else {
            return;
        };
        if known
            .iter()
            .all(|address| self.ids.get(*address) == Some(&home))
        {
            for address in open {
                self.ids.insert(address.clone(), home.clone());
            }
        }
    }

    /// What refers to the resource at an address.
    pub(super) fn get(&self, address: &str) -> EntityRef<'static> {
        // In some worlds the resource has another id, which the same text follows.
        let (base, suffix) = match address.rfind(WORLD) {
            Some(at) => address.split_at(at),
            None => (address, ""),
        };
        match self.ids.get(base) {
            Some(id) if suffix.is_empty() => id.clone(),
            Some(id) => EntityRef::Address(format!("{}{suffix}", &**id).into()),
            None => EntityRef::Address(address.to_owned().into()),
        }
    }

    /// The id of the resource at an address, if it is known.
    pub(super) fn real(&self, address: &str) -> Option<&str> {
        let known = self.ids.get(address).filter(|id| id.is_id());
        known.map(|id| &**id)
    }
}

fn is_home(resource: &Resource<'_>) -> bool {
    match &*resource.kind {
        kinds::HOME => true,
        kinds::DIVISION => resource.values.get("home").is_some_and(Value::is_true),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::base;

    #[test]
    fn the_base_of_an_address_has_no_instances() {
        for (address, wanted) in [
            ("a.b", "a.b"),
            ("a.b[0]", "a.b"),
            ("module.x[\"k]y\"].a.b[\"c\"]", "module.x.a.b"),
            ("a.b[", "a.b"),
        ] {
            assert_eq!(base(address), wanted, "{address}");
        }
    }
}
