//! What other programs take: spreadsheets, test pages, code quality, annotations and pages.

use crate::common::{Run, TODAY, grantlint, grantlint_in, root};
use scraper::{Html, Selector};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

fn check(place: &Path, more: &[&str]) -> Run {
    let mut arguments = vec!["check", ".", "--today", TODAY];
    arguments.extend(more);
    grantlint_in(place, &arguments, b"")
}

/// A copy of the demonstration.
fn demo() -> tempfile::TempDir {
    let place = tempfile::tempdir().expect("a directory");
    for name in ["clients.json", "roles.json", "divisions.json"] {
        let from = root().join("fixtures/demo").join(name);
        fs::copy(from, place.path().join(name)).expect("a file");
    }
    place
}

fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader
        .deserialize()
        .map(|row| row.expect("a row"))
        .collect()
}

#[test]
fn the_extension_of_a_file_names_its_format() {
    let place = demo();
    let run = check(
        place.path(),
        &["-q", "--output", "out.html", "--output", "out.sarif"],
    );
    assert_eq!(run.code, 1, "{}", run.all());
    let page = fs::read_to_string(place.path().join("out.html")).expect("a page");
    assert!(page.starts_with("<!DOCTYPE html>"), "{page}");
    let log = fs::read_to_string(place.path().join("out.sarif")).expect("a log");
    assert!(log.contains("\"version\":\"2.1.0\"") || log.contains("\"2.1.0\""));
    for (file, words) in [
        (
            "out.json",
            "json=out.json or sarif=out.json or gitlab=out.json",
        ),
        ("out.xml", "junit=out.xml"),
        ("out", "FORMAT=FILE"),
    ] {
        let refused = check(place.path(), &["--output", file]);
        assert_eq!(refused.code, 2, "{}", refused.all());
        assert!(refused.stderr.contains(words), "{}", refused.stderr);
    }
}

#[test]
fn a_table_says_since_when_and_whose() {
    let place = demo();
    let first = check(place.path(), &["--format", "csv"]);
    let rows_of = |run: &Run| rows(&run.stdout);
    let of_kind = |rows: &[BTreeMap<String, String>], kind: &str| {
        let rows = rows.iter().filter(|row| row["kind"] == kind);
        rows.cloned().collect::<Vec<_>>()
    };
    let findings = of_kind(&rows_of(&first), "finding");
    assert!(findings.iter().all(|row| row["first_seen"].is_empty()));
    assert!(
        findings.iter().any(|row| !row["owner"].is_empty()),
        "a description names an owner"
    );
    check(place.path(), &["--write-baseline", "known.json"]);
    let later = [
        "--baseline",
        "known.json",
        "--show-suppressed",
        "--format",
        "csv",
    ];
    let known = of_kind(&rows_of(&check(place.path(), &later)), "known");
    assert_eq!(known.len(), findings.len());
    assert!(known.iter().all(|row| row["first_seen"] == TODAY));
    fs::remove_file(place.path().join("known.json")).expect("a file");
    let marked = check(place.path(), &["--format", "csv", "--csv-bom"]);
    assert_eq!(marked.stdout.strip_prefix('\u{feff}'), Some(&*first.stdout));
    // A table with the mark is still recognised as a report.
    fs::write(place.path().join("report.csv"), &marked.stdout).expect("a file");
    let again = check(place.path(), &["--format", "json"]);
    assert!(again.stdout.contains("own-report"), "{}", again.stdout);
}

#[test]
fn each_owner_gets_a_list() {
    let place = demo();
    fs::write(
        place.path().join("grantlint.toml"),
        "[clients.\"name:Legacy Dialer\"]\nowner = \"Outbound\"\n",
    )
    .expect("a file");
    let table = check(place.path(), &["--format", "csv", "--group-by", "owner"]);
    let owners: Vec<String> = rows(&table.stdout)
        .iter()
        .filter(|row| row["kind"] == "finding")
        .map(|row| row["owner"].clone())
        .collect();
    assert_eq!(
        owners[0], "Outbound",
        "the list with the worst findings is first"
    );
    let mut lists = owners.clone();
    lists.dedup();
    let mut different = lists.clone();
    different.sort();
    different.dedup();
    assert_eq!(
        lists.len(),
        different.len(),
        "an owner has one list: {lists:?}"
    );
    assert_eq!(lists.last().map(String::as_str), Some(""), "{lists:?}");
    let comment = check(
        place.path(),
        &["--format", "markdown", "--group-by", "owner"],
    );
    let headings = comment
        .stdout
        .lines()
        .filter(|line| line.starts_with("#### "));
    let headings: Vec<&str> = headings.collect();
    assert_eq!(headings.len(), lists.len(), "{headings:?}");
    assert_eq!(headings[0], "#### Outbound: 5 findings in 1 client");
    assert!(headings[headings.len() - 1].starts_with("#### no known owner: "));
    let all = rows(&table.stdout)
        .iter()
        .filter(|row| row["kind"] == "finding")
        .count();
    let shown = comment
        .stdout
        .lines()
        .filter(|line| line.contains("rules.md#"));
    assert!(shown.count() > all / 2, "each list has its rows");
}

