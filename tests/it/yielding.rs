//! Findings that yield to others, under a baseline and acceptances: what yielded to a known
//! finding is known, and an accepted finding hides nothing else.

use crate::common::{Run, TODAY, grantlint_in};
use serde_json::{Value, json};
use std::fs;
use tempfile::TempDir;

const ROLE: &str = "2f6f7a0a-1b1f-4b2c-8d5b-0e6a8e2a9b11";
const CLIENT: &str = "7de3af06-c0b3-4f9b-af45-72f4a1403702";

/// A directory with a client whose token lifetime is too long for any client, and for a powerful
/// one more so.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a directory"))
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.0.path().join(name), text).expect("a file");
    }

    /// The exports, with a role of these permissions.
    fn export(&self, seconds: u32, entity: &str, action: &str) {
        let client = json!([{
            "id": CLIENT, "name": "Loader", "description": "Loads lists. Owner: Kim",
            "accessTokenValiditySeconds": seconds, "authorizedGrantType": "CLIENT-CREDENTIALS",
            "roleDivisions": [{"roleId": ROLE, "divisionId": "4f6793c1-ac28-44ae-b777-70a4adb6496d"}],
            "state": "active", "dateCreated": "2026-05-02T09:00:00Z",
            "dateModified": "2026-10-01T09:00:00Z",
        }]);
        let (domain, entity) = entity.split_once(':').expect("a domain");
        let policies = json!([{"domain": domain, "entityName": entity, "actionSet": [action]}]);
        let roles = json!([{
            "id": ROLE, "name": "Loader", "permissions": [], "permissionPolicies": policies
        }]);
        self.write("clients.json", &client.to_string());
        self.write("roles.json", &roles.to_string());
    }

    fn powerful(&self) {
        self.export(90_000, "authorization:grant", "add");
    }

    fn weak(&self) {
        self.export(90_000, "routing:queue", "view");
    }

    fn check(&self, more: &[&str]) -> Run {
        let arguments = ["check", ".", "--format", "json", "--without", "divisions"];
        let day = ["--today", TODAY, "--show-suppressed"];
        grantlint_in(self.0.path(), &[&arguments[..], &day, more].concat(), b"")
    }

    fn record(&self) -> Value {
        let recorded = self.check(&["--no-config", "--write-baseline", "known.json"]);
        assert!(recorded.code < 2, "{}", recorded.all());
        serde_json::from_str(&fs::read_to_string(self.0.path().join("known.json")).expect("a file"))
            .expect("JSON")
    }

    fn compare(&self) -> Value {
        self.check(&["--no-config", "--baseline", "known.json"])
            .json()
    }
}

fn rules(findings: &Value) -> Vec<&str> {
    let findings = findings.as_array().expect("a list");
    let mut rules: Vec<&str> = findings
        .iter()
        .map(|finding| finding["rule"].as_str().expect("a rule"))
        .collect();
    rules.sort_unstable();
    rules
}

const LONG: &str = "token-lifetime-too-long";
const POWERFUL: &str = "token-lifetime-privileged";
const ESCALATION: &str = "role-privilege-escalation";

#[test]
fn what_yielded_to_a_known_finding_is_known_once_that_is_fixed() {
    let place = Place::new();
    place.powerful();
    let baseline = place.record();
    assert_eq!(rules(&baseline["entries"]), [ESCALATION, POWERFUL]);
    let entries = baseline["entries"].as_array().expect("a list");
    let stronger = entries.iter().find(|entry| entry["rule"] == POWERFUL);
    let yielded = &stronger.expect("an entry")["yielded"][0];
    assert_eq!(yielded["rule"], LONG);
    assert_eq!(yielded["number"], 90_000);
    place.weak();
    let report = place.compare();
    assert!(rules(&report["findings"]).is_empty(), "{report:#}");
    assert_eq!(rules(&report["baselined"]), [LONG]);
    assert_eq!(rules(&report["fixed"]), [ESCALATION, POWERFUL]);
    assert_eq!(report["baselined"][0]["first_seen"], TODAY);
    // It counts again if it is worse than when it yielded.
    place.export(150_000, "routing:queue", "view");
    let report = place.compare();
    assert_eq!(rules(&report["findings"]), [LONG], "{report:#}");
    let message = report["findings"][0]["message"].as_str().expect("text");
    assert!(message.contains("with 90000, now 150000"), "{message}");
    // The new baseline has it as an entry of its own.
    place.weak();
    assert_eq!(rules(&place.record()["entries"]), [LONG]);
    // A finding that yielded and is gone with the stronger one is not one more fixed finding.
    place.powerful();
    place.record();
    place.export(3600, "routing:queue", "view");
    let report = place.compare();
    assert_eq!(rules(&report["fixed"]), [ESCALATION, POWERFUL]);
    assert_eq!(place.record()["entries"], json!([]));
}

