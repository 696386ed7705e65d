//! `terraform show -json`: a state, or a plan with what it will make of it.

use super::kinds;
use super::resource::{Origin, Resource};
use super::state::wrong_shape;
use super::value::{Data, Pair, Value};
use crate::document::{Kind, Node};
use crate::finding::{Problem, ProblemKind};
use crate::model::{Text, Why};
use std::collections::HashMap;

/// Whether a value is a plan, as `terraform show -json` prints it.
pub(super) fn is_plan(root: Node<'_, '_>) -> bool {
    root.get("format_version").is_some()
        && [
            "planned_values",
            "resource_changes",
            "configuration",
            "variables",
        ]
        .iter()
        .any(|key| root.get(key).is_some())
}

/// Whether a value is a state, as `terraform show -json` prints it.
pub(super) fn is_state(root: Node<'_, '_>) -> bool {
    root.get("format_version").is_some()
        && root.get("terraform_version").is_some()
        && (root.get("values").is_some() || root.entries().count() == 2)
}

/// Whether a state or a plan has a resource of any type.
pub(super) fn has_resources(root: Node<'_, '_>) -> bool {
    let has = |node: Node<'_, '_>, keys: &[&str]| {
        let mut lists = keys.iter().filter_map(|key| node.get(key));
        lists.any(|list| list.items().next().is_some())
    };
    let values = ["planned_values", "values"];
    let mut modules = values
        .iter()
        .filter_map(|key| root.get(key)?.get("root_module"));
    has(root, &["resources", "resource_changes"])
        || modules.any(|module| has(module, &["resources", "child_modules"]))
}

/// The problems of resources in a state or plan that are read and have no values.
pub(super) fn problems(root: Node<'_, '_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    problems.extend(other_version(root));
    for values in ["values", "planned_values"]
        .iter()
        .filter_map(|key| root.get(key))
    {
        match values.kind() {
            Kind::Map => check_module(values.get("root_module"), &mut problems),
            Kind::Null => {}
            _ => problems.push(wrong_shape(
                "the values of a plan or state",
                "an object",
                values,
            )),
        }
    }
    if let Some(changes) = root.get("resource_changes")
        && !matches!(changes.kind(), Kind::List | Kind::Null)
    {
        problems.push(wrong_shape("`resource_changes`", "a list", changes));
    }
    problems
}

/// The problem of a plan or state in a format of another major version.
fn other_version(root: Node<'_, '_>) -> Option<Problem> {
    let version = root.get("format_version")?;
    let text = version
        .text()
        .or_else(|| version.number().map(Into::into))?;
    let major = text.split('.').next().unwrap_or_default();
    (!["0", "1"].contains(&major)).then(|| {
        Problem::new(
            ProblemKind::Unrecognised,
            format!("this is in format {text} of Terraform; grantlint reads formats 0 and 1"),
            "use a version of Terraform that writes format 1, or a newer grantlint",
        )
        .at(version.place())
    })
}

fn check_module(module: Option<Node<'_, '_>>, problems: &mut Vec<Problem>) {
    let Some(module) = module else { return };
    for key in ["resources", "child_modules"] {
        match module.get(key) {
            Some(list) if !matches!(list.kind(), Kind::List | Kind::Null) => {
                problems.push(wrong_shape(&format!("`{key}` of a module"), "a list", list));
            }
            Some(list) if key == "resources" => {
                list.items().for_each(|item| check_resource(item, problems));
            }
            Some(list) => list
                .items()
                .for_each(|item| check_module(Some(item), problems)),
            None => {}
        }
    }
}

fn check_resource(resource: Node<'_, '_>, problems: &mut Vec<Problem>) {
    let is_read = kinds::is_read_entry(resource);
    let has_values = resource
        .get("values")
        .is_some_and(|values| values.kind() == Kind::Map);
    let has_address = resource.get("address").and_then(Node::text).is_some();
    if is_read && !resource.is_open() && !(has_values && has_address) {
        let wanted = "an object with `address` and `values`";
        problems.push(wrong_shape(
            "a resource of a plan or state",
            wanted,
            resource,
        ));
    }
}

