//! The inventory: every client, the riskiest first, the same in all its forms and as `check`
//! counts; hostile names harm none of them, and what is not known is not shown as absent.

use crate::common::{TODAY, grantlint, grantlint_in, labelled_directories, planted_secrets};
use crate::exports::{HOSTILE_NAMES, OPEN, PLAIN, SECRET, audited, hostile, sources};
use grantlint::finding::Report;
use grantlint::report::{InventoryFormat, Look};
use grantlint::text::is_unsafe_char;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;

const SEVERITIES: [&str; 5] = ["critical", "high", "medium", "low", "info"];

fn written(report: &Report<'_>, format: InventoryFormat, look: Look) -> String {
    let mut out = Vec::new();
    format
        .write(report, look, &mut out)
        .expect("memory takes all");
    String::from_utf8(out).expect("UTF-8")
}

fn json_of(report: &Report<'_>) -> Value {
    let text = written(report, InventoryFormat::Json, Look::PLAIN);
    serde_json::from_str(&text).expect("JSON")
}

fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_reader(text.as_bytes())
        .deserialize()
        .map(|row| row.expect("a row of as many cells"))
        .collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

/// The inventory of fixtures.
fn inventory(arguments: &[&str]) -> Value {
    let fixed = ["inventory", "--today", TODAY, "--format", "json"];
    grantlint(&[&fixed, arguments].concat()).json()
}

#[test]
fn it_counts_what_check_counts() {
    let mut with_findings = 0;
    for directory in labelled_directories() {
        let path = directory.to_str().expect("UTF-8");
        let stock = inventory(&[path]);
        let check = grantlint(&["check", "--today", TODAY, "--format", "json", path]).json();
        for pointer in [
            "/summary/clients",
            "/summary/findings",
            "/summary/problems",
            "/not_judged",
        ] {
            assert_eq!(stock.pointer(pointer), check.pointer(pointer), "{path}");
        }
        let clients = list(&stock["clients"]);
        assert_eq!(json!(clients.len()), check["summary"]["clients"], "{path}");
        for client in clients {
            let of_client: Vec<_> = list(&check["findings"])
                .iter()
                .filter(|finding| {
                    let blamed = &finding["client"];
                    ["id", "name", "address", "organisation"]
                        .iter()
                        .all(|key| blamed[key] == client[key])
                })
                .collect();
            for severity in SEVERITIES {
                let count = of_client
                    .iter()
                    .filter(|finding| finding["severity"] == severity)
                    .count();
                assert_eq!(client["findings"][severity], count, "{path}: {client}");
                with_findings += count;
            }
        }
        let csv = grantlint(&["inventory", "--today", TODAY, "--format", "csv", path]).stdout;
        for severity in SEVERITIES {
            let clients = rows(&csv);
            let clients = clients.iter().filter(|row| row["row"] == "client");
            let sum: usize = clients.map(|row| row[severity].parse().unwrap_or(0)).sum();
            assert_eq!(stock["summary"]["findings"][severity], sum, "{path}");
        }
    }
    assert!(with_findings > 100, "{with_findings}");
}

#[test]
fn all_forms_hold_the_same_clients_in_the_same_order() {
    let hostile = hostile();
    let sources = sources(&[("a/clients.json", &hostile), ("b/clients.json", PLAIN)]);
    let report = audited(&sources);
    let value = json_of(&report);
    let ids: Vec<_> = list(&value["clients"])
        .iter()
        .map(|client| client["id"].as_str().expect("an id").to_owned())
        .collect();
    assert_eq!(ids.len(), HOSTILE_NAMES.len() + 2);
    let csv = rows(&written(&report, InventoryFormat::Csv, Look::PLAIN));
    let of_csv: Vec<_> = csv
        .iter()
        .filter(|row| row["row"] == "client")
        .map(|row| row["client_id"].clone())
        .collect();
    assert_eq!(of_csv, ids);
    let table = written(&report, InventoryFormat::Table, Look::PLAIN);
    let lines = table
        .lines()
        .filter(|line| line.starts_with("1H ") || line.starts_with("-  "));
    assert_eq!(lines.count(), ids.len(), "{table}");
}

