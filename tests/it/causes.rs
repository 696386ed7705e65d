//! What many clients have in common is told once to people, with all its places; machines get
//! each finding.

use crate::common::{Run, TODAY, grantlint_in};
use scraper::{Html, Selector};
use serde_json::{Value, json};
use std::fs;

const ROLE: &str = "0d1d2d3d-0000-4000-8000-000000000001";
const RULE: &str = "role-admin";

/// An organisation in which so many clients hold one administrator's role.
fn organisation(clients: usize) -> tempfile::TempDir {
    let place = tempfile::tempdir().expect("a directory");
    let list: Vec<Value> = (0..clients)
        .map(|number| {
            json!({
                "id": format!("aaaaaaaa-0000-4000-8000-{number:012}"),
                "name": format!("Feed {number}"),
                "description": format!("Loads site {number}. Owner: team {number}"),
                "authorizedGrantType": "CLIENT-CREDENTIALS",
                "accessTokenValiditySeconds": 3600 + number,
                "roleDivisions": [{"roleId": ROLE, "divisionId": "*"}],
            })
        })
        .collect();
    let role = json!([{"id": ROLE, "name": "Master Admin", "default": true,
        "defaultRoleId": "admin", "permissionPolicies":
        [{"domain": "*", "entityName": "*", "actionSet": ["*"]}]}]);
    let write = |name: &str, value: Value| {
        fs::write(place.path().join(name), value.to_string()).expect("a file");
    };
    write("clients.json", Value::Array(list));
    write("roles.json", role);
    place
}

fn check(clients: usize, format: &str, more: &[&str]) -> Run {
    let place = organisation(clients);
    let mut arguments = vec!["check", ".", "--today", TODAY, "--select", RULE];
    arguments.extend(["--format", format]);
    arguments.extend(more);
    grantlint_in(place.path(), &arguments, b"")
}

fn times(text: &str, words: &str) -> usize {
    text.matches(words).count()
}

#[test]
fn one_role_of_many_clients_is_told_once_with_the_places() {
    let text = check(30, "human", &[]).stdout;
    assert!(text.contains("the same in 30 clients"), "{text}");
    assert_eq!(times(&text, "fix:"), 1, "{text}");
    assert!(text.contains("20 more; --verbose lists them"), "{text}");
    assert!(text.contains("30 critical"), "each of them counts: {text}");
    let all = check(30, "human", &["--verbose"]).stdout;
    assert!(
        (0..30).all(|number| all.contains(&format!("  Feed {number}  "))),
        "{all}"
    );
}

#[test]
fn few_clients_are_told_one_by_one() {
    let text = check(4, "human", &[]).stdout;
    assert_eq!(times(&text, "fix:"), 4, "{text}");
    assert!(!text.contains("the same in"), "{text}");
}

#[test]
fn a_comment_has_one_row_for_them() {
    let text = check(30, "markdown", &[]).stdout;
    assert_eq!(times(&text, "| critical |"), 1, "{text}");
    assert!(text.contains("30 clients: <code>Feed 0</code>"), "{text}");
    assert!(text.contains("and 20 more"), "{text}");
    let many = check(2_000, "markdown", &[]).stdout;
    assert!(
        !many.contains("findings are shown"),
        "nothing is cut: {many}"
    );
}

#[test]
fn the_page_shows_the_source_once_and_every_client_has_its_card() {
    let page = Html::parse_document(&check(30, "html", &[]).stdout);
    let count = |selector: &str| {
        let selector = Selector::parse(selector).expect("a selector");
        page.select(&selector).count()
    };
    assert_eq!(count("#findings .code"), 1);
    assert_eq!(count("details.client"), 30);
    assert_eq!(count("details.client .fix"), 30);
}

#[test]
fn machines_get_each_finding_with_a_fingerprint_of_its_own() {
    let report = check(30, "json", &[]).json();
    let findings = report["findings"].as_array().expect("findings");
    let mut prints: Vec<&str> = findings
        .iter()
        .filter_map(|finding| finding["fingerprint"].as_str())
        .collect();
    prints.sort_unstable();
    prints.dedup();
    assert_eq!((findings.len(), prints.len()), (30, 30));
}
