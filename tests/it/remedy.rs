//! Remedies hold: after all of them are made, their findings are gone, none is new, no client can do
//! more than before, and nothing is left to change.

use crate::common::{TODAY, grantlint_in, labelled_directories, sources};
use grantlint::audit::{Request, audit};
use grantlint::catalog::{Persona, Value as Parameter};
use grantlint::finding::{ClientFacts, Finding, NotPlanned, PlanValue, RemedyClass, Report};
use grantlint::model::{Action, Change, FieldName, Naming, NewValue};
use grantlint::report::{Format, Look};
use grantlint::text::Sources;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The files of an organisation.
type Files = Vec<(String, String)>;

fn read(files: &Files) -> Sources {
    let files = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()));
    sources(&files.collect::<Vec<_>>())
}

fn request(plan: bool) -> Request {
    let mut request = Request::new(TODAY.parse().expect("a date"));
    request.plan = plan;
    request
}

fn files(directory: &Path) -> Files {
    let entries = std::fs::read_dir(directory).expect("a directory");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let exports = paths.filter(|path| path.extension().is_some_and(|ending| ending == "json"));
    let file = |path: std::path::PathBuf| {
        let name = path.file_name().expect("a name").to_string_lossy();
        let text = std::fs::read_to_string(&path).expect("a text");
        (name.into_owned(), text)
    };
    exports.map(file).collect()
}

/// The clients of an export, to be changed.
fn clients(document: &mut Value) -> &mut Vec<Value> {
    match document {
        Value::Object(fields) => fields["entities"].as_array_mut().expect("a listing"),
        list => list.as_array_mut().expect("a listing"),
    }
}

fn json_value(value: &PlanValue) -> Value {
    match value {
        PlanValue::Unset => Value::Null,
        PlanValue::Number(number) => json!(number),
        PlanValue::Text(text) => json!(text),
        PlanValue::Texts(texts) => json!(texts),
        PlanValue::Grants(grants) => grants
            .iter()
            .map(|(role, division)| match division {
                Some(division) => json!({"roleId": role, "divisionId": division}),
                None => json!({"roleId": role}),
            })
            .collect(),
    }
}

/// The files after the steps of a plan.
fn applied(files: &Files, report: &Report<'_>) -> Files {
    let mut patches: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    for step in &report.plan.as_ref().expect("a plan").steps {
        let client = &report.clients[step.client as usize];
        let id = client.id.as_ref().expect("a client with an id");
        let fields = step.fields.iter();
        let patch = fields.map(|field| (field.field.to_owned(), json_value(&field.after)));
        patches.insert(id.to_string(), patch.collect());
    }
    let after = |(path, text): &(String, String)| {
        let mut document: Value = match serde_json::from_str(text) {
            Ok(document) if path.contains("clients") => document,
            _ => return (path.clone(), text.clone()),
        };
        for client in clients(&mut document) {
            let id = client["id"].as_str().unwrap_or("").to_owned();
            for (field, value) in patches.get(&id).into_iter().flatten() {
                client[field] = value.clone();
            }
        }
        (path.clone(), document.to_string())
    };
    files.iter().map(after).collect()
}

/// The rules that report, by client.
fn faults<'r>(report: &'r Report<'_>) -> BTreeSet<(String, &'r str)> {
    let all = report.findings.iter();
    all.map(|finding| (whose(report, finding), &*finding.rule.id))
        .collect()
}

fn whose(report: &Report<'_>, finding: &Finding) -> String {
    let client = report.subject(finding.subject);
    client.map_or_else(String::new, ClientFacts::identity)
}

