//! Finds secrets in Terraform's files.
//!
//! Invariant: a label is a name, not a key. A resource with the label `my_secret` is not a secret,
//! and neither are its attributes.

use super::configuration::blocks;
use super::kinds;
use crate::document::{Kind, Node};
use crate::export::Facts;
use crate::export::secrets::{
    Found, collect_secrets, find_marked, find_named, is_secret_key, note, note_name, take_secrets,
};
use crate::model::CredentialForm;
use crate::text::{Place, SecretValue};
use std::collections::HashSet;

/// Kinds of block and how many labels each has.
const BLOCKS: [(&str, usize); 8] = [
    ("resource", 2),
    ("data", 2),
    ("provider", 1),
    ("module", 1),
    ("output", 1),
    ("locals", 0),
    ("terraform", 0),
    ("check", 1),
];

/// Those of a configuration.
pub(super) fn of_configuration(root: Node<'_, '_>, secrets: &mut Vec<(Place, SecretValue)>) {
    for (keyword, labels) in BLOCKS {
        for (names, body) in blocks(root, keyword, labels) {
            if keyword == "output" && (is_secret_key(&names[0]) || is_sensitive(body)) {
                collect(body.get("value"), secrets);
            }
            take_secrets(body, secrets);
        }
    }
    for (names, body) in blocks(root, "variable", 1) {
        if is_secret_key(&names[0]) || is_sensitive(body) {
            collect(body.get("default"), secrets);
        }
    }
}

/// Whether a key is about an OAuth client, of all the secrets that a repository has.
fn is_of_client(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    ["secret", "token", "oauth", "client", "genesys", "purecloud"]
        .iter()
        .any(|word| key.contains(word))
}

/// Collects the literal secrets of Terraform's files as credentials.
struct Notes<'f, 'a> {
    facts: &'f mut Facts<'a>,
    /// The beginning of addresses, such as `local.`.
    prefix: String,
    /// The block is about OAuth clients, whatever its keys are.
    of_client: bool,
}

impl<'f, 'a> Notes<'f, 'a> {
    const fn new(facts: &'f mut Facts<'a>, prefix: String, of_client: bool) -> Self {
        Self {
            facts,
            prefix,
            of_client,
        }
    }

    /// Records the secrets of a value that Terraform may mark as sensitive. Of those that only a
    /// key or a mark shows, it records those of OAuth clients.
    fn value(&mut self, name: &str, value: Node<'_, '_>, is_marked: bool) {
        let of_client = self.of_client || is_of_client(name);
        let mut secrets = Vec::new();
        let mut add = |found: Found<'_>| {
            if of_client || found.by_form || is_of_client(found.key) {
                secrets.push(found.into_secret());
            }
        };
        if is_marked && !is_secret_key(name) {
            find_marked(name, value, &mut add);
        } else {
            find_named(name, value, &mut add);
        }
        let address = format!("{}{name}", self.prefix);
        let form = CredentialForm::Terraform;
        note(secrets, value.place(), form, address, self.facts);
    }

    fn entries(&mut self, body: Node<'_, '_>) {
        for (key, value) in body.entries() {
            self.value(&key.text().unwrap_or_default(), value, false);
        }
    }

    /// The values of variables or outputs in a state or a plan, under this key each.
    fn values(&mut self, all: Option<Node<'_, '_>>, key: &str) {
        for (name, one) in all.into_iter().flat_map(Node::entries) {
            if let (Some(name), Some(value)) = (name.text(), one.get(key)) {
                self.value(&name, value, is_sensitive(one));
            }
        }
    }
}

