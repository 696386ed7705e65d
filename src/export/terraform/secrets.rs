//! Finds secrets in Terraform's files.
//!
//! Invariant: a label is a name, not a key. A resource with the label `my_secret` is not a secret,
//! and neither are its attributes.

use super::configuration::blocks;
use crate::document::{Kind, Node};
use crate::export::Facts;
use crate::export::secrets::{
    collect_secrets, is_secret_key, note_credential, note_loose, take_secrets,
};
use crate::model::{CredentialForm, Secret};
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

/// Whether a key is about an OAuth client, of all the secrets that a repository has.
fn is_of_client(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    ["secret", "token", "oauth", "client", "genesys", "purecloud"]
        .iter()
        .any(|word| key.contains(word))
}

/// The entries of a block whose keys are about an OAuth client.
fn of_client<'d, 'a>(body: Node<'d, 'a>) -> impl Iterator<Item = (Node<'d, 'a>, Node<'d, 'a>)> {
    body.entries()
        .filter(|(key, _)| key.text().is_some_and(|key| is_of_client(&key)))
}

/// Records the literal secrets of providers, variables, local values and arguments of modules as
/// credentials.
pub(super) fn note_values<'a>(root: Node<'_, 'a>, facts: &mut Facts<'a>) {
    let form = CredentialForm::Terraform;
    for (names, body) in blocks(root, "provider", 1) {
        if names[0] == "genesyscloud" {
            note_loose(body.entries(), form, "provider.genesyscloud.", facts);
        }
    }
    for (names, body) in blocks(root, "variable", 1) {
        if is_secret_key(&names[0]) && is_of_client(&names[0]) {
            note_default(&names[0], body, facts);
        }
    }
    for (_, body) in blocks(root, "locals", 0) {
        note_loose(of_client(body), form, "local.", facts);
    }
    for (names, body) in blocks(root, "module", 1) {
        let prefix = format!("module.{}.", names[0]);
        note_loose(of_client(body), form, &prefix, facts);
    }
}

/// Records the secrets of a file of variables as credentials.
pub(super) fn note_variables<'a>(root: Node<'_, 'a>, facts: &mut Facts<'a>) {
    note_loose(of_client(root), CredentialForm::Terraform, "var.", facts);
}

/// Records the default of a variable with a secret's name.
fn note_default<'a>(name: &str, body: Node<'_, 'a>, facts: &mut Facts<'a>) {
    let Some(value) = body
        .get("default")
        .filter(|value| value.kind() != Kind::Expression)
    else {
        return;
    };
    let mut secrets = Vec::new();
    collect_secrets(value, &mut |place, value| {
        let key = name.to_owned();
        secrets.push(Secret { key, place, value });
    });
    let address = format!("var.{name}");
    note_credential(
        CredentialForm::Terraform,
        address,
        value.place(),
        secrets,
        facts,
    );
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
