//! Finds secrets by their keys.
//!
//! Invariant: every secret found here is wrapped in a [`SecretValue`] at once, and no caller keeps
//! its text.

use super::Facts;
use crate::document::Node;
use crate::model::{Credential, CredentialForm, Secret, Text};
use crate::text::{Place, SecretValue, credentials};
pub(super) use crate::text::{is_placeholder, is_secret_key};
use std::borrow::Cow;

/// Passes every text and number in the value of a secret's key to `add`.
pub(super) fn collect_secrets(node: Node<'_, '_>, add: &mut dyn FnMut(Place, SecretValue)) {
    let number = || node.number().map(Cow::Borrowed);
    if let Some(value) = node.text().or_else(number) {
        if !is_placeholder(&value) {
            add(node.place(), SecretValue::new(value));
        }
        return;
    }
    for item in node.items() {
        collect_secrets(item, add);
    }
    for (_, value) in node.entries() {
        collect_secrets(value, add);
    }
}

/// Records the secrets of a value that is not a part of an export, so that no excerpt shows them.
pub(super) fn take_secrets(node: Node<'_, '_>, secrets: &mut Vec<(Place, SecretValue)>) {
    find_secrets(node, &mut |_, place, value| secrets.push((place, value)));
}

/// Passes every secret within a value to `add`, with the key that names it: values of secret
/// keys, values next to a secret's name, and texts that contain a credential.
pub(super) fn find_secrets(node: Node<'_, '_>, add: &mut dyn FnMut(&str, Place, SecretValue)) {
    find_under("", node, add);
}

/// Finds secrets in a value with the key `own`.
pub(super) fn find_under(
    own: &str,
    node: Node<'_, '_>,
    add: &mut dyn FnMut(&str, Place, SecretValue),
) {
    if let Some(text) = node.text() {
        for range in credentials(&text) {
            if !names_digest(own) {
                add(own, node.place(), SecretValue::new(&text[range]));
            }
        }
        return;
    }
    for item in node.items() {
        find_under(own, item, add);
    }
    let named = secret_name(node);
    for (key, value) in node.entries() {
        let Some(key) = key.text() else {
            find_under(own, value, add);
            continue;
        };
        match &named {
            _ if is_secret_key(&key) => {
                collect_secrets(value, &mut |place, value| add(&key, place, value));
            }
            Some(name) if is_value_key(&key) => {
                collect_secrets(value, &mut |place, value| add(name, place, value));
            }
            _ => find_under(&key, value, add),
        }
    }
}

/// Records the secrets of these entries, which are not part of a client, as credentials of their
/// own. Their addresses begin with `prefix`.
pub(super) fn note_loose<'d, 'a: 'd>(
    entries: impl Iterator<Item = (Node<'d, 'a>, Node<'d, 'a>)>,
    form: CredentialForm,
    prefix: &str,
    facts: &mut Facts<'a>,
) {
    for (key, value) in entries {
        note_named(&key.text().unwrap_or_default(), value, form, prefix, facts);
    }
}

/// Records the secrets of a value with this name as a credential, if there are any.
pub(super) fn note_named(
    name: &str,
    value: Node<'_, '_>,
    form: CredentialForm,
    prefix: &str,
    facts: &mut Facts<'_>,
) {
    let mut secrets = Vec::new();
    let mut add = |key: &str, place, value: SecretValue| {
        let key = key.to_owned();
        secrets.push(Secret { key, place, value });
    };
    if is_secret_key(name) {
        collect_secrets(value, &mut |place, value| add(name, place, value));
    } else {
        find_under(name, value, &mut add);
    }
    if secrets.is_empty() {
        return;
    }
    let found = secrets.iter();
    let found = found.map(|secret| (secret.place, secret.value.clone()));
    facts.secrets.extend(found);
    facts.credentials.push(Credential {
        form,
        place: value.place(),
        address: Text::Owned(format!("{prefix}{name}")),
        secrets,
        ..Credential::default()
    });
}

/// Whether a key names a digest or a challenge, whose values have the shape of a secret.
fn names_digest(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    let words = [
        "sha",
        "digest",
        "checksum",
        "hash",
        "print",
        "challenge",
        "integrity",
        "etag",
        "x5t",
        "nonce",
    ];
    words.iter().any(|word| key.contains(word))
}

/// The secret that a map names in one entry and holds in another, as in
/// `{name: "client_secret", value: ".."}`.
fn secret_name<'a>(map: Node<'_, 'a>) -> Option<Cow<'a, str>> {
    let names = [
        "name",
        "key",
        "field",
        "label",
        "property",
        "attribute",
        "param",
        "parameter",
        "variable",
        "id",
        "type",
        "k",
        "n",
        "title",
    ];
    map.entries().find_map(|(key, value)| {
        let key = key.text()?.to_ascii_lowercase();
        let is_name = names.iter().any(|name| key.ends_with(name));
        let name = value.text().filter(|_| is_name)?;
        is_secret_key(&name).then_some(name)
    })
}

/// Whether a key next to a name holds the value.
fn is_value_key(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    let ends = [
        "value", "values", "val", "content", "data", "text", "default", "v",
    ];
    ends.iter().any(|end| key.ends_with(end))
}