/// What a client can do, as sets of which each must only shrink.
fn access(client: &Value) -> (BTreeSet<String>, BTreeSet<String>, BTreeSet<String>, i64) {
    let texts = |field: &str| -> Vec<String> {
        let list = client[field].as_array().cloned().unwrap_or_default();
        list.iter()
            .filter_map(|text| Some(text.as_str()?.to_owned()))
            .collect()
    };
    let scopes = texts("scope").into_iter().flat_map(|scope| {
        let reads = (!scope.ends_with(":readonly")).then(|| format!("{scope}:readonly"));
        [scope].into_iter().chain(reads)
    });
    let uris = texts("registeredRedirectUri").into_iter().flat_map(|uri| {
        // A URI covers its own narrower forms.
        let without = uri.split('#').next().unwrap_or("").to_owned();
        let (scheme, rest) = without.split_once("://").unwrap_or(("", &without));
        let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let host = host.rsplit('@').next().unwrap_or("").to_lowercase();
        let plain = host.trim_end_matches(":80");
        let secure =
            (scheme.eq_ignore_ascii_case("http")).then(|| format!("https://{plain}{path}"));
        let lower = format!("{}://{host}{path}", scheme.to_lowercase());
        [uri, without.clone(), lower].into_iter().chain(secure)
    });
    let roles = client["roleDivisions"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let roles = roles.iter().map(ToString::to_string);
    let lifetime = client["accessTokenValiditySeconds"].as_i64();
    (
        scopes.collect(),
        uris.collect(),
        roles.collect(),
        lifetime.unwrap_or(86_400),
    )
}

/// Makes all changes and compares; returns how many findings that cleared.
fn prove(name: &str, files: &Files) -> usize {
    let before_sources = read(files);
    let before = audit(&before_sources, &[], Vec::new(), &request(true));
    let after_files = applied(files, &before);
    let after_sources = read(&after_files);
    let after = audit(&after_sources, &[], Vec::new(), &request(true));
    let (old, new) = (faults(&before), faults(&after));
    let silenced = |(client, rule): &(String, &str)| {
        let rule = after.rules.iter().find(|known| known.id == *rule);
        let yields = rule.map_or(&[][..], |rule| &rule.yields_to);
        yields
            .iter()
            .any(|other| old.contains(&(client.clone(), other)))
    };
    let more: Vec<_> = new
        .difference(&old)
        .filter(|fault| !silenced(fault))
        .collect();
    assert!(more.is_empty(), "{name}: new findings {more:?}");
    let plan = before.plan.as_ref().expect("a plan");
    let remains: BTreeSet<_> = after
        .findings
        .iter()
        .map(|finding| finding.fingerprint)
        .collect();
    let mut cleared = 0;
    for finding in plan.steps.iter().flat_map(|step| &step.reasons) {
        cleared += 1;
        assert!(
            !remains.contains(&finding.fingerprint),
            "{name}: {} of {} is still there: {}",
            finding.rule.id,
            whose(&before, finding),
            finding.fix
        );
    }
    let again = &after.plan.as_ref().expect("a plan").steps;
    let again: Vec<_> = again
        .iter()
        .map(|step| {
            (
                &step.fields,
                step.reasons
                    .iter()
                    .map(|finding| &finding.rule.id)
                    .collect::<Vec<_>>(),
            )
        })
        .collect();
    assert!(again.is_empty(), "{name}: a second plan: {again:#?}");
    for ((path, text), (_, changed)) in files.iter().zip(&after_files) {
        if text == changed || !path.contains("clients") {
            continue;
        }
        let mut one: Value = serde_json::from_str(text).expect("JSON");
        let mut other: Value = serde_json::from_str(changed).expect("JSON");
        for (old, new) in clients(&mut one).iter().zip(clients(&mut other)) {
            let (old, new) = (access(old), access(new));
            let is_within = new.0.is_subset(&old.0)
                && new.1.is_subset(&old.1)
                && new.2.is_subset(&old.2)
                && new.3 <= old.3;
            assert!(is_within, "{name}: {old:?} became {new:?}");
        }
    }
    cleared
}

#[test]
fn all_remedies_of_every_fixture_hold() {
    let mut cleared = 0;
    for directory in labelled_directories() {
        cleared += prove(&directory.display().to_string(), &files(&directory));
    }
    assert!(cleared > 30, "{cleared}");
}

/// Numbers that look random and are the same in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }

    fn some<'t>(&mut self, most: usize, of: &[&'t str]) -> Vec<&'t str> {
        let count = self.below(most + 1);
        (0..count).map(|_| of[self.below(of.len())]).collect()
    }
}

const GRANTS: [&str; 5] = [
    "CODE",
    "TOKEN",
    "CLIENT-CREDENTIALS",
    "SAML2-BEARER",
    "PASSWORD",
];
const URIS: [&str; 16] = [
    "https://portal.example.com/cb",
    "http://portal.example.com/cb",
    "https://Portal.example.com/cb",
    "https://portal.example.com/cb#top",
    "http://u:p@portal.example.com:80/cb#",
    "https://desk.example.org/oauth?next=https://a.example/",
    "http://desk.example.org/oauth",
    "http://localhost:8080/cb",
    "https://10.0.0.8/cb",
    "http://intranet/cb",
    "https://abcd.ngrok.io/cb",
    "https://*.example.com/cb",
    "javascript:alert(1)",
    "com.example.app:/cb#",
    " https://portal.example.com/cb",
    "https://test.example.com/a/../cb",
];
const SCOPES: [&str; 12] = [
    "users",
    "users:readonly",
    "routing",
    "routing:readonly",
    "oauth",
    "oauth:readonly",
    "authorization",
    "user-basic-info",
    "usres",
    "openid",
    "notifications",
    "analytics:readonly",
];
const ROLES: [&str; 5] = ["aa01", "aa02", "aa03", "aa04", "aa05"];
const DIVISIONS: [&str; 4] = ["dd01", "dd02", "dd03", "*"];

