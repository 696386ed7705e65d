//! Finds secrets by their keys.
//!
//! Invariant: every secret found here is wrapped in a [`SecretValue`] at once, and no caller keeps
//! its text.

use super::Facts;
use crate::document::Node;
use crate::model::{Credential, CredentialForm, Secret, Text};
use crate::text::{Place, SecretValue};

/// Words that make a key the name of a secret, wherever they are in it.
const SECRET_WORDS: [&str; 24] = [
    "secret",
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "passwort",
    "kennwort",
    "contrasena",
    "geheimnis",
    "accesstoken",
    "refreshtoken",
    "authtoken",
    "bearertoken",
    "idtoken",
    "apitoken",
    "sessiontoken",
    "clienttoken",
    "apikey",
    "accesskey",
    "privatekey",
    "sharedkey",
    "signingkey",
    "accountkey",
    "encryptionkey",
];

/// Keys that name a secret as a whole, or as their last word.
const SECRET_LAST_WORDS: [&str; 5] = ["token", "pwd", "pw", "pass", "creds"];

/// Words before `token` that make it a mark of a listing or of a file.
const NOT_BEFORE_TOKEN: [&str; 7] = [
    "page",
    "next",
    "continuation",
    "previous",
    "sync",
    "cursor",
    "csrf",
];

/// Words after a secret's name that make the key name something else about the secret.
const NOT_AFTER_SECRET: [&str; 40] = [
    "id",
    "ids",
    "name",
    "names",
    "arn",
    "path",
    "uri",
    "url",
    "location",
    "policy",
    "hint",
    "length",
    "expiry",
    "expires",
    "expiration",
    "expired",
    "date",
    "type",
    "count",
    "file",
    "ref",
    "reference",
    "validity",
    "lifetime",
    "seconds",
    "ttl",
    "timeout",
    "manager",
    "version",
    "rotation",
    "rotated",
    "enabled",
    "required",
    "exposed",
    "owner",
    "provider",
    "algorithm",
    "status",
    "engine",
    "description",
];

/// The words of a key in lower case: of `client_secret`, `clientSecret`, `CLIENT-SECRET`.
fn key_words(key: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = ' ';
    let mut characters = key.chars().peekable();
    while let Some(character) = characters.next() {
        let next_is_lower = characters.peek().is_some_and(|next| next.is_lowercase());
        let begins = !before.is_alphanumeric()
            || (character.is_uppercase() && (before.is_lowercase() || next_is_lower))
            || character.is_numeric() != before.is_numeric();
        if character.is_alphanumeric() {
            match words.last_mut() {
                Some(word) if !begins => word.extend(character.to_lowercase()),
                _ => words.push(character.to_lowercase().collect()),
            }
        }
        before = character;
    }
    words
}

/// Whether a key means that its value is a secret. `secretId` and `secret_expiry` name something
/// else about one, and `directory_client_secret` names the place where Terraform writes it.
pub(super) fn is_secret_key(key: &str) -> bool {
    // Most keys contain none of these letters in a row.
    let has_sign = |sign: &str| {
        let (key, sign) = (key.as_bytes(), sign.as_bytes());
        key.windows(sign.len())
            .any(|part| part.eq_ignore_ascii_case(sign))
    };
    if ![
        "secret", "pass", "token", "key", "pw", "wort", "cred", "contrase", "geheim",
    ]
    .into_iter()
    .any(has_sign)
    {
        return false;
    }
    let words = key_words(key);
    if words.first().is_some_and(|first| first == "directory") {
        return false;
    }
    let whole = words.concat().replace('ñ', "n");
    if let Some(last) = words.last() {
        let before = words.len().checked_sub(2).map(|at| words[at].as_str());
        if SECRET_LAST_WORDS.contains(&last.as_str())
            && !(last == "token" && before.is_some_and(|word| NOT_BEFORE_TOKEN.contains(&word)))
        {
            return true;
        }
    }
    let end = SECRET_WORDS
        .iter()
        .filter_map(|word| Some(whole.rfind(word)? + word.len()))
        .max();
    let Some(end) = end else {
        return false;
    };
    let mut length = 0;
    let mut after = words.iter().filter(|word| {
        length += word.len();
        length > end
    });
    !after.any(|word| NOT_AFTER_SECRET.contains(&word.as_str()))
}

/// Whether a value only marks the place of a secret that was left out.
pub(super) fn is_placeholder(value: &str) -> bool {
    let value = value.trim();
    let is_filler = |character: char| "*xX•.-_0#".contains(character);
    let (opening, closing) = (['<', '(', '[', '$', '{', '%'], ['>', ')', ']', '}', '%']);
    if value.chars().all(is_filler) || (value.starts_with(opening) && value.ends_with(closing)) {
        return true;
    }
    let letters = value
        .chars()
        .filter(|character| character.is_alphanumeric());
    let word: String = letters.flat_map(char::to_lowercase).collect();
    PLACEHOLDERS.contains(&word.as_str())
        || (PLACEHOLDER_STARTS
            .iter()
            .any(|start| word.starts_with(start))
            && !word.contains(|character: char| character.is_ascii_digit()))
}

/// Values that are written where a secret belongs, without their signs.
const PLACEHOLDERS: [&str; 14] = [
    "redacted",
    "masked",
    "hidden",
    "null",
    "none",
    "true",
    "false",
    "secret",
    "clientsecret",
    "password",
    "changeit",
    "tbd",
    "dummy",
    "unset",
];