#[test]
fn a_known_finding_that_yields_to_a_new_one_is_not_fixed() {
    let place = Place::new();
    place.weak();
    place.record();
    place.powerful();
    let report = place.compare();
    assert_eq!(
        rules(&report["findings"]),
        [ESCALATION, POWERFUL],
        "{report:#}"
    );
    assert_eq!(report["summary"]["fixed"], 0, "{report:#}");
    assert_eq!(report["summary"]["undecided"], 0, "{report:#}");
    // It keeps its date through the stronger finding.
    let text = fs::read_to_string(place.0.path().join("known.json")).expect("a file");
    place.write("known.json", &text.replace(TODAY, "2026-01-31"));
    place.record();
    place.weak();
    let report = place.compare();
    assert_eq!(rules(&report["baselined"]), [LONG], "{report:#}");
    assert_eq!(report["baselined"][0]["first_seen"], "2026-01-31");
}

#[test]
fn a_rule_that_is_left_out_decides_nothing_about_what_yielded_to_it() {
    let place = Place::new();
    place.powerful();
    let before = place.record();
    let left_out = ["--no-config", "--ignore", POWERFUL];
    let run = place.check(&[&left_out[..], &["--baseline", "known.json"]].concat());
    let report = run.json();
    assert!(rules(&report["findings"]).is_empty(), "{report:#}");
    assert_eq!(rules(&report["baselined"]), [ESCALATION, LONG]);
    place.check(&[&left_out[..], &["--write-baseline", "known.json"]].concat());
    assert_eq!(place.record(), before);
}

/// A page of the framework with the grant of a machine and a redirect URI, which that grant does
/// not use: the second finding yields to the first, whatever it is about.
fn embedded(uris: &[&str]) -> String {
    json!([{
        "id": CLIENT, "name": "CRM Softphone", "description": "In the CRM. Owner: Kim",
        "accessTokenValiditySeconds": 64_800, "authorizedGrantType": "CLIENT-CREDENTIALS",
        "registeredRedirectUri": uris, "roleDivisions": [], "scope": [],
        "state": "active", "dateCreated": "2026-05-02T09:00:00Z",
        "dateModified": "2026-10-01T09:00:00Z",
    }])
    .to_string()
}

#[test]
fn an_accepted_or_known_finding_hides_no_other_fault_of_its_client() {
    let place = Place::new();
    place.write(
        "clients.json",
        &embedded(&["https://apps.mypurecloud.de/crm/index.html"]),
    );
    let open = place.check(&["--no-config"]).json();
    let open = rules(&open["findings"]);
    assert!(open.contains(&"embeddable-grant"), "{open:?}");
    assert!(!open.contains(&"redirect-on-machine-grant"), "{open:?}");
    place.write(
        "accepted.toml",
        &format!(
            "[[accept]]\nrule = \"embeddable-grant\"\nclient = \"id:{CLIENT}\"\n\
             reason = \"replaced next month\"\nowner = \"Kim\"\nuntil = 2027-02-01\n"
        ),
    );
    let run = place.check(&["--config", "accepted.toml"]);
    let report = run.json();
    let found = rules(&report["findings"]);
    assert!(!found.contains(&"embeddable-grant"), "{}", run.all());
    assert!(found.contains(&"redirect-on-machine-grant"), "{found:?}");
    // What yielded when the baseline was written stays known; a fault from later is new.
    let recorded = place.record();
    assert!(recorded.to_string().contains("redirect-on-machine-grant"));
    assert!(rules(&place.compare()["findings"]).is_empty());
    let text = fs::read_to_string(place.0.path().join("clients.json")).expect("a file");
    place.write(
        "clients.json",
        &text.replace("\"scope\":[]", "\"scope\":[\"users\"]"),
    );
    let report = place.compare();
    let found = rules(&report["findings"]);
    assert!(found.contains(&"scopes-on-client-credentials"), "{found:?}");
    let old = ["redirect-on-machine-grant", "embeddable-grant"];
    assert!(!old.iter().any(|rule| found.contains(rule)), "{found:?}");
}

#[test]
fn a_weaker_finding_stays_dropped_while_the_stronger_one_is_accepted() {
    let place = Place::new();
    place.powerful();
    let accept = |rule: &str| {
        format!(
            "[[accept]]\nrule = \"{rule}\"\nclient = \"id:{CLIENT}\"\nreason = \"agreed\"\n\
             owner = \"Kim\"\nuntil = 2027-02-01\n"
        )
    };
    // The acceptance of the weaker one is used, although the stronger one hides it.
    place.write(
        "accepted.toml",
        &[accept(POWERFUL), accept(ESCALATION), accept(LONG)].concat(),
    );
    let run = place.check(&["--config", "accepted.toml"]);
    let report = run.json();
    assert_eq!(run.code, 0, "{report:#}");
    assert!(rules(&report["findings"]).is_empty());
    assert_eq!(rules(&report["suppressed"]), [ESCALATION, POWERFUL]);
    assert_eq!(report["notices"], json!([]), "{report:#}");
}
