//! Invariants over generated clients: worse facts are never milder, and a guess never acquits.

use crate::common::TODAY;
use grantlint::audit::{Request, audit};
use grantlint::catalog::{Confidence, Need, Persona, Severity, Value as Setting, YieldsOn, find};
use grantlint::finding::{Finding, FindingSubject};
use grantlint::model::region_named;
use grantlint::text::{Source, Sources};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

/// A finding as far as it can be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Found {
    rule: &'static str,
    severity: Severity,
    confidence: Confidence,
    identity: String,
    message: String,
}

/// What an audit is given besides the clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Knowledge {
    Full,
    ClientsOnly,
}

/// Parameters of rules: rule, name, value.
type Policy = Vec<(&'static str, &'static str, Setting)>;

/// Rules that compare clients with each other: the clients of a batch are variants of one.
const COMPARING: [&str; 8] = [
    "client-duplicate",
    "client-name-confusable",
    "name-duplicate",
    "redirect-shared-across-clients",
    "scim-several-clients",
    "secret-in-export",
    "secret-reused",
    "unknown-field",
];

/// What the clients are read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Export,
    Terraform,
}

/// The fields of a client in Terraform, with the API's names. Roles are blocks.
const TERRAFORM: [(&str, &str); 7] = [
    ("name", "name"),
    ("description", "description"),
    ("authorizedGrantType", "authorized_grant_type"),
    (
        "accessTokenValiditySeconds",
        "access_token_validity_seconds",
    ),
    ("registeredRedirectUri", "registered_redirect_uris"),
    ("scope", "scopes"),
    ("state", "state"),
];

/// A client as a resource. JSON texts are texts of HCL.
fn resource(client: &Value, number: usize) -> String {
    let mut text = format!("resource \"genesyscloud_oauth_client\" \"c{number}\" {{\n");
    for (field, name) in TERRAFORM {
        if !client[field].is_null() {
            let _ = writeln!(text, "  {name} = {}", client[field]);
        }
    }
    for grant in client["roleDivisions"].as_array().into_iter().flatten() {
        let _ = writeln!(text, "  roles {{\n    role_id = {}", grant["roleId"]);
        if !grant["divisionId"].is_null() {
            let _ = writeln!(text, "    division_id = {}", grant["divisionId"]);
        }
        text.push_str("  }\n");
    }
    text + "}\n"
}

/// The text of some clients, each with an id or an address that ends in its number.
fn written(clients: &[Value], form: Form) -> Source {
    match form {
        Form::Export => {
            let numbered = (0..).zip(clients).map(|(at, client)| {
                let mut client = client.clone();
                client["id"] = json!(format!("1a8b1e0e-4a53-4f0e-9a43-7f5a9c{at:06}"));
                client
            });
            Source::new("clients.json", numbered.collect::<Value>().to_string())
        }
        Form::Terraform => {
            let resources = (0..).zip(clients);
            let resources = resources.map(|(at, client)| resource(client, at));
            Source::new("main.tf", resources.collect::<String>())
        }
    }
}

/// The findings of each of some clients, which are judged apart from each other.
fn run_all(
    clients: &[Value],
    knowledge: Knowledge,
    policy: &Policy,
    selected: impl Fn(&str) -> bool,
) -> Vec<Vec<Found>> {
    run_in(Form::Export, clients, knowledge, policy, selected)
}

fn request(policy: &Policy, selected: impl Fn(&str) -> bool) -> Request {
    let mut request = Request::new(TODAY.parse().expect("a date"));
    request.persona = Persona::Pedantic;
    request.rules.retain(|rule| selected(&rule.id));
    // A strict policy also names a region, which is not that of the clients.
    if !policy.is_empty() {
        request.scopes.region = region_named("eu-west-2");
    }
    for (rule, name, value) in policy {
        let set = vec![((*name).to_owned(), value.clone())];
        request.parameters.push(((*rule).to_owned(), set));
    }
    request
}

fn found(finding: &Finding) -> Found {
    let rule = finding.rule;
    assert!(finding.severity <= rule.worst_severity(), "{}", rule.id);
    Found {
        rule: &rule.id,
        severity: finding.severity,
        confidence: finding.confidence,
        identity: finding.identity.clone(),
        message: finding.message.clone(),
    }
}

fn run_in(
    form: Form,
    clients: &[Value],
    knowledge: Knowledge,
    policy: &Policy,
    selected: impl Fn(&str) -> bool,
) -> Vec<Vec<Found>> {
    let mut all = vec![Vec::new(); clients.len()];
    let mut sources = Sources::default();
    sources.add(written(clients, form));
    if knowledge == Knowledge::Full {
        sources.add(Source::new("roles.json", roles().to_string()));
        sources.add(Source::new("divisions.json", divisions().to_string()));
    }
    let mut request = request(policy, |id| selected(id) && !COMPARING.contains(&id));
    request.finding_limits.of_run = usize::MAX;
    let report = audit(&sources, &[], Vec::new(), &request);
    for finding in &report.findings {
        let FindingSubject::Client(at) = finding.subject else {
            continue;
        };
        // A report has only the clients with findings; their ids and addresses are numbered.
        let client = &report.clients[at as usize];
        let number = match form {
            Form::Export => client.id.as_deref().map(|id| &id[id.len() - 6..]),
            Form::Terraform => client
                .address
                .as_deref()
                .and_then(|of| of.rsplit('c').next()),
        };
        let number: usize = number.expect("a number").parse().expect("a number");
        all[number].push(found(finding));
    }
    all
}

fn run(
    client: &Value,
    knowledge: Knowledge,
    policy: &Policy,
    selected: impl Fn(&str) -> bool,
) -> Vec<Found> {
    let clients = [client.clone()];
    run_all(&clients, knowledge, policy, selected).remove(0)
}

/// Permissions of a policy in a role.
fn allow(domain: &str, entity: &str, actions: &[&str]) -> Value {
    json!({"domain": domain, "entityName": entity, "actionSet": actions})
}