const ROLE_FILE: &str = r#"{"entities": [
    {"id": "aa01", "name": "Queue Reader", "permissions": [],
        "permissionPolicies": [{"domain": "routing", "entityName": "queue", "actionSet": ["view"]}]},
    {"id": "aa02", "name": "Master Admin", "default": true, "defaultRoleId": "masterAdmin", "permissions": ["admin"], "permissionPolicies": []},
    {"id": "aa03", "name": "SCIM Integration", "default": true, "defaultRoleId": "scimIntegration", "permissions": [], "permissionPolicies": []},
    {"id": "aa04", "name": "Queue Manager", "permissions": [],
        "permissionPolicies": [{"domain": "routing", "entityName": "queue", "actionSet": ["view", "edit"]}]},
    {"id": "aa05", "name": "User", "default": true, "defaultRoleId": "engage", "permissions": [], "permissionPolicies": []}
]}"#;
const DIVISION_FILE: &str = r#"{"entities": [
    {"id": "dd01", "name": "Home", "homeDivision": true},
    {"id": "dd02", "name": "Sales", "homeDivision": false},
    {"id": "dd03", "name": "Service", "homeDivision": false}
]}"#;

fn client(number: usize, numbers: &mut Numbers) -> Value {
    let grants = (0..numbers.below(4)).map(|_| {
        let role = ROLES[numbers.below(ROLES.len())];
        let division = DIVISIONS[numbers.below(DIVISIONS.len())];
        json!({"roleId": role, "divisionId": division})
    });
    let grants: Vec<_> = grants.collect();
    let mut client = json!({
        "id": format!("00000000-0000-4000-8000-{number:012}"),
        "name": format!("Application {number}"),
        "description": "Shows the queues of a team. Owner: Contact centre team",
        "authorizedGrantType": GRANTS[numbers.below(GRANTS.len())],
        "registeredRedirectUri": numbers.some(6, &URIS),
        "scope": numbers.some(6, &SCOPES),
        "roleDivisions": grants,
        "state": if numbers.below(8) == 0 { "inactive" } else { "active" },
    });
    let lifetimes = [0, 100, 900, 3600, 86_400, 172_800, 200_000];
    let lifetime = lifetimes[numbers.below(lifetimes.len())];
    if lifetime > 0 {
        client["accessTokenValiditySeconds"] = json!(lifetime);
    }
    client
}

/// Ten clients with the roles and divisions that they refer to.
fn generated(organisation: usize, numbers: &mut Numbers) -> Vec<(String, String)> {
    let clients: Vec<_> = (0..10)
        .map(|at| client(organisation * 10 + at, numbers))
        .collect();
    vec![
        (
            "clients.json".to_owned(),
            json!({"entities": clients}).to_string(),
        ),
        ("roles.json".to_owned(), ROLE_FILE.to_owned()),
        ("divisions.json".to_owned(), DIVISION_FILE.to_owned()),
    ]
}

#[test]
fn all_remedies_of_generated_clients_hold() {
    let mut numbers = Numbers(7);
    let mut cleared = 0;
    for organisation in 0..20 {
        let files = generated(organisation, &mut numbers);
        cleared += prove(&format!("organisation {organisation}"), &files);
    }
    assert!(cleared > 300, "{cleared}");
}

/// The remedies of the findings of one client, as `rule: class: changes`.
fn remedies(client: &str) -> Vec<String> {
    let files = [
        ("clients.yaml", client),
        ("roles.json", ROLE_FILE),
        ("divisions.json", DIVISION_FILE),
    ];
    let sources = sources(&files);
    let report = audit(&sources, &[], Vec::new(), &request(false));
    let words = |finding: &Finding| {
        let changes = finding.remedy.changes.iter().map(|change| {
            let shown = change.shown.as_deref().expect("a settled change");
            let after = shown.after.as_deref().unwrap_or("");
            format!("{} {} {after}", change.action.name(), shown.path)
        });
        let changes: Vec<_> = changes.map(|change| change.trim_end().to_owned()).collect();
        let class = finding.remedy.class.name();
        format!("{}: {class}: {}", finding.rule.id, changes.join(", "))
    };
    report.findings.iter().map(words).collect()
}

