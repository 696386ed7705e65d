//! All formats at once: they count the same, say the same twice, let nothing of a hostile
//! export through, and hide no problem. Then what each format has of its own.

use crate::exports::{
    HOSTILE_NAMES, OPEN, PLAIN, SECRET, audited, hostile, json, sources, written,
};
use grantlint::catalog::Severity;
use grantlint::finding::{
    Finding, Fingerprint, Notice, NoticeKind, Problem, ProblemKind, Related, Report,
};
use grantlint::report::{Format, InventoryFormat, Links, Look};
use grantlint::text::{Origin, is_unsafe_char};
use quick_xml::events::Event;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// An element of XML with its attributes and its text.
#[derive(Debug, Default)]
struct Element {
    name: String,
    attributes: BTreeMap<String, String>,
    text: String,
}

impl Element {
    fn number(&self, attribute: &str) -> usize {
        self.attributes[attribute].parse().expect("a number")
    }
}

/// The elements of an XML text, read strictly.
fn elements(xml: &str) -> Vec<Element> {
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut elements: Vec<Element> = Vec::new();
    loop {
        let event = reader.read_event().expect("well-formed XML");
        match event {
            Event::Start(start) | Event::Empty(start) => elements.push(Element {
                name: start.name().as_ref().to_owned(),
                attributes: start
                    .attributes()
                    .map(|attribute| {
                        let attribute = attribute.expect("an attribute");
                        let value = attribute
                            .normalized_value(quick_xml::XmlVersion::Implicit1_0)
                            .expect("known entities");
                        (attribute.key.as_ref().to_owned(), value.into_owned())
                    })
                    .collect(),
                text: String::new(),
            }),
            Event::Text(text) => {
                if let Some(last) = elements.last_mut() {
                    last.text += &text;
                }
            }
            Event::Eof => return elements,
            _ => {}
        }
    }
}

fn named<'e>(elements: &'e [Element], name: &str) -> Vec<&'e Element> {
    elements.iter().filter(|one| one.name == name).collect()
}

fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader
        .deserialize()
        .map(|row| row.expect("a row of as many cells"))
        .collect()
}

/// Findings of several severities, a problem, and a rule that was not judged.
fn mixed(sources: &grantlint::text::Sources) -> Report<'_> {
    let mut report = audited(sources);
    let severities = [3, 2, 1, 4, 3, 2, 1, 0, 3];
    for (finding, severity) in report.findings.iter_mut().zip(severities.iter().cycle()) {
        finding.severity = Severity::ALL[*severity];
    }
    report.summary.findings = [0; 5];
    for finding in &report.findings {
        report.summary.findings[finding.severity as usize] += 1;
    }
    report.summary.open = report.summary.findings;
    report.problems.push(
        Problem::new(ProblemKind::Unreadable, "cannot be read: =x", "check | it")
            .in_file("bad\u{202e}::error::\n.json"),
    );
    report
}

