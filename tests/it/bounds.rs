//! Hostile input costs bounded work and output: each limit is a message with an option, and what
//! exceeds it is never a pass.

use crate::common::{Run, grantlint_in};
use serde_json::{Value, json};
use std::fs;
use std::io::Write;
use std::path::Path;

const ARGUMENTS: [&str; 6] = ["check", ".", "--today", "2026-11-30", "--format", "json"];

fn check(at: &Path, more: &[&str]) -> Run {
    grantlint_in(at, &[&ARGUMENTS, more].concat(), b"")
}

fn place() -> tempfile::TempDir {
    tempfile::tempdir().expect("a directory")
}

fn write(at: &Path, name: &str, text: impl AsRef<[u8]>) {
    fs::write(at.join(name), text).expect("a file");
}

/// A listing of one client with these redirect URIs.
fn listing(uris: &[String]) -> String {
    let client = json!({
        "id": "11111111-1111-4111-8111-111111111111", "name": "Portal",
        "authorizedGrantType": "CODE", "registeredRedirectUri": uris,
    });
    json!({"entities": [client], "total": 1}).to_string()
}

fn uris(numbers: impl Iterator<Item = u32>) -> Vec<String> {
    let uri = |number| format!("http://host{number}.example.com/");
    numbers.map(uri).collect()
}

fn findings_of<'r>(report: &'r Value, rule: &str) -> Vec<&'r Value> {
    let findings = report["findings"].as_array().expect("findings").iter();
    findings.filter(|finding| finding["rule"] == rule).collect()
}

/// What a finding counts as.
fn count(finding: &Value) -> u64 {
    finding["count"].as_u64().unwrap_or(1)
}

fn total(counts: &Value) -> u64 {
    let counts = counts.as_object().expect("counts by severity");
    counts.values().filter_map(Value::as_u64).sum()
}

#[test]
fn problems_of_one_file_are_bounded_and_the_audit_stays_incomplete() {
    let client = r#"{"authorizedGrantType": "CODE", "accessTokenValiditySeconds": "3600"}"#;
    let wrong = r#"{"authorizedGrantType": "CODE", "accessTokenValiditySeconds": []}"#;
    let place = place();
    let items = vec!["{}"; 21_000].join(",");
    write(place.path(), "clients.json", format!("[{client},{items}]"));
    let run = check(place.path(), &[]);
    assert_eq!(run.code, 3);
    assert_eq!(run.json()["summary"]["problems"], 101);
    assert!(run.stdout.contains("19,900 more"), "{}", run.stderr);
    // Notes about values that were read never take the place of a problem.
    let notes = vec![client; 10_100].join(",");
    write(place.path(), "clients.json", format!("[{notes},{wrong}]"));
    let only = ["--select", "token-lifetime-out-of-range"];
    let run = check(place.path(), &only);
    assert_eq!(run.code, 3);
    assert_eq!(run.json()["summary"]["problems"], 1);
}

#[test]
fn findings_beyond_the_limit_are_counted_with_their_severity() {
    let place = place();
    write(place.path(), "clients.json", listing(&uris(0..150)));
    let run = check(place.path(), &[]);
    assert_eq!(run.code, 1, "{}", run.all());
    let report = run.json();
    let found = findings_of(&report, "redirect-not-https");
    assert_eq!(found.len(), 101);
    let unlisted: Vec<_> = found.iter().filter(|one| !one["count"].is_null()).collect();
    assert_eq!(unlisted.len(), 1);
    assert_eq!(unlisted[0]["count"], 50);
    assert_eq!(unlisted[0]["severity"], found[0]["severity"]);
    let message = unlisted[0]["message"].as_str().expect("a message");
    assert!(message.contains("50 more findings"), "{message}");
    let fix = unlisted[0]["fix"].as_str().expect("a fix");
    assert!(fix.contains("--max-findings 150"), "{fix}");
    let all: u64 = report["findings"]
        .as_array()
        .expect("some")
        .iter()
        .map(count)
        .sum();
    assert_eq!(total(&report["summary"]["findings"]), all);
    assert_eq!(total(&report["summary"]["open"]), all);
    assert!(report["summary"]["unlisted"].as_u64() >= Some(50));
    let more = check(place.path(), &["--max-findings", "150"]).json();
    assert_eq!(findings_of(&more, "redirect-not-https").len(), 150);
    assert_eq!(more["summary"]["unlisted"], 0);
    assert_eq!(more["summary"]["findings"], report["summary"]["findings"]);
    // One too many of the run: incomplete.
    write(place.path(), "grantlint.toml", "[limits]\nfindings = 20\n");
    let run = check(place.path(), &[]);
    assert_eq!(run.code, 3, "{}", run.all());
    let few = run.json();
    assert_eq!(few["findings"].as_array().map(Vec::len), Some(20));
    assert_eq!(few["summary"]["findings"], report["summary"]["findings"]);
    assert!(run.stdout.contains("[limits] findings"), "{}", run.all());
}