#[test]
fn one_advice_for_one_value() {
    let client = "name: Portal\ndescription: Shows queues. Owner is the contact centre\nauthorizedGrantType: CODE\nscope: [users:readonly]\nregisteredRedirectUri: [\"http://u@Portal.example.com/cb#a\", \"https://desk.example.com/cb\"]\n";
    let all = remedies(client);
    let edit = "unsafe: replace registeredRedirectUri[0] https://portal.example.com/cb";
    for rule in [
        "redirect-not-https",
        "redirect-userinfo",
        "redirect-fragment",
    ] {
        assert!(all.contains(&format!("{rule}: {edit}")), "{all:#?}");
    }
}

#[test]
fn what_becomes_equal_to_another_is_removed() {
    let client = "name: Portal\ndescription: Shows queues. Owner is the contact centre\nauthorizedGrantType: CODE\nscope: [users:readonly]\nregisteredRedirectUri: [\"https://portal.example.com/cb#a\", \"https://portal.example.com/cb\", \"https://portal.example.com/cb#b\"]\n";
    let all = remedies(client);
    assert!(
        all.contains(&"redirect-fragment: unsafe: remove registeredRedirectUri[0]".into()),
        "{all:#?}"
    );
    assert!(
        all.contains(&"redirect-fragment: unsafe: remove registeredRedirectUri[2]".into()),
        "{all:#?}"
    );
}

#[test]
fn a_scope_that_another_makes_superfluous_stays_if_that_one_goes() {
    let client = "name: Portal\ndescription: Shows queues. Owner is the contact centre\nauthorizedGrantType: CODE\nscope: [oauth, \"oauth:readonly\"]\nregisteredRedirectUri: [\"https://portal.example.com/cb\"]\n";
    let all = remedies(client);
    for rule in ["scope-sensitive-write", "scope-redundant-readonly"] {
        assert!(
            all.contains(&format!("{rule}: unsafe: remove scope[0]")),
            "{all:#?}"
        );
    }
}

#[test]
fn the_last_entry_that_a_client_needs_is_not_removed() {
    let client = "name: Portal\ndescription: Shows queues. Owner is the contact centre\nauthorizedGrantType: CODE\nscope: [openid]\nregisteredRedirectUri: [\"javascript:x\"]\n";
    let all = remedies(client);
    for rule in ["scope-unknown", "redirect-dangerous-scheme"] {
        assert!(all.contains(&format!("{rule}: manual: ")), "{all:#?}");
    }
}

#[test]
fn while_the_grant_is_open_what_it_does_not_use_stays() {
    let client = |grant: &str| {
        format!(
            "name: Portal\ndescription: Shows queues. Owner is the contact centre\nauthorizedGrantType: {grant}\nscope: [users]\nregisteredRedirectUri: [\"https://portal.example.com/cb\"]\nroleDivisions: [{{roleId: aa01, divisionId: dd02}}]\n"
        )
    };
    let of = |grant: &str| {
        let all = remedies(&client(grant)).into_iter();
        let mut all = all.filter(|remedy| remedy.starts_with("roles-on-user-grant"));
        all.next().unwrap_or_default()
    };
    assert_eq!(
        of("CODE"),
        "roles-on-user-grant: safe: remove roleDivisions"
    );
    assert_eq!(of("PASSWORD"), "roles-on-user-grant: manual: ");
}

#[test]
fn a_plan_is_the_same_for_any_reader() {
    // Only changes that need no decision are planned.
    let mut numbers = Numbers(11);
    let clients: Vec<_> = (0..10).map(|at| client(at, &mut numbers)).collect();
    let files = vec![
        (
            "clients.json".to_owned(),
            json!({"entities": clients}).to_string(),
        ),
        ("roles.json".to_owned(), ROLE_FILE.to_owned()),
        ("divisions.json".to_owned(), DIVISION_FILE.to_owned()),
    ];
    let sources = read(&files);
    let report = audit(&sources, &[], Vec::new(), &request(true));
    let plan = report.plan.as_ref().expect("a plan");
    assert!(!plan.steps.is_empty());
    for step in &plan.steps {
        assert!(step.class != RemedyClass::Manual);
        assert!(!step.reasons.is_empty() && !step.fields.is_empty());
        assert!(step.fields.iter().all(|field| field.before != field.after));
    }
}

