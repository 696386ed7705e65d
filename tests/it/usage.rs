//! Usage results: what is recognised, which clients they cover, and what they lack.

use crate::common::{export, sources};
use grantlint::model::{Organisation, Statuses};
use grantlint::text::Sources;

const A: &str = "00000000-0000-4000-8000-00000000000a";
const B: &str = "00000000-0000-4000-8000-00000000000b";

/// A listing of two clients.
const CLIENTS: &str = r#"{"entities": [
  {"id": "00000000-0000-4000-8000-00000000000a", "name": "A", "authorizedGrantType": "CODE", "scope": ["users"]},
  {"id": "00000000-0000-4000-8000-00000000000b", "name": "B", "authorizedGrantType": "CODE", "scope": ["users"]}],
  "total": 2, "pageNumber": 1, "pageCount": 1}"#;

const QUERY: &str = r#"{"interval": "2026-06-01T00:00:00Z/2026-11-27T00:00:00Z", "granularity": "Day",
  "groupBy": ["OAuthClientId", "TemplateUri", "HttpMethod"], "metrics": ["Status200", "Requests"]}"#;

/// A row of the older API.
fn old(client: &str, method: &str, template: &str, ok: u32, requests: u32, date: &str) -> String {
    format!(
        r#"{{"clientId": "{client}", "clientName": "", "organizationId": "", "userId": "", "templateUri": "{template}",
        "httpMethod": "{method}", "status200": {ok}, "status300": 0, "status400": 0, "status500": 0, "status429": 0,
        "requests": {requests}, "date": "{date}"}}"#
    )
}

fn old_results(rows: &[String], rest: &str) -> String {
    format!(r#"{{"results": [{}]{rest}}}"#, rows.join(","))
}

/// A row of the newer API; `client` is empty in results of one client.
fn new(client: &str, requests: u32, date: &str) -> String {
    let client = match client {
        "" => String::new(),
        id => format!(r#", "oauthClient": {{"id": "{id}"}}"#),
    };
    format!(
        r#"{{"date": "{date}", "platform": "PublicApi", "httpMethod": "GET", "templateUri": "/api/v2/users",
        "requestCount": {requests}, "status200": {requests}, "status300": 0, "status400": 0, "status429": 0,
        "status500": 0{client}}}"#
    )
}

fn new_results(rows: &[String], rest: &str) -> String {
    format!(
        r#"{{"queryStatus": "Succeeded", "entities": [{}]{rest}}}"#,
        rows.join(",")
    )
}

/// What the tests compare: covered clients with their calls and windows, and the problems.
fn summary(files: &[(&str, &str)]) -> (Vec<String>, Vec<String>) {
    let sources: Sources = sources(files);
    let export = export(&sources);
    let problems = export
        .problems
        .iter()
        .map(|problem| problem.message.clone());
    let covered = export.organisations.iter().flat_map(covered);
    (covered.collect(), problems.collect())
}

fn covered(organisation: &Organisation<'_>) -> Vec<String> {
    let clients = organisation.clients.iter();
    let covered = clients.filter_map(|client| Some((client, organisation.usage_of(client)?)));
    covered
        .map(|(client, usage)| {
            let calls = usage.calls.iter().map(|call| {
                let Statuses {
                    ok, client_errors, ..
                } = call.statuses.unwrap_or_default();
                let known = call
                    .statuses
                    .map_or("?".to_owned(), |_| format!("{ok}/{client_errors}"));
                format!(
                    "{} {} {} {known}",
                    call.method, call.template, call.requests
                )
            });
            let calls = calls.collect::<Vec<_>>().join(", ");
            let window = usage.window.as_ref().map_or_else(
                || "no window".to_owned(),
                |window| format!("{} days, {} gaps", window.days(), window.gaps.len()),
            );
            format!(
                "{}: {calls}; {window}",
                client.name.text().unwrap_or_default()
            )
        })
        .collect()
}

fn assert_covered(files: &[(&str, &str)], wanted: &[&str]) {
    let mut files = files.to_vec();
    files.push(("clients.json", CLIENTS));
    let (covered, problems) = summary(&files);
    assert_eq!(problems, [""; 0], "{files:?}");
    assert_eq!(covered, wanted, "{files:?}");
}