/// How many findings of each severity a format shows, the mildest first.
#[expect(clippy::too_many_lines, reason = "one arm for each format")]
fn counted(report: &Report<'_>, format: Format) -> [usize; 5] {
    let text = written(report, format);
    let mut counts = [0; 5];
    let mut add = |word: &str, words: [&str; 5]| {
        let at = words.iter().position(|known| *known == word);
        counts[at.unwrap_or_else(|| panic!("{format:?} says {word:?}"))] += 1;
    };
    let names = Severity::ALL.map(Severity::name);
    let of_json = |value: &Value, pointer: &str| {
        value
            .pointer(pointer)
            .and_then(Value::as_str)
            .expect("a word")
            .to_owned()
    };
    match format {
        Format::Human => {
            let mut alike = 1;
            for line in text.lines() {
                if let Some((_, clients)) = line.split_once("the same in ") {
                    let count = clients.split(' ').next().expect("a number");
                    alike = count.parse().expect("a number");
                }
                let mut words = line.split_whitespace().skip(1);
                if let (Some(severity), Some("implicit-grant")) = (words.next(), words.next()) {
                    (0..alike).for_each(|_| add(severity, names));
                    alike = 1;
                }
            }
        }
        Format::Summary => {
            for word in names {
                let parts = text.lines().flat_map(|line| line.split("   "));
                let mut counts = parts.filter_map(|part| part.trim().split_once(' '));
                let count = counts.find(|(_, severity)| *severity == word);
                let count = count.map(|(count, _)| count.parse().expect("a number"));
                (0..count.unwrap_or(0)).for_each(|_| add(word, names));
            }
        }
        Format::Concise => {
            for line in text
                .lines()
                .filter(|line| line.contains(" implicit-grant ["))
            {
                add(line.split_whitespace().nth(1).expect("a word"), names);
            }
        }
        Format::Html => {
            for card in text.split("<article class=\"finding ").skip(1) {
                add(card.split('"').next().expect("a class"), names);
            }
        }
        Format::Json => {
            for finding in json(report, format)["findings"].as_array().expect("a list") {
                add(&of_json(finding, "/severity"), names);
            }
        }
        Format::Sarif => {
            let log = json(report, format);
            for result in log["runs"][0]["results"].as_array().expect("a list") {
                add(&of_json(result, "/properties/severity"), names);
            }
        }
        Format::Gitlab => {
            for entry in json(report, format).as_array().expect("a list") {
                let check = of_json(entry, "/check_name");
                if !check.starts_with("problem/") && !check.starts_with("not-judged/") {
                    let words = ["info", "minor", "major", "critical", "blocker"];
                    add(&of_json(entry, "/severity"), words);
                }
            }
        }
        Format::Junit => {
            for failure in named(&elements(&text), "failure") {
                add(&failure.attributes["type"], names);
            }
        }
        Format::Csv => {
            for row in rows(&text).iter().filter(|row| row["kind"] == "finding") {
                add(&row["severity"], names);
            }
        }
        Format::Markdown => {
            let lines = text.lines().filter(|line| line.starts_with("| "));
            for line in lines.filter(|line| line.contains("implicit-grant](")) {
                // One row tells what many clients have in common.
                let alike = line.split_once(" clients: ").map_or(1, |(before, _)| {
                    let number = before.rsplit(' ').next().expect("a word");
                    number.parse().expect("a number")
                });
                for _ in 0..alike {
                    add(line.split('|').nth(1).expect("a cell").trim(), names);
                }
            }
        }
        Format::Github => {
            for line in text.lines() {
                let title = line.split("title=").nth(1).expect("a title");
                let title = title.split("::").next().expect("an end");
                if let Some((severity, "implicit-grant")) = title.split_once(' ') {
                    add(severity, names);
                }
            }
        }
    }
    counts
}

#[test]
fn names_are_found_again_and_others_are_not() {
    for format in Format::ALL {
        assert_eq!(Format::parse(format.name()), Some(format));
    }
    assert_eq!(Format::parse("Json"), None);
    assert_eq!(
        Format::ALL.iter().collect::<BTreeSet<_>>().len(),
        Format::ALL.len()
    );
}

#[test]
fn all_formats_count_the_same() {
    let hostile = hostile();
    let sources = sources(&[
        ("a/clients.json", &hostile),
        ("b/clients.json", PLAIN),
        ("c/open.json", OPEN),
    ]);
    let report = mixed(&sources);
    assert_eq!(report.summary.total(), HOSTILE_NAMES.len() + 1);
    for format in Format::ALL {
        assert_eq!(
            counted(&report, format),
            report.summary.findings,
            "{format:?}"
        );
    }
}

#[test]
fn all_formats_write_the_same_bytes_twice() {
    let hostile = hostile();
    let sources = sources(&[("a/clients.json", &hostile), ("c/open.json", OPEN)]);
    for format in Format::ALL {
        let first = written(&mixed(&sources), format);
        assert_eq!(first, written(&mixed(&sources), format), "{format:?}");
        assert!(first.ends_with('\n'), "{format:?}");
    }
}

#[test]
fn no_format_hides_a_problem_or_what_was_not_judged() {
    let sources = sources(&[("open.json", OPEN)]);
    let mut report = audited(&sources);
    let far = Problem::new(ProblemKind::Configuration, "is far away", "come closer");
    report.problems.push(far);
    for format in Format::ALL {
        let text = written(&report, format);
        assert!(
            text.contains("is far away") && text.contains("come closer"),
            "{format:?}"
        );
        assert!(text.contains("configuration"), "{format:?}");
        assert!(
            text.contains("gc oauth clients list -a"),
            "{format:?}:\n{text}"
        );
    }
}