/// Beginnings of such values.
const PLACEHOLDER_STARTS: [&str; 7] = [
    "your",
    "replaceme",
    "changeme",
    "insert",
    "todo",
    "placeholder",
    "example",
];

/// The fewest digits of a number that can be a secret.
const LEAST_DIGITS: usize = 6;

/// Passes every text and every long number in the value of a secret's key to `add`.
pub(super) fn collect_secrets(node: Node<'_, '_>, add: &mut dyn FnMut(Place, SecretValue)) {
    if let Some(value) = node.text() {
        if !is_placeholder(&value) {
            add(node.place(), SecretValue::new(value));
        }
        return;
    }
    if let Some(number) = node.number().filter(|number| number.len() >= LEAST_DIGITS) {
        add(node.place(), SecretValue::new(number));
        return;
    }
    for item in node.items() {
        collect_secrets(item, add);
    }
    for (_, value) in node.entries() {
        collect_secrets(value, add);
    }
}

/// Adds the secrets of a value that is not part of a client to the index, so that no excerpt
/// shows them.
pub(super) fn take_secrets(node: Node<'_, '_>, secrets: &mut Vec<(Place, SecretValue)>) {
    find_secrets(node, &mut |_, place, value| secrets.push((place, value)));
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
        let name = key.text().unwrap_or_default();
        let mut secrets = Vec::new();
        let mut add = |key: &str, place, value: SecretValue| {
            let key = key.to_owned();
            secrets.push(Secret { key, place, value });
        };
        if is_secret_key(&name) {
            collect_secrets(value, &mut |place, value| add(&name, place, value));
        } else {
            find_secrets(value, &mut add);
        }
        note_credential(
            form,
            format!("{prefix}{name}"),
            value.place(),
            secrets,
            facts,
        );
    }
}

/// Records secrets that are not part of a client, if there are any.
pub(super) fn note_credential(
    form: CredentialForm,
    address: String,
    place: Place,
    secrets: Vec<Secret>,
    facts: &mut Facts<'_>,
) {
    if secrets.is_empty() {
        return;
    }
    let found = secrets.iter();
    facts
        .secrets
        .extend(found.map(|secret| (secret.place, secret.value.clone())));
    facts.credentials.push(Credential {
        form,
        place,
        address: Text::Owned(address),
        secrets,
        ..Credential::default()
    });
}

/// Keys whose value names a setting, in a list of settings.
const NAME_KEYS: [&str; 9] = [
    "name",
    "key",
    "field",
    "label",
    "property",
    "attribute",
    "parameter",
    "param",
    "header",
];

/// Keys that contain the value of a named setting.
const VALUE_KEYS: [&str; 7] = [
    "value", "val", "values", "data", "content", "text", "default",
];

/// Whether a map is a setting with the name of a secret: `{name: "client_secret", value: ..}`.
/// The name is given back, and the values go to `add`.
fn find_named_setting(node: Node<'_, '_>, add: &mut dyn FnMut(&str, Place, SecretValue)) -> bool {
    let is_one_of = |key: Node<'_, '_>, names: &[&str]| {
        let key = key.text();
        key.is_some_and(|key| names.iter().any(|name| key.eq_ignore_ascii_case(name)))
    };
    let name = node
        .entries()
        .filter(|(key, _)| is_one_of(*key, &NAME_KEYS))
        .find_map(|(_, value)| value.text().filter(|name| is_secret_key(name)));
    let Some(name) = name else {
        return false;
    };
    let mut is_found = false;
    for (_, value) in node
        .entries()
        .filter(|(key, _)| is_one_of(*key, &VALUE_KEYS))
    {
        is_found = true;
        collect_secrets(value, &mut |place, value| add(&name, place, value));
    }
    is_found
}

/// Passes every secret within a value to `add`, with its key.
pub(super) fn find_secrets(node: Node<'_, '_>, add: &mut dyn FnMut(&str, Place, SecretValue)) {
    for item in node.items() {
        find_secrets(item, add);
    }
    let is_setting = find_named_setting(node, add);
    for (key, value) in node.entries() {
        match key.text() {
            Some(key) if is_secret_key(&key) => {
                collect_secrets(value, &mut |place, value| add(&key, place, value));
            }
            Some(key)
                if is_setting && VALUE_KEYS.iter().any(|name| key.eq_ignore_ascii_case(name)) => {}
            _ => find_secrets(value, add),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_secrets_are_recognised_in_every_spelling() {
        for key in [
            "secret",
            "clientSecret",
            "client_secret",
            "CLIENT-SECRET",
            "ClientSecretValue",
            "client_secret_2",
            "secretKey",
            "secrets",
            "pwd",
            "user_pwd",
            "passwd",
            "api-key",
            "apiKey",
            "X-Api-Key",
            "accessToken",
            "access_token",
            "privateKeyPem",
            "oauthclient_secret",
            "token",
            "apiToken",
            "db_password_old",
            "Passwort",
        ] {
            assert!(is_secret_key(key), "{key}");
        }
        for key in [
            "secretId",
            "secret_name",
            "directory_client_secret",
            "accessTokenValiditySeconds",
            "passwordPolicy",
            "access_token_validity_seconds",
            "nextPageToken",
            "tokenEndpoint",
            "secretExpiry",
            "keyboard",
            "compass",
            "name",
            "description",
            "password_reset_url",
            "bypass_rules",
            "secretsManagerArn",
            "passportNumber",
        ] {
            assert!(!is_secret_key(key), "{key}");
        }
    }
}