fn role(id: &str, name: &str, policies: &[Value]) -> Value {
    json!({"id": id, "name": name, "permissions": [], "permissionPolicies": policies})
}

fn roles() -> Value {
    let entities = vec![
        role(
            "aa01",
            "Queue Reader",
            &[allow("routing", "queue", &["view"])],
        ),
        json!({"id": "aa02", "name": "Master Admin", "default": true, "permissions": ["admin"], "permissionPolicies": []}),
        role(
            "aa03",
            "Role Granter",
            &[allow("authorization", "grant", &["add"])],
        ),
        role(
            "aa04",
            "Everything in routing",
            &[allow("routing", "*", &["*"])],
        ),
        role(
            "aa05",
            "Call Archive",
            &[allow("recording", "recording", &["view"])],
        ),
        json!({"id": "aa06", "name": "employee", "default": true, "defaultRoleId": "employee", "permissions": [], "permissionPolicies": [allow("directory", "user", &["view"])]}),
        json!({"id": "aa07", "name": "SCIM Integration", "default": true, "permissions": [], "permissionPolicies": [allow("directory", "user", &["add", "edit", "delete", "setPassword"]), allow("recording", "recording", &["view"])]}),
        json!({"id": "aa08", "name": "SCIM Integration", "default": true, "permissions": [], "permissionPolicies": [allow("directory", "user", &["add", "edit", "delete"])]}),
        role(
            "aa09",
            "Queue Searcher",
            &[allow("routing", "queue", &["search"])],
        ),
        role(
            "aa10",
            "Wrap-up Reader",
            &[allow("routing", "wrapupCode", &["view"])],
        ),
        role(
            "aa11",
            "Language Reader",
            &[allow("routing", "language", &["view"])],
        ),
        json!({"id": "aa20", "name": "SCIM Integration", "default": true, "permissions": ["admin"], "permissionPolicies": []}),
        json!({"id": "aa21", "name": "SCIM Integration", "default": true, "permissions": [], "permissionPolicies": [allow("authorization", "role", &["edit"])]}),
        json!({"id": "aa22", "name": "SCIM Integration", "default": true, "permissions": [], "permissionPolicies": [allow("routing", "*", &["*"])]}),
        json!({"id": "aa23", "name": "Does all", "permissions": ["admin"], "permissionPolicies": [allow("authorization", "grant", &["add"]), allow("recording", "recording", &["view"]), allow("routing", "*", &["*"])]}),
        role(
            "aa24",
            "Grants and archives",
            &[
                allow("authorization", "grant", &["add"]),
                allow("recording", "recording", &["view"]),
            ],
        ),
        role("aa25", "Access", &[allow("authorization", "*", &["*"])]),
        role(
            "aa26",
            "Whole archive",
            &[allow("recording", "*", &["view"])],
        ),
        role("aa27", "Everything", &[allow("*", "*", &["*"])]),
        json!({"id": "aa28", "name": "Hauptverwalter", "defaultRoleId": "masterAdmin"}),
        json!({"id": "aa29", "name": "Telefonie", "defaultRoleId": "telephonyAdmin", "permissions": [], "permissionPolicies": [allow("telephony", "site", &["view"])]}),
        role(
            "aa30",
            "Toolbar and archive",
            &[
                allow("agentUI", "*", &["view"]),
                allow("recording", "recording", &["view"]),
            ],
        ),
        role(
            "aa31",
            "Client Reader",
            &[allow("oauth", "client", &["view"])],
        ),
    ];
    json!({"total": entities.len(), "entities": entities})
}

fn divisions() -> Value {
    json!({"total": 3, "entities": [
        {"id": "dd00", "name": "Home", "homeDivision": true},
        {"id": "dd01", "name": "Sales", "homeDivision": false},
        {"id": "dd02", "name": "Service", "homeDivision": false},
    ]})
}

/// A client without a finding that people sign in to.
fn portal(grant: &str) -> Value {
    json!({
        "id": "1a8b1e0e-4a53-4f0e-9a43-7f5a9c2d6c11",
        "name": "Agent Portal",
        "description": "Shows agents their queue. Owner: Contact centre team",
        "authorizedGrantType": grant,
        "accessTokenValiditySeconds": 3600,
        "registeredRedirectUri": ["https://portal.acme.example.com/cb"],
        "scope": ["routing:readonly", "users:readonly"],
        "state": "active",
        "dateCreated": "2026-05-02T09:00:00Z",
        "dateModified": "2026-10-01T09:00:00Z",
    })
}

/// A client without a finding that runs on its own.
fn machine() -> Value {
    json!({
        "id": "1a8b1e0e-4a53-4f0e-9a43-7f5a9c2d6c12",
        "name": "Queue Figures",
        "description": "Reads queue figures every night. Owner: Reporting team",
        "authorizedGrantType": "CLIENT-CREDENTIALS",
        "accessTokenValiditySeconds": 3600,
        "roleDivisions": [{"roleId": "aa01", "divisionId": "dd01"}],
        "state": "active",
        "dateCreated": "2026-05-02T09:00:00Z",
        "dateModified": "2026-10-01T09:00:00Z",
    })
}

/// An embedded client.
fn softphone() -> Value {
    let mut client = portal("CODE");
    client["name"] = json!("CRM Softphone");
    client["registeredRedirectUri"] = json!(["https://apps.mypurecloud.de/crm/index.html"]);
    client["accessTokenValiditySeconds"] = json!(64800);
    client["scope"] = json!([
        "conversations",
        "external-contacts:readonly",
        "notifications",
        "organization:readonly",
        "outbound:readonly",
        "presence",
        "quality:readonly",
        "routing:readonly",
        "scripts:readonly",
        "stations:readonly",
        "user-basic-info",
        "users",
        "voicemail",
        "workforce-management",
    ]);
    client
}