#[test]
fn no_format_hides_what_the_policy_says() {
    let sources = sources(&[("clients.json", &*PLAIN.replace("TOKEN", "CODE"))]);
    let mut report = audited(&sources);
    report.notices.push(Notice {
        kind: NoticeKind::ExceptionExpired,
        severity: Severity::High,
        message: "accepted until yesterday\u{202e}".into(),
        remedy: "decide again: \u{1b}[31m<b>".into(),
        origin: Some(Origin {
            path: "grantlint.toml".into(),
            line: 7,
            column: 1,
        }),
    });
    for format in Format::ALL {
        let text = written(&report, format);
        for words in [
            "exception-expired",
            "accepted until yesterday",
            "decide again",
        ] {
            assert!(text.contains(words), "{format:?}: {words}\n{text}");
        }
        let unruly = text.chars().find(|&one| one != '\n' && is_unsafe_char(one));
        assert_eq!(unruly, None, "{format:?}");
    }
    for format in InventoryFormat::ALL {
        let mut out = Vec::new();
        format
            .write(&report, Look::PLAIN, &mut out)
            .expect("memory takes all");
        let text = String::from_utf8(out).expect("UTF-8");
        assert!(text.contains("exception-expired"), "{format:?}: {text}");
        assert!(text.contains("decide again"), "{format:?}: {text}");
    }
}

#[test]
fn concise_is_grouped_by_client_the_worst_first_and_ends_in_a_summary() {
    let hostile = hostile();
    let sources = sources(&[("a/clients.json", &hostile), ("b/clients.json", PLAIN)]);
    let report = mixed(&sources);
    let text = written(&report, Format::Concise);
    let ranks: Vec<usize> = text
        .lines()
        .filter(|line| line.contains(" implicit-grant ["))
        .map(|line| {
            let word = line.split_whitespace().nth(1).expect("a severity");
            let names = Severity::ALL.map(Severity::name);
            names
                .iter()
                .position(|name| *name == word)
                .expect("a severity")
        })
        .collect();
    assert!(
        ranks.len() > 10 && ranks.is_sorted_by(|a, b| a >= b),
        "{ranks:?}"
    );
    let last = text.lines().last().expect("a line");
    assert!(
        last.contains("critical") && last.contains("clients in 2 files"),
        "{last}"
    );
    let quiet = Look {
        quiet: true,
        ..Look::PLAIN
    };
    let mut out = Vec::new();
    Format::Concise
        .write(&report, quiet, &mut out)
        .expect("memory takes all");
    let quiet = String::from_utf8(out).expect("UTF-8");
    // Those of the lowest severity do not fail.
    let failing = ranks.iter().filter(|rank| **rank > 0).count();
    assert_eq!(quiet.matches(" implicit-grant [").count(), failing);
    assert!(quiet.contains("\nalso: ") && !quiet.contains("\nnot judged: "));
    assert!(quiet.ends_with(&format!("{last}\n")));
}

#[test]
fn places_are_links_where_there_are_any() {
    let sources = sources(&[("exports/clients.json", PLAIN)]);
    let mut report = audited(&sources);
    let related = Related {
        place: report.findings[0].place,
        text: "this one".into(),
    };
    report.findings[0].related.push(related);
    let links = Some(Links {
        form: "vscode://file{path}:{line}:{column}",
        here: "/home/me",
    });
    let url = "\u{1b}]8;;vscode://file/home/me/exports/clients.json:3:99\u{1b}\\";
    for format in [Format::Human, Format::Concise] {
        for color in [false, true] {
            let draw = |links| {
                let look = Look {
                    links,
                    color,
                    ..Look::PLAIN
                };
                let mut out = Vec::new();
                format
                    .write(&report, look, &mut out)
                    .expect("memory takes all");
                String::from_utf8(out).expect("UTF-8")
            };
            let linked = draw(links);
            let place = "exports/clients.json:3:99";
            assert!(
                linked.contains(&format!("{url}{place}\u{1b}]8;;\u{1b}\\")),
                "{linked}"
            );
            // A link takes no room: without it the text is the same.
            let plain = linked.replace(url, "").replace("\u{1b}]8;;\u{1b}\\", "");
            assert_eq!(plain, draw(None), "{format:?}");
        }
    }
    for format in Format::ALL {
        let plain = written(&report, format);
        assert!(!plain.contains("\u{1b}]8;;"), "{format:?}");
    }
}

