//! One organisation written in several ways gives the same findings, with the same
//! fingerprints, at the same values.

use crate::common::TODAY;
use crate::common::terraform::Organisation;
use grantlint::audit::{Request, audit};
use grantlint::checks::{Parameters, Prepared};
use grantlint::document::Limits;
use grantlint::export::{TerraformSettings, assemble, read, resolve};
use grantlint::model::{self, Field};
use grantlint::text::{Source, Sources};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
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
                report
                    .subject(finding.subject)
                    .expect("a subject")
                    .label
                    .to_string(),
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
    let directory = crate::common::root().join("fixtures").join(directory);
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
        // Without a total a listing does not prove that it is complete: an id that it lacks may
        // exist, so rules about roles can be not judged where a total decides.
        let same_without_total = |name: &str, other: (Said, BTreeSet<(String, u32)>)| {
            assert_eq!(pretty.0, other.0, "{directory} as {name}");
            let is_known = |open| other.1.contains(open);
            assert!(pretty.1.iter().all(is_known), "{directory} as {name}");
        };
        same_without_total(
            "bare arrays",
            written(&exports, |value| {
                value.get("entities").unwrap_or(value).to_string()
            }),
        );
        same_without_total(
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
        same_without_total(
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

/// A listing as its pages, two things on each; anything else is one text as it is.
fn pages(value: &Value) -> Vec<String> {
    let Some(entities) = value.get("entities").and_then(Value::as_array) else {
        return vec![value.to_string()];
    };
    let count = entities.len().div_ceil(2);
    let pages = entities.chunks(2).zip(1..).map(|(things, number)| {
        let mut page = value.clone();
        page["entities"] = things.into();
        page["pageNumber"] = number.into();
        page["pageCount"] = count.into();
        page["total"] = entities.len().into();
        page.to_string()
    });
    pages.collect()
}

#[test]
fn a_listing_page_by_page_gives_the_same_findings() {
    for directory in ["demo", "neutral", "labelled"] {
        let exports = load(directory);
        let whole = written(&exports, Value::to_string);
        // What `gc` prints with `--stream`, and what `jq -s` makes of it.
        let streamed = written(&exports, |value| pages(value).join("\n"));
        assert_eq!(whole, streamed, "{directory} as a stream of pages");
        let listed = written(&exports, |value| format!("[{}]", pages(value).join(",")));
        if exports.iter().all(|(_, value)| value.is_object()) {
            assert_eq!(whole, listed, "{directory} as a list of pages");
        }
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

/// A client in words that no format decides: each field, and `None` where it cannot be known.
type Meaning = BTreeMap<&'static str, Option<String>>;

/// What texts say of the clients of one organisation, by name.
fn meanings(texts: &[(String, String)]) -> BTreeMap<String, Meaning> {
    let mut sources = Sources::default();
    for (path, text) in texts {
        sources.add(Source::new(path.as_str(), text.as_str()));
    }
    let facts = sources
        .iter()
        .map(|(id, source)| (id, read(id, source, Limits::default()).0))
        .collect();
    let export = assemble(
        resolve(facts, &sources, TerraformSettings::default()),
        &sources,
        &|_| None,
    );
    assert!(export.problems.is_empty(), "{:?}", export.problems);
    let [organisation] = export.organisations.as_slice() else {
        panic!("{} organisations", export.organisations.len());
    };
    organisation
        .clients
        .iter()
        .map(|client| (client.label().to_owned(), meaning(client, organisation)))
        .collect()
}

fn meaning(client: &model::Client<'_>, organisation: &model::Organisation<'_>) -> Meaning {
    fn text(field: &Field<model::Text<'_>>, unset: &str) -> Option<String> {
        let known = || {
            field
                .text()
                .filter(|text| !text.is_empty())
                .unwrap_or(unset)
        };
        (!field.is_unknown()).then(|| known().to_owned())
    }
    fn texts(list: &model::List<model::Text<'_>>) -> Option<String> {
        let mut items: Vec<_> = list.items().map(|item| item.value.to_string()).collect();
        items.sort();
        list.is_complete().then(|| items.join(" "))
    }
    let role = |id: &str| {
        let Some(role) = organisation.role(id) else {
            return id.to_owned();
        };
        let permissions = role.permission_strings().iter();
        let mut permissions: Vec<_> = permissions.map(|(name, _)| name.clone()).collect();
        permissions.sort();
        format!(
            "{} {:?} {permissions:?} {}",
            role.label(),
            role.default_role(),
            role.permissions_known
        )
    };
    let division = |id: &str| match organisation.division(id) {
        Some(division) => format!("{} {}", division.name, division.is_home),
        None => id.to_owned(),
    };
    let mut grants: Vec<_> = client
        .grants()
        .iter()
        .map(|grant| format!("{} in {:?}", role(grant.role), grant.division.map(division)))
        .collect();
    grants.sort();
    let lifetime = &client.token_lifetime;
    BTreeMap::from([
        ("name", text(&client.name, "")),
        ("description", text(&client.description, "")),
        ("state", text(&client.state, "active")),
        ("grant", Some(format!("{:?}", client.grant_type.known()))),
        (
            "lifetime",
            Some(
                lifetime
                    .known()
                    .map_or("", |number| &number.written)
                    .to_owned(),
            ),
        ),
        ("redirects", texts(&client.redirect_uris)),
        ("scopes", texts(&client.scopes)),
        ("roles", client.knows_its_roles().then(|| grants.join("; "))),
        ("kind", Some(format!("{:?}", client.kind))),
        ("secrets", Some(client.rare.secrets.len().to_string())),
    ])
}

/// The forms of Terraform, each with the name of its file.
fn terraform(organisation: &Organisation) -> Vec<(String, String)> {
    [
        ("main.tf", organisation.hcl()),
        ("genesyscloud.tf.json", organisation.json()),
        ("terraform.tfstate", organisation.state()),
        ("flat/terraform.tfstate", organisation.flat_state()),
        ("state.json", organisation.shown_state()),
        ("plan.json", organisation.plan()),
    ]
    .into_iter()
    .map(|(path, text)| (path.to_owned(), text))
    .collect()
}

#[test]
fn every_form_of_terraform_means_the_same() {
    for fixture in ["demo", "neutral", "labelled"] {
        let exports = load(fixture);
        let listed: Vec<_> = exports
            .iter()
            .map(|(path, value)| (path.clone(), value.to_string()))
            .collect();
        let wanted = meanings(&listed);
        assert!(wanted.len() > 5);
        for form in terraform(&Organisation::new(&exports)) {
            let path = form.0.clone();
            let found = meanings(&[form]);
            let names =
                |meanings: &BTreeMap<String, Meaning>| meanings.keys().cloned().collect::<Vec<_>>();
            assert_eq!(names(&found), names(&wanted), "{fixture} as {path}");
            for (name, found) in &found {
                for (field, found) in found {
                    // What a configuration leaves open is roles that an export may have dropped.
                    if found.is_none() {
                        assert!(
                            *field == "roles" && path.contains(".tf") && !path.contains("tfstate"),
                            "{fixture} as {path}: {name}: {field}"
                        );
                        continue;
                    }
                    assert_eq!(
                        *found, wanted[name][field],
                        "{fixture} as {path}: {name}: {field}"
                    );
                }
            }
        }
    }
}

/// The field of a finding in the names of the Platform API, without positions.
fn field(finding: &str) -> String {
    let plain: String = finding
        .split('[')
        .map(|part| part.split_once(']').map_or(part, |(_, rest)| rest))
        .collect();
    match plain.split('.').next().unwrap_or("") {
        "authorized_grant_type" => "authorizedGrantType",
        "registered_redirect_uris" => "registeredRedirectUri",
        "scopes" => "scope",
        "roles" | "roleIds" | "role_ids" => "roleDivisions",
        "access_token_validity_seconds" => "accessTokenValiditySeconds",
        "client_secret" => "secret",
        other => other,
    }
    .to_owned()
}

/// Rule, client and field of all findings; and the rules that were not judged.
fn blamed(texts: &[(String, String)]) -> (BTreeSet<(String, String, String)>, BTreeSet<String>) {
    let mut sources = Sources::default();
    for (path, text) in texts {
        sources.add(Source::new(path.as_str(), text.as_str()));
    }
    let request = Request::new(TODAY.parse().expect("a date"));
    let report = audit(&sources, &vec![true; texts.len()], Vec::new(), &request);
    assert!(report.problems.is_empty(), "{:?}", report.problems);
    let blamed = report.findings.iter().map(|finding| {
        let client = report.subject(finding.subject).expect("a subject");
        // Of several the younger ones are blamed, and Terraform knows no dates.
        let ready = Prepared::new(finding.rule, Parameters::with(finding.rule, &[]));
        let of_several = !ready.expect("a rule that ran").is_of_client();
        (
            finding.rule.id.to_string(),
            if of_several {
                String::new()
            } else {
                client.label.to_string()
            },
            field(&finding.field),
        )
    });
    let open = report.not_judged.iter().map(|entry| entry.rule.to_owned());
    (blamed.collect(), open.collect())
}

#[test]
fn every_form_of_terraform_is_judged_alike() {
    for fixture in ["demo", "neutral", "labelled"] {
        let exports = load(fixture);
        let listed: Vec<_> = exports
            .iter()
            .map(|(path, value)| (path.clone(), value.to_string()))
            .collect();
        let (wanted, _) = blamed(&listed);
        for form in terraform(&Organisation::new(&exports)) {
            let path = form.0.clone();
            let (found, open) = blamed(&[form]);
            // Terraform knows nothing of a deletion to come.
            let more: Vec<_> = found
                .difference(&wanted)
                .filter(|(rule, ..)| rule != "client-disabled-privileged")
                .collect();
            assert!(
                more.is_empty(),
                "{fixture} as {path} is accused of {more:?}"
            );
            let less: Vec<_> = wanted
                .difference(&found)
                // Terraform has one list of roles, which cannot contradict another.
                .filter(|(rule, ..)| !open.contains(rule) && rule != "role-ids-inconsistent")
                .collect();
            assert!(
                less.is_empty(),
                "{fixture} as {path} passes in silence: {less:?}"
            );
        }
    }
}
