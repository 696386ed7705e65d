//! `terraform.tfstate`, version 4 and the flat version 3 that the provider's export
//! writes if it finds no `terraform` to convert it with.

use super::kinds;
use super::resource::{Origin, Resource};
use super::value::{Data, Pair, Value};
use crate::document::{Kind, Node};
use crate::finding::{Problem, ProblemKind};
use crate::model::Text;
use crate::text::Place;

/// Whether a value is a state, as it is kept.
pub(super) fn is_state(root: Node<'_, '_>) -> bool {
    let has = |key| root.get(key).is_some();
    let written = has("serial") || has("lineage") || has("terraform_version");
    let is_versioned = root
        .get("version")
        .is_some_and(|node| node.number().is_some());
    is_versioned && written && (has("resources") || has("modules") || is_encrypted(root))
        || is_encrypted(root)
}

/// Whether a state or a plan is encrypted, as `OpenTofu` writes it.
fn is_encrypted(root: Node<'_, '_>) -> bool {
    root.get("encrypted_data").is_some()
        && (root.get("encryption_version").is_some() || root.get("meta").is_some())
}

/// The problems of a state that cannot be read completely.
pub(super) fn problems(root: Node<'_, '_>) -> Vec<Problem> {
    if is_encrypted(root) {
        let problem = Problem::new(
            ProblemKind::Unreadable,
            "this state or plan is encrypted",
            "give grantlint the decrypted one: tofu show -json > state.json",
        );
        return vec![problem.at(root.place())];
    }
    let mut problems = Vec::new();
    for key in ["resources", "modules"] {
        match root.get(key) {
            Some(list) if !matches!(list.kind(), Kind::List | Kind::Null) => {
                problems.push(wrong_shape(&format!("`{key}` of a state"), "a list", list));
            }
            Some(list) if key == "resources" => {
                list.items()
                    .for_each(|item| check_resource(item, &mut problems));
            }
            _ => {}
        }
    }
    let version = root.get("version").and_then(Node::number);
    if version.is_some_and(|version| !["3", "4"].contains(&version)) {
        let problem = Problem::new(
            ProblemKind::Unrecognised,
            "grantlint reads versions 3 and 4 of states, and this is another version",
            "convert it: terraform show -json > state.json",
        );
        problems.push(problem.at(root.place()));
    }
    problems
}

/// Reports a resource that is read and lacks its instances or their attributes.
fn check_resource(resource: Node<'_, '_>, problems: &mut Vec<Problem>) {
    if resource.is_open() || resource.kind() != Kind::Map {
        if !resource.is_open() {
            problems.push(wrong_shape("a resource of a state", "an object", resource));
        }
        return;
    }
    if !kinds::is_read_entry(resource) {
        return;
    }
    let Some(instances) = resource
        .get("instances")
        .filter(|node| node.kind() == Kind::List)
    else {
        let wanted = "an object with a list of `instances`";
        problems.push(wrong_shape("a resource of a state", wanted, resource));
        return;
    };
    for instance in instances.items().filter(|instance| !instance.is_open()) {
        let attributes = instance
            .get("attributes")
            .or(instance.get("attributes_flat"));
        if !attributes.is_some_and(|attributes| attributes.kind() == Kind::Map) {
            let wanted = "an object with `attributes`";
            problems.push(wrong_shape("an instance in a state", wanted, instance));
        }
    }
}

/// The problem that a part of a state or plan has the wrong shape.
pub(super) fn wrong_shape(part: &str, wanted: &str, node: Node<'_, '_>) -> Problem {
    Problem::new(
        ProblemKind::WrongType,
        format!("{part} should be {wanted}, and is {}", node.kind_name()),
        "export it again: terraform show -json > state.json",
    )
    .at(node.place())
}

/// The resources of a state.
pub(super) fn read<'a>(root: Node<'_, 'a>) -> Vec<Resource<'a>> {
    let mut found = Vec::new();
    for resource in root.get("resources").iter().flat_map(|list| list.items()) {
        current(resource, &mut found);
    }
    for module in root.get("modules").iter().flat_map(|list| list.items()) {
        flat(module, &mut found);
    }
    found
}

/// A resource of version 4, with its instances.
fn current<'a>(resource: Node<'_, 'a>, found: &mut Vec<Resource<'a>>) {
    let part = |key: &str| resource.get(key).and_then(Node::text);
    let (Some(kind), Some(name)) = (part("type"), part("name")) else {
        return;
    };
    let managed = part("mode").as_deref() != Some("data");
    if !kinds::is_read(managed, &kind) {
        return;
    }
    let module = part("module").map_or_else(String::new, |module| format!("{module}."));
    let own = super::configuration::address(managed, &kind, &name);
    for instance in resource
        .get("instances")
        .iter()
        .flat_map(|list| list.items())
    {
        if instance.is_open() {
            continue;
        }
        let mut key = instance.get("index_key").map_or_else(String::new, index);
        // What was replaced and could not be destroyed is there still.
        if let Some(deposed) = instance.get("deposed").and_then(Node::text) {
            key = format!("{key} (deposed object {deposed})");
        }
        let values = match (instance.get("attributes"), instance.get("attributes_flat")) {
            (Some(attributes), _) => Value::literal(attributes),
            (None, Some(attributes)) => unflatten(attributes),
            _ => continue,
        };
        found.push(Resource {
            origin: Origin::State,
            managed,
            kind: kind.clone(),
            address: format!("{module}{own}{key}"),
            is_any: false,
            world: String::new(),
            values,
            suffix: String::new(),
            others: Vec::new(),
            is_single: false,
            parts: Vec::new(),
            callers: Vec::new(),
        });
    }
}