/// The problem that a plan is not all that will be: it failed, or put changes off.
pub(super) fn cut_short(root: Node<'_, '_>) -> Option<Problem> {
    let says = |key: &str, value: &str| root.get(key).filter(|node| node.written() == value);
    let deferred = || {
        let changes = root.get("deferred_changes");
        changes.filter(|list| list.items().next().is_some())
    };
    let is_planned = ["planned_values", "resource_changes"]
        .iter()
        .any(|key| root.get(key).is_some());
    if !is_planned {
        return Some(wrong_shape(
            "a plan",
            "an object with `planned_values`",
            root,
        ));
    }
    let (node, why) = says("errored", "true")
        .map(|node| (node, "it ended with an error"))
        .or_else(|| deferred().map(|node| (node, "it defers changes to a later plan")))?;
    Some(
        Problem::new(
            ProblemKind::IncompleteListing,
            format!("this plan does not contain every planned resource: {why}"),
            "make a plan that ends without an error and defers nothing, then run terraform show -json PLAN > plan.json; the resources in this plan were audited",
        )
        .at(node.place()),
    )
}

/// The resources of a state.
pub(super) fn read_state<'a>(root: Node<'_, 'a>) -> Vec<Resource<'a>> {
    let mut found = Vec::new();
    if let Some(values) = root.get("values") {
        values_of(values, Origin::State, &mut found);
    }
    found
}

/// The resources that there will be, and the data sources that were read for it.
pub(super) fn read_plan<'a>(root: Node<'_, 'a>) -> Vec<Resource<'a>> {
    let mut found = Vec::new();
    if let Some(values) = root.get("planned_values") {
        values_of(values, Origin::Plan, &mut found);
    }
    let is_planned = root.get("planned_values").is_some();
    let mut unknown = HashMap::new();
    for change in root
        .get("resource_changes")
        .iter()
        .flat_map(|list| list.items())
    {
        if !is_planned {
            found.extend(changed(change));
        }
        let address = change.get("address").and_then(Node::text);
        let after = change
            .get("change")
            .and_then(|change| change.get("after_unknown"));
        if let (Some(address), Some(after)) = (address, after) {
            unknown.insert(address, after);
        }
    }
    forget(root, &mut found);
    for resource in &mut found {
        if let Some(after) = unknown.get(resource.address.as_str()) {
            mark(&mut resource.values, *after);
        }
    }
    let prior = root
        .get("prior_state")
        .and_then(|state| state.get("values"));
    if let Some(values) = prior {
        let mut before = Vec::new();
        values_of(values, Origin::Plan, &mut before);
        let mut planned: Vec<String> = found.iter().map(|known| known.address.clone()).collect();
        planned.sort_unstable();
        before.retain(|resource| {
            !resource.managed && planned.binary_search(&resource.address).is_err()
        });
        found.extend(before);
    }
    found
}

/// Resources that leave Terraform and stay live have the values that they had before.
fn forget<'a>(root: Node<'_, 'a>, found: &mut Vec<Resource<'a>>) {
    let changes = root.get("resource_changes");
    for change in changes.iter().flat_map(|list| list.items()) {
        let inner = change.get("change");
        let actions = inner.and_then(|inner| inner.get("actions"));
        let is_forgotten = actions
            .iter()
            .flat_map(|list| list.items())
            .any(|action| action.is_text("forget"));
        let before = inner.and_then(|inner| inner.get("before"));
        let Some(before) = before.filter(|_| is_forgotten) else {
            continue;
        };
        let Some(mut resource) = of_values(change, before, Origin::Plan) else {
            continue;
        };
        "it leaves Terraform and stays live".clone_into(&mut resource.world);
        found.retain(|known| known.address != resource.address);
        found.push(resource);
    }
}