#[test]
fn a_comment_counts_by_rule_and_puts_the_fix_before_long_columns() {
    let run = grantlint(&[
        "check",
        "fixtures/demo",
        "--today",
        TODAY,
        "--format",
        "markdown",
    ]);
    let line = run
        .stdout
        .lines()
        .find(|line| line.starts_with("**By rule:** "));
    let line = line.expect("counts by rule");
    assert!(line.contains("role-admin) 1 critical; "), "{line}");
    let heading = run
        .stdout
        .lines()
        .find(|line| line.starts_with("| severity"));
    assert_eq!(
        heading,
        Some("| severity | rule | client | fix | what | where |")
    );
    let row = run
        .stdout
        .lines()
        .find(|line| line.starts_with("| critical"));
    let cells: Vec<&str> = row.expect("a row").split(" | ").collect();
    assert_eq!(cells.len(), 6, "{cells:?}");
    assert!(cells[5].contains("clients&#46;json"), "{cells:?}");
}

/// The children and attributes that the schema of Jenkins (jenkins-junit.xsd) permits for an
/// element; the first number of attributes are required.
fn permitted(name: &str) -> (&'static [&'static str], usize, &'static [&'static str]) {
    match name {
        "testsuites" => (
            &["testsuite"],
            0,
            &["name", "time", "tests", "failures", "disabled", "errors"],
        ),
        "testsuite" => (
            &["properties", "testcase", "system-out", "system-err"],
            2,
            &[
                "name",
                "tests",
                "failures",
                "errors",
                "time",
                "disabled",
                "skipped",
                "timestamp",
                "hostname",
                "id",
                "package",
            ],
        ),
        "properties" => (&["property"], 0, &[]),
        "property" => (&[], 2, &["name", "value"]),
        "testcase" => (
            &["skipped", "error", "failure", "system-out", "system-err"],
            1,
            &["name", "assertions", "time", "classname", "status"],
        ),
        "failure" | "error" => (&[], 0, &["type", "message"]),
        "skipped" | "system-out" | "system-err" => (&[], 0, &[]),
        other => panic!("the schema has no <{other}>"),
    }
}

#[test]
fn test_pages_get_what_the_schema_of_jenkins_permits() {
    use quick_xml::events::Event;
    for directory in ["demo", "broken", "labelled", "neutral"] {
        let path = format!("fixtures/{directory}");
        let run = grantlint(&["check", &path, "--today", TODAY, "--format", "junit"]);
        let mut reader = quick_xml::Reader::from_str(&run.stdout);
        let mut open: Vec<(String, usize)> = Vec::new();
        let mut cases = 0;
        loop {
            let event = reader.read_event().expect("well formed");
            let (start, is_empty) = match &event {
                Event::Start(start) => (start, false),
                Event::Empty(start) => (start, true),
                Event::End(_) => {
                    open.pop();
                    continue;
                }
                Event::Eof => break,
                _ => continue,
            };
            let name = start.name().as_ref().to_owned();
            let (_, required, attributes) = permitted(&name);
            let given = start.attributes().map(|one| one.expect("an attribute"));
            let given: BTreeMap<String, String> = given
                .map(|one| {
                    let key = one.key.as_ref().to_owned();
                    (key, one.value.into_owned())
                })
                .collect();
            for key in given.keys() {
                assert!(attributes.contains(&&**key), "<{name} {key}=..> in {path}");
            }
            for key in &attributes[..required] {
                assert!(given.contains_key(*key), "<{name}> has no {key} in {path}");
            }
            for key in ["tests", "failures", "errors", "skipped", "time"] {
                let number = given.get(key).map(|number| number.parse::<u64>());
                assert!(!matches!(number, Some(Err(_))), "{key} in {path}");
            }
            if let Some((parent, last)) = open.last_mut() {
                let (children, ..) = permitted(parent);
                let at = children.iter().position(|child| *child == name);
                let at = at.unwrap_or_else(|| panic!("<{name}> in <{parent}> in {path}"));
                // The elements of a suite are a sequence.
                assert!(at >= *last, "<{name}> is too late in <{parent}> in {path}");
                *last = at;
            }
            cases += usize::from(name == "testcase");
            if !is_empty {
                open.push((name, 0));
            }
        }
        assert!(cases > 50, "{path}: {cases}");
    }
}