const CHANGED: &str = "name: Portal\nid: a1\ndescription: Shows queues. Owner is the contact centre\nauthorizedGrantType: CODE\nscope: [users, users]\nregisteredRedirectUri: [\"http://portal.example.com/cb\", \"http://u:Zx81Spectrum7q@desk.example.com/cb?token=Zx81Spectrum7q\"]\n";

fn written(format: Format) -> String {
    let sources = sources(&[("clients.yaml", CHANGED)]);
    let report = audit(&sources, &[], Vec::new(), &request(false));
    let mut out = Vec::new();
    let written = format.write(&report, Look::PLAIN, &mut out);
    written.expect("it can be written");
    String::from_utf8(out).expect("UTF-8")
}

#[test]
fn sarif_has_fixes_where_the_edit_has_an_exact_place() {
    let log: Value = serde_json::from_str(&written(Format::Sarif)).expect("JSON");
    let results = log["runs"][0]["results"].as_array().expect("results");
    let fixes = |rule: &str| -> Vec<&Value> {
        let of_rule = results.iter().filter(|result| {
            result["ruleId"]
                .as_str()
                .is_some_and(|id| id.starts_with(rule))
        });
        of_rule.filter_map(|result| result.get("fixes")).collect()
    };
    let fixes_of_http = fixes("redirect-not-https");
    assert_eq!(
        fixes_of_http.len(),
        1,
        "a masked value has none: {fixes_of_http:#?}"
    );
    let replacement = &fixes_of_http[0][0]["artifactChanges"][0]["replacements"][0];
    assert_eq!(
        replacement["insertedContent"]["text"],
        "https://portal.example.com/cb"
    );
    let region = &replacement["deletedRegion"];
    let start = region["charOffset"].as_u64().expect("an offset") as usize;
    let length = region["charLength"].as_u64().expect("a length") as usize;
    assert_eq!(
        &CHANGED[start..start + length],
        "http://portal.example.com/cb"
    );
    assert_eq!(
        fixes("scope-duplicate").len(),
        0,
        "a separator depends on its neighbours"
    );
}

#[test]
fn reports_show_values_before_and_after() {
    let page = written(Format::Html);
    assert!(page.contains("http://portal.example.com/cb → https://portal.example.com/cb"));
    let comment = written(Format::Markdown);
    assert!(
        comment.contains("scope&#91;1&#93;&#58; users (remove)"),
        "{comment}"
    );
    for text in [&page, &comment] {
        assert!(!text.contains("Zx81Spectrum7q"));
    }
}

#[test]
fn a_plan_escapes_names_and_is_not_made_from_an_incomplete_audit() {
    let client = json!([{"id": "a1", "name": "*Portal* <b> | $x", "authorizedGrantType": "CODE",
        "description": "Shows queues. Owner is the contact centre", "scope": ["users", "users"],
        "registeredRedirectUri": ["https://portal.example.com/cb"]}]);
    let place = tempfile::tempdir().expect("a directory");
    std::fs::write(place.path().join("clients.json"), client.to_string()).expect("a file");
    let run = |arguments: &[&str]| {
        let fixed = ["plan", ".", "--no-config", "--today", TODAY];
        grantlint_in(place.path(), &[&fixed, arguments].concat(), b"")
    };
    let ticket = run(&[]);
    assert_eq!(ticket.code, 0, "{}", ticket.all());
    assert!(
        !ticket.stdout.contains("*Portal*") && !ticket.stdout.contains("<b>"),
        "{}",
        ticket.stdout
    );
    assert!(
        ticket
            .stdout
            .contains("gc oauth clients update a1 --file new.json"),
        "{}",
        ticket.stdout
    );
    let plan: Value = serde_json::from_str(&run(&["--format", "json"]).stdout).expect("JSON");
    let step = &plan["steps"][0];
    assert_eq!(plan["schema"], "grantlint-plan/1");
    assert_eq!(step["patch"], json!({"scope": ["users"]}));
    assert_eq!(step["expect"], json!({"scope": ["users", "users"]}));
    assert_eq!(step["undo"], step["expect"]);
    assert_eq!(step["class"], "safe");
    assert_eq!(step["needs"]["permissions"], json!(["oauth:client:edit"]));
    std::fs::write(place.path().join("broken.json"), "[{").expect("a file");
    let broken = run(&["--format", "json"]);
    assert_eq!(
        (broken.code, broken.stdout.as_str()),
        (3, ""),
        "{}",
        broken.all()
    );
}

