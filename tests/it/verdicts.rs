//! Reports under a baseline, acceptances, waivers and unknown values: nothing that is open is
//! hidden, in any format.

use crate::exports::{PLAIN, audited, json, sources, written};
use grantlint::catalog::{Need, Severity};
use grantlint::finding::{
    BaselineFacts, ConfigurationChange, Gone, MissingInput, NeededInput, NotJudged, Problem,
    ProblemKind, Report, ReportVerdict, SkipReason, SkippedFile, Undecided, UnknownValues, Waived,
    WaivedBy, Worse,
};
use grantlint::report::{Format, InventoryFormat, Look};
use grantlint::text::Sources;
use jiff::civil::{Date, date};

const SINCE: Date = date(2026, 1, 31);

/// A report whose only finding is known since [`SINCE`].
fn known(sources: &Sources) -> Report<'_> {
    let mut report = audited(sources);
    report.known = std::mem::take(&mut report.findings);
    assert_eq!(report.known.len(), 1);
    for finding in &mut report.known {
        finding.first_seen = Some(SINCE);
        finding.severity = Severity::Critical;
    }
    report.baseline = Some(BaselineFacts::default());
    let summary = &mut report.summary;
    summary.findings = [0; 5];
    (summary.open, summary.known, summary.baselined) = ([0, 0, 0, 0, 1], [0, 0, 0, 0, 1], 1);
    report.exit = 0;
    report
}

/// A report in which nothing was found.
fn clean(sources: &Sources) -> Report<'_> {
    let report = audited(sources);
    assert_eq!((report.findings.len(), report.exit), (0, 0));
    report
}

fn harmless() -> Sources {
    sources(&[("clients.json", &*PLAIN.replace("TOKEN", "CODE"))])
}

fn gone(rule: &str, name: &str) -> Gone {
    Gone {
        fingerprint: format!("{:032x}", rule.len()),
        rule: rule.to_owned(),
        client: format!("name:{name}"),
        name: name.to_owned(),
        field: "roleIds[0]".to_owned(),
        severity: Severity::High,
        first_seen: SINCE,
    }
}

fn inventory(report: &Report<'_>, format: InventoryFormat) -> String {
    let mut out = Vec::new();
    format
        .write(report, Look::PLAIN, &mut out)
        .expect("memory takes all");
    String::from_utf8(out).expect("UTF-8")
}

/// Text without the line breaks and entities of its format.
fn plain(text: &str) -> String {
    let mut text = text.replace("\n  │ ", " ");
    for (entity, letter) in [
        ("&#40;", "("),
        ("&#41;", ")"),
        ("&#46;", "."),
        ("&#58;", ":"),
        ("&#95;", "_"),
        ("&#91;", "["),
        ("&#93;", "]"),
        ("%3A", ":"),
        ("%2C", ","),
    ] {
        text = text.replace(entity, letter);
    }
    text
}

#[test]
fn a_run_in_which_nothing_is_open_is_green() {
    let sources = harmless();
    let report = clean(&sources);
    assert_eq!(report.verdict(), ReportVerdict::NothingOpen);
    assert!(written(&report, Format::Html).contains("class=\"verdict good\""));
    assert!(written(&report, Format::Concise).contains("no findings: "));
}