/// Records the literal secrets of a configuration as credentials. The resources of the provider
/// are read as what they are.
pub(super) fn note_values<'a>(root: Node<'_, 'a>, facts: &mut Facts<'a>) {
    for (keyword, labels) in BLOCKS.into_iter().chain([("variable", 1)]) {
        for (names, body) in blocks(root, keyword, labels) {
            for name in names {
                note_label(&name, body.place(), facts);
            }
        }
    }
    for (names, body) in blocks(root, "provider", 1) {
        let of_client = names[0] == kinds::PROVIDER;
        Notes::new(facts, format!("provider.{}.", names[0]), of_client).entries(body);
    }
    for (_, body) in blocks(root, "terraform", 0) {
        for (names, backend) in blocks(body, "backend", 1) {
            Notes::new(facts, format!("backend.{}.", names[0]), true).entries(backend);
        }
    }
    for (names, body) in blocks(root, "variable", 1) {
        let mut notes = Notes::new(facts, "var.".to_owned(), false);
        if let Some(default) = body.get("default") {
            notes.value(&names[0], default, is_sensitive(body));
        }
        if let Some(description) = body.get("description") {
            notes.value("description", description, false);
        }
    }
    for (names, body) in blocks(root, "output", 1) {
        if let Some(value) = body.get("value") {
            Notes::new(facts, "output.".to_owned(), false).value(
                &names[0],
                value,
                is_sensitive(body),
            );
        }
    }
    for (_, body) in blocks(root, "locals", 0) {
        Notes::new(facts, "local.".to_owned(), false).entries(body);
    }
    for (names, body) in blocks(root, "module", 1) {
        Notes::new(facts, format!("module.{}.", names[0]), false).entries(body);
    }
    for (keyword, prefix) in [("resource", ""), ("data", "data.")] {
        for (names, body) in blocks(root, keyword, 2) {
            if !has_own_secrets(&names[0]) {
                let prefix = format!("{prefix}{}.{}.", names[0], names[1]);
                Notes::new(facts, prefix, false).entries(body);
            }
        }
    }
}

/// Records a secret in a part of an address.
fn note_label(name: &str, place: Place, facts: &mut Facts<'_>) {
    const WHAT: &str = "the name of a block";
    note_name(name, WHAT, place, CredentialForm::Terraform, facts);
}

/// Whether the secrets of resources of this kind are read together with them.
fn has_own_secrets(kind: &str) -> bool {
    [kinds::CLIENT, kinds::CREDENTIAL].contains(&kind)
}

/// Records the secrets of a file of variables as credentials.
pub(super) fn note_variables<'a>(root: Node<'_, 'a>, facts: &mut Facts<'a>) {
    let mut notes = Notes::new(facts, "var.".to_owned(), false);
    notes.entries(root);
}

/// Records the secrets among the variables, outputs and providers of a state or a plan as
/// credentials.
pub(super) fn note_applied<'a>(root: Node<'_, 'a>, facts: &mut Facts<'a>) {
    let mut notes = Notes::new(facts, "output.".to_owned(), false);
    let shown = ["values", "planned_values"];
    let shown = shown.into_iter().filter_map(|key| root.get(key));
    for part in std::iter::once(root).chain(shown) {
        notes.values(part.get("outputs"), "value");
    }
    for module in root.get("modules").into_iter().flat_map(Node::items) {
        notes.values(module.get("outputs"), "value");
    }
    "var.".clone_into(&mut notes.prefix);
    notes.values(root.get("variables"), "value");
    let Some(configuration) = root.get("configuration") else {
        return;
    };
    let module = configuration.get("root_module");
    notes.values(module.and_then(|module| module.get("variables")), "default");
    let providers = configuration.get("provider_config");
    for (_, provider) in providers.into_iter().flat_map(Node::entries) {
        let name = provider
            .get("name")
            .and_then(Node::text)
            .unwrap_or_default();
        notes.prefix = format!("provider.{name}.");
        notes.of_client = name == kinds::PROVIDER;
        notes.values(provider.get("expressions"), "constant_value");
    }
}