/// Asserts that the files have one problem with these words, and cover these clients.
fn assert_problem(files: &[(&str, &str)], words: &str, wanted: &[&str]) {
    let mut files = files.to_vec();
    files.push(("clients.json", CLIENTS));
    let (covered, problems) = summary(&files);
    assert!(
        problems.len() == 1 && problems[0].contains(words),
        "{problems:?} in {files:?}"
    );
    assert_eq!(covered, wanted, "{files:?}");
}

#[test]
fn results_of_the_older_api_cover_all_clients_if_the_query_groups_by_client() {
    let rows = [
        old(A, "get", "api/v2/users/me", 3, 4, "2026-06-01T00:00:00Z"),
        old(A, "GET", "/api/v2/users/me/", 5, 5, "2026-06-02T00:00:00Z"),
        old(
            A,
            "OPTIONS",
            "/api/v2/users/me",
            9,
            9,
            "2026-06-02T00:00:00Z",
        ),
        old(A, "POST", "/api/v2/users", 0, 7, "2026-06-02T00:00:00Z"),
        old(A, "DELETE", "/api/v2/users", 0, 0, "2026-06-02T00:00:00Z"),
    ];
    let results = old_results(&rows, r#", "queryStatus": "Complete", "cursors": {}"#);
    let a = "A: GET /api/v2/users/me 9 8/0, POST /api/v2/users 7 ?; ";
    assert_covered(
        &[("usage.json", &results), ("usage.query.json", QUERY)],
        &[&format!("{a}179 days, 0 gaps"), "B: ; 179 days, 0 gaps"],
    );
    // Without the query the results can be of a search for some clients.
    assert_covered(
        &[("usage.json", &results)],
        &[&format!("{a}2 days, 0 gaps")],
    );
    let search = QUERY.replace("\"groupBy\"", "\"oauthClientNames\": [\"A\"], \"groupBy\"");
    assert_covered(
        &[("usage.json", &results), ("usage.query.json", &search)],
        &[""; 0],
    );
}

#[test]
fn results_of_one_client_cover_it_alone() {
    let own = format!(r#", "selfUri": "/api/v2/usage/client/{B}/aggregates/query/jobs/1""#);
    let results = new_results(&[new("", 3, "2026-06-01"), new("", 4, "2026-06-02")], &own);
    assert_covered(
        &[("b.json", &results)],
        &["B: GET /api/v2/users 7 7/0; 2 days, 0 gaps"],
    );
    let empty = new_results(&[], &own);
    assert_covered(
        &[
            ("b.json", &empty),
            ("query.json", &QUERY.replace("\"OAuthClientId\", ", "")),
        ],
        &["B: ; 179 days, 0 gaps"],
    );
}

#[test]
fn results_of_the_organisation_cover_all_clients() {
    let own = r#", "selfUri": "/api/v2/usage/aggregates/query/jobs/1""#;
    let results = new_results(&[new(A, 3, "2026-06-01"), new(A, 4, "2026-06-30")], own);
    assert_covered(
        &[("usage.json", &results)],
        &[
            "A: GET /api/v2/users 7 7/0; 30 days, 0 gaps",
            "B: ; 30 days, 0 gaps",
        ],
    );
}

#[test]
fn rows_and_tables_cover_the_clients_with_rows() {
    let rows = [
        old(A, "GET", "api/v2/users", 3, 4, "2026-06-01"),
        old(A, "GET", "api/v2/users", 3, 4, "2026-06-02"),
    ];
    let wanted = ["A: GET /api/v2/users 8 6/0; 2 days, 0 gaps"];
    assert_covered(
        &[("usage.ndjson", &rows.join("\n").replace("\n        ", ""))],
        &wanted,
    );
    assert_covered(&[("usage.json", &format!("[{}]", rows.join(",")))], &wanted);
    let upper = A.to_uppercase();
    for table in [
        format!(
            "Client ID,Method,URL,2xx,Requests,Date\n{A},GET,https://api.mypurecloud.com/api/v2/users?q=x,3,4,2026-06-01\n{A},get,/api/v2/users,3,4,2026-06-02\n"
        ),
        format!(
            "\u{feff}date;REQUESTS;httpMethod;templateUri;oauthClientId;status200;note\r\n2026-06-01;4;GET;\"api/v2/users\";{upper};3;\"a;\"\"b\"\r\n2026-06-02;4;GET;api/v2/users;{A};3;\r\n2026-06-09;0;GET;/x;{A};0;\r\n"
        ),
        format!(
            "date\tcalls\tstatus 200\thttp_method\ttemplate_uri\tclient_id\n2026-06-01\t4\t3\tGET\tapi/v2/users\t{A}\n2026-06-02\t4\t3\tGET\tapi/v2/users\t{A}"
        ),
    ] {
        assert_covered(&[("usage.csv", &table)], &wanted);
    }
}

#[test]
fn windows_are_half_open_and_merge() {
    let query = |from: &str, to: &str| {
        QUERY.replace(
            "2026-06-01T00:00:00Z/2026-11-27T00:00:00Z",
            &format!("{from}/{to}"),
        )
    };
    let results = |day: &str, count| {
        old_results(
            &[old(A, "GET", "/api/v2/users", count, count, day)],
            r#", "queryStatus": "Complete""#,
        )
    };
    let (one, two) = (results("2026-06-01", 5), results("2026-07-01", 7));
    let (june, july) = (
        query("2026-06-01", "2026-07-01"),
        query("2026-07-01", "2026-08-01"),
    );
    let late = query("2026-07-11", "2026-08-01");
    let two_late = results("2026-07-11", 7);
    let both = query("2026-06-01", "2026-08-01");
    for (files, a, b) in [
        (
            [
                ("u1.json", &one),
                ("u1.query.json", &june),
                ("u2.json", &two),
                ("u2.query.json", &july),
            ],
            "A: GET /api/v2/users 12 12/0; 61 days, 0 gaps",
            "B: ; 61 days, 0 gaps",
        ),
        (
            [
                ("u1.json", &one),
                ("u1.query.json", &june),
                ("u2.json", &two_late),
                ("u2.query.json", &late),
            ],
            "A: GET /api/v2/users 12 12/0; 51 days, 1 gaps",
            "B: ; 51 days, 1 gaps",
        ),
        (
            [
                ("u1.json", &one),
                ("u1.query.json", &june),
                ("u2.json", &two),
                ("u2.query.json", &both),
            ],
            "A: GET /api/v2/users 7 7/0; 61 days, 0 gaps",
            "B: ; 61 days, 0 gaps",
        ),
    ] {
        let files = files.map(|(name, text)| (name, text.as_str()));
        assert_covered(&files, &[a, b]);
    }
}

#[test]
fn a_line_that_is_not_a_row_is_a_problem() {
    let row = old(A, "GET", "/api/v2/users", 3, 3, "2026-06-01").replace("\n        ", "");
    for line in [r#"{"clientId": "a", "reqests": 3}"#, "\"3 rows\""] {
        let text = format!("{row}\n{line}\n{row}");
        assert_problem(&[("usage.ndjson", &text)], "should be a usage row", &[]);
    }
}

#[test]
fn incomplete_results_are_problems_and_cover_nothing() {
    let row = old(A, "GET", "/api/v2/users", 3, 3, "2026-06-01");
    let rows = [row];
    let no_call = [old(A, "", "", 3, 3, "2026-06-01")];
    let no_client = [old("", "GET", "/api/v2/users", 3, 3, "2026-06-01")];
    let stranger = [old(
        "00000000-0000-4000-8000-0000000000ff",
        "GET",
        "/x",
        3,
        3,
        "2026-06-01",
    )];
    let negative = [rows[0].replace("\"requests\": 3", "\"requests\": -3")];
    let undated = [rows[0].replace("2026-06-01", "01.06.2026")];
    let complete = r#", "queryStatus": "Complete""#;
    for (rows, rest, words) in [
        (&rows, r#", "queryStatus": "Running""#, "still running"),
        (
            &rows,
            r#", "queryStatus": "Failed""#,
            "failed or was cancelled",
        ),
        (
            &rows,
            r#", "queryStatus": "Complete", "cursors": {"after": "x"}"#,
            "next page",
        ),
        (&no_call, complete, "without a method or template"),
        (&no_client, complete, "1 usage row names no client"),
        (&stranger, complete, "not in the listing of clients"),
        (&negative, complete, "whole and not negative"),
        (&undated, complete, "a date should begin as"),
    ] {
        assert_problem(&[("usage.json", &old_results(rows, rest))], words, &[""; 0]);
    }
    assert_problem(
        &[(
            "usage.json",
            r#"{"queryStatus": "Queued", "entities": null}"#,
        )],
        "still running",
        &[""; 0],
    );
    let cut = old_results(&rows, "");
    assert_problem(&[("usage.json", &cut[..cut.len() - 2])], "end", &[""; 0]);
    let ungrouped = QUERY.replace(", \"TemplateUri\"", "");
    let results = old_results(&rows, complete);
    assert_problem(
        &[("usage.json", &results), ("usage.query.json", &ungrouped)],
        "does not group by TemplateUri and HttpMethod",
        &[""; 0],
    );
    assert_problem(
        &[
            ("usage.json", &results),
            ("usage.query.json", &QUERY.replace("2026-11-27", "soon")),
        ],
        "interval of this query cannot be read",
        &[
            "A: GET /api/v2/users 3 3/0; 1 days, 0 gaps",
            "B: ; 1 days, 0 gaps",
        ],
    );
    assert_problem(
        &[
            ("usage.json", &results),
            ("usage.query.json", &QUERY.replace("06-01T", "09-01T")),
        ],
        "lie outside of the interval",
        &["A: GET /api/v2/users 3 3/0; 1 days, 0 gaps"],
    );
    assert_problem(
        &[(
            "receipt.json",
            r#"{"executionId": "1", "resultsUri": "/api/v2/usage/query/1/results"}"#,
        )],
        "does not contain them",
        &[""; 0],
    );
    let table = format!("clientId,method,date\n{A},GET,2026-06-01\n");
    assert_problem(
        &[("usage.csv", &table)],
        "no column for the template or URL and the number of requests",
        &[""; 0],
    );
    let short = format!("clientId,method,url,requests,date\n{A},GET\n");
    assert_problem(
        &[("usage.csv", &short)],
        "another number of columns",
        &[""; 0],
    );
}

#[test]
fn pages_that_were_all_given_are_complete() {
    let page = |requests, rest: &str| new_results(&[new(A, requests, "2026-06-01")], rest);
    let first = page(
        3,
        r#", "selfUri": "/api/v2/usage/aggregates/query/jobs/1?after=0", "nextUri": "/api/v2/usage/aggregates/query/jobs/1?after=x""#,
    );
    let second = page(
        4,
        r#", "selfUri": "/api/v2/usage/aggregates/query/jobs/1?after=x""#,
    );
    assert_problem(&[("1.json", &first)], "next page", &[""; 0]);
    let wanted = [
        "A: GET /api/v2/users 7 7/0; 1 days, 0 gaps",
        "B: ; 1 days, 0 gaps",
    ];
    assert_covered(&[("1.json", &first), ("2.json", &second)], &wanted);
    assert_covered(&[("all.json", &format!("[{first},{second}]"))], &wanted);
}

#[test]
fn other_tables_and_queries_are_not_usage() {
    for (name, text) in [
        (
            "log.csv",
            "client,method,path,status\n10.0.0.1,GET,/x,200\n",
        ),
        ("users.csv", "id,name\n1,2\n"),
    ] {
        let sources = sources(&[("clients.json", CLIENTS), (name, text)]);
        let export = export(&sources);
        assert!(export.organisations[0].usage.is_none(), "{name}");
    }
}

#[test]
fn users_are_counted() {
    let row = |user: &str, template: &str| {
        old(A, "GET", template, 1, 1, "2026-06-01")
            .replace("\"userId\": \"\"", &format!("\"userId\": \"{user}\""))
    };
    let results = old_results(
        &[
            row("u1", "/api/v2/users"),
            row("u2", "/api/v2/users"),
            row("u1", "/api/v2/groups"),
        ],
        r#", "queryStatus": "Complete""#,
    );
    let sources = sources(&[("clients.json", CLIENTS), ("usage.json", &results)]);
    let export = export(&sources);
    let organisation = &export.organisations[0];
    let usage = organisation
        .usage_of(&organisation.clients[0])
        .expect("covered");
    let users: Vec<usize> = usage.calls.iter().map(|call| call.users).collect();
    assert_eq!((usage.by_user, usage.users, users), (true, 2, vec![1, 2]));
}

#[test]
fn a_description_of_the_platform_api_is_read() {
    let swagger = r#"{"swagger": "2.0", "info": {"version": "v2"}, "paths": {"/api/v2/users": {
        "get": {"security": [{"PureCloud OAuth": ["users", "users:readonly"]}], "deprecated": true},
        "post": {"security": [{"PureCloud OAuth": ["users"]}],
          "x-inin-requires-permissions": {"type": "ANY", "permissions": ["directory:user:add"]}}, "parameters": []}},
        "definitions": {"OAuthClient": {"properties": {"authorizedGrantType": {"type": "string"}}}}}"#;
    let sources = sources(&[("clients.json", CLIENTS), ("swagger.json", swagger)]);
    let export = export(&sources);
    assert!(export.problems.is_empty(), "{:?}", export.problems);
    let api = export.organisations[0].api.as_ref().expect("a description");
    let operations: Vec<String> = api
        .operations
        .iter()
        .map(|one| {
            let permissions = one.permissions.join(" ");
            let scopes = one.scopes.join(" ");
            format!(
                "{} {} {scopes}; {} {permissions} {}",
                one.method, one.path, one.needs_all, one.deprecated
            )
        })
        .collect();
    assert_eq!(
        operations,
        [
            "GET /api/v2/users users users:readonly; true  true",
            "POST /api/v2/users users; false directory:user:add false",
        ]
    );
}