#[test]
fn a_baseline_knows_each_finding_that_is_not_listed() {
    let place = place();
    let at = place.path();
    write(at, "clients.json", listing(&uris(0..150)));
    fs::create_dir(at.join("policy")).expect("a directory");
    let baseline = ["--write-baseline", "policy/known.json"];
    assert_eq!(check(at, &baseline).code, 1);
    let known = ["--baseline", "policy/known.json"];
    let code = |uris: Vec<String>| {
        write(at, "clients.json", listing(&uris));
        let run = check(at, &known);
        (run.code, run.json()["summary"]["fixed"].as_u64())
    };
    assert_eq!(code(uris(0..150)), (0, Some(0)));
    assert_eq!(code(uris((0..150).rev())), (0, Some(0)), "another order");
    let (exit, fixed) = code(uris(1..150));
    assert_eq!(exit, 0, "the next one is listed, and it is known");
    assert!(fixed >= Some(1));
    assert_eq!(
        code(uris((0..149).chain([999]))).0,
        1,
        "one of the others is new"
    );
    assert_eq!(
        code(uris([999].into_iter().chain(0..149))).0,
        1,
        "a listed one is new"
    );
    // A merged baseline is as stable.
    write(at, "clients.json", listing(&uris(1..151)));
    assert_eq!(check(at, &baseline).code, 1);
    assert_eq!(code(uris(1..151)).0, 0);
    assert_eq!(code(uris((1..151).rev())).0, 0);
}

#[test]
fn only_an_entry_for_the_whole_client_accepts_what_is_not_listed() {
    let place = place();
    write(place.path(), "clients.json", listing(&uris(0..150)));
    let unlisted = |narrower: &str| {
        let entry = format!(
            "[[accept]]\nrule = \"redirect-not-https\"\nclient = \"name:Portal\"\n{narrower}reason = \"moves\"\nowner = \"Jo\"\nuntil = 2027-01-31\n"
        );
        write(place.path(), "grantlint.toml", entry);
        let report = check(place.path(), &[]).json();
        let found = findings_of(&report, "redirect-not-https");
        found.iter().map(|finding| count(finding)).sum::<u64>()
    };
    assert_eq!(unlisted(""), 0);
    assert_eq!(unlisted("value = \"http://host3.example.com/\"\n"), 149);
    assert_eq!(unlisted("value = \"http://host149.example.com/\"\n"), 150);
}

#[test]
fn many_problems_are_counted() {
    let place = place();
    for number in 0..300 {
        write(place.path(), &format!("{number}.json"), "{\"entities\": [");
    }
    let run = check(place.path(), &[]);
    assert_eq!(run.code, 3);
    let report = run.json();
    let problems = report["problems"].as_array().expect("problems");
    assert_eq!(problems.len(), 101);
    let last = problems[100]["message"].as_str().expect("a message");
    assert_eq!(
        last,
        "200 more problems of this kind in 200 files are not listed"
    );
}

#[test]
fn no_format_prints_a_long_text_in_full() {
    let place = place();
    let long = "word-1 ".repeat(3000);
    let token = "x".repeat(20_000);
    let clients = json!({"entities": [
        {"id": "1", "name": long, "description": long, "authorizedGrantType": "TOKEN", "registeredRedirectUri": [format!("http://a.example.com/{token}")], "scope": [token]},
        {"id": token, "name": "2", "authorizedGrantType": token, "state": long},
        {"id": "3", "name": "3", "authorizedGrantType": "CLIENT-CREDENTIALS", "roleDivisions": [{"roleId": "r", "divisionId": "d"}, {"roleId": token, "divisionId": token}]},
    ], long.as_str(): 1});
    let roles = json!({"entities": [{"id": "r", "name": long, "permissionPolicies": [{"domain": token, "entityName": "*", "actionSet": ["*"]}]}]});
    let divisions = json!({"entities": [{"id": "d", "name": long}]});
    write(place.path(), "clients.json", clients.to_string());
    write(place.path(), "roles.json", roles.to_string());
    write(place.path(), "divisions.json", divisions.to_string());
    let all = [
        "human", "concise", "json", "sarif", "html", "markdown", "csv", "junit", "github", "gitlab",
    ];
    for format in all {
        let arguments = [
            "check",
            ".",
            "--today",
            "2026-11-30",
            "--persona",
            "auditor",
            "--format",
            format,
        ];
        let run = grantlint_in(place.path(), &arguments, b"");
        assert!(run.code == 1 || run.code == 3, "{format}: {}", run.code);
        let longest = |text: &str, part: &str| text.contains(&part.repeat(2500 / part.len()));
        assert!(
            !longest(&run.all(), "word-1 "),
            "{format} prints a long name"
        );
        assert!(!longest(&run.all(), "x"), "{format} prints a long value");
    }
    for format in ["table", "csv", "json"] {
        let arguments = [
            "inventory",
            ".",
            "--today",
            "2026-11-30",
            "--format",
            format,
        ];
        let run = grantlint_in(place.path(), &arguments, b"");
        assert!(run.stdout.len() < 120_000, "{format}: {}", run.stdout.len());
    }
    let report = check(place.path(), &[]);
    assert!(
        report.stdout.contains(" more characters)"),
        "it says how much is missing"
    );
}