#[test]
fn of_thousands_of_findings_the_first_are_drawn_and_the_others_counted() {
    let sources = sources(&[("clients.json", PLAIN)]);
    let mut report = audited(&sources);
    let one = report.findings[0].clone();
    report.findings = (0..5_000)
        .map(|number| Finding {
            message: format!("{} {number}", one.message),
            ..one.clone()
        })
        .collect();
    report.summary.findings = [0, 0, 0, 5_000, 0];
    let draw = |verbose| {
        let look = Look {
            verbose,
            ..Look::PLAIN
        };
        let mut out = Vec::new();
        Format::Human
            .write(&report, look, &mut out)
            .expect("memory takes all");
        String::from_utf8(out).expect("UTF-8")
    };
    let text = draw(false);
    assert_eq!(text.matches("\u{256d}\u{2500}[").count(), 10);
    assert!(text.contains("4,990 more findings (4,990 high), by cause"));
    assert!(text.contains("4,990 findings in 1 client"));
    let words: Vec<&str> = text.split_whitespace().collect();
    assert!(words.join(" ").contains(" · 4,985 more"));
    let verbose = draw(true);
    assert_eq!(verbose.matches("\u{256d}\u{2500}[").count(), 5_000);
    assert!(!verbose.contains("by cause"));
}

#[test]
fn no_name_in_an_export_harms_any_format() {
    let hostile = hostile();
    let sources = sources(&[
        ("a/<b>=,:%\n::error::x.json", &hostile),
        ("c/open.json", OPEN),
    ]);
    let report = mixed(&sources);
    for format in Format::ALL {
        let text = written(&report, format);
        assert!(!text.contains(SECRET), "{format:?}");
        let unruly = text.chars().find(|&one| one != '\n' && is_unsafe_char(one));
        assert_eq!(unruly, None, "{format:?}");
        // No line of any format is a command to the runner of GitHub but its own.
        if format != Format::Github {
            let command = text
                .lines()
                .find(|line| line.trim_start().starts_with("::"));
            assert_eq!(command, None, "{format:?}");
        }
    }
    check_json(&report);
    check_junit(&written(&report, Format::Junit));
    check_csv(&written(&report, Format::Csv));
    check_markdown(&written(&report, Format::Markdown));
    check_github(&written(&report, Format::Github));
}

/// Names come back whole, but for what the gate writes out.
fn check_json(report: &Report<'_>) {
    let value = json(report, Format::Json);
    let names: Vec<_> = value["findings"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|finding| finding["client"]["name"].as_str())
        .collect();
    for name in [
        "<script>alert(1)</script>",
        "emoji 😀 and 漢字",
        "]]> &amp; <!-- -->",
    ] {
        assert!(names.contains(&name), "{name}");
    }
    let path = value["inputs"][0]["path"].as_str();
    assert_eq!(
        path,
        Some("a/<b>=,:%\n::error::x.json"),
        "a path is the path"
    );
}

fn check_junit(text: &str) {
    let elements = elements(text);
    assert!(!text.contains('\u{fffe}') && !text.contains("<script"));
    let names: Vec<_> = named(&elements, "testcase")
        .into_iter()
        .map(|case| case.attributes["name"].clone())
        .collect();
    let distinct: BTreeSet<_> = names.iter().collect();
    assert_eq!(distinct.len(), names.len());
    for name in [
        "<script>alert(1)</script> in ",
        "]]> &amp; <!-- --> in ",
        "\"quoted\" and 'quoted'",
    ] {
        assert!(names.iter().any(|one| one.starts_with(name)), "{name}");
    }
}