/// The key or number of an instance, as an address has it.
pub(super) fn index(node: Node<'_, '_>) -> String {
    match (node.number(), node.text()) {
        (Some(number), _) => format!("[{number}]"),
        (None, Some(key)) => format!("[\"{key}\"]"),
        _ => String::new(),
    }
}

/// A module of version 3: its resources by address, their attributes flat.
fn flat<'a>(module: Node<'_, 'a>, found: &mut Vec<Resource<'a>>) {
    let path = module.get("path");
    let mut prefix = String::new();
    for name in path.iter().flat_map(|path| path.items()).skip(1) {
        prefix.push_str("module.");
        prefix.push_str(&name.text().unwrap_or_default());
        prefix.push('.');
    }
    for (key, resource) in module.get("resources").iter().flat_map(|map| map.entries()) {
        let Some(address) = key.text() else { continue };
        let managed = !address.starts_with("data.");
        let own = address.strip_prefix("data.").unwrap_or(&address);
        let kind = own.split('.').next().unwrap_or("");
        let primary = resource.get("primary");
        let attributes = primary.and_then(|primary| primary.get("attributes"));
        let Some(attributes) = attributes.filter(|node| !node.is_open()) else {
            continue;
        };
        if !kinds::is_read(managed, kind) {
            continue;
        }
        let mut values = unflatten(attributes);
        if let Some(id) = primary.and_then(|primary| primary.get("id"))
            && values.get("id").is_none()
        {
            values.set(Pair {
                key: "id".into(),
                place: id.place(),
                value: Value::literal(id),
            });
        }
        found.push(Resource {
            origin: Origin::State,
            managed,
            kind: Text::Owned(kind.to_owned()),
            address: format!("{prefix}{}", numbered(&address)),
            is_any: false,
            world: String::new(),
            values,
            suffix: String::new(),
            others: Vec::new(),
            is_single: false,
            parts: Vec::new(),
            callers: Vec::new(),
        });
    }
}

/// `type.name.0` of version 3 is `type.name[0]` now.
fn numbered(address: &str) -> String {
    match address.rsplit_once('.') {
        Some((before, number))
            if before.contains('.') && number.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            format!("{before}[{number}]")
        }
        _ => address.to_owned(),
    }
}

/// A tree of flat keys.
#[derive(Default)]
struct Branch<'a> {
    value: Option<(Place, Data<'a>)>,
    below: Vec<(Text<'a>, Branch<'a>)>,
}

/// So many parts of a flat key count; the rest stays one part.
const PARTS: usize = 8;

/// `"roles.#": "1", "roles.123.role_id": ".."` as the tree that it spells.
fn unflatten<'a>(attributes: Node<'_, 'a>) -> Value<'a> {
    let mut flat: Vec<(Vec<Text<'a>>, Node<'_, 'a>)> = attributes
        .entries()
        .filter_map(|(key, value)| Some((parts(&key.text()?), value)))
        .collect();
    // Sorted, so that the keys of one value are neighbours.
    flat.sort_by_cached_key(|(path, _)| path.iter().map(|part| rank(part)).collect::<Vec<_>>());
    let mut root = Branch::default();
    for (path, value) in flat {
        let mut at = &mut root;
        for part in path {
            at = at.child(part);
        }
        at.value = Some((value.place(), super::value::scalar(value)));
    }
    let pairs = root.below.into_iter().map(|(key, branch)| {
        let value = branch.into_value();
        Pair {
            key,
            place: value.place,
            value,
        }
    });
    Value::new(Data::Map(pairs.collect()), attributes.place())
}

/// Numbers in their own order, before text.
fn rank(part: &str) -> (bool, usize, String) {
    let is_number = part.bytes().all(|byte| byte.is_ascii_digit());
    let length = if is_number { part.len() } else { 0 };
    (!is_number, length, part.to_owned())
}

fn parts<'a>(key: &Text<'a>) -> Vec<Text<'a>> {
    match key {
        Text::Borrowed(key) => key.splitn(PARTS, '.').map(Text::Borrowed).collect(),
        Text::Owned(key) => key
            .splitn(PARTS, '.')
            .map(|part| Text::Owned(part.to_owned()))
            .collect(),
    }
}

impl<'a> Branch<'a> {
    fn child(&mut self, part: Text<'a>) -> &mut Self {
        let is_last = self.below.last().is_some_and(|(name, _)| *name == part);
        if !is_last {
            self.below.push((part, Self::default()));
        }
        let last = self.below.len() - 1;
        &mut self.below[last].1
    }

    fn into_value(self) -> Value<'a> {
        let count = |name: &str| self.below.iter().find(|(key, _)| key == name);
        let place = count("#")
            .or_else(|| count("%"))
            .and_then(|(_, branch)| branch.value.as_ref())
            .or(self.value.as_ref())
            .map(|(place, _)| *place);
        let is_list = count("#").is_some();
        let is_map = count("%").is_some() || !self.below.is_empty();
        if !is_list && !is_map {
            let (place, data) = self.value.unwrap_or((Place::default(), Data::Null));
            return Value::new(data, place);
        }
        let below: Vec<(Text<'a>, Value<'a>)> = self
            .below
            .into_iter()
            .filter(|(key, _)| key != "#" && key != "%")
            .map(|(key, branch)| (key, branch.into_value()))
            .collect();
        let place = place
            .or_else(|| below.first().map(|(_, value)| value.place))
            .unwrap_or_default();
        let data = if is_list {
            Data::List(below.into_iter().map(|(_, value)| value).collect())
        } else {
            let pairs = below.into_iter().map(|(key, value)| Pair {
                key,
                place: value.place,
                value,
            });
            Data::Map(pairs.collect())
        };
        Value::new(data, place)
    }
}