#[test]
fn a_role_is_removed_from_all_divisions_and_by_name() {
    let client = "name: Feed\ndescription: Loads queues nightly. Owner is the contact centre\nauthorizedGrantType: CLIENT-CREDENTIALS\naccessTokenValiditySeconds: 3600\nroleDivisions: [{roleId: aa02, divisionId: dd01}, {roleId: aa01, divisionId: dd02}, {roleId: AA02, divisionId: dd03}]\n";
    let all = remedies(client);
    let removed = "role-admin: unsafe: remove roleDivisions[0], remove roleDivisions[2]";
    assert!(all.contains(&removed.into()), "{all:#?}");
    let alone = client.replace("{roleId: aa01, divisionId: dd02}, ", "");
    let all = remedies(&alone);
    assert!(all.contains(&"role-admin: manual: ".into()), "{all:#?}");
    let files = [
        ("clients.yaml", client),
        ("roles.json", ROLE_FILE),
        ("divisions.json", DIVISION_FILE),
    ];
    let sources = sources(&files);
    let report = audit(&sources, &[], Vec::new(), &request(false));
    let admin = report
        .findings
        .iter()
        .find(|finding| finding.rule.id == "role-admin");
    let fix = &admin.expect("a finding").fix;
    let named =
        "remove the role \"Master Admin\" (roleDivisions[0].roleId, roleDivisions[2].roleId)";
    assert!(fix.starts_with(named), "{fix}");
}

#[test]
fn a_permission_is_taken_out_as_the_role_has_it() {
    let roles = r#"{"entities": [{"id": "aa01", "name": "Access Desk", "permissions": [],
        "permissionPolicies": [{"domain": "authorization", "entityName": "*", "actionSet": ["*"]}]}]}"#;
    let client = r#"{"name": "Feed", "authorizedGrantType": "CLIENT-CREDENTIALS",
        "roleDivisions": [{"roleId": "aa01", "divisionId": "dd02"}]}"#;
    let sources = sources(&[("clients.json", client), ("roles.json", roles)]);
    let report = audit(&sources, &[], Vec::new(), &request(false));
    let mut all = report.findings.iter();
    let escalation = all.find(|finding| finding.rule.id == "role-privilege-escalation");
    let fix = &escalation.expect("a finding").fix;
    assert!(
        fix.starts_with("take authorization:*:* out of \"Access Desk\""),
        "{fix}"
    );
}

const EXAMPLE_ROLE: &str = r#"{"entities": [{"id": "aa01", "name": "Queue Reader", "permissions": [],
    "permissionPolicies": [{"domain": "routing", "entityName": "queue", "actionSet": ["view"]}]}]}"#;
const EXAMPLE_DIVISION: &str =
    r#"{"entities": [{"id": "dd02", "name": "Chosen", "homeDivision": false}]}"#;

/// An example value for a placeholder.
fn chosen(value: &NewValue, field: FieldName, is_division: bool) -> Value {
    let example = match (field, is_division) {
        (FieldName::RedirectUris, _) => "https://portal.example.com/chosen",
        (FieldName::Scopes, _) => "users:readonly",
        (FieldName::RoleDivisions, false) => "aa01",
        (FieldName::RoleDivisions, true) => "dd02",
        _ => "Shows the queues of a team. Owner: Contact centre team",
    };
    json!(value.text().unwrap_or(example))
}

/// A client after the changes of an option.
fn decided(client: &mut Value, option: &[Change]) {
    let mut removed: Vec<(&str, usize)> = Vec::new();
    for change in option {
        let field = change.field.written(Naming::PlatformApi);
        let index = change.index.map(|index| index as usize);
        match (&change.action, index) {
            (Action::Set(number), _) => client[field] = json!(number),
            (Action::Write(value), _) => client[field] = chosen(value, change.field, false),
            (Action::Remove, None) => client[field] = Value::Null,
            (Action::Remove, Some(index)) => removed.push((field, index)),
            (Action::Replace(text), Some(index)) if field == "roleDivisions" => {
                client[field][index]["roleId"] = json!(text);
            }
            (Action::Replace(text), Some(index)) => client[field][index] = json!(text),
            (Action::Move(division), Some(index)) => {
                client[field][index]["divisionId"] = chosen(division, change.field, true);
            }
            (Action::Insert { value, division }, None) => {
                let value = chosen(value, change.field, false);
                let entry = match division {
                    None => value,
                    Some(division) => {
                        let division = chosen(division, change.field, true);
                        json!({"roleId": value, "divisionId": division})
                    }
                };
                match &mut client[field] {
                    Value::Array(entries) => entries.push(entry),
                    other => *other = json!([entry]),
                }
            }
            (action, index) => panic!("{action:?} at {index:?}"),
        }
    }
    removed.sort_unstable();
    for (field, index) in removed.into_iter().rev() {
        client[field].as_array_mut().expect("a list").remove(index);
    }
}