#[test]
fn a_small_archive_does_not_become_a_large_tree() {
    let place = place();
    let mut zip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    zip.write_all(b"[0").expect("gzip");
    for _ in 0..9 {
        zip.write_all(&b",0".repeat(1 << 20)).expect("gzip");
    }
    zip.write_all(b"]").expect("gzip");
    let bytes = zip.finish().expect("gzip");
    assert!(bytes.len() < 200_000, "{}", bytes.len());
    write(place.path(), "clients.json.gz", bytes);
    let run = check(place.path(), &[]);
    assert_eq!(run.code, 3);
    assert!(run.stdout.contains("100 times larger"), "{}", run.all());
    assert!(run.stdout.contains("[limits] expansion"), "{}", run.all());
}

#[test]
fn each_limit_names_its_option() {
    let place = place();
    let at = place.path();
    write(at, "clients.json", listing(&uris(0..50)));
    write(at, "others.yaml", "- &a [1, 2, 3]\n- *a\n- *a\n");
    for (option, value, enough) in [
        ("--max-values", "20", "1000"),
        ("--max-total", "1K", "1M"),
        ("--max-size", "1K", "1M"),
        ("--max-depth", "2", "8"),
        ("--max-aliases", "5", "50"),
    ] {
        let run = check(at, &[option, value]);
        assert_eq!(run.code, 3, "{option}: {}", run.all());
        assert!(run.stdout.contains(option), "{option}: {}", run.all());
        let kinds = &run.json()["problems"];
        assert_eq!(kinds[0]["kind"], "limit", "{option}: {kinds}");
        assert_eq!(check(at, &[option, enough]).code, 1, "{option} {enough}");
    }
    for key in ["values = 20", "files = 1", "depth = 2", "aliases = 5"] {
        write(at, "grantlint.toml", format!("[limits]\n{key}\n"));
        let run = check(at, &[]);
        assert_eq!(run.code, 3, "{key}: {}", run.all());
        assert_eq!(run.json()["problems"][0]["kind"], "limit", "{key}");
    }
    write(
        at,
        "grantlint.toml",
        "[limits]\nvalues = 0\nfindings-per-client = 2\n",
    );
    assert_eq!(check(at, &[]).code, 2);
}

#[test]
fn files_of_the_policy_are_bounded() {
    let place = place();
    let at = place.path();
    write(at, "clients.json", listing(&uris(0..1)));
    write(at, "policy.toml", "#".repeat((4 << 20) + 1));
    let run = check(at, &["--config", "policy.toml"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("larger than 4 MiB"), "{}", run.all());
    fs::create_dir(at.join("rules")).expect("a directory");
    for number in 0..=1000 {
        write(&at.join("rules"), &format!("{number}.toml"), "");
    }
    write(at, "grantlint.toml", "[rules]\nextra = [\"rules\"]\n");
    let run = check(at, &[]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("more than 1000 rule files"),
        "{}",
        run.all()
    );
}

/// Pseudo-random numbers, the same in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).expect("31 bits") % bound
    }

    fn pick<'t, T: ?Sized>(&mut self, all: &[&'t T]) -> &'t T {
        all[self.below(all.len())]
    }
}

/// Whether the reader finds no fault but duplicate keys, and its values as JSON.
fn own(text: &str, format: grantlint::document::Format) -> Option<Vec<Value>> {
    use grantlint::document::{FaultKind, Limits, read_as};
    use grantlint::text::SourceId;
    let document = read_as(SourceId(0), text, format, Limits::default());
    let mut faults = document.faults().iter();
    let is_whole = faults.all(|fault| fault.kind == FaultKind::DuplicateKey);
    is_whole.then(|| document.roots().map(|root| value(root)).collect())
}