#[test]
fn it_says_what_a_client_may_do_and_where() {
    let stock = inventory(&["fixtures/demo"]);
    let first = &stock["clients"][0];
    assert_eq!(first["name"], "Legacy Dialer");
    assert_eq!(
        (&first["tier"], &first["kind"]),
        (&json!("admin"), &json!("machine"))
    );
    assert_eq!(first["grant"], "client credentials");
    assert_eq!(first["token_lifetime"], 172_800);
    assert_eq!(first["created"], "2018-06-04");
    assert_eq!(first["unchanged_days"], 2610);
    let roles = list(&first["roles"]);
    assert_eq!(roles[0]["name"], "Master Admin");
    assert_eq!(
        roles[0]["divisions"],
        json!([{"id": "*", "name": "all divisions"}])
    );
    let named = |name: &str| {
        let clients = list(&stock["clients"]).iter();
        clients
            .clone()
            .find(|client| client["name"] == name)
            .expect("a client")
    };
    let planner = named("Workforce Forecast Export");
    let divisions: Vec<_> = list(&planner["roles"][0]["divisions"])
        .iter()
        .map(|division| division["name"].as_str().expect("a name"))
        .collect();
    assert_eq!(divisions, ["Claims", "Home", "Motor"]);
    let portal = named("Télévente – Rückruf");
    assert_eq!(portal["tier"], "user");
    assert!(list(&portal["redirect_hosts"]).contains(&json!("rueckruf.meridia.example.com")));
    let run = grantlint(&["inventory", "--today", TODAY, "fixtures/demo"]);
    for words in [
        "Legacy Dialer",
        "Master Admin (all divisions)",
        "2 days",
        "8 years",
    ] {
        assert!(run.stdout.contains(words), "{words}\n{}", run.stdout);
    }
}

#[test]
fn the_riskiest_come_first() {
    let stock = inventory(&["fixtures/demo"]);
    let weights: Vec<Vec<u64>> = list(&stock["clients"])
        .iter()
        .map(|client| {
            SEVERITIES
                .iter()
                .map(|severity| client["findings"][severity].as_u64().expect("a number"))
                .collect()
        })
        .collect();
    assert!(weights.is_sorted_by(|a, b| a >= b), "{weights:?}");
    assert!(weights[0] > vec![0; 5]);
}

#[test]
fn what_is_not_known_is_not_absent() {
    let text = r#"[
        {"id": "a", "name": "Open", "authorizedGrantType": "CLIENT-CREDENTIALS",
         "roleDivisions": "${local.roles}", "accessTokenValiditySeconds": "soon"},
        {"id": "b", "name": "Bare", "authorizedGrantType": "CLIENT-CREDENTIALS",
         "roleDivisions": []}
    ]"#;
    let sources = sources(&[("clients.json", text)]);
    let value = json_of(&audited(&sources));
    let clients = list(&value["clients"]);
    let named = |name: &str| clients.iter().find(|client| client["name"] == name);
    let open = named("Open").expect("a client");
    assert_eq!(open["unknown"], json!(["roles", "token_lifetime"]));
    assert_eq!(
        (&open["tier"], &open["token_lifetime"]),
        (&json!("unknown"), &Value::Null)
    );
    let bare = named("Bare").expect("a client");
    assert_eq!(bare["unknown"], json!([]));
    assert_eq!(
        (&bare["tier"], &bare["token_lifetime"]),
        (&json!("none"), &Value::Null)
    );
    let csv = written(&audited(&sources), InventoryFormat::Csv, Look::PLAIN);
    let rows = rows(&csv);
    let row = |id: &str| {
        rows.iter()
            .find(|row| row["client_id"] == id)
            .expect("a row")
    };
    assert_eq!(row("a")["token_lifetime_seconds"], "unknown");
    assert_eq!(row("b")["token_lifetime_seconds"], "");
}

#[test]
fn no_form_hides_a_problem_or_what_was_not_judged() {
    let sources = sources(&[("open.json", OPEN)]);
    let report = audited(&sources);
    assert_eq!(report.exit, 3);
    for format in InventoryFormat::ALL {
        let text = written(&report, format, Look::PLAIN);
        for words in ["gc oauth clients list -a", "authorizedGrantType"] {
            assert!(text.contains(words), "{format:?}: {words}\n{text}");
        }
        let quiet = Look {
            quiet: true,
            ..Look::PLAIN
        };
        assert!(written(&report, format, quiet).contains("authorizedGrantType"));
    }
}