/// Records the secrets among the resources of a state or a plan as credentials.
pub(super) fn note_resources<'a>(root: Node<'_, 'a>, facts: &mut Facts<'a>) {
    fn items<'d, 'a: 'd>(node: Node<'d, 'a>, key: &str) -> impl Iterator<Item = Node<'d, 'a>> {
        node.get(key).into_iter().flat_map(Node::items)
    }
    let text = |node: Node<'_, 'a>, key: &str| node.get(key).and_then(Node::text);
    let note_names = |node: Node<'_, 'a>, facts: &mut Facts<'a>| {
        for name in ["name", "index_key", "index", "module"] {
            if let Some(name) = node.get(name)
                && let Some(text) = name.text()
            {
                note_label(&text, name.place(), facts);
            }
        }
    };
    for resource in items(root, "resources") {
        note_names(resource, facts);
        let (Some(kind), Some(name)) = (text(resource, "type"), text(resource, "name")) else {
            continue;
        };
        for instance in items(resource, "instances") {
            note_names(instance, facts);
            let attributes = instance.get("attributes");
            note_resource(
                &kind,
                &name,
                attributes.or(instance.get("attributes_flat")),
                facts,
            );
        }
    }
    for module in items(root, "modules") {
        for (address, resource) in module.get("resources").into_iter().flat_map(Node::entries) {
            let place = address.place();
            let address = address.text().unwrap_or_default();
            note_label(&address, place, facts);
            let own = address.strip_prefix("data.").unwrap_or(&address);
            let (kind, name) = own.split_once('.').unwrap_or((own, ""));
            let primary = resource.get("primary");
            let attributes = primary.and_then(|primary| primary.get("attributes"));
            note_resource(kind, name, attributes, facts);
        }
    }
    let shown = ["values", "planned_values"].into_iter();
    let shown = shown.filter_map(|key| root.get(key)?.get("root_module"));
    let mut modules: Vec<Node<'_, '_>> = shown.collect();
    while let Some(module) = modules.pop() {
        if let Some(address) = module.get("address")
            && let Some(text) = address.text()
        {
            note_label(&text, address.place(), facts);
        }
        for resource in items(module, "resources") {
            note_names(resource, facts);
            if let (Some(kind), Some(name)) = (text(resource, "type"), text(resource, "name")) {
                note_resource(&kind, &name, resource.get("values"), facts);
            }
        }
        modules.extend(items(module, "child_modules"));
    }
}

fn note_resource<'a>(
    kind: &str,
    name: &str,
    attributes: Option<Node<'_, 'a>>,
    facts: &mut Facts<'a>,
) {
    if let Some(attributes) = attributes.filter(|_| !has_own_secrets(kind)) {
        Notes::new(facts, format!("{kind}.{name}."), false).entries(attributes);
    }
}

/// Whether a variable or an output has `sensitive = true`.
pub(super) fn is_sensitive(body: Node<'_, '_>) -> bool {
    let mark = body.get("sensitive");
    mark.is_some_and(|mark| mark.kind() == Kind::True || mark.is_text("true"))
}

/// The variables that a configuration marks as sensitive.
pub(super) fn sensitive_variables(root: Node<'_, '_>) -> Vec<String> {
    let variables = blocks(root, "variable", 1).into_iter();
    variables
        .filter(|(_, body)| is_sensitive(*body))
        .map(|(mut names, _)| names.swap_remove(0))
        .collect()
}

/// Masks the values of variables of these names in a file of values.
pub(super) fn mask_variables(
    root: Node<'_, '_>,
    names: &HashSet<String>,
    secrets: &mut Vec<(Place, SecretValue)>,
) {
    for (key, value) in root.entries() {
        if key.text().is_some_and(|key| names.contains(&*key)) {
            mask(value, secrets);
        }
    }
}