#[test]
fn no_format_calls_a_run_with_known_findings_clean() {
    let sources = sources(&[("clients.json", PLAIN)]);
    let report = known(&sources);
    for format in Format::ALL {
        let text = plain(&written(&report, format));
        assert!(
            text.contains("othing new, 1 known open (1 critical)"),
            "{format:?}\n{text}"
        );
        assert!(!text.contains("no findings"), "{format:?}\n{text}");
    }
    let page = written(&report, Format::Html);
    assert!(page.contains("class=\"verdict warn\""));
    assert!(!page.contains("verdict good"));
    // Only the client without findings has none.
    assert_eq!(page.matches("none open").count(), 1);
    let standards = page.split("id=\"standards\"").nth(1).expect("standards");
    let first = standards.split("<tr><th scope=\"row\">").nth(1);
    assert!(
        first.is_some_and(|row| row.contains("<b>1</b>")),
        "{first:?}"
    );
    let xml = written(&report, Format::Junit);
    let suite = xml.split("<testsuite name=\"implicit-grant\"").nth(1);
    assert!(
        suite.is_some_and(
            |suite| suite.starts_with(" tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"1\"")
        ),
        "{xml}"
    );
    let report = json(&report, Format::Json);
    assert_eq!(report["verdict"], "known-open");
    assert_eq!(report["summary"]["findings"]["critical"], 0);
    for key in ["open", "known"] {
        assert_eq!(report["summary"][key]["critical"], 1, "{key}");
    }
    assert_eq!(report["summary"]["accepted"]["critical"], 0);
}

#[test]
fn sarif_keeps_known_results_without_being_asked() {
    let sources = sources(&[("clients.json", PLAIN)]);
    let mut report = known(&sources);
    let result = json(&report, Format::Sarif)["runs"][0]["results"][0].clone();
    assert_eq!(result["baselineState"], "unchanged");
    assert_eq!(result["properties"]["knownSince"], "2026-01-31");
    // A finding that became worse counts again.
    let mut finding = report.known.remove(0);
    finding.worse = Some(Worse {
        since: SINCE,
        severity_then: Severity::Low,
        reason: "known since 2026-01-31 as low, now critical".into(),
    });
    finding.message += " (known since 2026-01-31 as low, now critical)";
    report.findings.push(finding);
    report.summary.findings[4] = 1;
    report.exit = 1;
    let result = json(&report, Format::Sarif)["runs"][0]["results"][0].clone();
    assert_eq!(result["baselineState"], "updated");
    // A summary lists no finding.
    let listing = Format::ALL.into_iter();
    for format in listing.filter(|format| *format != Format::Summary) {
        let text = written(&report, format).replace("\n  │ ", " ");
        assert!(
            text.contains("known since 2026-01-31 as low, now critical"),
            "{format:?}\n{text}"
        );
    }
}

#[test]
fn every_format_shows_suppressed_findings_on_request() {
    let sources = sources(&[("clients.json", PLAIN)]);
    let mut report = known(&sources);
    report.show_suppressed = true;
    for format in Format::ALL {
        let text = plain(&written(&report, format));
        let date = match format {
            Format::Json => "\"first_seen\": \"2026-01-31\"",
            Format::Sarif => "\"knownSince\": \"2026-01-31\"",
            _ => "known since 2026-01-31",
        };
        for words in [date, "implicit-grant", "Wallboard"] {
            assert!(text.contains(words), "{format:?}: {words}\n{text}");
        }
    }
    assert!(written(&report, Format::Csv).contains("\nknown,critical,"));
    assert!(written(&report, Format::Markdown).contains("<details><summary>1 "));
}

/// A report with every kind of fact about the run.
fn with_facts(sources: &Sources) -> Report<'_> {
    let mut report = clean(sources);
    report.baseline = Some(BaselineFacts {
        path: "known.json".into(),
        fixed: vec![gone("role-admin", "Nightly")],
        undecided: vec![Undecided {
            entry: gone("role-wildcard", "Portal"),
            cause: "users.json is missing".into(),
        }],
    });
    report.summary.fixed = 1;
    report.summary.undecided = 1;
    report.summary.open[Severity::High as usize] = 1;
    report.waived = vec![Waived {
        input: NeededInput::Roles,
        by: WaivedBy::CommandLine,
        organisations: vec!["eu".into()],
    }];
    report.context = vec!["eu/divisions.json".into()];
    report.selected = Some("--ignore role-admin".to_owned());
    report.skipped = vec![SkippedFile {
        path: "old/report.json".into(),
        reason: SkipReason::OwnReport,
    }];
    report.configuration.files = vec!["policy/grantlint.toml".into()];
    report.configuration.changes = vec![ConfigurationChange {
        what: "lifetime".into(),
        effect: "severity low instead of high".into(),
        origin: "policy/grantlint.toml:3:1".into(),
    }];
    report.configuration.unused = vec!["eu/grantlint.toml".into()];
    report
}