#[test]
fn no_name_in_an_export_harms_any_form() {
    let hostile = hostile();
    let sources = sources(&[
        ("a/<b>=,:%\n::error::x.json", &hostile),
        ("c/open.json", OPEN),
    ]);
    let report = audited(&sources);
    for format in InventoryFormat::ALL {
        for look in [
            Look::PLAIN,
            Look {
                verbose: true,
                ..Look::PLAIN
            },
        ] {
            let text = written(&report, format, look);
            assert!(!text.contains(SECRET), "{format:?}");
            let unruly = text.chars().find(|&one| one != '\n' && is_unsafe_char(one));
            assert_eq!(unruly, None, "{format:?}");
            let command = text
                .lines()
                .find(|line| line.trim_start().starts_with("::"));
            assert_eq!(command, None, "{format:?}");
        }
    }
    let csv = rows(&written(&report, InventoryFormat::Csv, Look::PLAIN));
    for cell in csv.iter().flat_map(|row| row.values()) {
        let first = cell.trim_start().chars().next();
        assert!(first.is_none_or(|first| !"=+-@".contains(first)), "{cell}");
        assert!(!cell.contains(";="), "{cell}");
    }
    assert!(csv.iter().any(|row| row["client"] == "'=cmd|'/c calc'!A0"));
    let names: Vec<Value> = list(&json_of(&report)["clients"])
        .iter()
        .map(|client| client["name"].clone())
        .collect();
    assert!(names.contains(&json!("<script>alert(1)</script>")));
}

#[test]
fn no_planted_secret_is_in_it() {
    for format in ["table", "csv", "json"] {
        let run = grantlint(&["inventory", "-v", "--format", format, "fixtures"]);
        for secret in planted_secrets() {
            assert!(!run.all().contains(&secret), "{format}: {secret}");
        }
    }
}

#[test]
fn the_table_is_as_wide_as_the_terminal() {
    let hostile = hostile();
    let sources = sources(&[("a/clients.json", &hostile), ("b/clients.json", PLAIN)]);
    let report = audited(&sources);
    for width in [60, 80, 100, 120, 160] {
        let look = Look {
            width,
            ..Look::PLAIN
        };
        let table = written(&report, InventoryFormat::Table, look);
        let (clients, _) = table.split_once("\nfindings: C").expect("a legend");
        for line in clients.lines() {
            let taken = unicode_width::UnicodeWidthStr::width(line);
            assert!(taken <= width, "{taken} of {width}: {line}");
        }
        assert!(clients.contains("Wallboard 😀"), "{clients}");
    }
}

#[test]
fn it_is_valid_by_its_schema_and_others_are_not() {
    let schema = grantlint(&["schema", "inventory"]).json();
    let validator = jsonschema::validator_for(&schema).expect("a valid schema");
    for path in [
        "fixtures/demo",
        "fixtures/labelled",
        "fixtures/broken",
        "src",
    ] {
        let stock = inventory(&[path]);
        let faults: Vec<_> = validator
            .iter_errors(&stock)
            .map(|fault| format!("{fault} at {}", fault.instance_path()))
            .collect();
        assert!(faults.is_empty(), "{path}: {faults:#?}");
    }
    let stock = inventory(&["fixtures/demo"]);
    for (pointer, value) in [
        ("/schema", json!("grantlint-report/1")),
        ("/clients/0/tier", json!("mighty")),
        ("/clients/0/scopes", json!("all")),
        ("/clients/0/findings", json!(3)),
    ] {
        let mut wrong = stock.clone();
        *wrong.pointer_mut(pointer).expect("a part of it") = value;
        assert!(!validator.is_valid(&wrong), "{pointer}");
    }
}

#[test]
fn findings_do_not_change_its_exit_code_and_problems_do() {
    let directory = tempfile::tempdir().expect("a directory");
    let write = |name: &str, text: &str| {
        fs::write(directory.path().join(name), text).expect("a file");
    };
    write("clients.json", PLAIN);
    write("cut.json", &PLAIN[..200]);
    write("wrong.toml", "[gate]\nfail-on = \"hgih\"\n");
    for (wanted, arguments) in [
        (0, vec!["clients.json"]),
        (0, vec!["clients.json", "--exclude", "cut.json", "-q"]),
        (3, vec!["cut.json"]),
        (3, vec!["clients.json", "missing.json"]),
        (
            3,
            vec!["clients.json", "--output", "csv=no/such/directory/x.csv"],
        ),
        (2, vec!["clients.json", "--config", "wrong.toml"]),
        (2, vec!["clients.json", "--fail-on", "high"]),
        (2, vec!["clients.json", "--format", "html"]),
        (2, vec!["clients.json", "--output", "html=x.html"]),
        (2, vec!["clients.json", "--select", "nonsense"]),
    ] {
        let all = [vec!["inventory"], arguments].concat();
        let run = grantlint_in(directory.path(), &all, b"");
        assert_eq!(run.code, wanted, "{all:?}\n{}", run.all());
    }
}