fn check_csv(text: &str) {
    let rows = rows(text);
    assert!(!rows.is_empty());
    for row in &rows {
        for cell in row.values() {
            let first = cell.trim_start().chars().next();
            assert!(first.is_none_or(|first| !"=+-@".contains(first)), "{cell}");
            assert!(!cell.contains(";="), "{cell}");
        }
        assert!(row["owner"].is_empty() && row["due"].is_empty());
    }
    let clients: Vec<_> = rows.iter().map(|row| &*row["client"]).collect();
    assert!(clients.contains(&"'=cmd|'/c calc'!A0") && clients.contains(&"'+1;'=2"));
}

fn check_markdown(text: &str) {
    assert!(text.chars().count() <= 65_000);
    for (number, line) in text
        .lines()
        .enumerate()
        .filter(|(_, line)| line.starts_with("| "))
    {
        assert_eq!(line.matches('|').count(), 7, "line {number}: {line}");
    }
    // Nothing is left that is markup, but our own.
    let mut rest = text.replace("<!-- grantlint -->", "");
    for ours in ["<code>", "</code>", "<br>"] {
        rest = rest.replace(ours, "");
    }
    let links = rest.matches("](").count();
    assert_eq!(
        links,
        rest.matches("](https://github.com/grantlint/").count()
    );
    assert!(!rest.contains(['<', '>', '`', '@', '$', '~']), "{rest}");
    assert!(!rest.contains("http://") && !rest.contains("www."));
    let stars = rest
        .replace("**By rule:**", "")
        .replace("**Not judged**", "");
    assert!(
        !stars
            .replace("**The audit is incomplete:**", "")
            .contains('*')
    );
}

fn check_github(text: &str) {
    for line in text.lines() {
        let kinds = ["::notice ", "::warning ", "::error "];
        let rest = kinds
            .iter()
            .find_map(|kind| line.strip_prefix(kind))
            .expect("a command");
        let (properties, message) = rest.split_once("::").expect("two parts");
        let known = ["file", "line", "endLine", "col", "endColumn", "title"];
        for property in properties.split(',') {
            let (name, value) = property.split_once('=').expect("a property");
            assert!(known.contains(&name) && !value.contains(':'), "{property}");
        }
        for (at, _) in line.match_indices('%') {
            let code = &line[at + 1..at + 3];
            assert!(["25", "0A", "0D", "3A", "2C"].contains(&code), "{line}");
        }
        assert!(!message.is_empty());
    }
    assert!(text.contains("file=a/<b>=%2C%3A%25\\n%3A%3Aerror%3A%3Ax.json,line=1,"));
    assert!(text.contains("::{0} {{1}} 100%250A in "));
}

#[test]
fn junit_counts_what_it_holds() {
    let sources = sources(&[("plain.json", PLAIN), ("x/open.json", OPEN)]);
    let report = mixed(&sources);
    let elements = elements(&written(&report, Format::Junit));
    let root = &elements[0];
    assert_eq!(root.name, "testsuites");
    let suites = named(&elements, "testsuite");
    let ids: Vec<_> = suites
        .iter()
        .map(|suite| &*suite.attributes["name"])
        .collect();
    assert_eq!(ids, ["grantlint", "implicit-grant"]);
    for (attribute, element) in [
        ("tests", "testcase"),
        ("failures", "failure"),
        ("errors", "error"),
        ("skipped", "skipped"),
    ] {
        let all: usize = suites.iter().map(|suite| suite.number(attribute)).sum();
        // The schema of Jenkins has no count of skipped tests for all suites.
        if attribute != "skipped" {
            assert_eq!(root.number(attribute), all);
        }
        assert_eq!(all, named(&elements, element).len(), "{attribute}");
    }
    assert_eq!((root.number("failures"), root.number("errors")), (1, 2));
    assert_eq!(root.number("tests"), 4);
    assert_eq!(suites[1].number("skipped"), 1);
    let failure = named(&elements, "failure")[0];
    assert!(failure.text.contains("at plain.json:3:99"), "{failure:?}");
}

