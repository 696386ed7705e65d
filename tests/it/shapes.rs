//! Every shape that the Platform API and its tools print, and what an incomplete listing says.

use crate::common::export;
use grantlint::document::Limits;
use grantlint::export::{TerraformSettings, assemble, read, resolve};
use grantlint::finding::ProblemKind;
use grantlint::model::Organisation;
use grantlint::text::{Source, Sources};

const CLIENT: &str = r#"{"id": "11111111-2222-4333-8444-555555555555", "name": "A", "authorizedGrantType": "CLIENT-CREDENTIALS", "roleDivisions": [{"roleId": "r1", "divisionId": "d1"}]}"#;

fn sources(files: &[(&str, &str)]) -> Sources {
    let mut sources = Sources::default();
    for (path, text) in files {
        sources.add(Source::new(*path, *text));
    }
    sources
}

fn one(sources: &Sources) -> Organisation<'_> {
    let export = export(sources);
    assert!(export.problems.is_empty(), "{:?}", export.problems);
    assert_eq!(export.organisations.len(), 1);
    export.organisations.into_iter().next().expect("one")
}

/// The kinds of problems with these files beside a client.
fn problems(files: &[(&str, &str)]) -> Vec<ProblemKind> {
    let sources = sources(files);
    let problems = export(&sources).problems;
    problems.iter().map(|problem| problem.kind).collect()
}

#[test]
fn every_listing_is_recognised_by_what_it_holds() {
    let users = r#"{"entities": [{"id": "u1", "name": "Ann", "state": "active", "username": "ann@example.com", "email": "ann@example.com", "selfUri": "/api/v2/users/u1"},
        {"id": "u2", "name": "Bob", "state": "deleted", "username": "bob@example.com", "selfUri": "/api/v2/users/u2"}], "total": 2, "pageCount": 1}"#;
    let permissions = r#"[{"domain": "routing", "permissionMap": {"queue": [
        {"domain": "routing", "entityType": "queue", "action": "view", "label": "View", "divisionAware": true},
        {"domain": "routing", "entityType": "queue", "action": "add"}]}}]"#;
    let authorised = r#"{"entities": [{"client": {"id": "c9", "name": "Bought app"}, "scope": ["users"], "roles": [], "resourceOwner": {"id": "u1"}, "state": "Authorized", "selfUri": "/api/v2/oauth/authorizations/c9"}]}"#;
    let scopes = r#"{"entities": [{"id": "users", "selfUri": "/api/v2/oauth/scopes/users"}], "selfUri": "/api/v2/oauth/scopes"}"#;
    let sources = sources(&[
        ("1", CLIENT),
        ("2", users),
        ("3", permissions),
        ("4", authorised),
        ("5", scopes),
        ("6", "null"),
        ("7", r#"{"entities": [], "total": 0}"#),
    ]);
    let organisation = one(&sources);
    let users = organisation.users.as_ref().expect("users");
    assert!(users.is_complete());
    assert_eq!(
        users.items().iter().filter(|user| user.has_left()).count(),
        1
    );
    assert_eq!(
        organisation.user("U2").and_then(|user| user.name.text()),
        Some("Bob")
    );
    let permissions = organisation.permissions.as_ref().expect("permissions");
    let aware: Vec<_> = permissions
        .iter()
        .map(|one| (one.action.as_ref(), one.division_aware))
        .collect();
    assert_eq!(aware, [("view", Some(true)), ("add", None)]);
    assert_eq!(
        organisation.authorisations[0].name.text(),
        Some("Bought app")
    );
    assert_eq!(organisation.authorisations[0].client.text(), Some("c9"));
    assert_eq!(organisation.scopes.as_ref().map(Vec::len), Some(1));
    let shapes = [
        ("2", "users"),
        ("3", "permissions"),
        ("4", "authorisations"),
        ("5", "scopes"),
        ("6", "empty-listing"),
    ];
    for (path, shape) in shapes {
        let (id, source) = sources
            .iter()
            .find(|(_, source)| source.path() == path)
            .expect("the file");
        let facts = read(id, source, Limits::default()).0;
        assert_eq!(facts.shapes.first().map(|shape| shape.name()), Some(shape));
    }
}