#[test]
fn it_reads_excludes_and_excuses_as_check_does() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path();
    fs::create_dir(path.join("old")).expect("a directory");
    fs::write(path.join("clients.json"), PLAIN).expect("a file");
    fs::write(path.join("old/clients.json"), PLAIN).expect("a file");
    let config = "exclude = [\"old\"]\n[rules.implicit-grant]\nseverity = \"critical\"\n";
    fs::write(path.join("grantlint.toml"), config).expect("a file");
    let run = |arguments: &[&str]| {
        let json = [arguments, &["--format", "json", "--today", TODAY]].concat();
        grantlint_in(path, &json, b"")
    };
    let stock = run(&["inventory"]).json();
    let check = run(&["check"]).json();
    assert_eq!(stock["summary"]["clients"], 2);
    assert_eq!(stock["summary"]["findings"], check["summary"]["findings"]);
    assert_eq!(stock["clients"][0]["findings"]["critical"], 1);
    // Known findings are not new, and they are open.
    let written = run(&["check", "--write-baseline", "known.json"]);
    assert_eq!(written.code, 1, "{}", written.all());
    let critical = |stock: &Value, key: &str| stock["clients"][0][key]["critical"].clone();
    let stock = run(&["inventory", "--baseline", "known.json"]).json();
    assert_eq!(critical(&stock, "findings"), 0);
    assert_eq!(critical(&stock, "open"), 1);
    let all = run(&["inventory", "--baseline", "known.json", "--no-suppress"]);
    assert_eq!(critical(&all.json(), "findings"), 1);
}

#[test]
fn it_is_the_same_for_any_threads_and_order() {
    for format in ["table", "csv", "json"] {
        let run = |arguments: &[&str]| {
            let fixed = ["inventory", "--today", TODAY, "--format", format];
            grantlint(&[&fixed, arguments].concat()).stdout
        };
        let one = run(&["--threads", "1", "fixtures/demo", "fixtures/neutral"]);
        assert_eq!(
            one,
            run(&["--threads", "4", "fixtures/neutral", "fixtures/demo"])
        );
        assert!(one.ends_with('\n'));
    }
}

#[test]
fn files_are_written_beside_standard_output() {
    let directory = tempfile::tempdir().expect("a directory");
    fs::write(directory.path().join("clients.json"), PLAIN).expect("a file");
    let arguments = [
        "inventory",
        "--today",
        TODAY,
        "--output",
        "csv=stock.csv",
        "--output",
        "json=stock.json",
    ];
    let run = grantlint_in(directory.path(), &arguments, b"");
    assert_eq!(run.code, 0, "{}", run.all());
    assert!(run.stdout.contains("Wallboard"));
    let csv = fs::read_to_string(directory.path().join("stock.csv")).expect("written");
    assert_eq!(
        rows(&csv)
            .iter()
            .filter(|row| row["row"] == "client")
            .count(),
        2
    );
    let json = fs::read_to_string(directory.path().join("stock.json")).expect("written");
    let json: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["summary"]["clients"], 2);
    assert_eq!(
        fs::read_dir(directory.path()).expect("a directory").count(),
        3
    );
}

#[test]
fn findings_of_no_client_are_told_too() {
    let sources = sources(&[("clients.json", PLAIN)]);
    let mut report = audited(&sources);
    let application = report.clients[0].clone();
    report.others.push(application);
    let mut finding = report.findings[0].clone();
    finding.subject = grantlint::finding::FindingSubject::Other(0);
    report.findings.push(finding);
    report.summary.findings[3] += 1;
    let value = json_of(&report);
    assert_eq!(value["summary"]["findings"]["high"], 2);
    assert_eq!(value["summary"]["findings_elsewhere"], 1);
    assert_eq!(list(&value["clients"]).len(), 2);
    for format in [InventoryFormat::Table, InventoryFormat::Csv] {
        let text = written(&report, format, Look::PLAIN);
        assert!(
            text.contains("is not a client and has findings: 1 high"),
            "{text}"
        );
    }
}

