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

/// The values of a text without a fault but duplicate keys, and whether something else keeps it
/// from being compared: a limit, or a line before the export such as `200`.
fn own(text: &str, format: Format) -> (Option<Vec<Value>>, bool) {
    let document = read_as(SourceId(0), text, format, Limits::default());
    let mut faults = document.faults().iter();
    let is_limit = |kind| {
        use FaultKind::{Preamble, TooDeep, TooManyAliases, TooManyValues};
        matches!(kind, Preamble | TooDeep | TooManyAliases | TooManyValues)
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

/// Whether values are the same, but for numbers that are not written as decimal integers: YAML
/// 1.1, YAML 1.2 and Rust read those differently.
fn same(ours: &Value, theirs: &Value) -> bool {
    let is_decimal = |value: &Value| {
        let digits = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let digits = digits.strip_prefix('-').unwrap_or(&digits);
        let is_padded = digits.len() > 1 && digits.starts_with('0');
        !digits.is_empty() && !is_padded && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    match (ours, theirs) {
        (Value::Array(ours), Value::Array(theirs)) => {
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(a, b)| same(a, b))
        }
        (Value::Object(ours), Value::Object(theirs)) => {
            ours.len() == theirs.len()
                && ours.iter().all(|(key, value)| theirs.get(key).is_some_and(|of| same(value, of)))
        }
        (Value::Number(_), _) | (_, Value::Number(_)) => {
            ours == theirs || !(is_decimal(ours) && is_decimal(theirs))
        }
        _ => ours == theirs,
    }
}

/// Tags, merged keys and keys that are not text differ on purpose. libyaml breaks lines at three
/// characters that are text in YAML 1.2.
fn compare_yaml(text: &str) {
    if text.contains(['!', '<', '?', '&', '*', '%', '\u{85}', '\u{2028}', '\u{2029}']) {
        return;
    }
    let (ours, is_limited) = own(text, Format::Yaml);
    let theirs: Result<Vec<Value>, _> = yaml_serde::Deserializer::from_str(text)
        .map(Value::deserialize)
        .collect();
    if let (Ok(theirs), Some(ours), false) = (theirs, ours, is_limited) {
        // libyaml wants block text at the top to be indented, YAML 1.2 does not.
        let is_collection = |value: &Value| value.is_array() || value.is_object();
        if ours.iter().chain(&theirs).all(is_collection) && ours.len() == theirs.len() {
            let same = ours.iter().zip(&theirs).all(|(ours, theirs)| same(ours, theirs));
            assert!(same, "{ours:?}\n{theirs:?}");
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
