//! `grantlint recommend`: what each client needs by its usage, in all formats, with its
//! uncertainty; and nothing of users and concrete paths in any of them.

use crate::common::{Run, grantlint_in};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

const HOME: &str = "5f6ab1de-0000-4000-8000-000000009000";
const TODAY: &str = "2026-11-30";

fn id(number: u32) -> String {
    format!("5f6ab1de-0000-4000-8000-{number:012}")
}

fn client(number: u32, grant: &str, scopes: &[&str], roles: &[(u32, &str)]) -> Value {
    let grants: Vec<Value> = roles
        .iter()
        .map(|(role, division)| json!({"roleId": id(*role), "divisionId": division}))
        .collect();
    json!({
        "id": id(number), "name": format!("Client {number}"), "description": "Owned by Jo",
        "authorizedGrantType": grant, "accessTokenValiditySeconds": 3600,
        "registeredRedirectUri": [], "scope": scopes, "roleDivisions": grants, "state": "active",
        "dateCreated": "2024-01-01T00:00:00Z", "dateModified": "2025-01-01T00:00:00Z",
    })
}

fn role(number: u32, name: &str, general: &[&str], permissions: &[&str]) -> Value {
    let policies: Vec<Value> = permissions
        .iter()
        .map(|permission| {
            let parts: Vec<&str> = permission.split(':').collect();
            json!({"domain": parts[0], "entityName": parts[1], "actionSet": [parts[2]]})
        })
        .collect();
    json!({"id": id(number), "name": name, "permissions": general, "permissionPolicies": policies})
}

/// Rows of the organisation-wide query: client, method, template, answered, refused.
fn usage(rows: &[(u32, &str, &str, u64, u64)]) -> Value {
    let rows: Vec<Value> = rows
        .iter()
        .map(|(client, method, template, ok, refused)| {
            json!({
                "clientId": id(*client), "clientName": "", "organizationId": "",
                "userId": "", "templateUri": template, "httpMethod": method,
                "status200": ok, "status300": 0, "status400": refused, "status500": 0,
                "status429": 0, "requests": ok + refused, "date": "2026-11-05T00:00:00Z",
            })
        })
        .collect();
    json!({"results": rows, "queryStatus": "Complete", "cursors": {}})
}

/// A directory with an organisation.
struct Exports(tempfile::TempDir);

impl Exports {
    fn new(clients: &[Value], roles: &[Value], usage: &Value) -> Self {
        let exports = Self(tempfile::tempdir().expect("a directory"));
        exports.write("clients.json", &json!(clients));
        exports.write(
            "roles.json",
            &json!({
                "entities": roles, "pageNumber": 1, "pageCount": 1, "total": roles.len(),
            }),
        );
        exports.write(
            "divisions.json",
            &json!({
                "entities": [{"id": HOME, "name": "Home", "homeDivision": true}],
                "pageNumber": 1, "pageCount": 1, "total": 1,
            }),
        );
        exports.write("usage.json", usage);
        exports.query("2026-06-01T00:00:00Z/2026-11-27T00:00:00Z");
        exports
    }

    fn query(&self, interval: &str) {
        self.write(
            "usage.query.json",
            &json!({
                "interval": interval, "groupBy": ["OAuthClientId", "TemplateUri", "HttpMethod"],
            }),
        );
    }

