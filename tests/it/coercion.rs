//! Values whose type is not the platform's and that can mean only one thing: read, and noted.

use crate::common::{Run, grantlint_in};
use serde_json::Value;

/// The JSON report of a directory with these files.
fn check(files: &[(&str, &str)]) -> (i32, Value) {
    let place = tempfile::tempdir().expect("a directory");
    for (name, text) in files {
        std::fs::write(place.path().join(name), text).expect("a file");
    }
    let arguments = ["check", ".", "--today", "2026-11-30", "--format", "json"];
    let waivers = ["--without", "roles", "--without", "divisions"];
    let run: Run = grantlint_in(place.path(), &[&arguments[..], &waivers].concat(), b"");
    let report = serde_json::from_str(&run.stdout).expect("a report");
    (run.code, report)
}

fn rules(report: &Value) -> Vec<&str> {
    let findings = report["findings"].as_array().expect("findings");
    let rules = findings.iter().map(|one| one["rule"].as_str());
    rules.map(Option::unwrap_or_default).collect()
}

fn notes(report: &Value) -> Vec<&str> {
    let notices = report["notices"].as_array().into_iter().flatten();
    let coerced = notices.filter(|notice| notice["kind"] == "coerced");
    coerced
        .map(|notice| notice["message"].as_str().unwrap_or_default())
        .collect()
}

const DESK: &str = r#"[{"id": "aa01", "name": "Desk", "description": "Loads lists. Owner: Outbound",
    "authorizedGrantType": "CODE", "accessTokenValiditySeconds": "172801",
    "registeredRedirectUri": "http://desk.example.net/cb", "scope": ["users:readonly"], "state": "active"}]"#;

#[test]
fn digits_in_quotes_and_one_text_for_a_list_are_judged_and_noted() {
    let (code, report) = check(&[("clients.json", DESK)]);
    assert_eq!(code, 1, "{report}");
    let found = rules(&report);
    for rule in ["token-lifetime-out-of-range", "redirect-not-https"] {
        assert!(found.contains(&rule), "{rule} {found:?}");
    }
    let notes = notes(&report);
    assert_eq!(notes.len(), 2, "{notes:?}");
    assert!(
        notes
            .iter()
            .any(|note| note.contains("accessTokenValiditySeconds"))
    );
}

#[test]
fn what_can_mean_several_things_stays_unknown() {
    for (from, to) in [
        ("\"172801\"", "\"0300\""),
        ("\"172801\"", "\"3600 s\""),
        (
            "\"http://desk.example.net/cb\"",
            "\"http://a.example/,http://b.example/\"",
        ),
        (
            "\"http://desk.example.net/cb\"",
            "\"http://a.example/ http://b.example/\"",
        ),
        ("\"http://desk.example.net/cb\"", "\"\""),
    ] {
        let text = DESK.replace(from, to);
        assert_ne!(text, DESK);
        let (code, report) = check(&[("clients.json", &text)]);
        assert_eq!(code, 3, "{to}: {report}");
    }
}

#[test]
fn permissions_of_a_domain_among_the_general_ones_are_read_or_unknown() {
    let client = r#"[{"id": "aa01", "name": "Feed", "description": "Feeds lists. Owner: Outbound",
        "authorizedGrantType": "CLIENT-CREDENTIALS", "accessTokenValiditySeconds": 3600,
        "roleDivisions": [{"roleId": "cc01", "divisionId": "dd01"}], "state": "active"}]"#;
    for (permission, rule) in [
        (
            "recording:recording:view",
            Some("role-sensitive-permission"),
        ),
        ("authorization:*:*", Some("role-privilege-escalation")),
        ("*:*:*", Some("role-admin")),
        ("recording:recording", None),
        ("recording::view", None),
    ] {
        let roles = format!(
            r#"{{"entities": [{{"id": "cc01", "name": "Feed", "default": false, "permissions": ["{permission}"], "permissionPolicies": []}}]}}"#
        );
        let (code, report) = check(&[("clients.json", client), ("roles.json", &roles)]);
        if let Some(rule) = rule {
            assert!(rules(&report).contains(&rule), "{permission}: {report}");
        } else {
            let open = report["not_judged"].to_string();
            assert!(open.contains("role-admin"), "{permission}: {open}");
            assert_eq!(code, 3, "{permission}");
        }
        assert_eq!(
            notes(&report).len(),
            usize::from(rule.is_some()),
            "{permission}"
        );
    }
}