#[test]
fn a_rule_that_found_nothing_is_a_test_that_passed() {
    let sources = sources(&[("plain.json", &*PLAIN.replace("TOKEN", "CODE"))]);
    let report = audited(&sources);
    let elements = elements(&written(&report, Format::Junit));
    assert_eq!(elements[0].number("tests"), 1);
    assert_eq!(
        elements[0].number("failures") + elements[0].number("errors"),
        0
    );
    let case = named(&elements, "testcase")[0];
    assert_eq!(case.attributes["classname"], "grantlint.implicit-grant");
    assert_eq!(rows(&written(&report, Format::Csv)).len(), 0);
    assert_eq!(json(&report, Format::Gitlab), Value::Array(Vec::new()));
    let github = written(&report, Format::Github);
    assert_eq!(
        github,
        "::notice title=grantlint::no findings: 2 clients in 1 file, 1 rule\n"
    );
    assert!(written(&report, Format::Markdown).contains("### grantlint: no findings"));
}

/// A report of so many findings, of all severities, about the same client.
fn many(sources: &grantlint::text::Sources, count: u32) -> Report<'_> {
    let mut report = audited(sources);
    let one = report.findings[0].clone();
    report.findings = (0..count)
        .map(|number| Finding {
            severity: Severity::ALL[number as usize % 5],
            fingerprint: Fingerprint::new("implicit-grant", "id:1", "f", number),
            // Equal findings would be one block.
            message: format!("{} {number}", one.message),
            ..one.clone()
        })
        .collect();
    report.summary.findings = [count as usize / 5; 5];
    report
}

/// Takes so many bytes and then no more; knows the largest piece it was given.
struct Narrow {
    room: usize,
    largest: usize,
}

