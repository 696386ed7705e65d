//! The readers of JSON and YAML accept what `serde_json` and `yaml_serde` accept, refuse what they
//! refuse, and read the same values. The first byte chooses the language.
#![no_main]

use grantlint::document::{FaultKind, Format, Kind, Limits, Node, read_as};
use grantlint::text::SourceId;
use libfuzzer_sys::fuzz_target;
use serde::Deserialize;
use serde_json::Value;

fn value(node: Node<'_, '_>) -> Value {
    match node.kind() {
        Kind::Null => Value::Null,
        Kind::False => Value::Bool(false),
        Kind::True => Value::Bool(true),
        Kind::List => node.items().map(value).collect(),
        Kind::Map => {
            let entries = node.entries();
            let entries = entries.map(|(key, of)| (key.text().unwrap_or_default().into(), value(of)));
            Value::Object(entries.collect())
        }
        Kind::Number => {
            let digits = node.number().unwrap_or_default();
            serde_json::from_str(digits).unwrap_or_else(|_| Value::from(digits))
        }
        _ => Value::from(node.text().unwrap_or_default()),
    }
}

/// Whether all keys are text. In YAML they can be numbers and more, which the readers differ on.
fn has_text_keys(node: Node<'_, '_>) -> bool {
    let is_text = |(key, value): (Node<'_, '_>, Node<'_, '_>)| {
        key.text().is_some() && has_text_keys(value)
    };
    node.items().all(has_text_keys) && node.entries().all(is_text)
}

/// The values of a text without a fault but duplicate keys, and whether it was within the limits.
fn own(text: &str, format: Format) -> (Option<Vec<Value>>, bool) {
    let document = read_as(SourceId(0), text, format, Limits::default());
    let mut faults = document.faults().iter();
    let is_limit = |kind| {
        use FaultKind::{TooDeep, TooManyAliases, TooManyValues};
        matches!(kind, TooDeep | TooManyAliases | TooManyValues)
    };
    let is_limited = document.faults().iter().any(|fault| is_limit(fault.kind));
    let is_whole = faults.all(|fault| fault.kind == FaultKind::DuplicateKey);
    let is_comparable = is_whole && document.roots().all(has_text_keys);
    (is_comparable.then(|| document.roots().map(value).collect()), is_limited)
}

fn compare_json(text: &str) {
    let (ours, is_limited) = own(text, Format::Json);
    let preamble = ours.is_none();
    let stripped = text.strip_prefix('\u{feff}').unwrap_or(text);
    let theirs: Result<Vec<Value>, _> =
        serde_json::Deserializer::from_str(stripped).into_iter().collect();
    match theirs {
        Ok(theirs) => assert!(is_limited || ours == Some(theirs)),
        // A number beyond the range of a double is a number all the same.
        Err(error) if error.to_string().starts_with("number out of range") => {}
        Err(_) => assert!(preamble),
    }
}

/// Tags, merged keys, keys that are not text and numbers in other notations differ on purpose, so
/// only plain documents are compared by value.
fn compare_yaml(text: &str) {
    if text.contains(['!', '<', '?', '&', '*', '%']) {
        return;
    }
    let (ours, is_limited) = own(text, Format::Yaml);
    let theirs: Result<Vec<Value>, _> = yaml_serde::Deserializer::from_str(text)
        .map(Value::deserialize)
        .collect();
    if let (Ok(theirs), Some(ours), false) = (theirs, ours, is_limited) {
        let is_text_only = |value: &Value| !value.to_string().contains(['.', 'e', 'x', 'o', '+', '_']);
        // libyaml wants block text at the top to be indented, YAML 1.2 does not.
        let is_collection = |value: &Value| value.is_array() || value.is_object();
        let is_plain = |value: &Value| is_collection(value) && is_text_only(value);
        if ours.iter().chain(&theirs).all(is_plain) && ours.len() == theirs.len() {
            assert_eq!(ours, theirs);
        }
    }
}

fuzz_target!(|text: &str| {
    match text.as_bytes().first() {
        Some(b'j') => compare_json(&text[1..]),
        Some(b'y') => compare_yaml(&text[1..]),
        _ => {}
    }
});
