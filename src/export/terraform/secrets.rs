//! Finds secrets in Terraform's files.
//!
//! Invariant: a label is a name, not a key. A resource with the label `my_secret` is not a secret,
//! and neither are its attributes.

use super::configuration::blocks;
use crate::document::{Kind, Node};
use crate::export::secrets::{collect_secrets, is_secret_key, take_secrets};
use crate::text::{Place, SecretValue};

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
            if keyword == "output" && is_secret_key(&names[0]) {
                collect(body.get("value"), secrets);
            }
            take_secrets(body, secrets);
        }
    }
    for (names, body) in blocks(root, "variable", 1) {
        if is_secret_key(&names[0]) {
            collect(body.get("default"), secrets);
        }
    }
}

/// Those of a state or a plan, in which addresses of version 3 are keys.
pub(super) fn of_state(root: Node<'_, '_>, secrets: &mut Vec<(Place, SecretValue)>) {
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
