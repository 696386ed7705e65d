//! One organisation written in several ways gives the same findings, with the same
//! fingerprints, at the same values.

mod common;

use common::TODAY;
use grantlint::audit::{Request, audit};
use grantlint::text::{Source, Sources};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// Rule, client, message, fingerprint and the text that is pointed at.
type Said = BTreeSet<(String, String, String, String)>;

fn said(texts: &[(&str, String)]) -> (Said, BTreeSet<(String, u32)>) {
    let mut sources = Sources::default();
    for (path, text) in texts {
        sources.add(Source::new(*path, text.as_str()));
    }
    let request = Request::new(TODAY.parse().expect("a date"));
    let report = audit(&sources, &vec![true; texts.len()], Vec::new(), &request);
    assert!(report.problems.is_empty(), "{:?}", report.problems);
    let said = report
        .findings
        .iter()
        .map(|finding| {
            let text = sources.get(finding.place.source).text();
            let marked = &text[finding.place.span.range()];
            // A container is written differently in each format; scalars are not.
            let marked = if marked.starts_with(['{', '[']) || marked.contains('\n') {
                ""
            } else {
                marked
            };
            (
                finding.rule.id.to_string(),
                report.clients[finding.client as usize].label.to_string(),
                finding.fingerprint.to_string(),
                marked.to_owned(),
            )
        })
        .collect();
    let open = report
        .not_judged
        .iter()
        .map(|entry| (entry.rule.to_owned(), entry.clients))
        .collect();
    (said, open)
}

fn load(directory: &str) -> Vec<(String, Value)> {
    let directory = common::root().join("fixtures").join(directory);
    let mut names: Vec<_> = std::fs::read_dir(&directory)
        .expect("the fixture")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .collect();
    names.sort();
    names
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(&path).expect("readable");
            let name = Path::new(path.file_name().expect("a name"))
                .display()
                .to_string();
            (name, serde_json::from_str(&text).expect("JSON"))
        })
        .collect()
}

fn written(
    exports: &[(String, Value)],
    write: impl Fn(&Value) -> String,
) -> (Said, BTreeSet<(String, u32)>) {
    let texts: Vec<(&str, String)> = exports
        .iter()
        .map(|(name, value)| (name.as_str(), write(value)))
        .collect();
    said(&texts)
}

/// Keys in the opposite order.
fn reversed(value: &Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(
            map.iter()
                .rev()
                .map(|(key, value)| (key.clone(), reversed(value)))
                .collect(),
        ),
        Value::Array(items) => Value::Array(items.iter().map(reversed).collect()),
        other => other.clone(),
    }
}

/// Keys as the Python SDK writes them.
fn snake(value: &Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(
            map.iter()
                .map(|(key, value)| {
                    let mut name = String::new();
                    for character in key.chars() {
                        if character.is_uppercase() {
                            name.push('_');
                        }
                        name.extend(character.to_lowercase());
                    }
                    (name, snake(value))
                })
                .collect(),
        ),
        Value::Array(items) => Value::Array(items.iter().map(snake).collect()),
        other => other.clone(),
    }
}

#[test]
fn every_way_to_write_an_organisation_gives_the_same_findings() {
    for directory in ["demo", "neutral", "labelled"] {
        let exports = load(directory);
        let pretty = written(&exports, |value| {
            serde_json::to_string_pretty(value).expect("JSON")
        });
        let same = |name: &str, other: (Said, BTreeSet<(String, u32)>)| {
            assert_eq!(pretty.0, other.0, "{directory} as {name}");
            assert_eq!(pretty.1, other.1, "{directory} as {name}: not judged");
        };
        same("minified JSON", written(&exports, Value::to_string));
        same(
            "YAML",
            written(&exports, |value| {
                yaml_serde::to_string(value).expect("YAML")
            }),
        );
        same(
            "keys reversed",
            written(&exports, |value| reversed(value).to_string()),
        );
        same(
            "CRLF",
            written(&exports, |value| {
                serde_json::to_string_pretty(value)
                    .expect("JSON")
                    .replace('\n', "\r\n")
            }),
        );
        same(
            "after a byte-order mark",
            written(&exports, |value| format!("\u{feff}{value}")),
        );
        same(
            "snake case",
            written(&exports, |value| snake(value).to_string()),
        );
        same(
            "bare arrays",
            written(&exports, |value| {
                value.get("entities").unwrap_or(value).to_string()
            }),
        );
        same(
            "a stream of entities",
            written(&exports, |value| {
                let list = value.get("entities").unwrap_or(value);
                list.as_array().map_or_else(
                    || value.to_string(),
                    |items| {
                        items
                            .iter()
                            .map(Value::to_string)
                            .collect::<Vec<_>>()
                            .join("\n")
                    },
                )
            }),
        );
        same(
            "YAML documents",
            written(&exports, |value| {
                let list = value.get("entities").unwrap_or(value);
                list.as_array().map_or_else(
                    || value.to_string(),
                    |items| {
                        items
                            .iter()
                            .map(|item| yaml_serde::to_string(item).expect("YAML"))
                            .collect::<Vec<_>>()
                            .join("---\n")
                    },
                )
            }),
        );
    }
}

#[test]
fn the_order_of_files_does_not_matter() {
    let mut exports = load("demo");
    let pretty = |value: &Value| serde_json::to_string_pretty(value).expect("JSON");
    let forward = written(&exports, pretty);
    exports.reverse();
    assert_eq!(forward, written(&exports, pretty));
}