fn value(node: grantlint::document::Node<'_, '_>) -> Value {
    use grantlint::document::Kind;
    match node.kind() {
        Kind::Null => Value::Null,
        Kind::False => Value::Bool(false),
        Kind::True => Value::Bool(true),
        Kind::List => node.items().map(value).collect(),
        Kind::Map => {
            let entries = node.entries();
            let entries =
                entries.map(|(key, of)| (key.text().unwrap_or_default().into(), value(of)));
            Value::Object(entries.collect())
        }
        Kind::Number => {
            let digits = node.number().expect("digits");
            serde_json::from_str(digits).unwrap_or_else(|_| Value::from(digits))
        }
        _ => Value::from(node.text().expect("text")),
    }
}

#[test]
fn random_json_is_accepted_and_read_as_by_serde_json() {
    let parts = [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"a\"",
        "\"b\\n\"",
        "\"\\u00e9\"",
        "\"\\ud83d\\ude00\"",
        "\"\\ud83d\"",
        "0",
        "-1",
        "1.5e3",
        "01",
        "1.",
        "true",
        "false",
        "null",
        "nul",
        " ",
        "\n",
        "\t",
        "\"",
        "\\",
        "\"k\":",
        "\"k\": 1,",
        "{\"a\": [",
        "]}",
        "\u{1}",
        "é",
    ];
    let mut numbers = Numbers(0x5eed);
    let (mut accepted, mut refused) = (0, 0);
    for _ in 0..60_000 {
        let length = 1 + numbers.below(9);
        let text: String = (0..length).map(|_| numbers.pick(&parts)).collect();
        let theirs: Result<Vec<Value>, _> = serde_json::Deserializer::from_str(&text)
            .into_iter()
            .collect();
        let ours = own(&text, grantlint::document::Format::Json);
        match theirs {
            // A number beyond the range of a double is a number all the same.
            Err(error) if error.to_string().starts_with("number out of range") => continue,
            theirs => assert_eq!(ours, theirs.ok(), "{text:?}"),
        }
        if ours.is_some() {
            accepted += 1;
        } else {
            refused += 1;
        }
    }
    assert!(
        accepted > 2000 && refused > 2000,
        "{accepted} and {refused}"
    );
}

#[test]
fn a_planted_secret_is_in_no_format() {
    const SECRET: &str = "zQ7vR2mXk9Lp4TtWb8Nc3YhJf6Gs1Dd5AaEeUuOo0Ii";
    let keys = ["secret", "clientSecret", "client_secret", "CLIENT-SECRET"];
    let texts = |key: &str| {
        let client = json!({
            "id": "1", "name": "Portal", "authorizedGrantType": "TOKEN", key: SECRET,
            "registeredRedirectUri": ["http://a.example.com/"],
        });
        let listing = json!({"entities": [client]});
        let yaml = yaml_serde::to_string(&listing).expect("YAML");
        let broken = listing.to_string().replace("]}", "");
        [
            (
                "clients.json",
                serde_json::to_string_pretty(&listing).expect("JSON"),
            ),
            ("clients.yaml", yaml),
            ("broken.json", broken),
        ]
    };
    let mut numbers = Numbers(7);
    let request = grantlint::audit::Request {
        inventory: true,
        ..grantlint::audit::Request::new("2026-11-30".parse().expect("a date"))
    };
    for key in keys {
        for (path, text) in texts(key) {
            // The text as it is, and cut or changed somewhere after the secret.
            let after = text.find(SECRET).expect("the secret") + SECRET.len();
            for turn in 0..3 {
                let mut text = text.clone();
                if turn > 0 {
                    let at = text.ceil_char_boundary(after + 2 + numbers.below(text.len() - after));
                    let other = numbers.pick(&["", "}", "\"", ",", ": ", "\n", "#"]);
                    text.replace_range(at.min(text.len()).., other);
                }
                let sources = crate::exports::sources(&[(path, &text)]);
                let report = grantlint::audit::audit(&sources, &[true], Vec::new(), &request);
                for format in grantlint::report::Format::ALL {
                    let printed = crate::exports::written(&report, format);
                    let parts = SECRET.as_bytes().windows(8);
                    let mut parts = parts.map(|part| std::str::from_utf8(part).expect("ASCII"));
                    assert!(
                        !parts.any(|part| printed.contains(part)),
                        "{key} in {path}, {}: {text}",
                        format.name()
                    );
                }
            }
        }
    }
}