/// The resources of all modules.
fn values_of<'a>(values: Node<'_, 'a>, origin: Origin, found: &mut Vec<Resource<'a>>) {
    let mut open: Vec<_> = values.get("root_module").into_iter().collect();
    while let Some(module) = open.pop() {
        for node in module.get("resources").iter().flat_map(|list| list.items()) {
            found.extend(resource(node, origin));
        }
        let mut below: Vec<_> = module
            .get("child_modules")
            .iter()
            .flat_map(|list| list.items())
            .collect();
        below.reverse();
        open.extend(below);
    }
}

fn resource<'a>(node: Node<'_, 'a>, origin: Origin) -> Option<Resource<'a>> {
    let values = node.get("values")?;
    of_values(node, values, origin)
}

/// The planned resource of a change, for a plan that contains only changes.
fn changed<'a>(change: Node<'_, 'a>) -> Option<Resource<'a>> {
    let after = change.get("change")?.get("after")?;
    if after.kind() != Kind::Map {
        return None;
    }
    of_values(change, after, Origin::Plan)
}

fn of_values<'a>(node: Node<'_, 'a>, values: Node<'_, 'a>, origin: Origin) -> Option<Resource<'a>> {
    if node.is_open() {
        return None;
    }
    let part = |key: &str| node.get(key).and_then(Node::text);
    let kind = part("type")?;
    let managed = part("mode").as_deref() != Some("data");
    if !kinds::is_read(managed, &kind) {
        return None;
    }
    Some(Resource {
        origin,
        managed,
        kind,
        address: part("address")?.into_owned(),
        is_any: false,
        world: String::new(),
        values: Value::literal(values),
        suffix: String::new(),
        others: Vec::new(),
        is_single: false,
        parts: Vec::new(),
        callers: Vec::new(),
    })
}

/// Marks the values that are known only after the plan is applied.
fn mark<'a>(value: &mut Value<'a>, unknown: Node<'_, 'a>) {
    match unknown.kind() {
        Kind::True => value.data = Data::Unknown(Why::Expression),
        Kind::Map => mark_keys(value, unknown),
        Kind::List => {
            for (index, item) in unknown.items().enumerate() {
                mark_item(value, index, item);
            }
        }
        _ => {}
    }
}

fn mark_keys<'a>(value: &mut Value<'a>, unknown: Node<'_, 'a>) {
    let place = value.place;
    let Data::Map(pairs) = &mut value.data else {
        return;
    };
    for (key, unknown) in unknown.entries() {
        let Some(key) = key.text() else { continue };
        if says_nothing(unknown) {
            continue;
        }
        if let Some(pair) = pairs.iter_mut().find(|pair| pair.key == key) {
            if matches!(pair.value.data, Data::Null) {
                pair.value = Value::unknown(pair.value.place);
            } else {
                mark(&mut pair.value, unknown);
            }
            continue;
        }
        pairs.push(Pair {
            key: Text::Owned(key.into_owned()),
            place,
            value: Value::unknown(place),
        });
    }
}

fn mark_item<'a>(value: &mut Value<'a>, index: usize, unknown: Node<'_, 'a>) {
    if says_nothing(unknown) {
        return;
    }
    let place = value.place;
    if let Data::List(items) = &mut value.data {
        match items.get_mut(index) {
            Some(item) => mark(item, unknown),
            None => items.push(Value::unknown(place)),
        }
    }
}

/// `false`, `{}`, `[]` and nestings of these: every value is known.
fn says_nothing(unknown: Node<'_, '_>) -> bool {
    match unknown.kind() {
        Kind::True => false,
        Kind::List => unknown.items().all(says_nothing),
        Kind::Map => unknown.entries().all(|(_, value)| says_nothing(value)),
        _ => true,
    }
}