#[test]
fn the_grants_of_a_subject_add_to_its_roles() {
    let subject = r#"{"id": "11111111-2222-4333-8444-555555555555", "name": "A", "grants": [
        {"subjectId": "s", "division": {"id": "d1", "name": "Home", "homeDivision": true}, "role": {"id": "r1", "name": "Reader", "policies": [{"domain": "routing", "entityName": "queue", "actions": ["view"]}], "default": false}, "grantMadeAt": "2026-01-01T00:00:00Z"},
        {"subjectId": "s", "division": {"id": "*"}, "role": {"id": "r2", "name": "employee", "policies": [], "default": true}}]}"#;
    let files = [("a", CLIENT), ("b", subject)];
    let sources = sources(&files);
    let organisation = one(&sources);
    let client = &organisation.clients[0];
    let grants: Vec<_> = client
        .grants()
        .iter()
        .map(|grant| (grant.role.to_owned(), grant.division.map(str::to_owned)))
        .collect();
    assert_eq!(
        grants,
        [
            ("r1".to_owned(), Some("d1".to_owned())),
            ("r2".to_owned(), Some("*".to_owned()))
        ]
    );
    // The second one stands where the grant does.
    assert_eq!(
        sources.get(client.grants()[1].role_place.source).path(),
        "b"
    );
    let role = organisation.role("r1").expect("the role");
    assert!(role.permits("routing:queue:view").is_some() && !role.permissions_known);
    assert_eq!(organisation.home.as_deref(), Some("d1"));
    assert!(!organisation.roles.as_ref().expect("roles").is_complete());
}

#[test]
fn a_request_body_is_a_client_without_an_id() {
    let body = r#"{"name": "New", "authorizedGrantType": "CODE", "registeredRedirectUri": ["https://a.example.com"], "scope": ["users"]}"#;
    let sources = sources(&[("a", body)]);
    let organisation = one(&sources);
    assert!(organisation.clients[0].id.is_absent());
    assert_eq!(organisation.clients[0].identity(), "name:New");
}

#[test]
fn one_role_is_no_listing_of_roles_and_several_are() {
    let role = |id: &str| {
        format!(
            r#"{{"id": "{id}", "name": "R", "permissionPolicies": [], "selfUri": "/api/v2/authorization/roles/{id}"}}"#
        )
    };
    let complete = |text: &str| {
        let files = [("a", CLIENT), ("b", text)];
        let sources = sources(&files);
        one(&sources).roles.expect("roles").is_complete()
    };
    assert!(!complete(&role("r1")));
    assert!(complete(&format!("{}\n{}", role("r1"), role("r2"))));
    assert!(complete(&format!("[{}]", role("r1"))));
    assert!(complete(&format!(
        "{{\"entities\": [{}], \"total\": 1}}",
        role("r1")
    )));
}

#[test]
fn a_listing_that_promises_more_is_a_problem_until_the_rest_is_there() {
    let page = |id: &str, rest: &str| {
        format!(
            r#"{{"entities": [{{"id": "{id}", "name": "{id}", "authorizedGrantType": "CODE"}}], {rest}}}"#
        )
    };
    let cut = [ProblemKind::IncompleteListing];
    let whole: [ProblemKind; 0] = [];
    for (first, second) in [
        (
            r#""total": 2, "pageSize": 1, "pageNumber": 1, "pageCount": 2"#,
            r#""total": 2, "pageSize": 1, "pageNumber": 2, "pageCount": 2"#,
        ),
        (
            r#""pageNumber": 1, "pageCount": 2"#,
            r#""pageNumber": 2, "pageCount": 2"#,
        ),
        (
            r#""pageNumber": 1, "nextUri": "/api/v2/oauth/clients?pageNumber=2""#,
            r#""pageNumber": 2, "nextUri": """#,
        ),
        (
            r#""nextUri": "/x?after=1", "selfUri": "/x""#,
            r#""selfUri": "/x?after=1""#,
        ),
    ] {
        let (first, second) = (page("a", first), page("b", second));
        assert_eq!(problems(&[("1", &first)]), cut, "{first}");
        assert_eq!(problems(&[("1", &first), ("2", &second)]), whole, "{first}");
        // The same page twice is one page.
        assert_eq!(problems(&[("1", &first), ("2", &first)]), cut, "{first}");
    }
    let users = r#"[{"id": "u1", "state": "active", "username": "a"}]"#;
    assert_eq!(problems(&[("1", CLIENT), ("2", users)]), whole);
    let users = r#"{"entities": [{"id": "u1", "state": "active", "username": "a"}], "total": 7}"#;
    assert_eq!(problems(&[("1", CLIENT), ("2", users)]), cut);
}