    fn write(&self, name: &str, value: &Value) {
        fs::write(self.path().join(name), value.to_string()).expect("a file");
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn run(&self, arguments: &[&str]) -> Run {
        let fixed = ["recommend", ".", "--today", TODAY];
        grantlint_in(self.path(), &[&fixed, arguments].concat(), b"")
    }

    fn json(&self) -> Value {
        let run = self.run(&["--format", "json"]);
        assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
        run.json()
    }

    fn first(&self) -> Value {
        self.json()["clients"][0].clone()
    }
}

/// A user's client that reads queues and tries to write skills.
fn portal() -> Exports {
    let scopes = [
        "analytics",
        "analytics:readonly",
        "routing",
        "users",
        "user-basic-info",
        "notifications",
    ];
    Exports::new(
        &[client(1, "CODE", &scopes, &[])],
        &[],
        &usage(&[
            (1, "GET", "api/v2/routing/queues", 4100, 0),
            (
                1,
                "POST",
                "api/v2/analytics/queues/observations/query",
                88_000,
                12,
            ),
            (1, "GET", "api/v2/users/me", 92, 0),
            (1, "POST", "api/v2/users/{userId}/routingskills", 0, 3),
        ]),
    )
}

/// A machine with far too many rights.
fn machine() -> Exports {
    Exports::new(
        &[client(3, "CLIENT-CREDENTIALS", &[], &[(300, HOME)])],
        &[
            role(
                300,
                "Master Admin",
                &["admin"],
                &[
                    "routing:queue:view",
                    "routing:queue:edit",
                    "analytics:conversationDetail:view",
                    "analytics:agentConversationDetail:view",
                    "directory:user:edit",
                ],
            ),
            role(
                301,
                "Queue Reader",
                &[],
                &["routing:queue:view", "routing:queue:search"],
            ),
            role(
                302,
                "Analytics Reader",
                &[],
                &[
                    "analytics:conversationDetail:view",
                    "analytics:agentConversationDetail:view",
                ],
            ),
            role(
                303,
                "Exporter",
                &[],
                &["recording:recording:view", "routing:queue:view"],
            ),
        ],
        &usage(&[
            (3, "GET", "/api/v2/routing/queues", 900, 0),
            (
                3,
                "POST",
                "/api/v2/analytics/conversations/details/query",
                700,
                0,
            ),
            (3, "GET", "/api/v2/users", 50, 0),
        ]),
    )
}

#[test]
fn scopes_are_kept_downgraded_and_removed_with_their_reasons() {
    let first = portal().first();
    assert_eq!(
        first["scopes"],
        json!({
            "target": ["analytics:readonly", "routing:readonly", "user-basic-info", "users"],
            "downgrade": ["analytics", "routing"],
            "remove": ["notifications"],
            "only_failing": ["users"],
            "missing": [],
        })
    );
    assert_eq!(first["confidence"], "medium");
    assert_eq!(
        first["window"],
        json!({"start": "2026-06-01", "end": "2026-11-27", "days": 179, "gaps": []})
    );
    assert_eq!(
        first["calls"],
        json!({"used": 3, "attempted": 1, "unmapped": 0, "opaque": 0})
    );
    assert_eq!(
        first["because"]["analytics:readonly"],
        json!([{
            "method": "POST", "path": "/api/v2/analytics/queues/observations/query",
            "requests": 88_012, "last": "2026-11-05", "failed": false,
        }])
    );
}

#[test]
fn roles_are_replaced_by_the_smallest() {
    let first = machine().first();
    let permissions = &first["permissions"];
    assert_eq!(permissions["certain"], json!(["routing:queue:view"]));
    let both = json!([
        "analytics:agentConversationDetail:view",
        "analytics:conversationDetail:view"
    ]);
    assert_eq!(permissions["one_of"], both);
    assert_eq!(
        permissions["removable"],
        json!(["admin", "directory:user:edit", "routing:queue:edit"])
    );
    let proposals = first["roles"]["proposals"].as_array().expect("a list");
    let existing = &proposals[0];
    assert_eq!(existing["kind"], "existing");
    assert_eq!(existing["divisions"], json!([HOME]));
    assert_eq!(
        existing["roles"],
        json!([
            {"id": id(302), "name": "Analytics Reader", "excess": []},
            {"id": id(301), "name": "Queue Reader", "excess": ["routing:queue:search"]},
        ])
    );
    assert_eq!(
        proposals[1]["custom"],
        json!({
            "name": "Client 3 - least privilege",
            "permissions": [],
            "permissionPolicies": [
                {"domain": "analytics", "entityName": "agentConversationDetail", "actionSet": ["view"]},
                {"domain": "analytics", "entityName": "conversationDetail", "actionSet": ["view"]},
                {"domain": "routing", "entityName": "queue", "actionSet": ["view"]},
            ],
        })
    );
}

#[test]
fn what_may_have_been_needed_stays() {
    let rows = |method, template, ok, refused| usage(&[(4, method, template, ok, refused)]);
    let exports = |rows: &Value| {
        let clients = [client(4, "CLIENT-CREDENTIALS", &[], &[(400, HOME)])];
        let roles = [role(
            400,
            "Dialer",
            &[],
            &[
                "outbound:contact:add",
                "outbound:contact:delete",
                "directory:user:edit",
            ],
        )];
        Exports::new(&clients, &roles, rows)
    };
    let contacts = "/api/v2/outbound/contactlists/{contactListId}/contacts";
    let failed = exports(&rows("POST", contacts, 0, 44)).first();
    assert_eq!(
        failed["permissions"]["possible"],
        json!(["outbound:contact:add"])
    );
    assert_eq!(
        failed["permissions"]["keep"],
        json!(["outbound:contact:add"])
    );
    let moved = "/api/v2/authorization/divisions/{divisionId}/objects/{objectType}";
    let opaque = exports(&rows("POST", moved, 5, 0)).first();
    assert_eq!(opaque["permissions"]["removable"], json!([]));
    assert_eq!(opaque["calls"]["opaque"], 1);
    let status = exports(&rows("PUT", "/api/v2/users/{userId}/routingstatus", 5, 0)).first();
    assert_eq!(
        status["permissions"]["removable"],
        json!(["outbound:contact:add", "outbound:contact:delete"])
    );
    let unknown = exports(&rows("POST", "/api/v2/unheard/of", 5, 0)).first();
    assert_eq!(unknown["confidence"], "none");
    assert_eq!(unknown["permissions"]["removable"], json!([]));
    assert_eq!(unknown["roles"], json!({"drop": [], "proposals": []}));
    let unexplained = exports(&rows("GET", "/api/v2/routing/queues", 5, 0)).first();
    assert_eq!(
        unexplained["permissions"]["unexplained"],
        json!(["routing:queue:view"])
    );
    assert_eq!(unexplained["confidence"], "low");
}

#[test]
fn conditions_are_copied_and_those_that_are_not_stated_give_no_proposal() {
    let node =
        json!({"variableName": "queue", "operator": "EQ", "conjunction": "AND", "terms": []});
    let with = |condition: Value| {
        let mut own = role(500, "Conditional", &[], &["routing:queue:edit"]);
        let mut view = json!({"domain": "routing", "entityName": "queue", "actionSet": ["view"]});
        for (key, value) in condition.as_object().expect("an object") {
            view[key] = value.clone();
        }
        own["permissionPolicies"]
            .as_array_mut()
            .expect("a list")
            .push(view);
        let plain = role(501, "Queue Reader", &[], &["routing:queue:view"]);
        Exports::new(
            &[client(5, "CLIENT-CREDENTIALS", &[], &[(500, "*")])],
            &[own, plain],
            &usage(&[(5, "GET", "/api/v2/routing/queues", 5, 0)]),
        )
        .first()
    };
    let stated = with(json!({"allowConditions": true, "resourceConditionNode": node}));
    let proposals = stated["roles"]["proposals"].as_array().expect("a list");
    let custom = proposals.last().expect("a proposal");
    assert_eq!(
        custom["custom"]["permissionPolicies"],
        json!([{
            "domain": "routing", "entityName": "queue", "actionSet": ["view"],
            "allowConditions": true, "resourceConditionNode": node,
        }])
    );
    let hidden = with(json!({"allowConditions": true}));
    assert_eq!(
        hidden["permissions"]["removable"],
        json!(["routing:queue:edit"])
    );
    assert_eq!(hidden["roles"]["proposals"], json!([]));
    let unconditional = with(json!({}));
    let existing = &unconditional["roles"]["proposals"][0];
    assert_eq!(existing["roles"][0]["name"], "Queue Reader");
}

#[test]
fn different_divisions_get_different_roles() {
    let exports = Exports::new(
        &[client(
            6,
            "CLIENT-CREDENTIALS",
            &[],
            &[(600, HOME), (601, "*")],
        )],
        &[
            role(
                600,
                "Queues",
                &[],
                &["routing:queue:view", "routing:queue:edit"],
            ),
            role(
                601,
                "Reporting",
                &[],
                &[
                    "analytics:conversationDetail:view",
                    "recording:recording:view",
                ],
            ),
        ],
        &usage(&[
            (6, "GET", "/api/v2/routing/queues", 9, 0),
            (
                6,
                "POST",
                "/api/v2/analytics/conversations/details/query",
                9,
                0,
            ),
        ]),
    );
    let first = exports.first();
    let custom = first["roles"]["proposals"].as_array().expect("a list");
    let custom: Vec<_> = custom
        .iter()
        .filter(|proposal| proposal["kind"] == "custom")
        .collect();
    let shown: Vec<_> = custom
        .iter()
        .map(|proposal| {
            (
                &proposal["divisions"],
                &proposal["custom"]["permissionPolicies"][0]["domain"],
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            (&json!(["*"]), &json!("analytics")),
            (&json!([HOME]), &json!("routing"))
        ]
    );
    let names: Vec<_> = custom
        .iter()
        .map(|proposal| &proposal["custom"]["name"])
        .collect();
    assert_ne!(names[0], names[1]);
}

#[test]
fn the_window_decides_how_sure_it_is() {
    let exports = portal();
    let confidence = |interval: &str| {
        exports.query(interval);
        let first = exports.first();
        let reasons = first["reasons"].to_string();
        (
            first["confidence"].as_str().expect("a word").to_owned(),
            reasons,
            first["scopes"]["remove"].clone(),
        )
    };
    for (interval, level, reason) in [
        (
            "2026-11-01T00:00:00Z/2026-11-27T00:00:00Z",
            "none",
            "only 26 days",
        ),
        (
            "2026-09-27T00:00:00Z/2026-11-27T00:00:00Z",
            "low",
            "fewer than 90 days",
        ),
        (
            "2026-06-01T00:00:00Z/2026-11-10T00:00:00Z",
            "low",
            "ended 20 days ago",
        ),
        (
            "2026-06-01T00:00:00Z/2026-11-27T00:00:00Z",
            "medium",
            "179 days",
        ),
        (
            "2025-11-20T00:00:00Z/2026-11-27T00:00:00Z",
            "high",
            "372 days",
        ),
    ] {
        let (found, reasons, removed) = confidence(interval);
        assert_eq!(found, level, "{interval}: {reasons}");
        assert!(reasons.contains(reason), "{interval}: {reasons}");
        let expected = if level == "none" {
            json!([])
        } else {
            json!(["notifications"])
        };
        assert_eq!(removed, expected, "{interval}");
    }
    exports.query("2026-06-01T00:00:00Z/2026-11-27T00:00:00Z");
    for (key, value, level) in [
        ("dateModified", "2026-11-10T00:00:00Z", "none"),
        ("dateModified", "2026-09-10T00:00:00Z", "low"),
        ("dateModified", "2026-11-28T00:00:00Z", "none"),
        ("dateCreated", "2026-11-10T00:00:00Z", "none"),
        ("name", "Zendesk agents", "none"),
    ] {
        let mut changed = client(1, "CODE", &["notifications"], &[]);
        changed[key] = json!(value);
        exports.write("clients.json", &json!([changed]));
        let first = exports.first();
        assert_eq!(
            first["confidence"], level,
            "{key} {value}: {}",
            first["reasons"]
        );
    }
}

#[test]
fn clients_without_usage_are_listed_and_not_judged() {
    let exports = portal();
    exports.write(
        "clients.json",
        &json!([
            client(7, "CODE", &["users"], &[]),
            client(1, "CODE", &["users"], &[]),
        ]),
    );
    let mut rows = usage(&[(1, "GET", "/api/v2/users", 5, 0)]);
    // A simple search covers the clients only that have rows.
    rows.as_object_mut()
        .expect("an object")
        .remove("queryStatus");
    exports.write("usage.json", &rows["results"]);
    fs::remove_file(exports.path().join("usage.query.json")).expect("a file");
    let all = exports.json();
    let first = &all["clients"][0];
    assert_eq!(first["client"]["id"], json!(id(7)));
    assert_eq!(first["window"], Value::Null);
    assert_eq!(first["confidence"], "none");
    assert_eq!(first["scopes"]["target"], json!(["users"]));
    assert_eq!(
        first["reasons"],
        json!(["no usage results cover this client"])
    );
}

#[test]
fn a_missing_scope_shows_that_scopes_are_not_enforced() {
    let exports = Exports::new(
        &[client(8, "CODE", &["users:readonly"], &[])],
        &[],
        &usage(&[(8, "PATCH", "/api/v2/users/{userId}", 5, 0)]),
    );
    let all = exports.json();
    let scopes = &all["clients"][0]["scopes"];
    assert_eq!(scopes["missing"], json!(["users"]));
    assert_eq!(
        scopes["remove"],
        json!([]),
        "reading is not unused where writing is needed"
    );
    assert_eq!(all["organisations"][0]["shows_scopes_unenforced"], true);
    assert_eq!(all["notices"].as_array().map(Vec::len), Some(1));
    let mut changed = client(8, "CODE", &["users:readonly"], &[]);
    changed["dateModified"] = json!("2026-08-01T00:00:00Z");
    exports.write("clients.json", &json!([changed]));
    let all = exports.json();
    assert_eq!(all["clients"][0]["scopes"]["missing"], json!(["users"]));
    assert_eq!(
        all["notices"],
        json!([]),
        "the scope may have been removed since"
    );
}

#[test]
fn json_follows_its_schema_and_is_sorted() {
    let schema = grantlint::report::recommend::schema();
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    for exports in [portal(), machine()] {
        let all = exports.json();
        if let Err(error) = validator.validate(&all) {
            panic!("{error}");
        }
        assert_eq!(all["schema"], "grantlint-recommendation/1");
        for list in [
            "certain",
            "one_of",
            "possible",
            "keep",
            "removable",
            "unexplained",
        ] {
            let list = all["clients"][0]["permissions"][list]
                .as_array()
                .expect("a list");
            let mut sorted: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
            sorted.sort_unstable();
            assert_eq!(json!(list), json!(sorted));
        }
    }
}

#[test]
fn no_format_shows_users_or_concrete_paths() {
    let user = "0f0e0d0c-1111-4222-8333-944455556666";
    let thing = "7a7b7c7d-1111-4222-8333-944455556666";
    let exports = portal();
    let mut rows = usage(&[
        (
            1,
            "GET",
            &format!("api/v2/users/{thing}/routingskills"),
            5,
            0,
        ),
        (1, "GET", &format!("api/v2/unheard/{thing}"), 5, 0),
        (1, "GET", "api/v2/unheard/of/alice@example.com", 0, 5),
    ]);
    for row in rows["results"].as_array_mut().expect("a list") {
        row["userId"] = json!(user);
    }
    exports.write("usage.json", &rows);
    for format in ["human", "json", "terraform"] {
        let run = exports.run(&["--format", format, "--verbose"]);
        for hidden in [user, thing, "alice", "/unheard"] {
            assert!(
                !run.all().contains(hidden),
                "{format}: {hidden}\n{}",
                run.all()
            );
        }
    }
    let all = exports.json();
    assert_eq!(all["clients"][0]["calls"]["unmapped"], 2);
    assert_eq!(all["clients"][0]["calls"]["used"], 1);
}

/// The output without its line breaks.
fn flat(run: &Run) -> String {
    run.stdout.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn people_read_what_to_keep_and_remove_and_why() {
    let run = portal().run(&[]);
    assert_eq!(run.code, 0);
    for words in [
        "2026-06-01 to 2026-11-27 (179 days)",
        "confidence medium",
        "GET /api/v2/routing/queues, 4,100 calls",
        "analytics to analytics:readonly",
        "no call needed it",
        "all failed",
        "table of 3,180 operations",
        "Usage does not show divisions",
    ] {
        assert!(flat(&run).contains(words), "{words}\n{}", run.stdout);
    }
    let run = machine().run(&[]);
    for words in [
        "existing \"Analytics Reader\" (no excess)",
        "a new role \"Client 3 - least privilege\"",
    ] {
        assert!(flat(&run).contains(words), "{words}\n{}", run.stdout);
    }
}

#[test]
fn terraform_is_read_back_as_the_proposed_role() {
    let exports = machine();
    let run = exports.run(&["--format", "terraform"]);
    assert_eq!(run.code, 0);
    let code = &run.stdout;
    assert!(
        code.contains("resource \"genesyscloud_auth_role\" \"client_3_least_privilege\" {"),
        "{code}"
    );
    let directory = tempfile::tempdir().expect("a directory");
    let use_it = "resource \"genesyscloud_oauth_client\" \"c\" {\n  name = \"C\"\n  authorized_grant_type = \"CLIENT-CREDENTIALS\"\n  roles {\n    role_id = genesyscloud_auth_role.client_3_least_privilege.id\n    division_id = \"*\"\n  }\n}\n";
    fs::write(
        directory.path().join("main.tf"),
        format!("{code}\n{use_it}"),
    )
    .expect("a file");
    let inventory = ["inventory", ".", "--today", TODAY, "--format", "json"];
    let read = grantlint_in(directory.path(), &inventory, b"").json();
    let role = &read["clients"][0]["roles"][0];
    assert_eq!(role["name"], "Client 3 - least privilege");
    assert_eq!(role["tier"], "ordinary");
}

#[test]
fn without_usage_every_client_is_listed_and_nothing_is_removed() {
    let exports = portal();
    for file in ["usage.json", "usage.query.json"] {
        fs::remove_file(exports.path().join(file)).expect("a file");
    }
    let first = exports.first();
    assert_eq!(first["confidence"], "none");
    assert_eq!(first["scopes"]["remove"], json!([]));
    let refused = exports.run(&["--fail-on", "high"]);
    assert_eq!(refused.code, 2);
}
