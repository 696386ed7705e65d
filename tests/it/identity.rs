//! Findings are recognised again by what they are about, and a known finding counts again once
//! it is worse.

use crate::common::{Run, TODAY, grantlint_in};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const SECRET: &str = "kX9vQ2mTzR7bLw4pHs8dNf3jYc6gUe1aVo5iBtPqWr0";
const ROLE: &str = "2f6f7a0a-1b1f-4b2c-8d5b-0e6a8e2a9b11";

struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a directory"))
    }

    fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        fs::write(path, text).expect("a file");
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.0.path().join(path)).expect("a file")
    }

    fn check(&self, directory: &str, more: &[&str]) -> Run {
        let arguments = ["check", directory, "--no-config", "--format", "json"];
        let day = [
            "--today",
            TODAY,
            "--show-suppressed",
            "--without",
            "divisions",
        ];
        grantlint_in(self.0.path(), &[&arguments[..], &day, more].concat(), b"")
    }

    /// Records what is known in `directory`.
    fn record(&self, directory: &str) -> Run {
        self.check(directory, &["--write-baseline", "known.json"])
    }

    /// The report on `directory` with what was recorded.
    fn compare(&self, directory: &str) -> Value {
        self.check(directory, &["--baseline", "known.json"]).json()
    }

    fn entries(&self) -> usize {
        let baseline: Value = serde_json::from_str(&self.read("known.json")).expect("JSON");
        baseline["entries"].as_array().expect("a list").len()
    }
}

/// The rules of the findings that count.
fn rules(report: &Value) -> Vec<String> {
    let findings = report["findings"].as_array().expect("a list");
    let rule = |finding: &Value| finding["rule"].as_str().expect("text").to_owned();
    findings.iter().map(rule).collect()
}

fn fingerprints(report: &Value) -> Vec<String> {
    let findings = report["findings"].as_array().expect("a list");
    let print = |finding: &Value| finding["fingerprint"].as_str().expect("text").to_owned();
    let mut found: Vec<_> = findings.iter().map(print).collect();
    found.sort();
    found
}

/// A client with findings of many kinds.
fn client() -> Value {
    json!({
        "id": "7de3af06-c0b3-4f9b-af45-72f4a1403702",
        "name": "Loader",
        "description": "Loads lists. Owner: Kim",
        "accessTokenValiditySeconds": 90_000,
        "authorizedGrantType": "CLIENT-CREDENTIALS",
        "roleDivisions": [{ "roleId": ROLE, "divisionId": "4f6793c1-ac28-44ae-b777-70a4adb6496d" }],
        "registeredRedirectUri": [],
        "scope": [],
        "state": "active",
        "dateCreated": "2026-05-02T09:00:00Z",
        "dateModified": "2026-10-01T09:00:00Z",
        "secret": SECRET,
    })
}

fn roles(policies: &Value) -> Value {
    json!([{ "id": ROLE, "name": "Loader", "permissions": [], "permissionPolicies": policies }])
}

fn policy(domain: &str, entity: &str, actions: &[&str]) -> Value {
    json!({ "domain": domain, "entityName": entity, "actionSet": actions })
}

fn export(place: &Place, directory: &str, client: &Value, roles: &Value) {
    place.write(
        &format!("{directory}/clients.json"),
        json!([client]).to_string(),
    );
    place.write(&format!("{directory}/roles.json"), roles.to_string());
}

#[test]
fn a_known_finding_counts_again_once_it_is_worse_and_only_then() {
    let plain = roles(&json!([policy("routing", "*", &["view"])]));
    let with = |key: &str, value: Value| {
        let mut changed = client();
        changed[key] = value;
        changed
    };
    let other_secret = SECRET.chars().rev().collect::<String>();
    for (changed, changed_roles, rule, words) in [
        (
            with("accessTokenValiditySeconds", json!(150_000)),
            plain.clone(),
            Some("token-lifetime-too-long"),
            "with 90000, now 150000",
        ),
        (
            with("accessTokenValiditySeconds", json!(88_000)),
            plain.clone(),
            None,
            "",
        ),
        (
            with("secret", json!(other_secret)),
            plain.clone(),
            Some("secret-in-export"),
            "with another secret",
        ),
        (
            client(),
            roles(&json!([
                policy("routing", "*", &["view"]),
                policy("analytics", "*", &["view"])
            ])),
            Some("role-wildcard"),
            "without analytics:*:view",
        ),
        (
            client(),
            roles(&json!([
                policy("routing", "*", &["view"]),
                policy("routing", "queue", &["view"])
            ])),
            None,
            "",
        ),
        (
            with("description", json!("Loads more lists. Owner: Kim")),
            plain.clone(),
            None,
            "",
        ),
    ] {
        let place = Place::new();
        export(&place, "before", &client(), &plain);
        export(&place, "after", &changed, &changed_roles);
        let recorded = place.record("before");
        assert!(!rules(&recorded.json()).is_empty(), "{}", recorded.all());
        let report = place.compare("after");
        let found = rules(&report);
        match rule {
            Some(rule) => {
                assert!(found.iter().any(|id| id == rule), "{rule}: {report:#}");
                assert!(report.to_string().contains(words), "{words}: {report:#}");
                let known = report["baselined"].as_array().expect("a list");
                assert!(!known.is_empty(), "the rest is known: {report:#}");
            }
            None => assert!(found.is_empty(), "{found:?}"),
        }
    }
}