/// Of more clients, only the one that an option changes is audited again.
const MOST_COMPARED: usize = 10;

/// Makes each option alone and compares; counts the options that were proven, by rule.
fn prove_options(
    name: &str,
    files: &Files,
    request: &Request,
    proven: &mut BTreeMap<String, usize>,
) -> Vec<String> {
    let mut broken = Vec::new();
    let before_sources = read(files);
    let before = audit(&before_sources, &[], Vec::new(), request);
    let old = faults(&before);
    for finding in &before.findings {
        let id = before
            .subject(finding.subject)
            .and_then(|client| client.id.clone());
        for option in &finding.remedy.options {
            let Some(id) = &id else { continue };
            let is_of_api = |change: &Change| {
                let path = change.shown.as_deref().map_or("", |shown| &shown.path);
                path.starts_with(change.field.written(Naming::PlatformApi))
            };
            if !option.iter().all(is_of_api) {
                continue;
            }
            let after = files.iter().map(|(path, text)| {
                let mut document: Value = match serde_json::from_str(text) {
                    Ok(document) if path.contains("clients") => document,
                    _ => return (path.clone(), text.clone()),
                };
                let is_meant = |client: &Value| client["id"].as_str() == Some(id);
                let all = clients(&mut document);
                if all.len() > MOST_COMPARED {
                    all.retain(is_meant);
                }
                for client in all.iter_mut().filter(|client| is_meant(client)) {
                    decided(client, option);
                }
                (path.clone(), document.to_string())
            });
            let after_files: Files = after.collect();
            if after_files == *files {
                continue;
            }
            let after_sources = read(&after_files);
            let after = audit(&after_sources, &[], Vec::new(), request);
            let change = |change: &Change| {
                let shown = change.shown.as_deref().expect("a settled change");
                let (action, path) = (change.action.name(), &shown.path);
                format!("{action} {path} {:?}", shown.after)
            };
            let words = format!(
                "{name}: {} of {}: {:?}",
                finding.rule.id,
                whose(&before, finding),
                option.iter().map(change).collect::<Vec<_>>()
            );
            let is_same = |other: &&Finding| other.fingerprint == finding.fingerprint;
            if after.findings.iter().any(|other| is_same(&other)) {
                broken.push(format!("{words} is still there"));
            }
            let is_new = |other: &&Finding| {
                let client = whose(&after, other);
                let yields = other.rule.yields_to.iter();
                let mut rules = yields.chain([&other.rule.id]);
                other.severity >= finding.severity
                    && !rules.any(|rule| old.contains(&(client.clone(), rule)))
            };
            let new: Vec<_> = after.findings.iter().filter(is_new).collect();
            let new: Vec<_> = new
                .iter()
                .map(|other| (&other.rule.id, &other.message))
                .collect();
            if !new.is_empty() {
                broken.push(format!("{words}: {new:#?}"));
            }
            *proven.entry(finding.rule.id.to_string()).or_default() += 1;
        }
    }
    broken
}

#[test]
fn each_option_holds_alone() {
    let mut proven = BTreeMap::new();
    let mut broken = Vec::new();
    for directory in labelled_directories() {
        let mut files = files(&directory);
        let has = |word: &str| files.iter().any(|(_, text)| text.contains(word));
        let more = [
            (has("permissionPolicies"), "more-roles.json", EXAMPLE_ROLE),
            (has("homeDivision"), "more-divisions.json", EXAMPLE_DIVISION),
        ];
        let more = more.into_iter().filter(|(is_given, ..)| *is_given);
        files.extend(more.map(|(_, path, text)| (path.to_owned(), text.to_owned())));
        broken.extend(prove_options(
            &directory.display().to_string(),
            &files,
            &request(false),
            &mut proven,
        ));
    }
    let mut numbers = Numbers(7);
    for organisation in 0..6 {
        let files = generated(organisation, &mut numbers);
        broken.extend(prove_options(
            &format!("organisation {organisation}"),
            &files,
            &request(false),
            &mut proven,
        ));
    }
    assert!(broken.is_empty(), "{}: {}", broken.len(), broken.join("\n"));
    for rule in [
        "client-credentials-without-roles",
        "client-disabled-privileged",
        "division-all",
        "division-home-only",
        "implicit-grant",
        "password-grant",
        "scim-division-missing",
        "scim-wrong-grant",
        "user-grant-without-scopes",
    ] {
        assert!(proven.contains_key(rule), "{rule}: {proven:#?}");
    }
}