#[test]
fn every_format_names_the_facts_of_the_run() {
    let sources = harmless();
    let report = with_facts(&sources);
    assert_eq!(report.verdict(), ReportVerdict::KnownOpen);
    let facts = [
        "role-admin in Nightly (roleIds[0]), known since 2026-01-31 as high",
        "role-wildcard in Portal (roleIds[0]), known since 2026-01-31 as high: users.json is missing",
        "roles for eu (--without)",
        "eu/divisions.json was only used to resolve ids",
        "not all rules ran: --ignore role-admin",
        "1 file, reports of grantlint: old/report.json",
        "policy/grantlint.toml is in force",
        "lifetime: severity low instead of high (policy/grantlint.toml:3:1)",
        "eu/grantlint.toml is next to the exports and not in force",
    ];
    for format in Format::ALL {
        let text = plain(&written(&report, format));
        for fact in facts {
            let is_in_json = format == Format::Json;
            // Undecided entries are tests of their rule in JUnit.
            let is_case = format == Format::Junit && fact.contains("role-wildcard");
            assert!(
                is_in_json || is_case || text.contains(fact),
                "{format:?}: {fact}\n{text}"
            );
        }
        assert!(!text.contains("no findings"), "{format:?}");
    }
    let xml = written(&report, Format::Junit);
    assert!(
        xml.contains("known since 2026-01-31: users.json is missing"),
        "{xml}"
    );
    for format in [InventoryFormat::Table, InventoryFormat::Csv] {
        let text = inventory(&report, format);
        for fact in facts {
            assert!(text.contains(fact), "{format:?}: {fact}\n{text}");
        }
    }
    let object = json(&report, Format::Json);
    assert_eq!(object["fixed"][0]["rule"], "role-admin");
    assert_eq!(object["fixed"][0]["first_seen"], "2026-01-31");
    assert_eq!(object["undecided"][0]["cause"], "users.json is missing");
    assert_eq!(object["waived"][0]["input"], "roles");
    assert_eq!(object["context"][0], "eu/divisions.json");
    assert_eq!(object["selected"], true);
    assert_eq!(object["skipped"][0]["reason"], "own-report");
    let configuration = &object["configuration"];
    assert_eq!(configuration["files"][0], "policy/grantlint.toml");
    assert_eq!(configuration["changes"][0]["what"], "lifetime");
    assert_eq!(configuration["unused"][0], "eu/grantlint.toml");
}

#[test]
fn rules_that_are_off_share_lines_and_are_all_named() {
    let sources = harmless();
    let mut report = clean(&sources);
    let rules: Vec<String> = (10..40)
        .map(|number| format!("own-rule-{number}"))
        .collect();
    report.configuration.changes = rules
        .iter()
        .map(|rule| ConfigurationChange {
            what: rule.clone(),
            effect: "off".into(),
            origin: format!("grantlint.toml:{}:1", &rule[9..]),
        })
        .collect();
    for format in Format::ALL {
        let text = plain(&written(&report, format));
        for rule in &rules {
            assert!(text.contains(rule), "{format:?}: {rule}\n{text}");
        }
    }
    let concise = written(&report, Format::Concise);
    let lines = concise.lines().filter(|line| line.contains("own-rule-"));
    assert_eq!(lines.count(), 3, "{concise}");
    assert!(
        concise.contains("own-rule-21: off (grantlint.toml:10:1 and 11 more places)"),
        "{concise}"
    );
}