#[test]
fn a_baseline_takes_what_became_better_and_counts_the_way_back() {
    let place = Place::new();
    let plain = roles(&json!([policy("routing", "*", &["view"])]));
    let mut shorter = client();
    shorter["accessTokenValiditySeconds"] = json!(88_000);
    export(&place, "long", &client(), &plain);
    export(&place, "short", &shorter, &plain);
    place.record("long");
    let first = place.read("known.json");
    assert!(
        !first.contains(SECRET) && first.contains("\"salt\""),
        "{first}"
    );
    place.record("short");
    let report = place.compare("long");
    assert_eq!(rules(&report), ["token-lifetime-too-long"], "{report:#}");
    // The salt and the date of an entry stay.
    let salt = |text: &str| {
        let at = text.find("\"salt\":\"").expect("a salt");
        text[at..at + 24].to_owned()
    };
    assert_eq!(salt(&first), salt(&place.read("known.json")));
}

#[test]
fn a_severity_that_rises_counts_again() {
    let place = Place::new();
    let plain = roles(&json!([policy("routing", "*", &["view"])]));
    export(&place, "exports", &client(), &plain);
    place.write("low.toml", "[rules.role-wildcard]\nseverity = \"low\"\n");
    let known = ["--write-baseline", "known.json", "--config", "low.toml"];
    let arguments = [
        "check",
        "exports",
        "--today",
        TODAY,
        "--without",
        "divisions",
    ];
    let run = grantlint_in(place.0.path(), &[&arguments[..], &known].concat(), b"");
    assert!(run.code < 2, "{}", run.all());
    let report = place.compare("exports");
    assert_eq!(rules(&report), ["role-wildcard"], "{report:#}");
    let words = format!("known since {TODAY} as low, now ");
    assert!(report.to_string().contains(&words), "{report:#}");
}

const MAIN: &str = r#"
resource "genesyscloud_oauth_client" "crm" {
  name                          = "CRM"
  authorized_grant_type         = "CLIENT-CREDENTIALS"
  description                   = "Does one thing. Owner: Kim"
  access_token_validity_seconds = 3600
  roles {
    role_id     = genesyscloud_auth_role.boss.id
    division_id = "*"
  }
}
resource "genesyscloud_auth_role" "boss" {
  name        = "Boss"
  permissions = ["admin"]
}
"#;

fn resource(kind: &str, name: &str, attributes: &Value) -> Value {
    json!({
        "mode": "managed", "type": kind, "name": name,
        "provider": "provider[\"registry.terraform.io/mypurecloud/genesyscloud\"]",
        "instances": [{ "schema_version": 1, "attributes": attributes }],
    })
}

fn state() -> String {
    let client = resource(
        "genesyscloud_oauth_client",
        "crm",
        &json!({
            "id": "7de3af06-c0b3-4f9b-af45-72f4a1403702", "name": "CRM",
            "authorized_grant_type": "CLIENT-CREDENTIALS",
            "description": "Does one thing. Owner: Kim",
            "access_token_validity_seconds": 3600,
            "roles": [{ "role_id": ROLE, "division_id": "*" }],
        }),
    );
    let role = resource(
        "genesyscloud_auth_role",
        "boss",
        &json!({ "id": ROLE, "name": "Boss", "permissions": ["admin"], "permission_policies": [] }),
    );
    json!({
        "version": 4, "terraform_version": "1.9.0", "serial": 1, "lineage": "a", "outputs": {},
        "resources": [client, role],
    })
    .to_string()
}

#[test]
fn a_state_next_to_the_configuration_and_another_directory_change_nothing() {
    let place = Place::new();
    place.write("one/main.tf", MAIN);
    place.write("two/main.tf", MAIN);
    place.write("two/terraform.tfstate", state());
    place.write("three/terraform.tfstate", state());
    place.write("four/deep/main.tf", MAIN.replace('\n', "\r\n"));
    let recorded = place.record("one").json();
    assert!(rules(&recorded).len() > 1, "{recorded:#}");
    for directory in ["one", "two", "three", "four"] {
        let report = place.compare(directory);
        assert!(rules(&report).is_empty(), "{directory}: {report:#}");
        assert_eq!(report["summary"]["fixed"], 0, "{directory}: {report:#}");
    }
    // The other way round, too.
    place.record("two");
    for directory in ["one", "three", "four"] {
        let report = place.compare(directory);
        assert!(rules(&report).is_empty(), "{directory}: {report:#}");
    }
    // Reports show one fingerprint, with a state or without.
    for directory in ["two", "three"] {
        assert_eq!(
            fingerprints(&place.check("one", &[]).json()),
            fingerprints(&place.check(directory, &[]).json()),
            "{directory}"
        );
    }
    // The directory of the argument is not part of a fingerprint.
    assert_eq!(
        fingerprints(&place.check("one", &[]).json()),
        fingerprints(&place.check("four/deep", &[]).json())
    );
}