/// Masks all texts and numbers of a value that Terraform marks as sensitive, and their parts: a
/// message can name the path or the host of a URI.
fn mask(node: Node<'_, '_>, secrets: &mut Vec<(Place, SecretValue)>) {
    collect_secrets(node, &mut |place, value| secrets.push((place, value)));
    if let Some(text) = node.text() {
        let parts = text.split(['/', '?', '&', '=', '#', '@', ' ']);
        let parts = parts.filter(|part| part.len() >= 8);
        secrets.extend(parts.map(|part| (node.place(), SecretValue::new(part))));
    }
    for item in node.items() {
        mask(item, secrets);
    }
    for (_, value) in node.entries() {
        mask(value, secrets);
    }
}

/// Masks the values that a state or a plan marks as sensitive: `sensitive_attributes` next to
/// `attributes`, `sensitive_values` next to `values`, `after_sensitive` next to `after`, and
/// outputs with `sensitive`.
fn mask_marked(node: Node<'_, '_>, secrets: &mut Vec<(Place, SecretValue)>) {
    let marks = [
        ("sensitive_values", "values"),
        ("after_sensitive", "after"),
        ("before_sensitive", "before"),
    ];
    for (mark, value) in marks {
        if let (Some(mark), Some(value)) = (node.get(mark), node.get(value)) {
            mask_by_shape(mark, value, secrets);
        }
    }
    if let (Some(paths), Some(value)) = (node.get("sensitive_attributes"), node.get("attributes")) {
        for path in paths.items() {
            mask_path(path, value, secrets);
        }
    }
    if let Some(value) = node.get("value").filter(|_| is_sensitive(node)) {
        mask(value, secrets);
    }
    for item in node.items() {
        mask_marked(item, secrets);
    }
    for (_, value) in node.entries() {
        mask_marked(value, secrets);
    }
}

/// Masks what is `true` in a mark of the same shape as the value.
fn mask_by_shape(mark: Node<'_, '_>, value: Node<'_, '_>, secrets: &mut Vec<(Place, SecretValue)>) {
    if mark.kind() == Kind::True {
        mask(value, secrets);
    }
    for (mark, item) in mark.items().zip(value.items()) {
        mask_by_shape(mark, item, secrets);
    }
    for (key, mark) in mark.entries() {
        if let Some(value) = key.text().and_then(|key| value.get(&key)) {
            mask_by_shape(mark, value, secrets);
        }
    }
}

/// Masks the value at a path of `get_attr` and `index` steps. A step that cannot be followed
/// masks everything below the last one.
fn mask_path(path: Node<'_, '_>, value: Node<'_, '_>, secrets: &mut Vec<(Place, SecretValue)>) {
    let mut at = value;
    let single = path.text();
    if let Some(name) = single {
        at = at.get(&name).unwrap_or(at);
    }
    for step in path.items() {
        let step = step.get("value").unwrap_or(step);
        let index = || {
            step.get("value")
                .unwrap_or(step)
                .number()?
                .parse::<usize>()
                .ok()
        };
        let next = step
            .text()
            .and_then(|name| at.get(&name))
            .or_else(|| at.items().nth(index()?));
        match next {
            Some(next) => at = next,
            None => break,
        }
    }
    mask(at, secrets);
}

/// Those of a state or a plan, in which addresses of version 3 are keys.
pub(super) fn of_state(root: Node<'_, '_>, secrets: &mut Vec<(Place, SecretValue)>) {
    mask_marked(root, secrets);
    for (key, value) in root.entries() {
        if !key.is_text("modules") {
            take_secrets(value, secrets);
            continue;
        }
        for module in value.items() {
            for (key, value) in module.entries() {
                if !key.is_text("resources") {
                    take_secrets(value, secrets);
                    continue;
                }
                for (_, resource) in value.entries() {
                    take_secrets(resource, secrets);
                }
            }
        }
    }
}

/// The texts of a value that has a secret's name.
fn collect(value: Option<Node<'_, '_>>, secrets: &mut Vec<(Place, SecretValue)>) {
    if let Some(value) = value {
        collect_secrets(value, &mut |place, value| secrets.push((place, value)));
    }
}