#[test]
fn unknown_values_and_waivers_are_never_green() {
    let sources = harmless();
    let mut report = clean(&sources);
    report.unknown_values = UnknownValues {
        rules: 52,
        clients: 1,
        causes: vec!["var.grant is open (main.tf:1)".into()],
    };
    for format in Format::ALL {
        let text = plain(&written(&report, format));
        for words in [
            "othing found in what could be judged",
            "52 rules could not judge 1 of ",
            "(var.grant, main.tf:1)",
        ] {
            assert!(text.contains(words), "{format:?}: {words}\n{text}");
        }
        assert!(!text.contains("no findings"), "{format:?}");
    }
    assert!(written(&report, Format::Html).contains("class=\"verdict warn\""));
    report.unknown_values = UnknownValues::default();
    report.waived = vec![Waived {
        input: NeededInput::Roles,
        by: WaivedBy::Partial,
        organisations: Vec::new(),
    }];
    for format in Format::ALL {
        let text = plain(&written(&report, format));
        assert!(
            text.contains("aived: roles") || text.contains("\"input\": \"roles\""),
            "{format:?}\n{text}"
        );
        assert!(!text.contains("no findings"), "{format:?}");
    }
    assert!(!written(&report, Format::Html).contains("verdict good"));
}

#[test]
fn the_last_line_names_missing_files_commands_and_the_waiver() {
    let sources = harmless();
    let mut report = clean(&sources);
    for input in [NeededInput::Roles, NeededInput::Divisions] {
        report.missing.push(MissingInput {
            input,
            organisations: vec![".".into()],
            rules: 9,
            clients: 1,
        });
        let problem = Problem::new(ProblemKind::MissingInput, "is missing", input.command());
        report.problems.push(problem);
    }
    report.exit = 3;
    let text = written(&report, Format::Human);
    let last = text.lines().last().expect("a line");
    for words in [
        "roles.json and divisions.json are missing",
        NeededInput::Roles.command(),
        NeededInput::Divisions.command(),
        "--without roles,divisions",
    ] {
        assert!(last.contains(words), "{words}\n{last}");
    }
}

#[test]
fn not_judged_names_rules_clients_and_the_cause() {
    let sources = harmless();
    let mut report = clean(&sources);
    report.not_judged = ["role-admin", "role-wildcard"]
        .map(|rule| NotJudged {
            rule,
            needs: Need::Roles,
            clients: 5,
            client_names: vec!["Nightly".into(), "Portal".into(), "Export".into()],
            cause: "role 1234 is not in roles.json".into(),
        })
        .into();
    for format in Format::ALL {
        let text = plain(&written(&report, format));
        for words in [
            "role-admin",
            "role-wildcard",
            "Nightly",
            "Export",
            "role 1234 is not in roles.json",
        ] {
            assert!(text.contains(words), "{format:?}: {words}\n{text}");
        }
        // The listing is there, so exporting it again does not help.
        assert!(!text.contains("gc authorization roles list"), "{format:?}");
    }
}

#[test]
fn rules_in_sarif_have_the_severity_of_their_results() {
    let sources = sources(&[("clients.json", PLAIN)]);
    let mut report = audited(&sources);
    report.severities.insert("implicit-grant", Severity::Medium);
    let base = json(&report, Format::Sarif)["runs"][0].clone();
    let rules = &base["tool"]["driver"]["rules"];
    assert_eq!(rules[0]["id"], "implicit-grant");
    assert_eq!(rules[0]["properties"]["security-severity"], "5.5");
    assert_eq!(rules[0]["defaultConfiguration"]["level"], "warning");
    // The finding is high: another rule, which the catalogue lists, with the finding's identity.
    let result = &base["results"][0];
    assert_eq!(result["ruleId"], "implicit-grant/high");
    let index = result["ruleIndex"].as_u64().expect("an index") as usize;
    assert_eq!(rules[index]["id"], "implicit-grant/high");
    assert_eq!(rules[index]["properties"]["security-severity"], "8.0");
    let fingerprint = report.findings[0].fingerprint.to_string();
    let prints = &result["partialFingerprints"];
    assert_eq!(prints["primaryLocationLineHash"], fingerprint);
    let rule = grantlint::catalog::find("implicit-grant").expect("a built-in rule");
    assert!(rule.sarif_ids().contains(&"implicit-grant/high".to_owned()));
}