#[test]
fn two_roots_do_not_share_findings() {
    let place = Place::new();
    place.write("before/dev/main.tf", MAIN);
    let clean = MAIN
        .replace("[\"admin\"]", "[\"group_creation\"]")
        .replace("\"*\"", "\"x\"");
    place.write("before/prod/main.tf", &clean);
    place.write("after/dev/main.tf", &clean);
    place.write("after/prod/main.tf", MAIN);
    place.record("before");
    let report = place.compare("after");
    assert!(
        rules(&report).contains(&"role-admin".to_owned()),
        "{report:#}"
    );
}

#[test]
fn no_fingerprint_depends_on_a_secret_or_its_length() {
    let place = Place::new();
    let with = |secret: &str| {
        let mut changed = client();
        let uri = format!("http://portal.example.com/cb?api_key={secret}");
        changed["registeredRedirectUri"] = json!([uri]);
        changed["authorizedGrantType"] = json!("CODE");
        changed["secret"] = Value::Null;
        changed
    };
    export(&place, "one", &with("Zx81Spectrum7q"), &json!([]));
    export(&place, "two", &with("Qp92Amstrad48Kbytes"), &json!([]));
    let of = |directory: &str| fingerprints(&place.check(directory, &[]).json());
    assert_eq!(of("one"), of("two"));
    assert!(of("one").len() > 1);
}

#[test]
fn a_client_that_is_gone_is_fixed_and_undecided_entries_are_open_with_their_cause() {
    let place = Place::new();
    let plain = roles(&json!([policy("routing", "*", &["view"])]));
    let mut other = client();
    other["id"] = json!("11111111-c0b3-4f9b-af45-72f4a1403702");
    other["name"] = json!("Other");
    other["secret"] = Value::Null;
    place.write("exports/roles.json", plain.to_string());
    place.write("exports/clients.json", json!([client(), other]).to_string());
    place.record("exports");
    let all = place.entries();
    // The role of the client that stays is unknown now; the other client is deleted.
    other["roleDivisions"][0]["roleId"] = json!("99999999-c0b3-4f9b-af45-72f4a1403702");
    place.write("exports/clients.json", json!([other]).to_string());
    let report = place.compare("exports");
    let summary = &report["summary"];
    let fixed = summary["fixed"].as_u64().expect("a number");
    let undecided = summary["undecided"].as_u64().expect("a number");
    assert!(fixed > 1 && undecided > 0, "{report:#}");
    place.record("exports");
    let text = place.read("known.json");
    assert!(
        !text.contains("7de3af06"),
        "the deleted client is gone: {text}"
    );
    assert!(
        text.contains("role-wildcard"),
        "the undecided entry stays: {text}"
    );
    assert!(place.entries() < all);
}

#[test]
fn the_export_of_another_organisation_clears_nothing() {
    let place = Place::new();
    let plain = roles(&json!([policy("routing", "*", &["view"])]));
    let mut other = client();
    other["id"] = json!("11111111-c0b3-4f9b-af45-72f4a1403702");
    export(&place, "emea", &client(), &plain);
    export(&place, "apac", &other, &plain);
    place.record("emea");
    let emea = place.entries();
    place.record("apac");
    assert_eq!(place.entries(), 2 * emea, "{}", place.read("known.json"));
    for directory in ["emea", "apac", "."] {
        let report = place.compare(directory);
        assert!(rules(&report).is_empty(), "{directory}: {report:#}");
    }
}

#[test]
fn a_baseline_of_the_first_format_is_refused_with_the_command_that_writes_a_new_one() {
    let place = Place::new();
    export(&place, "exports", &client(), &json!([]));
    place.write(
        "known.json",
        "{\"schema\": \"grantlint-baseline/1\", \"entries\": []}\n",
    );
    let run = place.check("exports", &["--baseline", "known.json"]);
    assert_eq!(run.code, 2, "{}", run.all());
    let words: Vec<_> = run.stderr.split_whitespace().collect();
    let words = words.join(" ");
    assert!(words.contains("--write-baseline known.json"), "{words}");
    assert!(Path::new(&place.0.path().join("known.json")).exists());
}
