//! Findings about what is no client of the organisation at hand: authorised applications,
//! credentials, clients seen in several organisations. Every format names them, and the
//! policy reaches them.

use crate::common::{Run, TODAY, grantlint_in};
use serde_json::Value;
use std::fs;
use std::path::Path;

const CLIENTS: &str = r#"[{"id":"aaaaaaaa-0000-4000-8000-000000000001","name":"Acme Insights","authorizedGrantType":"PASSWORD","scope":["users"]}]"#;

const APPLICATIONS: &str = r#"[
{"client":{"id":"bbbbbbbb-0000-4000-8000-000000000001","name":"Acme Insights"},"scope":["oauth"],"state":"Authorized","resourceOwner":{"id":"u1"}},
{"client":{"id":"bbbbbbbb-0000-4000-8000-000000000002","name":"Beta Dialer"},"scope":[],"state":"Requested","resourceOwner":{"id":"u1"}}
]"#;

const CREDENTIAL: &str = r#"
resource "genesyscloud_integration_credential" "feed" {
  name                 = "Warehouse Feed"
  credential_type_name = "pureCloudOAuthClient"
  fields = {
    clientId     = "0b5a1a5e-86f1-4b57-9d5c-2c6a7c1f0e11"
    clientSecret = "w4r3-h0us3-5ecret"
  }
}
"#;

const APPLICATION_RULES: &str =
    "authorized-app-broad-scopes,authorized-app-pending,authorized-app-revoked";

fn place(files: &[(&str, &str)]) -> tempfile::TempDir {
    let place = tempfile::tempdir().expect("a directory");
    for (name, text) in files {
        let path = place.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        fs::write(path, text).expect("a file");
    }
    place
}

fn check(directory: &Path, more: &[&str]) -> Run {
    let mut arguments = vec!["check", "exports", "--today", TODAY];
    arguments.extend(more);
    grantlint_in(directory, &arguments, b"")
}

fn findings<'r>(report: &'r Value, rule: &str) -> Vec<&'r Value> {
    let all = report["findings"].as_array().expect("findings");
    all.iter().filter(|one| one["rule"] == rule).collect()
}

fn with_applications() -> tempfile::TempDir {
    place(&[
        ("exports/clients.json", CLIENTS),
        ("exports/authorizations.json", APPLICATIONS),
    ])
}

#[test]
fn a_finding_names_the_application_and_not_the_client_of_the_same_name() {
    let place = with_applications();
    let report = check(place.path(), &["--format", "json"]).json();
    let found = findings(&report, "authorized-app-broad-scopes");
    assert_eq!(found.len(), 1, "{report:#}");
    let about = &found[0]["client"];
    assert_eq!(about["id"], "bbbbbbbb-0000-4000-8000-000000000001");
    assert_eq!(about["name"], "Acme Insights");
    assert_eq!(about["address"], Value::Null);
    assert_eq!(about["kind"], "authorised application");
    assert_eq!(found[0]["field"], "scope[0]");
    assert_eq!(found[0]["severity"], "high");
    let pending = findings(&report, "authorized-app-pending");
    assert_eq!(pending[0]["client"]["name"], "Beta Dialer");
    assert_eq!(
        report["summary"]["clients"], 1,
        "an application is no client"
    );
}

#[test]
fn every_format_names_the_application() {
    let place = with_applications();
    for format in [
        "human", "summary", "concise", "sarif", "junit", "csv", "markdown", "html", "github",
        "gitlab",
    ] {
        let run = check(
            place.path(),
            &["--format", format, "--select", APPLICATION_RULES],
        );
        assert_eq!(run.code, 1, "{format}: {}", run.stderr);
        assert!(
            run.stdout.contains("Beta Dialer"),
            "{format}: {}",
            run.stdout
        );
    }
}

#[test]
fn without_the_listing_the_rules_are_not_judged_and_an_empty_one_is_judged() {
    for (listing, is_open) in [
        ("", true),
        (
            r#"{"entities":[],"selfUri":"/api/v2/oauth/authorizations"}"#,
            false,
        ),
    ] {
        let mut files = vec![("exports/clients.json", CLIENTS)];
        if !listing.is_empty() {
            files.push(("exports/authorizations.json", listing));
        }
        let place = place(&files);
        let report = check(
            place.path(),
            &["--format", "json", "--select", APPLICATION_RULES],
        )
        .json();
        let open = report["not_judged"].as_array().expect("a list").iter();
        let told = open
            .filter(|one| one["needs"][0] == "authorisations")
            .count();
        assert_eq!(told == 3, is_open, "{report:#}");
    }
}