#[test]
fn a_claim_in_a_map_next_to_the_entities_counts() {
    let client = r#"{"id": "a", "name": "a", "authorizedGrantType": "CODE"}"#;
    for (listing, is_whole) in [
        (r#"{"page": {"total": 5}, "entities": [@]}"#, false),
        (r#"{"entities": [@], "meta": {"total": "5"}}"#, false),
        (r#"{"entities": [@], "_meta": {"count": 5}}"#, false),
        (
            r#"{"entities": [@], "pagination": {"totalElements": 5}}"#,
            false,
        ),
        (
            r#"{"entities": [@], "meta": {"paging": {"total": 5}}}"#,
            false,
        ),
        (r#"{"entities": [@], "count": 1, "totalCount": 5}"#, false),
        (
            r#"{"entities": [@], "links": {"next": "/x?page=2"}}"#,
            false,
        ),
        (
            r#"{"entities": [@], "_links": {"next": {"href": "/x"}}}"#,
            false,
        ),
        (
            r#"{"entities": [@], "paging": {"page": 1, "totalPages": 2}}"#,
            false,
        ),
        (r#"{"data": [@], "meta": {"total": 5}}"#, false),
        (r#"{"data": [@], "links": {"next": "/x?page=2"}}"#, false),
        (
            r#"{"data": [@], "meta": {"current_page": 1, "last_page": 2}}"#,
            false,
        ),
        (
            r#"{"body": {"page": {"total": 5}, "entities": [@]}}"#,
            false,
        ),
        (r#"{"page": {"total": 1}, "entities": [@]}"#, true),
        (
            r#"{"entities": [@], "links": {"next": null, "last": "/x"}}"#,
            true,
        ),
        (
            r#"{"entities": [@], "pageable": {"number": 0, "totalPages": 1}}"#,
            true,
        ),
        (
            r#"{"data": [@], "meta": {"page": 1, "pages": 1, "total": 1}}"#,
            true,
        ),
        (r#"{"clients": [@], "news": {"page": 1, "pages": 7}}"#, true),
        (r#"{"entities": [@], "summary": {"total": 5}}"#, true),
    ] {
        let text = listing.replace('@', client);
        let wanted: &[_] = if is_whole {
            &[]
        } else {
            &[ProblemKind::IncompleteListing]
        };
        assert_eq!(problems(&[("1", &text)]), wanted, "{listing}");
    }
}

#[test]
fn pages_that_are_counted_from_zero_are_whole_together() {
    let page = |id: &str, number: u8| {
        format!(
            r#"{{"entities": [{{"id": "{id}", "name": "{id}", "authorizedGrantType": "CODE"}}], "page": {{"number": {number}, "totalPages": 2}}}}"#
        )
    };
    let (first, second) = (page("a", 0), page("b", 1));
    assert_eq!(problems(&[("1", &first)]), [ProblemKind::IncompleteListing]);
    assert_eq!(problems(&[("1", &first), ("2", &second)]), []);
}

#[test]
fn a_description_of_fields_is_not_a_client() {
    let fields = r#"{"id": {"type": "string"}, "authorizedGrantType": {"type": "string", "enum": ["CODE"]}, "registeredRedirectUri": {"type": "array"}}"#;
    let example =
        r#"{"entities": [{"id": "1", "name": "Example", "authorizedGrantType": "TOKEN"}]}"#;
    for text in [
        format!(
            r#"{{"definitions": {{"OAuthClient": {{"required": ["authorizedGrantType"], "properties": {fields}}}}}}}"#
        ),
        format!(
            r#"{{"$schema": "http://json-schema.org/draft-07/schema#", "properties": {fields}}}"#
        ),
        format!(
            r#"{{"openapi": "3.1.0", "paths": {{"/x": {{"get": {{"example": {example}}}}}}}, "x-tag": 1}}"#
        ),
        format!(
            r#"{{"swagger": "2.0", "paths": {{"/api/v2/pets": {{}}}}, "definitions": {{"C": {{"properties": {fields}}}}}}}"#
        ),
        format!("openapi: 3.0.0\ncomponents: {{schemas: {{C: {{properties: {fields}}}}}}}"),
    ] {
        let given = sources(&[("1", CLIENT), ("2", &text)]);
        assert_eq!(one(&given).clients.len(), 1, "{text}");
    }
    // Exports beside the keys of a description are read, and a damaged client is reported.
    let beside = format!(r#"{{"openapi": "3.1.0", "paths": {{}}, "clients": [{CLIENT}]}}"#);
    let damaged = r#"{"id": "1", "authorizedGrantType": {"type": "string"}}"#;
    for (text, clients) in [(beside.as_str(), 1), (damaged, 1)] {
        let given = sources(&[("1", text)]);
        let export = export(&given);
        let found = export.organisations.iter().map(|one| one.clients.len());
        assert_eq!(found.sum::<usize>(), clients, "{text}");
    }
    assert_eq!(problems(&[("1", damaged)]), [ProblemKind::WrongType]);
}

#[test]
fn a_listing_is_proven_complete_if_its_total_and_its_pages_agree() {
    let role = r#"{"id": "r2", "name": "R", "permissionPolicies": []}"#;
    for (claims, is_proven) in [
        (r#""total": 1"#, true),
        (r#""total": "1", "pageCount": 1, "pageNumber": 1"#, true),
        (r#""total": 1, "pageCount": 3, "pageNumber": 1"#, false),
        (
            r#""total": 1, "nextUri": "/api/v2/authorization/roles?pageNumber=2""#,
            false,
        ),
        (r#""total": 0"#, false),
        (r#""pageCount": 1, "pageNumber": 1"#, false),
    ] {
        let roles = format!("{{{claims}, \"entities\": [{role}]}}");
        let sources = sources(&[
            ("clients.json", &format!("[{CLIENT}]")),
            ("roles.json", &roles),
        ]);
        let organisation = one(&sources);
        let listing = organisation.roles.as_ref().expect("roles");
        assert_eq!(listing.is_proven(), is_proven, "{claims}");
    }
}

#[test]
fn the_same_client_twice_is_one_and_its_secret_is_kept() {
    let old = r#"{"id": "AAAA", "name": "Old", "authorizedGrantType": "CODE", "dateModified": "2024-01-01T00:00:00Z", "secret": "pL4nted-s3cret-Zk9wQ2x7"}"#;
    let new = r#"{"id": "aaaa", "name": "New", "authorizedGrantType": "CODE", "dateModified": "2025-01-01T00:00:00Z"}"#;
    for files in [[("1", old), ("2", new)], [("1", new), ("2", old)]] {
        let sources = sources(&files);
        let organisation = one(&sources);
        assert_eq!(organisation.clients.len(), 1);
        assert_eq!(organisation.clients[0].name.text(), Some("New"));
        assert_eq!(organisation.clients[0].rare.secrets.len(), 1);
    }
    let other = new.replace("New", "Newer");
    assert_eq!(
        problems(&[("1", new), ("2", &other)]),
        [ProblemKind::Contradiction]
    );
}

#[test]
fn a_list_of_pages_or_of_lists_is_read_page_by_page() {
    let page = |id: &str, number: u8| {
        format!(
            r#"{{"entities": [{{"id": "{id}", "name": "{id}", "authorizedGrantType": "CODE"}}], "pageNumber": {number}, "total": 2, "pageCount": 2, "selfUri": "/api/v2/oauth/clients?pageNumber={number}"}}"#
        )
    };
    let both = format!("[{}, {}]", page("a", 1), page("b", 2));
    let lists = r#"[[{"id": "a", "authorizedGrantType": "CODE"}], [{"id": "b", "authorizedGrantType": "CODE"}]]"#;
    for text in [both.as_str(), lists] {
        let sources = sources(&[("1", text)]);
        let organisation = one(&sources);
        let ids: Vec<_> = organisation
            .clients
            .iter()
            .map(|one| one.id.text())
            .collect();
        assert_eq!(ids, [Some("a"), Some("b")], "{text}");
    }
    let first = format!("[{}]", page("a", 1));
    assert_eq!(problems(&[("1", &first)]), [ProblemKind::IncompleteListing]);
    // One that breaks between pages holds no whole list of anything.
    let role = r#"[[{"id": "r1", "name": "Admin", "permissionPolicies": []}],"#;
    let sources = sources(&[("1", CLIENT), ("2", role)]);
    let export = export(&sources);
    let roles = export.organisations[0].roles.as_ref().expect("roles");
    assert!(!roles.is_complete());
}

#[test]
fn what_is_of_another_sort_than_its_list_is_refused_and_not_accused() {
    let role = r#"{"id": "r1", "name": "Admin", "permissionPolicies": []}"#;
    for strange in [role, r#"{"foo": 1}"#, "null", "3"] {
        let list = format!("[{CLIENT}, {strange}]");
        let given = sources(&[("1", &list)]);
        let export = export(&given);
        assert_eq!(export.organisations[0].clients.len(), 1, "{strange}");
        let kinds: Vec<_> = export.problems.iter().map(|one| one.kind).collect();
        assert_eq!(kinds, [ProblemKind::WrongType], "{strange}");
    }
    let list = format!("[{role}, {CLIENT}]");
    let sources = sources(&[("1", CLIENT), ("2", &list)]);
    let export = export(&sources);
    assert_eq!(export.problems.len(), 1, "{:?}", export.problems);
    assert_eq!(
        export.organisations[0]
            .roles
            .as_ref()
            .map(|all| all.items().len()),
        Some(1)
    );
}

#[test]
fn some_scopes_tell_nothing_of_the_others() {
    let scope = r#"{"id": "users", "selfUri": "/api/v2/oauth/scopes/users"}"#;
    let some =
        format!(r#"{{"entities": [{scope}], "total": 134, "selfUri": "/api/v2/oauth/scopes"}}"#);
    let none = r#"{"entities": [], "total": 0, "selfUri": "/api/v2/oauth/scopes"}"#;
    for (text, problem) in [
        (scope, None),
        (none, None),
        (some.as_str(), Some(ProblemKind::IncompleteListing)),
    ] {
        let sources = sources(&[("1", CLIENT), ("2", text)]);
        let export = export(&sources);
        assert!(export.organisations[0].scopes.is_none(), "{text}");
        let kinds: Vec<_> = export.problems.iter().map(|one| one.kind).collect();
        assert_eq!(kinds, problem.into_iter().collect::<Vec<_>>(), "{text}");
    }
}

#[test]
fn a_grant_beside_the_export_of_its_client_contradicts_nothing() {
    let client = CLIENT.replace(
        "\"roleDivisions\"",
        "\"roleIds\": [\"r1\"], \"roleDivisions\"",
    );
    let subject = r#"{"id": "11111111-2222-4333-8444-555555555555", "grants": [
        {"division": {"id": "D1"}, "role": {"id": "R1", "policies": []}},
        {"division": {"id": "*"}, "role": {"id": "r2", "policies": []}}]}"#;
    let sources = sources(&[("1", &client), ("2", subject)]);
    let organisation = one(&sources);
    let client = &organisation.clients[0];
    // The first is the one that the client's own export has.
    assert_eq!(client.role_divisions.items().count(), 2);
    let ids: Vec<_> = client
        .role_ids
        .items()
        .map(|item| item.value.to_ascii_lowercase())
        .collect();
    assert_eq!(ids, ["r1", "r2"]);
}

#[test]
fn organisations_do_not_lend_each_other_roles() {
    let role = r#"[{"id": "r1", "name": "Admin", "permissionPolicies": []}]"#;
    let other = CLIENT.replace("11111111", "22222222");
    let files = [
        ("a/clients.json", CLIENT),
        ("b/clients.json", other.as_str()),
        ("b/sub/roles.json", role),
    ];
    let given = sources(&files);
    let export = export(&given);
    assert!(export.problems.is_empty());
    assert!(export.organisations[0].role("r1").is_none());
    assert!(export.organisations[1].role("r1").is_some());
    let files = [
        ("a/clients.json", CLIENT),
        ("b/clients.json", other.as_str()),
        ("c/roles.json", role),
    ];
    assert_eq!(problems(&files), [ProblemKind::Unrecognised]);
}

#[test]
fn a_policy_says_that_directories_are_of_one_organisation() {
    let role = r#"[{"id": "r1", "name": "Admin", "permissionPolicies": []}]"#;
    let other = CLIENT.replace("11111111", "22222222");
    // Two roots that call different roles the same.
    let root = |name: &str| {
        format!(
            "resource \"genesyscloud_auth_role\" \"x\" {{\n  name = \"{name}\"\n}}\nresource \"genesyscloud_oauth_client\" \"{name}\" {{\n  name = \"{name}\"\n}}\n"
        )
    };
    let (first, second) = (root("one"), root("two"));
    let given = sources(&[
        ("us/a/clients.json", CLIENT),
        ("us/b/clients.json", other.as_str()),
        ("us/c/roles.json", role),
        ("us/d/main.tf", &first),
        ("us/e/main.tf", &second),
        ("eu/clients.json", CLIENT),
    ]);
    let facts = given
        .iter()
        .map(|(id, source)| (id, read(id, source, Limits::default()).0));
    let export = assemble(
        resolve(facts.collect(), &given, TerraformSettings::default()),
        &given,
        &|directory| directory.starts_with("us").then(|| "us".to_owned()),
    );
    assert!(export.problems.is_empty(), "{:?}", export.problems);
    let [eu, us] = &export.organisations[..] else {
        panic!("two organisations");
    };
    assert_eq!((eu.label.as_str(), us.label.as_str()), ("eu", "us"));
    assert_eq!((eu.clients.len(), us.clients.len()), (1, 4));
    assert!(eu.role("r1").is_none() && us.role("r1").is_some());
    assert!(us.role("genesyscloud_auth_role.x").is_none());
}

#[test]
fn what_stands_by_itself_makes_up_for_no_page_of_a_listing() {
    let page = |number: u32| {
        format!(
            r#"{{"entities": [{{"id": "c{number}", "name": "C", "authorizedGrantType": "CODE"}}], "pageNumber": {number}, "total": 3, "pageCount": 3}}"#
        )
    };
    let (first, second, third) = (page(1), page(2), page(3));
    let alone = CLIENT;
    let code = "resource \"genesyscloud_oauth_client\" \"a\" {\n  name = \"A\"\n}\n";
    for foreign in [("4.json", alone), ("main.tf", code)] {
        let pages = [("1", first.as_str()), ("3", third.as_str()), foreign];
        assert_eq!(problems(&pages), [ProblemKind::IncompleteListing]);
        let all = [pages[0], ("2", second.as_str()), pages[1], foreign];
        assert_eq!(problems(&all), [], "{foreign:?}");
    }
    // A list counts, whoever made it.
    let rest = r#"[{"id": "c2", "authorizedGrantType": "CODE"}, {"id": "c3", "authorizedGrantType": "CODE"}]"#;
    assert_eq!(problems(&[("1", &first), ("2", rest)]), []);
}

#[test]
fn exports_under_the_keys_of_one_map_are_read() {
    let key = |key: &str| format!(r#"{{"{key}": [{CLIENT}]}}"#);
    let listing = |key: &str| format!(r#"{{"{key}": {{"entities": [{CLIENT}], "total": 1}}}}"#);
    for name in [
        "value", "clients", "data", "resource", "locals", "variable", "result",
    ] {
        for text in [key(name), listing(name)] {
            let found = sources(&[("1.json", &text)]);
            assert_eq!(one(&found).clients.len(), 1, "{text}");
            assert_eq!(problems(&[("1.json", &text)]), [], "{text}");
        }
    }
    let roles = r#"{"id": "r", "name": "R", "permissionPolicies": []}"#;
    let both = format!(
        r#"{{"clients": [{CLIENT}], "roles": {{"entities": [{roles}]}}, "divisions": []}}"#
    );
    assert_eq!(problems(&[("all.json", &both)]), []);
    // Users of any program look alike.
    let users = r#"{"users": [{"id": "u", "username": "ann", "state": "active"}]}"#;
    let found = sources(&[("1.json", CLIENT), ("2.json", users)]);
    assert!(one(&found).users.is_none());
    let cut = format!(r#"{{"clients": {{"entities": [{CLIENT}], "total": 2}}}}"#);
    assert_eq!(
        problems(&[("all.json", &cut)]),
        [ProblemKind::IncompleteListing]
    );
}

#[test]
fn what_is_no_export_and_should_be_one_is_a_problem_wherever_it_lies() {
    let text = serde_json::Value::from(format!("[{CLIENT}]")).to_string();
    for text in [
        r#"{"error": "invalid_client", "description": "client not found"}"#,
        r#"{"error": "unauthorized"}"#,
        r#"[{"message": "No", "code": "bad.credentials", "status": 401}]"#,
        r#"{"message": "No", "code": "bad.credentials", "status": "401"}"#,
        r#"{"entities": null, "total": 4}"#,
        r#"{"Entities": [{"Name": "A", "AuthorizedGrantType": "CODE"}], "Total": "2"}"#,
        r#"{"entities": [], "total": 12}"#,
        r#"{"entities": [], "total": "12"}"#,
        r#"{"entities": [], "nextUri": "/api/v2/oauth/clients?pageNumber=2"}"#,
        r#"{"entities": {}, "pageCount": 3}"#,
        r#"{"entities": "System.Object[]"}"#,
        r#"["@{id=1; authorizedGrantType=CODE}"]"#,
        r#"{"@level": "info", "@message": "Terraform 1.9", "type": "version"}"#,
        r#"{"realm": "x", "clients": [{"clientId": "a", "publicClient": true}]}"#,
        r#"[{"clientId": "a", "authorizedGrantTypes": ["password"], "accessTokenValiditySeconds": 1}]"#,
        r#"{"client_name": "a", "redirect_uris": ["https://a/"], "grant_types": ["implicit"]}"#,
        &format!(r#"{{"statusCode": 200, "body": {text}}}"#),
    ] {
        let found = problems(&[("1.json", CLIENT), ("2.json", text)]);
        assert_eq!(found.len(), 1, "{text}");
    }
    for text in [
        r#"{"entities": null, "total": 0}"#,
        r#"{"error": "none", "count": 3}"#,
    ] {
        assert_eq!(
            problems(&[("1.json", CLIENT), ("2.json", text)]),
            [],
            "{text}"
        );
    }
}

#[test]
fn a_wrapper_that_has_a_next_page_is_a_problem_wherever_it_lies() {
    for name in ["value", "data", "resource", "locals", "result"] {
        let text = format!(r#"{{"{name}": [{CLIENT}], "next": "page 2"}}"#);
        let found = problems(&[("1.json", CLIENT), ("2.json", &text)]);
        assert_eq!(found, [ProblemKind::IncompleteListing], "{text}");
    }
    let by_id = format!(r#"{{"11111111-2222-4333-8444-555555555555": {CLIENT}}}"#);
    assert_eq!(problems(&[("1.json", &by_id)]), []);
    // Terraform's own, under its own name or with its labels.
    let resource = r#"{"resource": {"genesyscloud_oauth_client": {"a": {"name": "A", "authorized_grant_type": "CODE"}}}}"#;
    let locals = r#"{"locals": {"clients": [{"authorized_grant_type": "CODE"}]}}"#;
    assert_eq!(problems(&[("a.json", resource)]), []);
    assert_eq!(problems(&[("a.tf.json", locals)]), []);
}
