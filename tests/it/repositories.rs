//! Repositories as people keep them, in `fixtures/repositories`: what is planted in them is
//! found, nothing else is accused, every client is counted, and what is open is said.

use crate::common::{TODAY, grantlint_in, root};
use serde_json::Value;
use std::collections::BTreeSet;

/// Organisation, rule, client, field, and the file and line.
type Said = (String, String, String, String, String);

struct Audited {
    report: Value,
    findings: BTreeSet<Said>,
}

fn audited(repository: &str) -> Audited {
    let directory = root().join("fixtures/repositories").join(repository);
    let arguments = ["check", "--format", "json", "--today", TODAY, "."];
    let report = grantlint_in(&directory, &arguments, b"").json();
    assert_eq!(report["problems"], serde_json::json!([]), "{repository}");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let findings = report["findings"].as_array().expect("findings").iter();
    let findings = findings.map(|finding| {
        let location = &finding["location"];
        (
            text(&finding["client"]["organisation"]),
            text(&finding["rule"]),
            text(&finding["client"]["address"]),
            text(&finding["field"]),
            format!("{}:{}", text(&location["path"]), location["start"]["line"]),
        )
    });
    Audited {
        findings: findings.collect(),
        report,
    }
}

fn expect(repository: &str, clients: u64, organisations: u64, planted: &[[&str; 5]]) -> Value {
    let Audited { report, findings } = audited(repository);
    let summary = &report["summary"];
    assert_eq!(summary["clients"], clients, "{repository}: clients");
    assert_eq!(summary["organisations"], organisations, "{repository}");
    let planted = planted
        .iter()
        .map(|[organisation, rule, client, field, place]| {
            let own = |text: &&str| (*text).to_owned();
            (
                own(organisation),
                own(rule),
                format!(
                    "{}genesyscloud_oauth_client.{}",
                    module(client),
                    name(client)
                ),
                own(field),
                own(place),
            )
        });
    assert_eq!(findings, planted.collect(), "{repository}");
    report
}

/// `module.a.` of `module.a.b`.
fn module(client: &str) -> &str {
    client.rfind('.').map_or("", |dot| &client[..=dot])
}

fn name(client: &str) -> &str {
    &client[module(client).len()..]
}

/// How many clients a rule could not judge.
fn open(report: &Value, rule: &str) -> u64 {
    let entries = report["not_judged"].as_array().expect("entries").iter();
    let entries = entries.filter(|entry| entry["rule"] == rule);
    entries.filter_map(|entry| entry["clients"].as_u64()).sum()
}

#[test]
fn modules_called_by_three_environments() {
    let report = expect(
        "environments",
        13,
        3,
        &[
            [
                "environments/prod",
                "implicit-grant",
                "legacy_wallboard",
                "authorized_grant_type",
                "environments/prod/legacy.tf:9",
            ],
            [
                "environments/prod",
                "redirect-not-https",
                "legacy_wallboard",
                "registered_redirect_uris[0]",
                "environments/prod/legacy.tf:10",
            ],
            [
                "environments/stage",
                "token-lifetime-out-of-range",
                "module.desktop.this",
                "access_token_validity_seconds",
                "environments/stage/main.tf:33",
            ],
        ],
    );
    // The names of hosts are read from a file, and lifetimes are looked up: all are judged.
    assert_eq!(open(&report, "redirect-not-https"), 0);
    assert_eq!(open(&report, "token-lifetime-too-long"), 0);
}

#[test]
fn one_configuration_for_all_workspaces() {
    let report = expect(
        "workspaces",
        6,
        1,
        &[
            [
                ".",
                "redirect-not-https",
                "kiosk",
                "registered_redirect_uris[0]",
                "locals.tf:10",
            ],
            [
                ".",
                "redirect-mixed-environments",
                "kiosk",
                "registered_redirect_uris[1]",
                "main.tf:57",
            ],
            [
                ".",
                "redirect-loopback",
                "crm",
                "registered_redirect_uris[0]",
                "env/dev.tfvars:2",
            ],
            [
                ".",
                "division-all",
                "machine[\"scim\"]",
                "roles[0].division_id",
                "main.tf:15",
            ],
            [
                ".",
                "token-lifetime-out-of-range",
                "machine[\"scim\"]",
                "access_token_validity_seconds",
                "templates/scim.yaml:3",
            ],
        ],
    );
    // Each file of values is a world of its own.
    let findings = report["findings"].as_array().expect("findings").iter();
    let messages: Vec<&str> = findings
        .filter_map(|finding| finding["message"].as_str())
        .collect();
    for (text, world) in [
        ("http://localhost:3000/cb", "(with env/dev.tfvars)"),
        ("kiosk.stage.acme.com", "(with env/stage.tfvars)"),
    ] {
        let found = messages
            .iter()
            .any(|message| message.contains(text) && message.ends_with(world));
        assert!(found, "{text} {world}: {messages:#?}");
    }
}

#[test]
fn an_export_in_split_files() {
    let report = expect(
        "export",
        4,
        1,
        &[
            [
                ".",
                "description-missing",
                "Data_Action",
                "description",
                "genesyscloud_oauth_client.tf:16",
            ],
            [
                ".",
                "role-for-people",
                "Data_Action",
                "roles[1].role_id",
                "genesyscloud_oauth_client.tf:23",
            ],
        ],
    );
    // The roles that the export's filter left out are not read as none.
    assert!(open(&report, "client-credentials-without-roles") >= 1);
    // A role that is named by its id alone was not exported.
    assert!(open(&report, "role-admin") >= 1);
}
