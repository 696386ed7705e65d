//! Kinds of client: recognised once, with what speaks for them; the policy may say otherwise.

use crate::common::grantlint_in;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;

const CLIENTS: &str = r#"[
{"id":"c01","name":"Okta SCIM","authorizedGrantType":"CLIENT-CREDENTIALS"},
{"id":"c02","name":"Scimitar Sales","authorizedGrantType":"CLIENT-CREDENTIALS"},
{"id":"c03","name":"Desk","authorizedGrantType":"TOKEN","registeredRedirectUri":["https://apps.mypurecloud.de/crm/index.html"]},
{"id":"c04","name":"Voice","authorizedGrantType":"CODE","registeredRedirectUri":["https://acme.lightning.force.com/lightning/page/home"]},
{"id":"c05","name":"Workforce","authorizedGrantType":"CODE","registeredRedirectUri":["https://workforce.com/cb"]},
{"id":"c06","name":"Trap","authorizedGrantType":"CODE","registeredRedirectUri":["https://acme.force.com.evil.example/cb","https://evil.example/?to=https://a.force.com"]},
{"id":"c07","name":"Incidents","authorizedGrantType":"CODE","registeredRedirectUri":["https://acme.service-now.com/oauth_redirect.do"]},
{"id":"c08","name":"Salesforce Mail","authorizedGrantType":"CLIENT-CREDENTIALS"},
{"id":"c09","name":"Acme Bot","authorizedGrantType":"CODE"},
{"id":"c10","name":"Portal","authorizedGrantType":"CODE"},
{"id":"c11","name":"Something"},
{"id":"c12","name":"Portal of Acme","authorizedGrantType":"CODE"}
]"#;

const APPLICATIONS: &str = r#"[{"client":{"id":"C09","name":"Acme Bot"},"state":"Authorized","resourceOwner":{"id":"u"}},
{"client":{"id":"c10","name":"Portal"},"state":"Revoked","resourceOwner":{"id":"u"}}]"#;

/// Kind, evidence and whether it is a guess, by client id.
fn kinds(config: &str) -> BTreeMap<String, (String, String)> {
    let place = tempfile::tempdir().expect("a directory");
    let write = |name: &str, text: &str| fs::write(place.path().join(name), text).expect("a file");
    write("clients.json", CLIENTS);
    write("authorisations.json", APPLICATIONS);
    write("grantlint.toml", config);
    let run = grantlint_in(place.path(), &["inventory", "--format", "json"], b"");
    let told: Value = run.json();
    let clients = told["clients"].as_array().expect("clients");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    clients
        .iter()
        .map(|one| {
            (
                text(&one["id"]),
                (text(&one["kind"]), text(&one["evidence"])),
            )
        })
        .collect()
}

#[test]
fn kinds_are_recognised_with_what_speaks_for_them() {
    let kinds = kinds("");
    for (id, kind, evidence) in [
        ("c01", "SCIM", "name"),
        ("c02", "machine", "client credentials"),
        ("c03", "Embeddable Framework", "redirects"),
        ("c04", "Salesforce", "redirects"),
        ("c05", "user-facing", "user"),
        ("c06", "user-facing", "user"),
        ("c07", "ServiceNow", "redirects"),
        ("c08", "Salesforce", "name"),
        ("c09", "third-party", "authorised"),
        ("c10", "user-facing", "user"),
        ("c11", "unknown kind", ""),
    ] {
        let (found, why) = &kinds[id];
        assert_eq!(found, kind, "{id}");
        assert!(why.contains(evidence), "{id}: {why}");
    }
}

#[test]
fn the_policy_says_otherwise_and_kinds_of_integrations_keep_their_grant() {
    let config = r#"
[clients."id:c12"]
kind = "third-party"
[clients."id:c08"]
kind = "machine"
[clients."kind:user-facing".rules.description-missing]
severity = "off"
"#;
    let kinds = kinds(config);
    assert_eq!(kinds["c12"].0, "third-party");
    assert_eq!(kinds["c12"].1, "set by the policy");
    assert_eq!(kinds["c08"].0, "machine");
    let place = tempfile::tempdir().expect("a directory");
    let write = |name: &str, text: &str| fs::write(place.path().join(name), text).expect("a file");
    write("clients.json", CLIENTS);
    write("grantlint.toml", config);
    let select = "description-missing,third-party-unreviewed";
    let arguments = ["check", "--format", "json", "--select", select];
    let report = grantlint_in(place.path(), &arguments, b"").json();
    let of = |rule: &str| -> Vec<String> {
        let all = report["findings"].as_array().expect("findings").iter();
        all.filter(|one| one["rule"] == rule)
            .map(|one| one["client"]["id"].as_str().unwrap_or_default().to_owned())
            .collect()
    };
    assert_eq!(of("third-party-unreviewed"), ["c12"]);
    // Voice is Salesforce's and people sign in to it all the same.
    assert_eq!(
        of("description-missing"),
        ["c01", "c02", "c03", "c08", "c11"]
    );
}