#[test]
fn options_keep_to_the_policy() {
    let client = |name: &str, roles: &str| {
        let roles: Value = serde_json::from_str(roles).expect("JSON");
        json!({"id": name, "name": name, "authorizedGrantType": "CLIENT-CREDENTIALS",
            "description": "Shows the queues of a team. Owner: Contact centre team",
            "accessTokenValiditySeconds": 3600, "roleDivisions": roles})
    };
    let clients = [
        client(
            "Uneven",
            r#"[{"roleId": "aa01", "divisionId": "dd02"}, {"roleId": "aa04", "divisionId": "dd03"}]"#,
        ),
        client("Required", r#"[{"roleId": "aa01", "divisionId": "dd02"}]"#),
        client("Allowed", r#"[{"roleId": "aa01", "divisionId": "*"}]"#),
        client(
            "Allowed home",
            r#"[{"roleId": "aa01", "divisionId": "dd01"}]"#,
        ),
        client("Kept", r#"[{"roleId": "aa01", "divisionId": "dd01"}]"#),
        client(
            "Required everywhere",
            r#"[{"roleId": "aa01", "divisionId": "*"}]"#,
        ),
        client("Gone", r#"[{"roleId": "aa01", "divisionId": "dd09"}]"#),
        client("Open", r#"[{"roleId": "aa01"}]"#),
    ];
    let roles = ROLE_FILE.replace(
        r#""queue", "actionSet": ["view", "edit"]"#,
        r#""wrapupCode", "actionSet": ["view"]"#,
    );
    let files = vec![
        (
            "clients.json".to_owned(),
            json!({"entities": clients}).to_string(),
        ),
        ("roles.json".to_owned(), roles),
        ("divisions.json".to_owned(), DIVISION_FILE.to_owned()),
    ];
    let table = |client: &str, values: &[&str]| {
        let values: Vec<_> = values
            .iter()
            .map(|value| (*value).to_owned().into())
            .collect();
        Parameter::ByClient(vec![(client.to_owned().into(), values.into())].into())
    };
    let mut request = request(false);
    request.persona = Persona::Pedantic;
    let allowed = table("name:Allowed*", &["Sales", "dd03"]);
    let required = table("name:Required*", &["Sales", "Service"]);
    request.parameters = vec![
        (
            "division-not-allowed".to_owned(),
            vec![("allowed".to_owned(), allowed)],
        ),
        (
            "division-required".to_owned(),
            vec![("required".to_owned(), required)],
        ),
    ];
    let mut proven = BTreeMap::new();
    let broken = prove_options("policy", &files, &request, &mut proven);
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    for (rule, count) in [
        ("division-all", 3),
        ("division-home-only", 3),
        ("division-missing", 1),
        ("division-not-allowed", 2),
        ("division-required", 1),
        ("division-uneven", 1),
        ("division-unknown", 1),
    ] {
        assert_eq!(proven.get(rule), Some(&count), "{rule}: {proven:#?}");
    }
    let report = read(&files);
    let report = audit(&report, &[], Vec::new(), &request);
    let mut all = report.findings.iter();
    let all = all.find(|finding| finding.rule.id == "division-not-allowed");
    let options = &all.expect("a finding").remedy.options;
    let after = |option: &Vec<Change>| {
        option[0]
            .shown
            .as_ref()
            .and_then(|shown| shown.after.clone())
    };
    let after: Vec<_> = options.iter().filter_map(after).collect();
    assert_eq!(after, ["Sales", "Service"]);
}

#[test]
fn a_masked_value_keeps_only_its_own_field_from_being_planned() {
    let client = json!([{"id": "a1", "name": "Portal", "authorizedGrantType": "CODE",
        "description": "Shows queues. Owner is the contact centre",
        "scope": ["users:readonly", "users:readonly"],
        "registeredRedirectUri": ["http://desk.example.com/cb", "http://u:Zx81Spectrum7q@10.0.0.8/cb"]}]);
    let sources = sources(&[("clients.json", &client.to_string())]);
    let report = audit(&sources, &[], Vec::new(), &request(true));
    let plan = report.plan.as_ref().expect("a plan");
    let fields = plan.steps.iter().flat_map(|step| &step.fields);
    let fields: Vec<&str> = fields.map(|field| field.field).collect();
    assert_eq!(fields, ["scope"]);
    let is_left = |rule: &str, why: NotPlanned| {
        let mut left = plan.left.iter();
        left.any(|left| left.finding.rule.id == rule && left.reason == why)
    };
    assert!(is_left("redirect-not-https", NotPlanned::Hidden));
}