/// Runs the binary on files, with a configuration.
fn check(files: &[(&str, &str)], arguments: &[&str]) -> crate::common::Run {
    let directory = tempfile::tempdir().expect("a directory");
    for (name, text) in files {
        std::fs::write(directory.path().join(name), text).expect("written");
    }
    let mut all = vec!["check", ".", "--today", "2026-11-30"];
    all.extend(arguments);
    crate::common::grantlint_in(directory.path(), &all, b"")
}

#[test]
fn required_usage_must_cover_every_active_client() {
    let config = "[inputs]\nrequire = [\"usage\"]\n[gate]\nfail-on = \"never\"\n";
    let rows = [old(A, "GET", "/api/v2/users", 3, 3, "2026-06-01")];
    let results = old_results(&rows, r#", "queryStatus": "Complete""#);
    let inactive = CLIENTS.replace(r#""name": "B","#, r#""name": "B", "state": "inactive","#);
    for (clients, query, code, words) in [
        (
            CLIENTS,
            None,
            3,
            "usage.json does not cover every active client",
        ),
        (CLIENTS, Some(QUERY), 0, ""),
        (&inactive, None, 0, ""),
    ] {
        let mut files = vec![
            ("grantlint.toml", config),
            ("clients.json", clients),
            ("usage.json", &results),
        ];
        files.extend(query.map(|query| ("usage.query.json", query)));
        let run = check(&files, &[]);
        assert_eq!(run.code, code, "{}", run.all());
        assert!(run.all().contains(words), "{}", run.all());
    }
}

#[test]
fn the_policy_gives_a_window_to_results_without_dates() {
    use grantlint::model::Interval;
    let empty = new_results(
        &[],
        &format!(r#", "selfUri": "/api/v2/usage/client/{B}/aggregates/query/jobs/1""#),
    );
    let sources = sources(&[("clients.json", CLIENTS), ("usage.json", &empty)]);
    let mut export = export(&sources);
    let usage = export.organisations[0].usage.as_mut().expect("usage");
    assert_eq!(usage.clients[B].window, None);
    usage.set_missing_windows(Interval::parse("2026-06-01/2026-11-29").expect("an interval"));
    assert_eq!(
        usage.clients[B].window.as_ref().expect("a window").days(),
        181
    );
    for (window, code) in [
        ("2026-06-01/2026-11-29", 0),
        ("2026-06-01", 2),
        ("2026-06-01/2026-05-01", 2),
    ] {
        let config =
            format!("[usage]\nwindow = \"{window}\"\ncadence = 30\n[gate]\nfail-on = \"never\"\n");
        let run = check(
            &[
                ("grantlint.toml", &config),
                ("clients.json", CLIENTS),
                ("usage.json", &empty),
            ],
            &[],
        );
        assert_eq!(run.code, code, "{window}: {}", run.all());
    }
}

#[test]
fn rows_of_other_clients_are_a_notice_and_nothing_of_usage_is_quoted() {
    const USER: &str = "5ec4e7a0-1111-4222-8333-444444444444";
    const PATH: &str = "a-concrete-path";
    let gone = "00000000-0000-4000-8000-0000000000ff";
    let rows = [
        old(A, "GET", "/api/v2/users", 3, 3, "2026-06-01"),
        old(gone, "GET", PATH, 3, 3, "2026-06-01"),
        old(A, "GET", PATH, 3, 3, "2026-06-01")
            .replace("\"userId\": \"\"", &format!("\"userId\": \"{USER}\"")),
        old(A, "GET", PATH, 3, 3, "soon"),
        old("", USER, PATH, 3, 3, "2026-06-01"),
    ];
    let results = old_results(&rows, r#", "queryStatus": "Running""#);
    for format in grantlint::report::Format::ALL {
        let run = check(
            &[("clients.json", CLIENTS), ("usage.json", &results)],
            &["--format", format.name(), "-v"],
        );
        assert_eq!(run.code, 3, "{}", run.all());
        for word in [USER, PATH, gone] {
            assert!(!run.all().contains(word), "{word} in {}", run.all());
        }
    }
    let rows = [rows[0].clone(), rows[1].clone()];
    let results = old_results(&rows, r#", "queryStatus": "Complete""#);
    let run = check(
        &[("clients.json", CLIENTS), ("usage.json", &results)],
        &["--fail-on", "never"],
    );
    assert_eq!(run.code, 0, "{}", run.all());
    assert!(
        run.all()
            .contains("rows of 1 client that is not in the listing"),
        "{}",
        run.all()
    );
}

/// The rules with findings in a client, of a run in JSON.
fn rules_of(report: &serde_json::Value, client: &str) -> Vec<String> {
    let findings = report["findings"].as_array().expect("findings").iter();
    let own = findings.filter(|finding| finding["client"]["name"] == client);
    let rules = own.map(|finding| finding["rule"].as_str().expect("a rule").to_owned());
    rules.collect()
}

#[test]
fn findings_point_at_rows_and_quote_none_in_any_format() {
    const USER: &str = "5ec4e7a0-1111-4222-8333-444444444444";
    const PATH: &str = "0badcafe-concrete";
    let row = |date: &str| {
        old(
            A,
            "GET",
            &format!("https://api.mypurecloud.com/api/v2/users/{PATH}"),
            3,
            3,
            date,
        )
        .replace("\"userId\": \"\"", &format!("\"userId\": \"{USER}\""))
    };
    let rows = ["2026-06-01", "2026-08-01", "2026-11-20"].map(row);
    let results = old_results(&rows, r#", "queryStatus": "Complete""#);
    let files = [
        ("clients.json", CLIENTS),
        ("usage.json", &results),
        ("usage.query.json", QUERY),
    ];
    for format in grantlint::report::Format::ALL {
        let run = check(&files, &["--format", format.name(), "-v"]);
        assert_eq!(run.code, 1, "{}", run.all());
        for word in [USER, PATH] {
            assert!(!run.all().contains(word), "{word} in {}", run.all());
        }
    }
    let report = check(&files, &["--format", "json"]).json();
    let findings = report["findings"].as_array().expect("findings");
    let downgrade = findings
        .iter()
        .find(|finding| finding["rule"] == "scope-downgrade");
    let downgrade = downgrade.expect("the scope is too wide");
    assert_eq!(downgrade["field"], "scope[0]");
    let message = downgrade["message"].as_str().expect("a message");
    assert!(
        message.contains("GET /api/v2/users/{userId} (9 requests)"),
        "{message}"
    );
    let related = downgrade["related"].as_array().expect("rows");
    assert_eq!(related[0]["location"]["path"], "usage.json");
    assert!(rules_of(&report, "A").contains(&"machine-behind-user".to_owned()));
    assert!(rules_of(&report, "B").contains(&"client-unused".to_owned()));
}

#[test]
fn without_usage_the_rules_are_not_judged_and_the_run_is_complete() {
    let report = check(
        &[("clients.json", CLIENTS)],
        &["--format", "json", "--fail-on", "never"],
    );
    assert_eq!(report.code, 0, "{}", report.all());
    let report = report.json();
    let open = report["not_judged"].as_array().expect("rules").iter();
    let open: Vec<_> = open
        .filter(|open| open["needs"][0] == "usage")
        .map(|open| {
            (
                open["rule"].as_str().expect("a rule"),
                open["clients"].as_u64(),
            )
        })
        .collect();
    assert_eq!(open.len(), 10, "{open:?}");
    assert!(
        open.iter().all(|(_, clients)| *clients == Some(2)),
        "{open:?}"
    );
}

#[test]
fn a_rule_of_usage_takes_precedence_over_a_rule_of_thumb() {
    let clients = CLIENTS.replace(
        r#""scope": ["users"]"#,
        r#""scope": ["users", "users:readonly"], "dateModified": "2024-01-01T00:00:00Z""#,
    );
    let rows = ["2026-06-01", "2026-08-01", "2026-11-20"]
        .map(|date| old(A, "GET", "/api/v2/users", 3, 3, date));
    let results = old_results(&rows, r#", "queryStatus": "Complete""#);
    let json = ["--format", "json"];
    let without = check(&[("clients.json", &clients)], &json).json();
    let with = check(
        &[
            ("clients.json", &clients),
            ("usage.json", &results),
            ("usage.query.json", QUERY),
        ],
        &json,
    )
    .json();
    for (client, rule, stronger) in [
        ("A", "scope-redundant-readonly", "scope-downgrade"),
        ("B", "client-stale", "client-unused"),
    ] {
        assert!(
            rules_of(&without, client).contains(&rule.to_owned()),
            "{without}"
        );
        let rules = rules_of(&with, client);
        assert!(!rules.contains(&rule.to_owned()), "{rules:?}");
        assert!(rules.contains(&stronger.to_owned()), "{rules:?}");
    }
    // A client in use is still stale.
    assert!(rules_of(&with, "A").contains(&"client-stale".to_owned()));
}

#[test]
fn the_inventory_shows_reach_and_use() {
    let json = crate::common::grantlint(&[
        "inventory",
        "fixtures/usage",
        "--format",
        "json",
        "--today",
        "2026-11-22",
    ])
    .json();
    let clients = json["clients"].as_array().expect("clients");
    let client = |name: &str| {
        let found = clients.iter().find(|client| client["name"] == name);
        found.expect("a client").clone()
    };
    let wallboard = client("Wallboard");
    assert_eq!(
        wallboard["usage"]["unused_scopes"]["unused"], 1,
        "{wallboard}"
    );
    assert_eq!(
        wallboard["usage"]["unused_scopes"]["held"], 5,
        "{wallboard}"
    );
    assert_eq!(wallboard["usage"]["last_use"], "2026-11-20", "{wallboard}");
    let export = client("Queue Export");
    assert_eq!(export["usage"]["unused_permissions"]["held"], 8, "{export}");
    assert_eq!(client("Contact Import")["usage"]["has_requests"], false);
    // Routing alone accepts hundreds of operations; eight permissions are few.
    let callable = |client: &serde_json::Value, key: &str| {
        let count = client["operations"][key].as_u64();
        count.expect("a count")
    };
    assert!(callable(&wallboard, "callable") > callable(&wallboard, "writing"));
    assert!(callable(&wallboard, "writing") > 100, "{wallboard}");
    assert!(callable(&export, "writing") > 3, "{export}");
    assert_eq!(export["operations"]["at_least"], false);
    for (format, words) in [("table", "operations"), ("csv", "requests_90_days")] {
        let run = crate::common::grantlint(&[
            "inventory",
            "fixtures/usage",
            "--format",
            format,
            "--today",
            "2026-11-22",
        ]);
        assert!(run.stdout.contains(words), "{}", run.stdout);
    }
    let page = crate::common::grantlint(&[
        "check",
        "fixtures/usage",
        "--format",
        "html",
        "--today",
        "2026-11-22",
    ]);
    for words in [
        "Last use",
        "no request",
        "1 of 5 scopes unused",
        "operations,",
    ] {
        assert!(page.stdout.contains(words), "{words}");
    }
    let without = crate::common::grantlint(&["check", "fixtures/demo", "--format", "html"]);
    assert!(!without.stdout.contains("Last use"));
}

#[test]
fn operations_prints_the_table_of_a_description() {
    let swagger = r#"{"swagger": "2.0", "paths": {"/api/v2/users": {
        "post": {"security": [{"PureCloud OAuth": ["users"]}], "deprecated": true,
          "x-inin-requires-permissions": {"type": "ANY", "permissions": ["directory:user:add"]}},
        "get": {"security": [{"PureCloud OAuth": ["users", "users:readonly"]}]}}}}"#;
    let run = |arguments: &[&str], stdin: &str| {
        let mut all = vec!["operations"];
        all.extend(arguments);
        crate::common::grantlint_in(crate::common::root(), &all, stdin.as_bytes())
    };
    let table = run(&["-", "--date", "2026-11-30"], swagger);
    assert_eq!(table.code, 0, "{}", table.all());
    for line in [
        "GET\t/api/v2/users\tusers,users:readonly",
        "POST\t/api/v2/users\tusers\tANY\tdirectory:user:add\tdeprecated",
    ] {
        assert!(
            table.stdout.lines().any(|own| own == line),
            "{}",
            table.stdout
        );
    }
    assert!(table.stdout.contains("2026-11-30"), "{}", table.stdout);
    for (arguments, stdin, code) in [
        (&["fixtures/demo/clients.json"][..], "", 3),
        (&["-"][..], &swagger[..swagger.len() - 3], 3),
        (&["no-such-file.json"][..], "", 3),
        (&[][..], "", 2),
    ] {
        let refused = run(arguments, stdin);
        assert_eq!(refused.code, code, "{}", refused.all());
        assert_eq!(refused.stdout, "");
    }
}

#[test]
fn rules_of_thumb_about_scopes_and_roles_yield_to_usage() {
    let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];
    let scopes: Vec<String> = names
        .iter()
        .map(|name| format!("\"{name}:readonly\""))
        .collect();
    let role = |number: u32| format!("aaaaaaaa-0000-4000-8000-00000000000{number}");
    let grants = [1, 2, 3, 4]
        .map(|number| format!(r#"{{"roleId": "{}", "divisionId": "*"}}"#, role(number)));
    let clients = format!(
        r#"{{"entities": [
          {{"id": "{A}", "name": "A", "authorizedGrantType": "CODE", "scope": ["users:readonly", "outbound", {}]}},
          {{"id": "{B}", "name": "B", "authorizedGrantType": "CLIENT-CREDENTIALS", "roleDivisions": [{}]}}],
          "total": 2}}"#,
        scopes.join(", "),
        grants.join(", "),
    );
    let roles =
        [(1, "queue"), (2, "skill"), (3, "skill"), (4, "wrapupCode")].map(|(number, entity)| {
            format!(
                r#"{{"id": "{}", "name": "R{number}", "permissions": [], "permissionPolicies":
              [{{"domain": "routing", "entityName": "{entity}", "actionSet": ["view"]}}]}}"#,
                role(number)
            )
        });
    let roles = format!(r#"{{"entities": [{}], "total": 4}}"#, roles.join(", "));
    let rows = ["2026-06-01", "2026-08-01", "2026-11-20"].map(|date| {
        [
            old(A, "GET", "/api/v2/users", 3, 3, date),
            old(B, "GET", "/api/v2/routing/queues", 3, 3, date),
        ]
    });
    let results = old_results(&rows.concat(), r#", "queryStatus": "Complete""#);
    let config = "[rules.scope-excess.allowed]\n\"*\" = [\"users:readonly\"]\n";
    let mut files = vec![
        ("grantlint.toml", config),
        ("clients.json", &clients),
        ("roles.json", &roles),
    ];
    let json = ["--format", "json", "--without", "divisions"];
    let without = check(&files, &json).json();
    files.extend([
        ("usage.json", results.as_str()),
        ("usage.query.json", QUERY),
    ]);
    let with = check(&files, &json).json();
    let at = |report: &serde_json::Value, rule: &str, field: &str| {
        let findings = report["findings"].as_array().expect("findings").iter();
        findings
            .filter(|finding| finding["rule"] == rule)
            .any(|finding| {
                finding["field"]
                    .as_str()
                    .is_some_and(|own| own.starts_with(field))
            })
    };
    for (rule, field, stronger) in [
        ("scope-too-many", "scope", "scope-unused"),
        ("scope-excess", "scope[1]", "scope-unused"),
        ("role-too-many", "roleDivisions", "role-unused"),
        ("role-redundant", "roleDivisions[2]", "role-unused"),
    ] {
        assert!(at(&without, rule, field), "{rule}: {without}");
        assert!(at(&with, stronger, field), "{stronger}: {with}");
        assert!(!at(&with, rule, field), "{rule}: {with}");
    }
}