#[test]
fn descriptions_people_addresses_and_third_parties_are_in_every_form() {
    let place = tempfile::tempdir().expect("a directory");
    let write = |name: &str, text: &str| {
        std::fs::write(place.path().join(name), text).expect("written");
    };
    write(
        "clients.json",
        r#"[
{"id":"aa01","name":"Own","description":"=Loads\nlists. Owner: Dialling","authorizedGrantType":"CLIENT-CREDENTIALS","createdBy":{"id":"u1"},"modifiedBy":{"id":"u2"},"roleDivisions":[{"roleId":"r1","divisionId":"d1"},{"roleId":"r2","divisionId":"d2"},{"roleId":"r2","divisionId":"d1"}]},
{"id":"aa02","name":"Foreign","authorizedGrantType":"CODE","accessTokenValiditySeconds":1800,"scope":["users:readonly"],"registeredRedirectUri":["https://user:hunter2secret@a.example.com/callback?x=1","https://b.example.com/"]}
]"#,
    );
    write(
        "roles.json",
        r#"{"entities":[{"id":"r1","name":"Reader","permissionPolicies":[]},{"id":"r2","name":"Writer","permissionPolicies":[]}],"total":2}"#,
    );
    write(
        "divisions.json",
        r#"{"entities":[{"id":"d1","name":"North","homeDivision":true},{"id":"d2","name":"South","homeDivision":false}],"total":2}"#,
    );
    write(
        "users.json",
        r#"{"entities":[{"id":"u1","name":"Ann","username":"ann","state":"active","selfUri":"/api/v2/users/u1"}],"total":1}"#,
    );
    write(
        "authorisations.json",
        r#"{"entities":[{"client":{"id":"cc01","name":"Calm \u001b[31mApp"},"scope":["users:readonly"],"roles":[],"resourceOwner":{"id":"x"},"state":"Authorized","selfUri":"/api/v2/oauth/authorizations/cc01"}],"total":1}"#,
    );
    write(
        "grantlint.toml",
        "[clients.\"id:aa02\"]\nkind = \"third-party\"\n",
    );
    let run = |more: &[&str]| {
        let mut arguments = vec!["inventory", ".", "--today", "2026-11-22"];
        arguments.extend(more);
        let run = crate::common::grantlint_in(place.path(), &arguments, b"");
        assert_eq!(run.code, 0, "{}", run.all());
        assert!(!run.all().contains("hunter2secret"), "{}", run.all());
        assert!(!run.stdout.contains('\u{1b}'), "{}", run.stdout);
        run
    };
    let json = run(&["--format", "json"]).json();
    assert_eq!(json["applications"][0]["id"], "cc01");
    assert_eq!(
        json["clients"][0]["name"], "Foreign",
        "third parties come first"
    );
    let uris = json["clients"][0]["redirect_uris"]
        .as_array()
        .expect("a list");
    assert_eq!(uris.len(), 2);
    assert_eq!(uris[1], "https://b.example.com/");
    assert!(
        uris[0]
            .as_str()
            .expect("text")
            .ends_with("@a.example.com/callback?x=1")
    );
    let own = &json["clients"][1];
    assert_eq!(own["description"], "=Loads lists. Owner: Dialling");
    assert_eq!(
        (&own["owner"], &own["created_by"], &own["modified_by"]),
        (&"Dialling".into(), &"Ann".into(), &"u2".into())
    );
    assert_eq!(own["divisions"], serde_json::json!(["North", "South"]));
    let csv = run(&["--format", "csv"]).stdout;
    let lines: Vec<&str> = csv.lines().collect();
    assert!(lines[1].starts_with("other,"), "{csv}");
    assert!(lines[2].starts_with("client,Foreign,"), "{csv}");
    assert!(
        lines[3].ends_with(
            "'=Loads lists. Owner: Dialling,Dialling,Ann,u2,,Reader; Writer,North; South"
        ),
        "{csv}"
    );
    let table = run(&["-v"]).stdout;
    let at = |words: &str| {
        table
            .find(words)
            .unwrap_or_else(|| panic!("{words}\n{table}"))
    };
    assert!(at("is not a client and has no findings") < at("Foreign"));
    assert!(at("Foreign") < at("Own"));
    for words in [
        "redirect URIs: https://",
        "description: =Loads lists. Owner: Dialling",
        "owner: Dialling",
        "created by: Ann",
        "changed by: u2",
    ] {
        at(words);
    }
    assert!(!run(&[]).stdout.contains("created by"));
}
