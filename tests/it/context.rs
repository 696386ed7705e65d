//! What surrounds the named files: context with `--partial`, the name of the organisation, and
//! files of policies next to exports.

use crate::common::{Run, TODAY, grantlint_in};
use serde_json::{Value, json};
use std::fs;
use tempfile::TempDir;

const ROLE: &str = "2f6f7a0a-1b1f-4b2c-8d5b-0e6a8e2a9b11";
const DIVISION: &str = "4f6793c1-ac28-44ae-b777-70a4adb6496d";

struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a directory"))
    }

    fn write(&self, path: &str, text: &(impl ToString + ?Sized)) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        fs::write(path, text.to_string()).expect("a file");
    }

    /// An organisation whose client holds a role that can do everything.
    fn organisation(&self, directory: &str, number: u32) {
        self.write(
            &format!("{directory}/clients.json"),
            &json!([client(number)]),
        );
        self.write(&format!("{directory}/roles.json"), &roles());
        let divisions = json!([{"id": DIVISION, "name": "Sales", "homeDivision": false}]);
        self.write(&format!("{directory}/divisions.json"), &divisions);
    }

    fn check(&self, more: &[&str]) -> Run {
        let arguments = ["check", "--format", "json", "--no-config", "--today", TODAY];
        grantlint_in(self.0.path(), &[&arguments[..], more].concat(), b"")
    }
}

fn client(number: u32) -> Value {
    json!({
        "id": format!("aaaaaaaa-0000-4000-8000-00000000000{number}"), "name": "Loader",
        "description": "Loads lists. Owner: Kim", "accessTokenValiditySeconds": 3600,
        "authorizedGrantType": "CLIENT-CREDENTIALS", "state": "active",
        "roleDivisions": [{"roleId": ROLE, "divisionId": DIVISION}],
    })
}

fn roles() -> Value {
    let all = json!([{"domain": "*", "entityName": "*", "actionSet": ["*"]}]);
    json!([{"id": ROLE, "name": "Loader", "permissions": [], "permissionPolicies": all}])
}

fn rules(report: &Value) -> Vec<&str> {
    let findings = report["findings"].as_array().expect("a list");
    findings
        .iter()
        .map(|finding| finding["rule"].as_str().expect("a rule"))
        .collect()
}

#[test]
fn a_named_export_reads_the_others_of_its_directory_as_context() {
    let place = Place::new();
    place.organisation("eu", 1);
    let other = json!([{"id": "x", "name": "Wallboard", "authorizedGrantType": "TOKEN"}]);
    place.write("eu/more-clients.json", &other);
    for (named, context) in [
        ("eu/clients.json", ["eu/divisions.json", "eu/roles.json"]),
        // A listing judges the clients that hold what it describes, and only these.
        ("eu/roles.json", ["eu/clients.json", "eu/divisions.json"]),
        ("eu/divisions.json", ["eu/clients.json", "eu/roles.json"]),
    ] {
        let run = place.check(&["--partial", named]);
        assert_eq!(run.code, 1, "{named}: {}", run.all());
        let report = run.json();
        assert_eq!(rules(&report), ["role-admin"], "{named}");
        assert_eq!(report["context"], json!(context), "{named}");
        assert_eq!(report["waived"], json!([]), "{named}");
        assert_eq!(report["summary"]["clients"], 1, "{named}");
    }
    // Without the listing its absence is waived, on record.
    fs::remove_file(place.0.path().join("eu/roles.json")).expect("removed");
    let report = place.check(&["--partial", "eu/clients.json"]).json();
    assert_eq!(report["waived"][0]["input"], "roles", "{report:#}");
    assert_eq!(report["waived"][0]["by"], "partial");
}

#[test]
fn context_that_is_there_and_broken_stays_a_problem() {
    let whole = roles().to_string();
    for broken in [
        "{\"entities\": [",
        "[",
        "[{\"id\": \"2f6f",
        "",
        &whole[..60],
    ] {
        let place = Place::new();
        place.organisation("eu", 1);
        place.write("eu/roles.json", broken);
        let run = place.check(&["--partial", "eu/clients.json"]);
        assert_eq!(run.code, 3, "{broken}: {}", run.all());
    }
    // Something else next to the exports is no one's context.
    let place = Place::new();
    place.organisation("eu", 1);
    place.write("eu/settings.json", "{\"a\": ");
    let run = place.check(&["--partial", "eu/clients.json"]);
    assert_eq!(run.code, 1, "{}", run.all());
}

#[test]
fn the_platform_names_an_organisation() {
    let place = Place::new();
    for (directory, number) in [("a/2026-11", 1), ("b/2026-11", 2)] {
        place.organisation(directory, number);
    }
    let me = json!({
        "id": "77778e0e-4a53-4f0e-9a43-7f5a9c2d6c11", "name": "ACME Insurance",
        "thirdPartyOrgName": "acme", "domain": "acme.example.com", "state": "active",
        "selfUri": "/api/v2/organizations/me",
    });
    place.write("a/2026-11/organization.json", &me);
    fs::remove_file(place.0.path().join("a/2026-11/roles.json")).expect("removed");
    let run = place.check(&["."]);
    let report = run.json();
    assert_eq!(run.code, 3, "{}", run.all());
    let message = report["problems"][0]["message"].as_str().expect("text");
    assert!(message.contains("for ACME Insurance"), "{message}");
    let shapes: Vec<&str> = report["inputs"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|input| input["shape"].as_str().expect("text"))
        .collect();
    assert!(shapes.contains(&"organisation"), "{shapes:?}");
    // It is for display only: fingerprints and the directories of a baseline stay the same.
    let prints = |report: &Value| report["findings"][0]["fingerprint"].clone();
    place.organisation("c", 3);
    let before = prints(&place.check(&["c"]).json());
    place.write("c/organization.json", &me);
    assert_eq!(before, prints(&place.check(&["c"]).json()));
    // Two organisations of one name are told apart by their directories.
    place.organisation("a/2026-11", 1);
    place.write("b/2026-11/organization.json", &me);
    fs::remove_file(place.0.path().join("b/2026-11/roles.json")).expect("removed");
    let report = place.check(&["a", "b"]).json();
    let message = report["problems"][0]["message"].as_str().expect("text");
    assert!(message.contains("for b/2026-11"), "{message}");
}

#[test]
fn acceptances_next_to_exports_are_not_audited() {
    let place = Place::new();
    place.organisation("eu", 1);
    place.write(
        "eu/accepted.toml",
        "[[accept]]\nrule = \"role-admin\"\nclient = \"name:Loader\"\n",
    );
    let run = place.check(&["eu"]);
    assert_eq!(run.code, 1, "{}", run.all());
}

#[test]
fn a_required_policy_is_missing_if_no_rule_has_one() {
    let place = Place::new();
    place.organisation("eu", 1);
    let run = |policy: &str| {
        place.write("policy.toml", policy);
        let arguments = ["check", "eu", "--format", "json", "--config", "policy.toml"];
        grantlint_in(place.0.path(), &arguments, b"")
    };
    let required = "[inputs]\nrequire = [\"policy\"]\n";
    let none = run(required);
    assert_eq!(none.code, 3, "{}", none.all());
    assert_eq!(none.json()["problems"][0]["kind"], "missing-input");
    let allowed = "[rules.role-not-allowed.allowed]\n\"*\" = [\"Loader\"]\n";
    let given = run(&format!("{required}{allowed}"));
    assert_eq!(given.code, 1, "{}", given.all());
}
