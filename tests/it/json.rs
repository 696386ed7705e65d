//! The JSON report keeps its contract: the form of the page that describes it, and the schema
//! that is derived from it.

use crate::exports::{OPEN, PLAIN, audited, hostile, json, sources};
use grantlint::report::Format;
use serde_json::{Value, json};

fn reports() -> Vec<Value> {
    let hostile = hostile();
    [
        vec![("clients.json", PLAIN)],
        vec![("a/hostile.json", &*hostile)],
        vec![("a/open.json", OPEN), ("b/plain.json", PLAIN)],
        vec![("broken.json", "{\"entities\": [{\"id\": 1,")],
        vec![],
    ]
    .iter()
    .map(|texts| json(&audited(&sources(texts)), Format::Json))
    .collect()
}

#[test]
fn every_report_is_valid_by_its_schema() {
    let schema = grantlint::report::json::schema();
    let validator = jsonschema::validator_for(&schema).expect("a valid schema");
    for report in reports() {
        let faults: Vec<_> = validator
            .iter_errors(&report)
            .map(|fault| format!("{} at {}", fault, fault.instance_path()))
            .collect();
        assert!(faults.is_empty(), "{faults:#?}\n{report:#}");
    }
}

#[test]
fn the_schema_refuses_what_is_no_report() {
    let schema = grantlint::report::json::schema();
    let validator = jsonschema::validator_for(&schema).expect("a valid schema");
    let report = reports().remove(0);
    for (pointer, value) in [
        ("/schema", json!("grantlint-report/2")),
        ("/findings/0/severity", json!("urgent")),
        ("/findings/0/location", json!(null)),
        ("/findings/0/fingerprint", json!("short")),
        ("/summary/findings", json!({"critical": 1})),
    ] {
        let mut wrong = report.clone();
        *wrong.pointer_mut(pointer).expect("a part of the report") = value;
        assert!(!validator.is_valid(&wrong), "{pointer}");
    }
}

#[test]
fn the_report_has_the_form_of_the_contract() {
    let sources = sources(&[("exports/clients.json", PLAIN), ("exports/open.json", OPEN)]);
    let report = json(&audited(&sources), Format::Json);
    let has = |pointer: &str, value: Value| {
        assert_eq!(report.pointer(pointer), Some(&value), "{pointer}");
    };
    has("/schema", json!("grantlint-report/1"));
    has("/tool/name", json!("grantlint"));
    has("/partial", json!(false));
    has("/summary/clients", json!(3));
    has("/summary/files", json!(2));
    has("/summary/rules", json!(1));
    has(
        "/summary/findings",
        json!({"critical": 0, "high": 1, "medium": 0, "low": 0, "info": 0}),
    );
    for count in ["suppressed", "baselined"] {
        has(&format!("/summary/{count}"), json!(0));
    }
    has("/summary/not_judged", json!(1));
    has(
        "/inputs/0",
        json!({"path": "exports/clients.json", "format": "json", "shape": "oauth-clients",
               "documents": 1, "clients": 2}),
    );
    has("/findings/0/rule", json!("implicit-grant"));
    has("/findings/0/client/name", json!("Wallboard 😀"));
    has("/findings/0/client/address", Value::Null);
    has("/findings/0/field", json!("authorizedGrantType"));
    has("/findings/0/related", json!([]));
    let start = PLAIN.find("TOKEN").expect("the culprit");
    has(
        "/findings/0/location",
        json!({"path": "exports/clients.json",
               "start": {"line": 3, "column": 99, "offset": start},
               "end": {"line": 3, "column": 104, "offset": start + 5}}),
    );
    has("/not_judged/0/rule", json!("implicit-grant"));
    has("/not_judged/0/needs", json!(["value"]));
    has("/not_judged/0/clients", json!(1));
    has("/problems/0/kind", json!("wrong-type"));
    has("/exit_code", json!(3));
}

#[test]
fn rule_files_are_valid_by_their_schema_and_wrong_ones_are_not() {
    let schema = grantlint::reference::schema();
    let validator = jsonschema::validator_for(&schema).expect("a valid schema");
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/rules")).expect("rules");
    let mut rules = Vec::new();
    for file in files {
        let path = file.expect("an entry").path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            let text = std::fs::read_to_string(&path).expect("readable");
            let rule: Value = toml::from_str(&text).expect("TOML");
            let fault = validator.iter_errors(&rule).next();
            assert!(fault.is_none(), "{}: {fault:?}", path.display());
            rules.push(rule);
        }
    }
    assert_eq!(rules.len(), grantlint::catalog::builtin().len());
    for (pointer, value) in [
        ("/severity", json!("urgent")),
        ("/check/kind", json!("magic")),
        ("/examples/0/verdict", json!("perhaps")),
        ("/references/0/title", json!(7)),
        ("/messages", json!({})),
    ] {
        let mut wrong = rules[0].clone();
        *wrong.pointer_mut(pointer).expect("a part of a rule") = value;
        assert!(!validator.is_valid(&wrong), "{pointer}");
    }
    let mut wrong = rules[0].clone();
    wrong["severty"] = json!("low");
    assert!(!validator.is_valid(&wrong), "a misspelt key");
}