impl std::io::Write for Narrow {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.room < bytes.len() {
            return Err(std::io::ErrorKind::BrokenPipe.into());
        }
        self.room -= bytes.len();
        self.largest = self.largest.max(bytes.len());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn reports_are_written_in_pieces_and_a_closed_pipe_is_told() {
    let sources = sources(&[("plain.json", PLAIN)]);
    let report = many(&sources, 2_000);
    for format in Format::ALL {
        let mut out = Narrow {
            room: usize::MAX,
            largest: 0,
        };
        format
            .write(&report, Look::PLAIN, &mut out)
            .expect("room for all");
        assert!(out.largest <= 70_000, "{format:?}: {}", out.largest);
        // Terminals get a few lines of thousands of findings.
        let is_short = matches!(format, Format::Human | Format::Summary);
        for room in [0, 10, if is_short { 100 } else { 40_000 }] {
            let mut out = Narrow { room, largest: 0 };
            let error = format
                .write(&report, Look::PLAIN, &mut out)
                .expect_err("no room");
            assert_eq!(error.kind(), std::io::ErrorKind::BrokenPipe, "{format:?}");
        }
    }
}

#[test]
fn a_comment_is_cut_to_what_github_takes_the_worst_first() {
    let hostile = hostile();
    let sources = sources(&[("plain.json", &*hostile)]);
    let mut report = many(&sources, 5_000);
    report.problems = vec![
        Problem::new(ProblemKind::Syntax, "<".repeat(2_000), "@".repeat(2_000))
            .in_file("#".repeat(2_000));
        200
    ];
    let text = written(&report, Format::Markdown);
    let length = text.chars().count();
    assert!((60_000..=65_000).contains(&length), "{length}");
    assert!(text.contains("of 5,000 findings are shown, the worst first"));
    assert!(text.contains("more\n") && text.contains("200 problems"));
    let severities: Vec<_> = text
        .lines()
        .filter(|line| line.contains("implicit-grant]("))
        .filter_map(|line| {
            Severity::ALL
                .iter()
                .find(|one| line.starts_with(&format!("| {} ", one.name())))
        })
        .collect();
    assert!(severities.len() > 50 && severities.is_sorted_by(|a, b| a >= b));
}

#[test]
fn annotations_come_after_the_totals_the_worst_first() {
    let sources = sources(&[("plain.json", PLAIN)]);
    let text = written(&many(&sources, 50), Format::Github);
    let mut lines = text.lines();
    let first = lines.next().expect("the totals");
    assert_eq!(
        first,
        "::notice title=grantlint::10 critical, 10 high, 10 medium, 10 low, 10 info: 2 clients in 1 file, 1 rule"
    );
    let kinds: Vec<_> = lines.filter_map(|line| line.split(' ').next()).collect();
    let wanted: Vec<_> = [("::error", 20), ("::warning", 10), ("::notice", 20)]
        .into_iter()
        .flat_map(|(kind, count)| std::iter::repeat_n(kind, count))
        .collect();
    assert_eq!(kinds, wanted);
    assert!(text.contains(
        "::error file=plain.json,line=3,endLine=3,col=99,endColumn=104,title=critical implicit-grant::Wallboard 😀: "
    ));
}

#[test]
fn code_quality_entries_have_what_gitlab_requires() {
    let hostile = hostile();
    let sources = sources(&[("a/hostile.json", &*hostile), ("b/open.json", OPEN)]);
    let mut report = mixed(&sources);
    report.problems.extend(report.problems.clone());
    let value = json(&report, Format::Gitlab);
    let entries = value.as_array().expect("a list");
    assert_eq!(entries.len(), HOSTILE_NAMES.len() + 4 + 1);
    let mut prints = BTreeSet::new();
    for entry in entries {
        for key in ["description", "check_name", "fingerprint"] {
            assert!(
                entry[key].as_str().is_some_and(|text| !text.is_empty()),
                "{entry}"
            );
        }
        let severity = entry["severity"].as_str().expect("a word");
        assert!(["info", "minor", "major", "critical", "blocker"].contains(&severity));
        assert!(
            entry["location"]["path"]
                .as_str()
                .is_some_and(|path| !path.is_empty())
        );
        assert!(entry["location"]["lines"]["begin"].as_u64() >= Some(1));
        assert!(prints.insert(entry["fingerprint"].as_str()), "{entry}");
    }
}

#[test]
fn the_table_has_columns_for_those_who_work_on_it() {
    let sources = sources(&[("plain.json", PLAIN)]);
    let text = written(&audited(&sources), Format::Csv);
    assert!(text.starts_with("kind,severity,confidence,rule,title,client,"));
    assert!(
        text.lines()
            .next()
            .is_some_and(|line| line.ends_with(",owner,due,first_seen"))
    );
    let row = &rows(&text)[0];
    assert_eq!(row["client"], "Wallboard 😀");
    assert_eq!((&*row["line"], &*row["column"]), ("3", "99"));
    assert!(row["standards"].starts_with("RFC9700-2.1.2"));
    assert_eq!(row["fingerprint"].len(), 32);
}

#[test]
fn equal_findings_of_a_client_are_one_block_with_all_places() {
    let sources = sources(&[("plain.json", PLAIN)]);
    let mut report = audited(&sources);
    let one = report.findings[0].clone();
    report.findings = (0..12)
        .map(|number| Finding {
            field: format!("scope[{number}]"),
            fingerprint: Fingerprint::new("implicit-grant", "id:1", "f", number),
            ..one.clone()
        })
        .collect();
    report.summary.findings = [0, 0, 0, 12, 0];
    let human = written(&report, Format::Human);
    assert_eq!(human.matches("\u{256d}\u{2500}[").count(), 1, "{human}");
    assert_eq!(human.matches("also at: ").count(), 10, "{human}");
    assert!(
        human.contains("scope[10]") && human.contains("1 more"),
        "{human}"
    );
    let markdown = written(&report, Format::Markdown);
    let rows = markdown
        .lines()
        .filter(|line| line.starts_with("| ") && line.contains("implicit-grant]("));
    assert_eq!(rows.count(), 1, "{markdown}");
    assert!(markdown.contains("<br>and 1 more"), "{markdown}");
    let html = written(&report, Format::Html);
    assert_eq!(html.matches("<p class=\"place\" id=\"f-").count(), 11);
    // Machines get each of them.
    let json: serde_json::Value =
        serde_json::from_str(&written(&report, Format::Json)).expect("JSON");
    assert_eq!(json["findings"].as_array().expect("findings").len(), 12);
    // What differs in a word is another finding.
    report.findings[5].message.push('!');
    let human = written(&report, Format::Human);
    assert_eq!(human.matches("\u{256d}\u{2500}[").count(), 2, "{human}");
}