#[test]
fn code_quality_names_files_from_the_work_tree() {
    let place = tempfile::tempdir().expect("a directory");
    fs::create_dir_all(place.path().join("exports/prod")).expect("directories");
    fs::create_dir(place.path().join(".git")).expect("a directory");
    let text = fs::read_to_string(root().join("fixtures/demo/clients.json")).expect("clients");
    fs::write(place.path().join("exports/prod/clients.json"), text).expect("a file");
    let absolute = place.path().join("exports");
    let absolute = absolute.to_str().expect("UTF-8");
    let paths = |directory: &Path, argument: &str| -> Vec<String> {
        let arguments = ["check", argument, "--format", "gitlab", "--today", TODAY];
        let entries = grantlint_in(directory, &arguments, b"").json();
        let entries = entries.as_array().expect("a list").iter();
        let mut paths: Vec<String> = entries
            .filter_map(|entry| entry["location"]["path"].as_str().map(str::to_owned))
            .collect();
        paths.dedup();
        paths
    };
    for (directory, argument) in [
        (place.path(), "exports"),
        (place.path(), absolute),
        (&place.path().join("exports"), "."),
        (&place.path().join("exports/prod"), "clients.json"),
    ] {
        assert_eq!(
            paths(directory, argument),
            ["exports/prod/clients.json"],
            "{argument}"
        );
    }
    // Without a work tree a path is as given.
    let lone = demo();
    assert_eq!(paths(lone.path(), "clients.json"), ["clients.json"]);
}

#[test]
fn annotations_leave_room_for_findings() {
    for directory in ["demo", "broken"] {
        let path = format!("fixtures/{directory}");
        let run = grantlint(&["check", &path, "--today", TODAY, "--format", "github"]);
        let of_run = |level: &str| {
            let lines = run.stdout.lines();
            let lines = lines.filter(|line| line.starts_with(&format!("::{level} ")));
            lines
                .filter(|line| line.contains("title=grantlint"))
                .count()
        };
        assert!(of_run("notice") <= 3, "{}", run.stdout);
        assert!(of_run("error") <= 5, "{}", run.stdout);
        assert_eq!(of_run("warning"), 0, "{}", run.stdout);
    }
}

#[test]
fn artifacts_of_code_scanning_and_the_page_have_hashes() {
    let place = demo();
    let hash = |name: &str| {
        let bytes = fs::read(place.path().join(name)).expect("a file");
        let digest = Sha256::digest(bytes);
        let hex = digest.iter().map(|byte| format!("{byte:02x}"));
        hex.collect::<Vec<_>>().concat()
    };
    let log = check(place.path(), &["--format", "sarif"]).json();
    let artifacts = log["runs"][0]["artifacts"].as_array().expect("artifacts");
    assert_eq!(artifacts.len(), 3);
    for artifact in artifacts {
        let name = artifact["location"]["uri"].as_str().expect("a name");
        assert_eq!(
            artifact["hashes"]["sha-256"],
            Value::from(hash(name)),
            "{name}"
        );
    }
    let secret = "--title=https://feed:Zq7Rv2Lx9Tn4Kp8Wb3Ym6Hc1Df5Gs0Ja@a.example.com/";
    let page = check(
        place.path(),
        &["--format", "html", secret, "--fail-on", "high"],
    )
    .stdout;
    assert!(
        !page.contains("Zq7Rv2Lx9Tn4Kp8Wb3Ym6Hc1Df5Gs0Ja"),
        "the command line is masked"
    );
    let page = Html::parse_document(&page);
    let texts = |selector: &str| -> Vec<String> {
        let selector = Selector::parse(selector).expect("a selector");
        page.select(&selector)
            .map(|one| one.text().collect())
            .collect()
    };
    let shown = texts("#method .hash");
    for name in ["clients.json", "roles.json", "divisions.json"] {
        assert!(shown.contains(&hash(name)), "{name}");
    }
    let evidence = texts(".evidence dd").join("\n");
    for words in [
        "--fail-on high",
        &format!("grantlint {}", env!("CARGO_PKG_VERSION")),
        "none: the defaults of grantlint",
        "none: every finding counts as new",
    ] {
        assert!(evidence.contains(words), "{words}: {evidence}");
    }
    let charts = texts("#glance a[href^=\"#?lives=\"], #glance a[href^=\"#?age=\"]");
    assert!(charts.len() > 3, "{charts:?}");
}