/// One change for the worse.
#[derive(Clone, Copy)]
enum Change {
    /// Another redirect URI.
    Uri(&'static str),
    /// Another scope.
    Scope(&'static str),
    /// Another role, with its division.
    Role(&'static str, &'static str),
    /// Another role without a division.
    BareRole(&'static str),
    /// The value of a field, as JSON.
    Set(&'static str, &'static str),
    /// A field is gone.
    Unset(&'static str),
    /// The division of all roles.
    Divisions(&'static str),
}

use Change::{BareRole, Divisions, Role, Scope, Set, Unset, Uri};

const FAULTS: [(&str, Change); 60] = [
    ("http", Uri("http://portal.acme.example.com/cb2")),
    ("wildcard host", Uri("https://*.acme.example.com/cb")),
    ("wildcard path", Uri("https://portal.acme.example.com/*")),
    ("junk over http", Uri("http://portal.acme.example.com/>")),
    ("fragment", Uri("https://portal.acme.example.com/cb#x")),
    ("userinfo", Uri("https://user@portal.acme.example.com/cb")),
    (
        "disguise",
        Uri("https://login.mypurecloud.com@evil.example.net/cb"),
    ),
    ("address", Uri("https://8.8.8.8/cb")),
    ("address over http", Uri("http://8.8.8.8/cb")),
    ("loopback", Uri("http://localhost:3000/cb")),
    ("internal", Uri("https://wallboard.corp/cb")),
    ("tunnel", Uri("https://x1.ngrok.io/cb")),
    (
        "imitation",
        Uri("https://login.mypurecloud.com.evil.example.net/cb"),
    ),
    (
        "imitation over http",
        Uri("http://login.mypurecloud.com.evil.example.net/cb"),
    ),
    ("traversal", Uri("https://portal.acme.example.com/a/../cb")),
    (
        "redirector",
        Uri("https://portal.acme.example.com/cb?next=https://evil.example.net"),
    ),
    ("scheme of an application", Uri("acme://cb")),
    ("javascript", Uri("javascript:alert(1)")),
    ("no scheme", Uri("portal.acme.example.com/cb")),
    ("upper case", Uri("https://PORTAL.acme.example.com/cb3")),
    (
        "upper case over http",
        Uri("HTTP://PORTAL.acme.example.com/cb4"),
    ),
    ("test host", Uri("https://staging.acme.example.com/cb")),
    ("another domain", Uri("https://portal.other-company.net/cb")),
    ("twice", Uri("https://portal.acme.example.com/cb")),
    (
        "twice in other words",
        Uri("https://portal.acme.example.com:443/cb"),
    ),
    (
        "framework over http",
        Uri("http://apps.mypurecloud.de/crm/index.html"),
    ),
    (
        "framework with a fragment",
        Uri("https://apps.mypurecloud.de/crm/index.html#"),
    ),
    ("sensitive scope", Scope("oauth")),
    ("sensitive scope of accounts", Scope("scim")),
    ("scope of passwords", Scope("users")),
    ("unknown scope", Scope("routing:everything")),
    ("scope twice", Scope("routing:readonly")),
    ("wider scope", Scope("routing")),
    ("no scopes", Set("scope", "[]")),
    ("implicit grant", Set("authorizedGrantType", r#""TOKEN""#)),
    (
        "password grant",
        Set("authorizedGrantType", r#""PASSWORD""#),
    ),
    (
        "unknown grant",
        Set("authorizedGrantType", r#""PKCE-ONLY""#),
    ),
    ("two days", Set("accessTokenValiditySeconds", "172800")),
    ("a second more", Set("accessTokenValiditySeconds", "172801")),
    ("two years", Set("accessTokenValiditySeconds", "63072000")),
    ("a minute", Set("accessTokenValiditySeconds", "60")),
    ("not whole", Set("accessTokenValiditySeconds", "90000.5")),
    ("no lifetime", Unset("accessTokenValiditySeconds")),
    ("no description", Unset("description")),
    (
        "secret in the description",
        Set(
            "description",
            r#""Reads queues. client_secret=Zk3vQ9xT7mB2nR8wL5pD1sF6hJ4gC0aY""#,
        ),
    ),
    ("named SCIM", Set("name", r#""Okta SCIM""#)),
    (
        "named after the framework",
        Set("name", r#""Embeddable Framework""#),
    ),
    ("stale", Set("dateModified", r#""2023-01-01T00:00:00Z""#)),
    ("administrator", Role("aa02", "dd01")),
    ("everything", Role("aa27", "dd01")),
    ("administrator by slug", Role("aa28", "dd01")),
    ("role for people by slug", Role("aa29", "dd01")),
    ("wildcard and recordings", Role("aa30", "dd01")),
    ("escalation", Role("aa03", "dd01")),
    ("wildcard role", Role("aa04", "dd02")),
    ("recordings", Role("aa05", "dd01")),
    ("role for people", Role("aa06", "dd01")),
    ("SCIM role with more", Role("aa07", "dd01")),
    ("unknown role", Role("bb99", "dd01")),
    ("all divisions", Divisions("*")),
];

const MORE_FAULTS: [(&str, Change); 7] = [
    ("switched on", Set("state", r#""active""#)),
    ("an unknown state", Set("state", r#""paused""#)),
    ("no division", BareRole("aa09")),
    ("unknown division", Role("aa10", "dd99")),
    ("home division", Divisions("dd00")),
    (
        "secret",
        Set("secret", r#""Zk3vQ9xT7mB2nR8wL5pD1sF6hJ4gC0aYbbb""#),
    ),
    ("no roles", Set("roleDivisions", "[]")),
];

fn faults() -> Vec<(&'static str, Change)> {
    FAULTS.into_iter().chain(MORE_FAULTS).collect()
}

fn push(client: &mut Value, field: &str, item: Value) {
    if !client[field].is_array() {
        client[field] = json!([]);
    }
    client[field].as_array_mut().expect("a list").push(item);
}

impl Change {
    fn apply(self, client: &mut Value) {
        match self {
            Uri(uri) => push(client, "registeredRedirectUri", json!(uri)),
            Scope(scope) => push(client, "scope", json!(scope)),
            Role(role, division) => {
                push(
                    client,
                    "roleDivisions",
                    json!({"roleId": role, "divisionId": division}),
                );
            }
            BareRole(role) => push(client, "roleDivisions", json!({"roleId": role})),
            Set(field, value) => client[field] = serde_json::from_str(value).expect("JSON"),
            Unset(field) => {
                client.as_object_mut().expect("an object").remove(field);
            }
            Divisions(division) => {
                for grant in client["roleDivisions"].as_array_mut().into_iter().flatten() {
                    grant["divisionId"] = json!(division);
                }
            }
        }
    }

    /// The fields whose values it replaces.
    fn replaces(self) -> &'static [&'static str] {
        match self {
            Set(field, _) | Unset(field) => match field {
                // With another grant these have no use, or another one.
                "authorizedGrantType" => &[
                    "authorizedGrantType",
                    "registeredRedirectUri",
                    "scope",
                    "roleDivisions",
                    "roleIds",
                ],
                "name" => &["name"],
                "state" => &["state"],
                "scope" => &["scope"],
                "accessTokenValiditySeconds" => &["accessTokenValiditySeconds"],
                "description" => &["description"],
                "dateModified" => &["dateModified", "dateCreated"],
                "roleDivisions" => &["roleDivisions", "accessTokenValiditySeconds"],
                _ => &[],
            },
            Divisions(_) => &["roleDivisions"],
            _ => &[],
        }
    }
}

/// A kind of change, a rule whose finding it may remove, and why.
type Exception = (fn(Change) -> bool, &'static str, &'static str);

/// The findings that a change may remove although no rule takes over.
const EXCEPTIONS: [Exception; 21] = [
    // The fault is that something is missing, and the change adds it.
    (is_scope, "user-grant-without-scopes", "there is a scope"),
    (is_uri, "redirect-missing", "there is a redirect URI"),
    (
        is_role,
        "client-credentials-without-roles",
        "there is a role",
    ),
    (
        is_role,
        "division-required",
        "the role reaches the division",
    ),
    (
        is_role,
        "division-home-only",
        "the roles reach another division",
    ),
    (
        is_framework,
        "embeddable-redirect",
        "there is a page of the framework",
    ),
    // The facts that a finding rests on are replaced.
    (
        is_no_roles,
        "scim-wrong-grant",
        "the client has no SCIM role",
    ),
    (
        is_no_roles,
        "role-ids-inconsistent",
        "there is nothing to compare",
    ),
    // The client holds nothing that switching it on would restore.
    (
        is_no_roles,
        "client-disabled-privileged",
        "there is no role to restore",
    ),
    (
        is_no_scopes,
        "client-disabled-privileged",
        "there is no scope to restore",
    ),
    (
        is_grant,
        "client-disabled-privileged",
        "roles have no use with another grant",
    ),
    // Without scopes an application can do all that its user can, SCIM too.
    (
        is_scope,
        "scim-wrong-grant",
        "there is a scope, and none of SCIM",
    ),
    (
        is_scim_role,
        "scim-division-missing",
        "the role reaches the division",
    ),
    // A stricter limit holds, so the framework's recommendation is void.
    (
        is_powerful,
        "embeddable-token-lifetime",
        "the limit for powerful clients is stricter",
    ),
    // The SCIM role makes it a SCIM client, which other rules judge.
    (
        is_scim_role,
        "token-lifetime-out-of-range",
        "SCIM may have the lifetime",
    ),
    (
        is_scim_role,
        "token-lifetime-too-long",
        "SCIM may have the lifetime",
    ),
    (
        is_scim_role,
        "token-lifetime-privileged",
        "SCIM may have the lifetime",
    ),
    (
        is_scim_role,
        "token-lifetime-default",
        "SCIM may have the lifetime",
    ),
    (
        is_scim_role,
        "division-uneven",
        "scim-division-missing judges the divisions",
    ),
    // A role that holds everything contains the others: they are to go, not to be extended.
    (
        is_everything,
        "division-uneven",
        "the other role is contained in this one",
    ),
    // Without the home division it is unknown whether the divisions differ.
    (
        is_bare_role,
        "division-uneven",
        "the home division may be the same",
    ),
];

fn is_scope(change: Change) -> bool {
    matches!(change, Scope(_))
}

fn is_no_scopes(change: Change) -> bool {
    matches!(change, Set("scope", _))
}

fn is_grant(change: Change) -> bool {
    matches!(change, Set("authorizedGrantType", _))
}

fn is_uri(change: Change) -> bool {
    matches!(change, Uri(_))
}

fn is_role(change: Change) -> bool {
    matches!(change, Role(..) | BareRole(_))
}

fn is_bare_role(change: Change) -> bool {
    matches!(change, BareRole(_))
}

fn is_framework(change: Change) -> bool {
    matches!(change, Uri(uri) if uri.contains("/crm/"))
}

fn is_no_roles(change: Change) -> bool {
    matches!(change, Set("roleDivisions", _))
}

fn is_powerful(change: Change) -> bool {
    matches!(
        change,
        Role("aa02" | "aa03" | "aa05" | "aa27" | "aa28" | "aa30", _)
    )
}

fn is_everything(change: Change) -> bool {
    matches!(change, Role("aa27", _))
}

fn is_scim_role(change: Change) -> bool {
    matches!(change, Role("aa07", _))
}

fn is_name(change: Change) -> bool {
    matches!(change, Set("name", _))
}

/// Whether a change replaces what a finding is about.
fn replaces(change: Change, lost: &Found) -> bool {
    let field = lost.identity.split(['[', '.']).next().unwrap_or_default();
    let is_excepted = |(is, rule, _): &Exception| is(change) && *rule == lost.rule;
    // A guess is about the name.
    let is_guess = is_name(change) && lost.confidence == Confidence::Low;
    change.replaces().contains(&field) || is_guess || EXCEPTIONS.iter().any(is_excepted)
}

/// Whether `rule` yields to `other`, directly or through others.
fn yields(rule: &str, other: &str) -> Option<YieldsOn> {
    let rule = find(rule).expect("a rule");
    if rule.yields_to.iter().any(|id| id == other) {
        return Some(rule.yields_on);
    }
    rule.yields_to.iter().find_map(|next| yields(next, other))
}

fn is_covered(lost: &Found, after: &[Found]) -> bool {
    after.iter().any(|found| {
        let is_there = match yields(lost.rule, found.rule) {
            Some(YieldsOn::Client) => true,
            Some(YieldsOn::Target) => found.identity == lost.identity,
            None => false,
        };
        is_there && found.severity >= lost.severity
    })
}

/// The findings of `before` that a change removed or lowered without leave.
fn lost(change: Change, before: &[Found], after: &[Found]) -> Vec<Found> {
    before
        .iter()
        .filter(|lost| {
            let stays = |found: &&Found| found.rule == lost.rule && found.identity == lost.identity;
            let kept = after.iter().filter(stays).map(|found| found.severity).max();
            kept.is_none_or(|severity| severity < lost.severity)
        })
        .filter(|lost| !replaces(change, lost) && !is_covered(lost, after))
        .cloned()
        .collect()
}

fn worst(found: &[Found]) -> Option<Severity> {
    found.iter().map(|found| found.severity).max()
}

fn strict() -> Policy {
    let list = |texts: &[&'static str]| {
        Setting::List(
            texts
                .iter()
                .map(|text| (*text).into())
                .collect::<Vec<_>>()
                .into(),
        )
    };
    let by_client = |values: &[&'static str]| {
        let values: Vec<_> = values.iter().map(|value| (*value).into()).collect();
        Setting::ByClient(vec![("*".into(), values.into())].into())
    };
    vec![
        ("token-lifetime-hipaa", "hipaa", Setting::Boolean(true)),
        (
            "embeddable-auth-window",
            "dedicated-login-window",
            Setting::Boolean(true),
        ),
        ("role-not-allowed", "allowed", by_client(&["Queue Reader"])),
        ("division-not-allowed", "allowed", by_client(&["Sales"])),
        ("division-required", "required", by_client(&["Sales"])),
        ("scope-excess", "allowed", by_client(&["routing:readonly"])),
        (
            "redirect-not-approved",
            "allowed",
            by_client(&["portal.acme.example.com"]),
        ),
        (
            "monitor-forbidden-holder",
            "guarded",
            list(&["recording:recording:view", "oauth"]),
        ),
    ]
}

/// A client without the rights of others that provisions users.
fn provisioner() -> Value {
    let mut client = machine();
    client["name"] = json!("Okta SCIM");
    client["roleDivisions"] = json!([{"roleId": "aa08", "divisionId": "*"}]);
    client["accessTokenValiditySeconds"] = json!(38_880_000);
    client
}

fn disabled(mut client: Value) -> Value {
    client["state"] = json!("inactive");
    client
}

/// Whether a change shows in a form of export: Terraform has neither dates nor secrets.
fn shows(change: Change, form: Form) -> bool {
    match change {
        Set(field, _) | Unset(field) if form == Form::Terraform => {
            field == "roleDivisions" || TERRAFORM.iter().any(|(name, _)| *name == field)
        }
        _ => true,
    }
}

fn changed(client: &Value, change: Change) -> Value {
    let mut client = client.clone();
    change.apply(&mut client);
    client
}

/// Applies all ordered pairs of faults to a client, and returns their number and what was wrong.
/// One audit judges all variants, which is faster than one for each.
fn all_pairs(
    form: Form,
    base: &Value,
    knowledge: Knowledge,
    policy: &Policy,
) -> (usize, Vec<String>) {
    let changes: Vec<_> = faults()
        .into_iter()
        .filter(|(_, change)| shows(*change, form))
        .collect();
    let firsts = changes
        .iter()
        .map(|(name, change)| (*name, changed(base, *change)));
    let firsts: Vec<_> = std::iter::once(("nothing", base.clone()))
        .chain(firsts)
        .collect();
    let variants = firsts.iter().flat_map(|(_, client)| {
        let worse = changes.iter().map(|(_, change)| changed(client, *change));
        std::iter::once(client.clone()).chain(worse)
    });
    let variants: Vec<_> = variants.collect();
    // Most faults give the same client in both orders.
    let mut distinct = Vec::new();
    let mut numbers: HashMap<String, usize> = HashMap::new();
    let numbered = variants.into_iter().map(|client| {
        let number = numbers.entry(client.to_string());
        *number.or_insert_with(|| {
            distinct.push(client);
            distinct.len() - 1
        })
    });
    let numbered: Vec<usize> = numbered.collect();
    let found = run_in(form, &distinct, knowledge, policy, |_| true);
    let mut faulty = Vec::new();
    for ((first, _), numbers) in firsts.iter().zip(numbered.chunks(changes.len() + 1)) {
        let before = &found[numbers[0]];
        for (&(second, change), number) in changes.iter().zip(&numbers[1..]) {
            let after = &found[*number];
            let place = format!(
                "{form:?} {knowledge:?} {} {} {}: {first}, then {second}",
                base["name"], base["authorizedGrantType"], base["state"]
            );
            let kept = before.iter().filter(|found| !replaces(change, found));
            let least = kept.map(|found| found.severity).max();
            if worst(after) < least {
                faulty.push(format!("{place}: {least:?} falls to {:?}", worst(after)));
            }
            for lost in lost(change, before, after) {
                let (rule, at, message) = (lost.rule, lost.identity, lost.message);
                faulty.push(format!("{place}: {rule} at {at} is gone: {message}"));
            }
        }
    }
    (firsts.len() * changes.len(), faulty)
}

/// Asserts that no pair of faults makes one of these clients seem better, with full knowledge and
/// with the clients only.
fn assert_never_milder(form: Form, bases: &[Value], policy: &Policy) {
    let (mut pairs, mut faulty) = (0, Vec::new());
    for knowledge in [Knowledge::Full, Knowledge::ClientsOnly] {
        for base in bases {
            let (count, wrong) = all_pairs(form, base, knowledge, policy);
            pairs += count;
            faulty.extend(wrong);
        }
    }
    assert!(pairs > 6000 * bases.len(), "{pairs}");
    let count = faulty.len();
    assert!(
        faulty.is_empty(),
        "{count} of {pairs}:\n{}",
        faulty.join("\n")
    );
}

#[test]
fn worse_facts_are_never_milder() {
    let bases = [portal("CODE"), portal("TOKEN"), machine(), softphone()];
    assert_never_milder(Form::Export, &bases, &Policy::new());
}

#[test]
fn worse_facts_are_never_milder_with_a_strict_policy() {
    let bases = [portal("CODE"), portal("TOKEN"), machine(), softphone()];
    assert_never_milder(Form::Export, &bases, &strict());
}

#[test]
fn worse_facts_of_a_scim_client_are_never_milder() {
    assert_never_milder(Form::Export, &[provisioner()], &Policy::new());
}

#[test]
fn worse_facts_of_a_disabled_client_are_never_milder() {
    let bases = [disabled(portal("CODE")), disabled(machine())];
    assert_never_milder(Form::Export, &bases, &Policy::new());
}

#[test]
fn worse_facts_in_terraform_are_never_milder() {
    let bases = [portal("CODE"), machine(), provisioner()];
    assert_never_milder(Form::Terraform, &bases, &Policy::new());
}

/// What can be wrong with an authorised application: the field, and its value or another item.
const APPLICATION_FAULTS: [(&str, &str); 15] = [
    ("scope", r#""users""#),
    ("scope", r#""oauth""#),
    ("scope", r#""authorization""#),
    ("scope", r#""routing:everything""#),
    ("scope", r#""users:readonly""#),
    ("scope", r#""analytics""#),
    ("scope", r#""conversations""#),
    ("roles", r#"{"id": "aa01"}"#),
    ("roles", r#"{"id": "aa02"}"#),
    ("roles", r#"{"id": "aa03"}"#),
    ("roles", r#"{"id": "aa04"}"#),
    ("roles", r#"{"id": "aa27"}"#),
    ("roles", r#"{"id": "bb99"}"#),
    ("pending", "true"),
    ("secret", r#""Zk3vQ9xT7mB2nR8wL5pD1sF6hJ4gC0aYbbb""#),
];

fn worse_application(application: &Value, (field, value): (&str, &str)) -> Value {
    let mut worse = application.clone();
    let value: Value = serde_json::from_str(value).expect("JSON");
    if worse[field].is_array() {
        push(&mut worse, field, value);
    } else {
        worse[field] = value;
    }
    worse
}

#[test]
fn worse_facts_of_an_application_are_never_milder() {
    let many = (0..40).map(|number| format!("x{number}:readonly"));
    let many = json!(many.collect::<Vec<_>>());
    let few = json!(["users:readonly"]);
    let mut faulty = Vec::new();
    for (state, scopes) in [
        ("Authorized", &few),
        ("Authorized", &many),
        ("Requested", &few),
        ("Revoked", &few),
    ] {
        let base = json!({"client": {}, "scope": scopes, "roles": [],
            "resourceOwner": {"id": "u1"}, "state": state, "pending": false});
        let worse = |application: &Value| {
            let worse = APPLICATION_FAULTS.map(|fault| worse_application(application, fault));
            std::iter::once(application.clone()).chain(worse)
        };
        let variants: Vec<_> = worse(&base).flat_map(|first| worse(&first)).collect();
        for knowledge in [Knowledge::Full, Knowledge::ClientsOnly] {
            let found = of_applications(&variants, knowledge);
            let groups = found.chunks(APPLICATION_FAULTS.len() + 1);
            for (number, group) in groups.enumerate() {
                for (fault, after) in APPLICATION_FAULTS.iter().zip(&group[1..]) {
                    let is_kept = |lost: &&Found| {
                        let mut same = after.iter().filter(|found| found.rule == lost.rule);
                        same.any(|found| {
                            found.identity == lost.identity && found.severity >= lost.severity
                        }) || is_covered(lost, after)
                    };
                    let lost = group[0].iter().filter(|lost| !is_kept(lost));
                    let lost =
                        lost.map(|lost| format!("{state} {number}, then {fault:?}: {lost:?}"));
                    faulty.extend(lost);
                }
            }
        }
    }
    assert!(
        faulty.is_empty(),
        "{}:\n{}",
        faulty.len(),
        faulty.join("\n")
    );
}

/// The findings of each of some applications.
fn of_applications(applications: &[Value], knowledge: Knowledge) -> Vec<Vec<Found>> {
    let numbered = (0..).zip(applications).map(|(number, application)| {
        let mut application = application.clone();
        application["client"] = json!({"id": format!("app-{number}"), "name": "Bought"});
        application
    });
    let numbered: Vec<_> = numbered.collect();
    let mut sources = Sources::default();
    let clients = json!([portal("CODE")]).to_string();
    sources.add(Source::new("clients.json", clients));
    let listing = json!({"total": numbered.len(), "entities": numbered});
    sources.add(Source::new("authorisations.json", listing.to_string()));
    if knowledge == Knowledge::Full {
        sources.add(Source::new("roles.json", roles().to_string()));
    }
    let selected = |id: &str| id != "secret-reused";
    let report = audit(
        &sources,
        &[],
        Vec::new(),
        &request(&Policy::new(), selected),
    );
    let mut all = vec![Vec::new(); applications.len()];
    for finding in &report.findings {
        let FindingSubject::Other(at) = finding.subject else {
            continue;
        };
        let id = report.others[at as usize].id.as_deref();
        let number = id.and_then(|id| id.strip_prefix("app-"));
        let number: usize = number.expect("a number").parse().expect("a number");
        all[number].push(found(finding));
    }
    assert!(all.iter().any(|found| !found.is_empty()));
    all
}

/// The findings of a client whose only role has these permissions.
fn of_role(slug: &str, permissions: &[&str]) -> Vec<Found> {
    let policies: Vec<Value> = permissions
        .iter()
        .map(|permission| {
            let parts: Vec<&str> = permission.split(':').collect();
            allow(parts[0], parts[1], &[parts[2]])
        })
        .collect();
    let mut role = role("cc01", "Role", &policies);
    role["defaultRoleId"] = json!(slug);
    role["default"] = json!(!slug.is_empty());
    let mut client = machine();
    client["roleDivisions"][0]["roleId"] = json!("cc01");
    let mut sources = Sources::default();
    sources.add(Source::new("clients.json", json!([client]).to_string()));
    sources.add(Source::new("roles.json", json!([role]).to_string()));
    sources.add(Source::new("divisions.json", divisions().to_string()));
    let request = Request::new(TODAY.parse().expect("a date"));
    let report = audit(&sources, &[], Vec::new(), &request);
    report.findings.iter().map(found).collect()
}

#[test]
fn a_wider_role_is_never_milder() {
    let permissions = [
        "routing:queue:view",
        "agentUI:*:view",
        "recording:recording:view",
        "recording:*:view",
        "authorization:grant:add",
        "authorization:*:*",
        "*:*:view",
        "*:*:*",
    ];
    let mut worst_by_mask = BTreeMap::new();
    for slug in [
        "",
        "masterAdmin",
        "integrationServer",
        "engage",
        "scimIntegration",
    ] {
        let held = |mask: u32| -> Vec<&str> {
            let all = permissions.iter().enumerate();
            let held = all.filter(|(at, _)| mask & (1 << at) != 0);
            held.map(|(_, permission)| *permission).collect()
        };
        // Roles of one permission or two are compared with the same ones and another permission.
        let narrow = (1..1_u32 << permissions.len()).filter(|mask| mask.count_ones() <= 2);
        for mask in narrow {
            let before = of_role(slug, &held(mask));
            for (at, added) in permissions.iter().enumerate() {
                if mask & (1 << at) != 0 {
                    continue;
                }
                let wider = mask | 1 << at;
                let after = worst_by_mask
                    .entry((slug, wider))
                    .or_insert_with(|| worst(&of_role(slug, &held(wider))));
                assert!(
                    *after >= worst(&before),
                    "{slug} {:?} and {added}: {before:?} falls to {after:?}",
                    held(mask)
                );
            }
        }
    }
}

#[test]
fn a_guess_never_acquits() {
    let names = [
        "Okta SCIM",
        "Embeddable Framework",
        "Salesforce Sync",
        "ServiceNow Sync",
    ];
    let mut faulty = Vec::new();
    for knowledge in [Knowledge::Full, Knowledge::ClientsOnly] {
        for base in [portal("CODE"), machine(), portal("TOKEN")] {
            let variants: Vec<Value> = faults()
                .into_iter()
                .filter(|(_, change)| !is_name(*change))
                .map(|(_, change)| {
                    let mut client = base.clone();
                    change.apply(&mut client);
                    client
                })
                .collect();
            let plain = run_all(&variants, knowledge, &Policy::new(), |_| true);
            for name in names {
                let mut renamed = variants.clone();
                for client in &mut renamed {
                    client["name"] = json!(name);
                }
                let found = run_all(&renamed, knowledge, &Policy::new(), |_| true);
                for (before, after) in plain.iter().zip(&found) {
                    for lost in before {
                        let is_there = after.iter().any(|found| {
                            found.rule == lost.rule
                                && found.identity == lost.identity
                                && found.severity >= lost.severity
                        });
                        if !is_there {
                            faulty.push(format!("{name} {knowledge:?}: {lost:?}"));
                        }
                    }
                    for added in after {
                        let is_new = !before.iter().any(|found| found.rule == added.rule);
                        if is_new && added.confidence > Confidence::Low {
                            faulty.push(format!("{name} {knowledge:?}: too sure: {added:?}"));
                        }
                    }
                }
            }
        }
    }
    assert!(
        faulty.is_empty(),
        "{}:\n{}",
        faulty.len(),
        faulty.join("\n")
    );
}

#[test]
fn a_lifetime_is_no_evidence_of_a_kind() {
    let mut client = machine();
    client["roleDivisions"][0]["divisionId"] = json!("*");
    for seconds in [172_800, 172_801, 38_880_000] {
        client["accessTokenValiditySeconds"] = json!(seconds);
        let found = run(&client, Knowledge::ClientsOnly, &Policy::new(), |_| true);
        let rules: Vec<_> = found.iter().map(|found| found.rule).collect();
        assert!(rules.contains(&"division-all"), "{seconds}: {rules:?}");
        let is_about_lifetime = |rule: &&str| rule.starts_with("token-lifetime");
        assert!(rules.iter().any(is_about_lifetime), "{seconds}: {rules:?}");
    }
    let found = run(&client, Knowledge::ClientsOnly, &Policy::new(), |_| true);
    let lifetime = found
        .iter()
        .find(|found| found.rule == "token-lifetime-out-of-range");
    let lifetime = lifetime.expect("only SCIM clients may have it");
    assert_eq!(lifetime.confidence, Confidence::Low);
    assert!(
        lifetime
            .message
            .ends_with("unless its role is SCIM Integration")
    );
}

#[test]
fn a_real_scim_client_may_have_its_lifetime_and_reach_all_divisions() {
    let mut client = machine();
    client["roleDivisions"] = json!([{"roleId": "aa08", "divisionId": "*"}]);
    client["accessTokenValiditySeconds"] = json!(38_880_000);
    let found = run(&client, Knowledge::Full, &Policy::new(), |_| true);
    assert!(found.is_empty(), "{found:#?}");
}

/// Clients that together show every precedence.
fn samples() -> Vec<Value> {
    let bases = [portal("CODE"), portal("TOKEN"), machine(), softphone()];
    let special = [
        Uri("https://apps.mypurecloud.de.evil.example.net/crm/index.html"),
        Uri("https://APPS.mypurecloud.de/crm/index.html"),
        Uri("https://LOGIN.mypurecloud.com.evil.example.net/cb"),
        Uri("https://apps.mypurecloud.de/crm//index.html"),
        Role("aa20", "dd01"),
        Role("aa21", "dd01"),
        Role("aa22", "dd01"),
        Role("aa23", "dd01"),
        Role("aa24", "dd01"),
        Role("aa25", "dd01"),
        Role("aa26", "dd01"),
    ];
    let changes = || {
        faults()
            .into_iter()
            .map(|(_, change)| change)
            .chain(special)
    };
    let mut samples = Vec::new();
    for base in &bases {
        for change in changes() {
            let mut client = base.clone();
            change.apply(&mut client);
            samples.push(client.clone());
            // A powerful machine, and one of the framework with the wrong grant.
            for more in [
                Role("aa05", "dd01"),
                Uri("https://apps.mypurecloud.de/crm/index.html"),
            ] {
                more.apply(&mut client);
                samples.push(client.clone());
            }
        }
    }
    let mut integration = machine();
    Set("name", r#""Salesforce Connector""#).apply(&mut integration);
    for change in changes() {
        let mut client = integration.clone();
        change.apply(&mut client);
        samples.push(client);
    }
    let mut wrong_grant = softphone();
    for change in [
        Set("authorizedGrantType", r#""CLIENT-CREDENTIALS""#),
        Role("aa05", "dd01"),
    ] {
        change.apply(&mut wrong_grant);
    }
    let mut without_roles = wrong_grant.clone();
    Set("roleDivisions", "[]").apply(&mut without_roles);
    let mut scim_person = portal("CODE");
    Role("aa08", "dd01").apply(&mut scim_person);
    for client in [wrong_grant, without_roles, scim_person] {
        for lifetime in [
            Set("description", r#""As it is. Owner: Sales""#),
            Set("accessTokenValiditySeconds", "172800"),
            Unset("accessTokenValiditySeconds"),
        ] {
            let mut client = client.clone();
            lifetime.apply(&mut client);
            samples.push(client);
        }
    }
    let mut many = portal("CODE");
    for number in 0..130 {
        push(
            &mut many,
            "registeredRedirectUri",
            json!(format!("https://portal.acme.example.com/cb{number}")),
        );
    }
    samples.push(many);
    let mut nameless = portal("CODE");
    nameless["name"] = json!("Embeddable Framework");
    nameless["registeredRedirectUri"] = json!([]);
    samples.push(nameless);
    samples
}

#[test]
fn a_rule_yields_only_to_a_rule_that_runs() {
    let limit = vec![
        (
            "token-lifetime-privileged",
            "limit",
            Setting::Integer(80_000),
        ),
        ("token-lifetime-too-long", "limit", Setting::Integer(70_000)),
    ];
    let (samples, policies) = (samples(), [Policy::new(), strict(), limit]);
    let run = |policy: &Policy, ids: &[&str]| {
        run_all(&samples, Knowledge::Full, policy, |id| ids.contains(&id))
    };
    let reports = |found: &[Found], id: &str| found.iter().filter(|found| found.rule == id).count();
    let mut faulty = Vec::new();
    for rule in grantlint::catalog::builtin() {
        let yielding = !rule.yields_to.is_empty();
        let alone = policies.each_ref().map(|policy| {
            if yielding {
                run(policy, &[&rule.id])
            } else {
                Vec::new()
            }
        });
        for stronger in rule.yields_to.iter() {
            // The samples have no usage; the tests of usage show these pairs.
            let needs_usage = |rule: &grantlint::catalog::Rule| rule.needs.contains(&Need::Usage);
            if grantlint::catalog::find(stronger).is_some_and(needs_usage) {
                continue;
            }
            let shows = policies.iter().zip(&alone).any(|(policy, alone)| {
                let both = run(policy, &[&rule.id, stronger]);
                let mut pairs = alone.iter().zip(&both);
                pairs.any(|(alone, both)| reports(alone, &rule.id) > reports(both, &rule.id))
            });
            if !shows {
                faulty.push(format!("{} to {stronger}", rule.id));
            }
        }
    }
    assert!(faulty.is_empty(), "no client shows: {faulty:#?}");
}

#[test]
fn a_rule_without_configuration_is_off_and_silences_no_rule() {
    let mut sources = Sources::default();
    sources.add(Source::new(
        "clients.json",
        json!([portal("CODE")]).to_string(),
    ));
    let mut request = Request::new(TODAY.parse().expect("a date"));
    let ran = |request: &Request| {
        let report = audit(&sources, &[], Vec::new(), request);
        let is_it = |rule: &&&grantlint::catalog::Rule| rule.id == "redirect-not-approved";
        let open = report
            .not_judged
            .iter()
            .any(|open| open.rule == "redirect-not-approved");
        (
            report.rules.iter().filter(is_it).count(),
            open,
            report.summary.rules_off,
        )
    };
    let (count, is_open, off) = ran(&request);
    assert_eq!((count, is_open), (0, false));
    let approved = vec![("name:Other".into(), vec!["other.example.com".into()].into())];
    let set = vec![("allowed".to_owned(), Setting::ByClient(approved.into()))];
    request
        .parameters
        .push(("redirect-not-approved".to_owned(), set));
    assert_eq!(ran(&request), (1, true, off - 1));
}
