//! Finds secrets in Terraform's files.
//!
//! Invariant: a label is a name, not a key. A resource with the label `my_secret` is not a secret,
//! and neither are its attributes.

use super::configuration::blocks;
use crate::document::{Kind, Node};
use crate::export::Facts;
use crate::export::secrets::{
    collect_secrets, is_secret_key, note_loose, note_named, take_secrets,
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

/// The deepest nesting of values in which secrets of a client are looked for.
const DEEPEST: usize = 8;

/// Records the secrets of a value whose key is about an OAuth client, and of values inside of
/// others.
fn note_client<'a>(
    (name, value): (&str, Node<'_, 'a>),
    prefix: &str,
    depth: usize,
    facts: &mut Facts<'a>,
) {
    if is_of_client(name) {
        note_named(name, value, CredentialForm::Terraform, prefix, facts);
        return;
    }
    if depth == 0 {
        return;
    }
    let inner = format!("{prefix}{name}.");
    let entries = value.items().flat_map(Node::entries).chain(value.entries());
    for (key, value) in entries {
        let key = key.text().unwrap_or_default();
        note_client((&key, value), &inner, depth - 1, facts);
    }
}

/// Records the secrets of entries that are about an OAuth client.
fn note_clients<'a>(body: Node<'_, 'a>, prefix: &str, facts: &mut Facts<'a>) {
    for (key, value) in body.entries() {
        let key = key.text().unwrap_or_default();
        note_client((&key, value), prefix, DEEPEST, facts);
    }
}

/// Records the literal secrets of providers, backends, variables, local values, outputs and
/// arguments of modules as credentials.
pub(super) fn note_values<'a>(root: Node<'_, 'a>, facts: &mut Facts<'a>) {
    let form = CredentialForm::Terraform;
    for (names, body) in blocks(root, "provider", 1) {
        if names[0] == "genesyscloud" {
            note_loose(body.entries(), form, "provider.genesyscloud.", facts);
        }
    }
    for (_, body) in blocks(root, "terraform", 0) {
        for (names, backend) in blocks(body, "backend", 1) {
            let prefix = format!("backend.{}.", names[0]);
            note_loose(backend.entries(), form, &prefix, facts);
        }
    }
    for (keyword, key, prefix) in [
        ("variable", "default", "var."),
        ("output", "value", "output."),
    ] {
        for (names, body) in blocks(root, keyword, 1) {
            let literal = body
                .get(key)
                .filter(|value| value.kind() != Kind::Expression);
            if let Some(value) = literal {
                note_client((&names[0], value), prefix, DEEPEST, facts);
            }
        }
    }
    for (_, body) in blocks(root, "locals", 0) {
        note_clients(body, "local.", facts);
    }
    for (names, body) in blocks(root, "module", 1) {
        note_clients(body, &format!("module.{}.", names[0]), facts);
    }
}

/// Records the secrets of a file of variables as credentials.
pub(super) fn note_variables<'a>(root: Node<'_, 'a>, facts: &mut Facts<'a>) {
    note_clients(root, "var.", facts);
}

/// Records the secrets in the variables and providers of a plan as credentials.
pub(super) fn note_plan<'a>(root: Node<'_, 'a>, facts: &mut Facts<'a>) {
    let variables = root.get("variables").into_iter().flat_map(Node::entries);
    for (name, variable) in variables {
        if let Some(value) = variable.get("value") {
            let name = name.text().unwrap_or_default();
            note_client((&name, value), "var.", DEEPEST, facts);
        }
    }
    let providers = root.get("configuration");
    let providers = providers.and_then(|configuration| configuration.get("provider_config"));
    for (_, provider) in providers.into_iter().flat_map(Node::entries) {
        let is_ours = provider
            .get("name")
            .is_some_and(|name| name.is_text("genesyscloud"));
        let arguments = provider.get("expressions").filter(|_| is_ours);
        for (key, expression) in arguments.into_iter().flat_map(Node::entries) {
            if let Some(value) = expression.get("constant_value") {
                let key = key.text().unwrap_or_default();
                let prefix = "provider.genesyscloud.";
                note_named(&key, value, CredentialForm::Terraform, prefix, facts);
            }
        }
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
    if let Some(value) = value.filter(|value| value.kind() != Kind::Expression) {
        collect_secrets(value, &mut |place, value| secrets.push((place, value)));
    }
}
