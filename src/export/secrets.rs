//! Finds secrets by their keys.
//!
//! Invariant: every secret found here is wrapped in a [`SecretValue`] at once, and no caller keeps
//! its text.

use crate::document::Node;
use crate::text::{Place, SecretValue};

/// Whether a key says that its value is a secret. `secretId` and the like name one and are
/// none; `directory_client_secret` says where one is written to.
pub(super) fn is_secret_key(key: &str) -> bool {
    let key: String = key
        .chars()
        .filter(|character| character.is_alphanumeric())
        .collect::<String>()
        .to_ascii_lowercase();
    if key.starts_with("directory") {
        return false;
    }
    // Any other token may be the mark of a page.
    key == "token"
        || [
            "secret",
            "password",
            "passwd",
            "passphrase",
            "accesstoken",
            "refreshtoken",
            "authtoken",
            "bearertoken",
            "idtoken",
            "apitoken",
            "apikey",
            "privatekey",
        ]
        .iter()
        .any(|end| key.ends_with(end))
}

/// Words that stand for a secret that was left out.
pub(super) fn is_placeholder(value: &str) -> bool {
    let value = value.trim();
    value.is_empty()
        || value
            .chars()
            .all(|character| matches!(character, '*' | 'x' | 'X' | '•' | '.'))
        || (value.starts_with(['<', '(', '[', '$']) && value.ends_with(['>', ')', ']', '}']))
        || ["redacted", "masked", "hidden", "null", "none"].contains(&value.to_lowercase().as_str())
}

/// Hands every text in a value that stands under a secret's name to `add`.
pub(super) fn collect_secrets(node: Node<'_, '_>, add: &mut dyn FnMut(Place, SecretValue)) {
    if let Some(value) = node.text() {
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

/// Takes the secrets of a value that is none of ours into custody, so that no excerpt
/// shows them.
pub(super) fn take_secrets(node: Node<'_, '_>, secrets: &mut Vec<(Place, SecretValue)>) {
    find_secrets(node, &mut |_, place, value| secrets.push((place, value)));
}

/// Hands every secret within a value to `add`, with the key that it stands under.
pub(super) fn find_secrets(node: Node<'_, '_>, add: &mut dyn FnMut(&str, Place, SecretValue)) {
    for item in node.items() {
        find_secrets(item, add);
    }
    for (key, value) in node.entries() {
        match key.text() {
            Some(key) if is_secret_key(&key) => {
                collect_secrets(value, &mut |place, value| add(&key, place, value));
            }
            _ => find_secrets(value, add),
        }
    }
}