#[test]
fn an_acceptance_and_a_section_reach_an_application() {
    let place = with_applications();
    let config = r#"
[[accept]]
rule = "authorized-app-broad-scopes"
client = "name:Acme Insights"
reason = "reviewed with Acme"
owner = "Jo"
until = 2026-12-31

[clients."id:bbbbbbbb-0000-4000-8000-000000000002".rules.authorized-app-pending]
severity = "info"
"#;
    fs::write(place.path().join("grantlint.toml"), config).expect("a file");
    let report = check(place.path(), &["--format", "json"]).json();
    assert_eq!(report["problems"], serde_json::json!([]));
    assert_eq!(report["summary"]["suppressed"], 1, "{report:#}");
    assert!(findings(&report, "authorized-app-broad-scopes").is_empty());
    assert_eq!(
        findings(&report, "authorized-app-pending")[0]["severity"],
        "info"
    );
}

#[test]
fn a_baseline_knows_what_is_said_of_applications() {
    let place = with_applications();
    let write = check(place.path(), &["--write-baseline", "known.json"]);
    assert!(write.code <= 1, "{}", write.stderr);
    let run = check(
        place.path(),
        &["--baseline", "known.json", "--format", "json"],
    );
    assert_eq!(run.json()["findings"], serde_json::json!([]));
}

#[test]
fn a_secret_in_a_credential_is_told_and_never_shown() {
    let other = r#"
resource "genesyscloud_oauth_client" "feed" {
  name                  = "Other"
  authorized_grant_type = "CLIENT-CREDENTIALS"
}
"#;
    let place = place(&[("exports/main.tf", CREDENTIAL), ("exports/other.tf", other)]);
    for format in ["human", "json", "sarif", "html"] {
        let run = check(place.path(), &["--format", format]);
        assert!(
            run.stdout.contains("Warehouse Feed"),
            "{format}: {}",
            run.all()
        );
        assert!(!run.all().contains("w4r3-h0us3"), "{format}");
    }
    let report = check(place.path(), &["--format", "json"]).json();
    let found = findings(&report, "secret-exposed-by-terraform");
    assert_eq!(found.len(), 1, "{report:#}");
    assert_eq!(found[0]["severity"], "critical");
    let about = &found[0]["client"];
    assert_eq!(about["address"], "genesyscloud_integration_credential.feed");
    assert_eq!(about["kind"], "integration credential");
    assert_eq!(found[0]["field"], "fields.clientSecret");
}

#[test]
fn a_secret_is_told_where_there_is_no_client() {
    let place = place(&[
        ("exports/org/clients.json", CLIENTS),
        ("exports/infra/main.tf", CREDENTIAL),
    ]);
    let report = check(place.path(), &["--format", "json"]).json();
    assert_eq!(findings(&report, "secret-exposed-by-terraform").len(), 1);
    // It is no reason to doubt to which organisation other files belong.
    assert_eq!(report["problems"], serde_json::json!([]));
    fs::remove_dir_all(place.path().join("exports/org")).expect("removed");
    let run = check(place.path(), &["--format", "json"]);
    assert_eq!(
        run.code, 1,
        "the root was read completely and creates no client"
    );
    assert_eq!(
        findings(&run.json(), "secret-exposed-by-terraform").len(),
        1
    );
}

#[test]
fn the_same_client_in_two_organisations_is_told_once_for_all() {
    let client = |at: usize| {
        format!(
            r#"{{"id":"aaaaaaaa-0000-4000-8000-{at:012}","name":"C{at}","authorizedGrantType":"CODE"}}"#
        )
    };
    let listing =
        |of: std::ops::Range<usize>| format!("[{}]", of.map(client).collect::<Vec<_>>().join(","));
    let place = place(&[
        ("exports/east/clients.json", &listing(0..300)),
        ("exports/west/clients.json", &listing(100..400)),
        ("exports/south/clients.json", &listing(500..503)),
    ]);
    let arguments = ["--format", "json", "--select", "client-in-several-orgs"];
    let report = check(place.path(), &arguments).json();
    let found = findings(&report, "client-in-several-orgs");
    assert_eq!(found.len(), 1, "{report:#}");
    assert_eq!(
        found[0]["client"]["id"],
        "aaaaaaaa-0000-4000-8000-000000000100"
    );
    assert_eq!(found[0]["client"]["organisation"], "exports/west");
    assert!(
        found[0]["message"]
            .as_str()
            .expect("text")
            .starts_with("200 of 300 clients")
    );
}
