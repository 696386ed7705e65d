//! SARIF as its readers want it: valid by the standard's schema, readable by another
//! implementation of it, and as GitHub's page on SARIF support asks, point by point.

use crate::exports::{
    HOSTILE_NAMES, OPEN, PLAIN, SECRET, audited, hostile, json, sources, written,
};
use grantlint::catalog::{Rule, Severity};
use grantlint::finding::{
    Accepted, BaselineFacts, Finding, Problem, ProblemKind, Related, Report, Suppressed,
};
use grantlint::report::Format;
use grantlint::text::{Origin, Place, SourceId, Span};
use serde_sarif::sarif::{Region, ReportingDescriptor, Result as Found, ResultLevel, Run, Sarif};
use std::collections::BTreeSet;

fn run_of(report: &Report<'_>) -> Run {
    let sarif: Sarif =
        serde_json::from_str(&written(report, Format::Sarif)).expect("SARIF that others read");
    assert_eq!(sarif.runs.len(), 1);
    sarif.runs.into_iter().next().expect("a run")
}

fn results(run: &Run) -> &[Found] {
    run.results.as_deref().expect("a list, if empty")
}

fn region(result: &Found) -> &Region {
    let location = &result.locations.as_ref().expect("a location")[0];
    let physical = location.physical_location.as_ref().expect("physical");
    physical.region.as_ref().expect("a region")
}

fn uri(result: &Found) -> &str {
    let location = &result.locations.as_ref().expect("a location")[0];
    let physical = location.physical_location.as_ref().expect("physical");
    let artifact = physical.artifact_location.as_ref().expect("an artifact");
    artifact.uri.as_deref().expect("a URI")
}

/// A rule of every kind of property, that no file of ours has to have.
fn rule(severity: &str, standards: &str) -> &'static Rule {
    let example = |verdict: &str| {
        format!("[[examples]]\nverdict = \"{verdict}\"\nmarks = \"x\"\nyaml = \"x\"\n")
    };
    let text = format!(
        "id = \"my-rule\"\naliases = [\"old-rule\"]\ntitle = \"A title\"\nseverity = \"{severity}\"\nconfidence = \"medium\"\n\
         persona = \"regular\"\ncategory = \"token\"\nsince = \"0.1.0\"\nstandards = [{standards}]\nwhy = \"{}\"\nfix = \"Fix it.\"\n\
         references = [{{ title = \"T\", url = \"https://example.com/\" }}]\n[check]\nkind = \"native\"\n\
         [[messages]]\nkey = \"main\"\ntext = \"t\"\nfix = \"f\"\n{}{}{}{}",
        "Long prose. ".repeat(200),
        example("bad"),
        example("bad"),
        example("good"),
        example("good"),
    );
    Box::leak(Box::new(Rule::parse(&text).expect("a rule")))
}

/// What the numbers of a region point at, worked out without the code under test.
fn pointed_at(text: &str, region: &Region) -> (String, String) {
    let number = |value: Option<i64>| usize::try_from(value.expect("present")).expect("positive");
    let offset = |line: usize, column: usize| {
        let before: usize = text
            .split_inclusive('\n')
            .take(line - 1)
            .map(str::len)
            .sum();
        let in_line: usize = text[before..]
            .chars()
            .take(column - 1)
            .map(char::len_utf8)
            .sum();
        before + in_line
    };
    let start = offset(number(region.start_line), number(region.start_column));
    let end = offset(number(region.end_line), number(region.end_column));
    let characters = text
        .chars()
        .skip(number(region.char_offset))
        .take(number(region.char_length));
    (text[start..end].to_owned(), characters.collect())
}

/// The schema of the standard is not ours to hand on: `.ci/run` fetches it with the vendor's
/// tool, and names it in `GRANTLINT_SARIF_SCHEMA`.
#[test]
fn every_log_is_valid_by_the_schema_of_the_standard() {
    let Some(path) = std::env::var_os("GRANTLINT_SARIF_SCHEMA") else {
        return;
    };
    let schema = std::fs::read_to_string(path).expect("the schema");
    let mut schema: serde_json::Value = serde_json::from_str(&schema).expect("JSON");
    // The schema's pattern of a language has a bracket too many, and no regular expression.
    for of in ["run", "toolComponent"] {
        schema["definitions"][of]["properties"]["language"] = true.into();
    }
    let validator = jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .expect("a schema");
    let hostile = hostile();
    for texts in [
        vec![("clients.json", PLAIN)],
        vec![("<stdin>", &*hostile), ("/tmp/a b:c.json", OPEN)],
        vec![("broken.json", "{\"entities\": [{\"id\": 1,")],
        vec![],
    ] {
        let sources = sources(&texts);
        let mut report = audited(&sources);
        report.rules.push(rule("info", "\"CWE-601\", \"ASVS-1\""));
        report
            .problems
            .push(Problem::new(ProblemKind::Usage, "a {b}", "c").in_file("x y/ä.toml"));
        report.show_suppressed = true;
        report.baseline = Some(BaselineFacts::default());
        if let Some(finding) = report.findings.pop() {
            report.suppressed.push(suppressed(finding));
        }
        let log = json(&report, Format::Sarif);
        let faults: Vec<_> = validator
            .iter_errors(&log)
            .map(|fault| format!("{} at {}", fault, fault.instance_path()))
            .collect();
        assert!(faults.is_empty(), "{faults:#?}");
    }
}

#[test]
fn the_log_and_the_run_have_what_github_requires() {
    let sources = sources(&[("clients.json", PLAIN)]);
    let report = audited(&sources);
    let log = json(&report, Format::Sarif);
    assert_eq!(
        log["$schema"],
        "https://json.schemastore.org/sarif-2.1.0.json"
    );
    assert_eq!(log["version"], "2.1.0");
    let run = run_of(&report);
    let driver = &run.tool.driver;
    assert_eq!(driver.name, "grantlint");
    assert_eq!(driver.version.as_deref(), Some(env!("CARGO_PKG_VERSION")));
    assert_eq!(driver.version, driver.semantic_version);
    assert_eq!(run.column_kind, Some("unicodeCodePoints".into()));
    assert!(run.automation_details.is_none(), "the uploader's choice");
    let mut report = report;
    report.sarif_category = Some("exports/eu/".into());
    let details = run_of(&report).automation_details;
    let id = details.and_then(|details| details.id);
    assert_eq!(id.as_deref(), Some("exports/eu/"));
}

fn check_rule(rule: &ReportingDescriptor) {
    let name = rule.name.as_deref().expect("a name");
    assert!(name != rule.id && name.len() <= 255 && name.chars().all(char::is_alphanumeric));
    let short = &rule.short_description.as_ref().expect("short").text;
    let full = &rule.full_description.as_ref().expect("full").text;
    for description in [short, full] {
        assert!(!description.is_empty() && description.chars().count() <= 1024);
    }
    let help = rule.help.as_ref().expect("help");
    assert!(!help.text.is_empty() && help.markdown.as_ref().is_some_and(|text| !text.is_empty()));
    assert_eq!(
        rule.help_uri,
        Some(format!(
            "https://github.com/grantlint/grantlint/blob/main/docs/rules.md#{}",
            rule.id
        ))
    );
    let level = rule
        .default_configuration
        .as_ref()
        .and_then(|set| set.level.clone());
    let level = level.expect("a level");
    assert!(["note", "warning", "error"].contains(&level.as_str().expect("text")));
    let properties = rule.properties.as_ref().expect("properties");
    let tags = properties.tags.as_ref().expect("tags");
    assert!(tags.len() <= 10 && tags.contains(&"security".to_owned()));
    assert_eq!(tags.iter().collect::<BTreeSet<_>>().len(), tags.len());
    let property = |name: &str| {
        properties.additional_properties[name]
            .as_str()
            .expect("text")
    };
    assert!(["very-high", "high", "medium", "low"].contains(&property("precision")));
    let score: f64 = property("security-severity").parse().expect("a number");
    assert!(score > 0.0 && score <= 10.0);
}

#[test]
fn every_rule_that_ran_is_described_as_github_requires() {
    let sources = sources(&[("clients.json", PLAIN)]);
    let mut report = audited(&sources);
    let many: Vec<String> = (1..20).map(|number| format!("\"S-{number}\"")).collect();
    report.rules.push(rule("medium", &many.join(",")));
    let run = run_of(&report);
    let rules = run.tool.driver.rules.expect("rules");
    assert_eq!(rules.len(), 2);
    rules.iter().for_each(check_rule);
    assert_eq!(rules[1].deprecated_ids, Some(vec!["old-rule".to_owned()]));
}

#[test]
fn severities_agree_in_level_rank_and_score() {
    for (severity, level, score) in [
        ("critical", "error", 9.5),
        ("high", "error", 8.0),
        ("medium", "warning", 5.5),
        ("low", "note", 3.0),
        ("info", "note", 0.1),
    ] {
        let sources = sources(&[("clients.json", PLAIN)]);
        let mut report = audited(&sources);
        report.rules = vec![rule(severity, "")];
        report.findings[0].rule = report.rules[0];
        report.findings[0].severity = report.rules[0].severity;
        let run = run_of(&report);
        let rule = &run.tool.driver.rules.as_ref().expect("rules")[0];
        let properties = &rule
            .properties
            .as_ref()
            .expect("properties")
            .additional_properties;
        assert_eq!(properties["security-severity"], format!("{score:.1}"));
        let set = rule.default_configuration.as_ref().expect("set");
        assert_eq!(set.level, Some(level.into()));
        let result = &results(&run)[0];
        assert_eq!(
            result.level.map(|level| level.to_string()).as_deref(),
            Some(level)
        );
        assert_eq!(result.rank, Some(score * 10.0));
        assert_eq!(result.rank, set.rank);
    }
}

#[test]
fn weaknesses_are_a_taxonomy_that_rules_refer_to() {
    let sources = sources(&[("clients.json", PLAIN)]);
    let mut report = audited(&sources);
    report
        .rules
        .push(rule("low", "\"CWE-601\", \"CWE-79\", \"RFC9700-4.1\""));
    let run = run_of(&report);
    let taxonomy = &run.taxonomies.as_ref().expect("taxonomies")[0];
    assert_eq!(taxonomy.name, "CWE");
    let taxa: Vec<_> = taxonomy
        .taxa
        .iter()
        .flatten()
        .map(|taxon| &*taxon.id)
        .collect();
    assert_eq!(taxa, ["601", "79"]);
    let driver = &run.tool.driver;
    let supported = &driver.supported_taxonomies.as_ref().expect("supported")[0];
    assert_eq!(supported.guid, taxonomy.guid);
    let rule = &driver.rules.as_ref().expect("rules")[1];
    let relations = rule.relationships.as_ref().expect("relationships");
    assert_eq!(relations.len(), 2);
    let target = &relations[0].target;
    assert_eq!(target.id.as_deref(), Some("601"));
    let component = target.tool_component.as_ref().expect("a component");
    assert_eq!(component.guid, taxonomy.guid);
    let tags = rule.properties.as_ref().and_then(|bag| bag.tags.clone());
    let tags = tags.expect("tags");
    assert!(tags.contains(&"external/cwe/cwe-079".into()) && tags.contains(&"RFC9700-4.1".into()));
}

#[test]
fn results_have_what_github_requires() {
    let sources = sources(&[("exports/clients.json", PLAIN)]);
    let report = audited(&sources);
    let run = run_of(&report);
    let result = &results(&run)[0];
    let finding = &report.findings[0];
    assert_eq!(result.rule_id.as_deref(), Some("implicit-grant"));
    let rules = run.tool.driver.rules.as_ref().expect("rules");
    let index = usize::try_from(result.rule_index.expect("an index")).expect("positive");
    assert_eq!(rules[index].id, "implicit-grant");
    let message = result.message.text.as_deref().expect("text");
    assert!(
        message.starts_with("Wallboard 😀: ") && message.ends_with('.'),
        "{message}"
    );
    assert!(message.contains(&finding.message) && message.contains(&finding.fix));
    let prints = result.partial_fingerprints.as_ref().expect("fingerprints");
    for key in ["primaryLocationLineHash", "grantlint/v2"] {
        assert_eq!(prints[key], finding.fingerprint.to_string());
    }
    assert_eq!(uri(result), "exports/clients.json");
    let location = &result.locations.as_ref().expect("locations")[0];
    let logical = location.logical_locations.as_ref().expect("logical");
    let names: Vec<_> = logical.iter().filter_map(|at| at.name.as_deref()).collect();
    assert_eq!(names, ["Wallboard 😀", "authorizedGrantType"]);
    let artifacts = run.artifacts.as_ref().expect("artifacts");
    let physical = location.physical_location.as_ref().expect("physical");
    let artifact = physical.artifact_location.as_ref().expect("an artifact");
    let index = usize::try_from(artifact.index.expect("an index")).expect("positive");
    let described = artifacts[index].location.as_ref().expect("a location");
    assert_eq!(described.uri, artifact.uri);
}

#[test]
fn regions_are_true_in_code_points_also_beyond_the_basic_plane() {
    let wide = format!(
        "\u{feff}[{{\"name\": \"{}\", \"authorizedGrantType\": \"TOKEN\"}},\r\n {{\"name\": \"😀é\", \"authorizedGrantType\": \"token\"}}]",
        "😀漢".repeat(3000)
    );
    for text in [PLAIN, &*wide] {
        let sources = sources(&[("clients.json", text)]);
        let report = audited(&sources);
        let run = run_of(&report);
        assert!(!report.findings.is_empty());
        for (result, finding) in results(&run).iter().zip(&report.findings) {
            let culprit = &text[finding.place.span.range()];
            let plain = text.trim_start_matches('\u{feff}');
            let region = region(result);
            assert_eq!(pointed_at(plain, region), (culprit.into(), culprit.into()));
            assert_eq!(
                region.byte_offset, None,
                "VS Code's viewer would take it for a hex dump"
            );
            let snippet = region
                .snippet
                .as_ref()
                .and_then(|snippet| snippet.text.as_deref());
            assert_eq!(snippet, Some(culprit));
            let physical = result.locations.as_ref().expect("locations")[0]
                .physical_location
                .as_ref();
            let context = physical
                .and_then(|at| at.context_region.as_ref())
                .expect("context");
            let (around, _) = pointed_at(plain, context);
            let shown = context
                .snippet
                .as_ref()
                .and_then(|snippet| snippet.text.as_deref());
            assert_eq!(shown, Some(&*around));
            assert!(around.contains(culprit) && around != culprit && around.chars().count() <= 200);
        }
    }
}

#[test]
fn a_client_as_a_whole_has_a_region_and_a_short_snippet() {
    let sources = sources(&[("clients.json", PLAIN)]);
    let mut report = audited(&sources);
    report.findings[0].place = report.clients[1].place;
    report.findings[0].place.span = Span::new(0, PLAIN.len() as u32);
    report.findings[0].field = String::new();
    let run = run_of(&report);
    let region = region(&results(&run)[0]);
    assert_eq!(pointed_at(PLAIN, region).0, PLAIN);
    let snippet = region
        .snippet
        .as_ref()
        .and_then(|snippet| snippet.text.as_deref());
    assert_eq!(snippet, Some("{ …"));
}

#[test]
fn related_places_have_messages_and_are_few() {
    let sources = sources(&[("clients.json", PLAIN)]);
    let mut report = audited(&sources);
    let related = Related {
        place: Place::new(SourceId(0), Span::new(4, 14)),
        text: "this {0} [link](1)".into(),
    };
    report.findings[0].related = vec![related; 50];
    let run = run_of(&report);
    let locations = results(&run)[0]
        .related_locations
        .as_ref()
        .expect("related");
    assert_eq!(locations.len(), 20);
    for (location, id) in locations.iter().zip(1..) {
        assert_eq!(location.id, Some(id));
        let message = location
            .message
            .as_ref()
            .and_then(|message| message.text.as_deref());
        assert_eq!(message, Some("this {{0}} [link] (1)"));
        let physical = location.physical_location.as_ref().expect("physical");
        assert!(physical.region.is_some());
    }
}

#[test]
fn problems_are_notifications_of_a_run_that_failed() {
    let sources = sources(&[("open.json", OPEN)]);
    let mut report = audited(&sources);
    report.problems.push(
        Problem::new(
            ProblemKind::Unreadable,
            "cannot be read",
            "check the rights",
        )
        .in_file("/secret files/a.json"),
    );
    assert!(report.exit == 3 && report.problems.len() == 2 && report.not_judged.len() == 1);
    let run = run_of(&report);
    assert!(results(&run).is_empty());
    let sorts = run
        .tool
        .driver
        .notifications
        .expect("sorts of notification");
    let invocation = &run.invocations.expect("invocations")[0];
    assert!(!invocation.execution_successful);
    assert_eq!(invocation.exit_code, Some(3));
    let notifications = invocation
        .tool_execution_notifications
        .as_ref()
        .expect("some");
    let levels: Vec<_> = notifications
        .iter()
        .filter_map(|one| one.level.clone())
        .collect();
    assert_eq!(levels, ["error", "error", "note"]);
    for one in notifications {
        let descriptor = one.descriptor.as_ref().expect("a descriptor");
        let index = usize::try_from(descriptor.index.expect("an index")).expect("positive");
        assert_eq!(Some(&sorts[index].id), descriptor.id.as_ref());
    }
    let place = &notifications[1].locations.as_ref().expect("a location")[0];
    let artifact = place
        .physical_location
        .as_ref()
        .and_then(|at| at.artifact_location.as_ref());
    let uri = artifact.and_then(|artifact| artifact.uri.as_deref());
    assert_eq!(uri, Some("file:///secret%20files/a.json"));
    let open = notifications[2].associated_rule.as_ref().expect("a rule");
    assert_eq!(open.id.as_deref(), Some("implicit-grant"));
    let words = notifications[2].message.text.as_deref().expect("text");
    assert!(words.contains("gc oauth clients list"), "{words}");
}

#[test]
fn a_clean_run_says_that_it_succeeded() {
    let sources = sources(&[("clients.json", &*PLAIN.replace("TOKEN", "CODE"))]);
    let run = run_of(&audited(&sources));
    let invocation = &run.invocations.as_ref().expect("invocations")[0];
    assert!(invocation.execution_successful && invocation.exit_code == Some(0));
    assert!(results(&run).is_empty());
    let notifications = invocation.tool_execution_notifications.as_ref();
    assert!(notifications.is_some_and(Vec::is_empty));
}

#[test]
fn too_many_results_are_cut_the_mildest_first_and_it_is_said() {
    let sources = sources(&[("clients.json", PLAIN)]);
    let mut report = audited(&sources);
    let one: Finding = report.findings[0].clone();
    report.findings = (0..26_000)
        .map(|number| Finding {
            severity: Severity::ALL[number % 5],
            ..one.clone()
        })
        .collect();
    let run = run_of(&report);
    let all = results(&run);
    assert_eq!(all.len(), 25_000);
    let ranks: Vec<_> = all.iter().filter_map(|result| result.rank).collect();
    assert!(ranks.is_sorted_by(|a, b| a >= b));
    assert_eq!(all[0].level, Some(ResultLevel::Error));
    let invocation = &run.invocations.as_ref().expect("invocations")[0];
    assert!(invocation.execution_successful);
    let notifications = invocation
        .tool_execution_notifications
        .as_ref()
        .expect("some");
    let words = notifications[0].message.text.as_deref().expect("text");
    assert!(words.contains("25000 of 26000"), "{words}");
}

#[test]
fn nothing_of_a_hostile_export_gets_through() {
    let text = hostile();
    let sources = sources(&[("clients.json", &text)]);
    let report = audited(&sources);
    assert_eq!(report.findings.len(), HOSTILE_NAMES.len());
    let log = written(&report, Format::Sarif);
    assert!(!log.contains(SECRET));
    for result in results(&run_of(&report)) {
        let message = result.message.text.as_deref().expect("text");
        assert!(
            !message.contains("](") && !message.contains(char::is_control),
            "{message}"
        );
    }
}

fn suppressed(finding: Finding) -> Suppressed {
    let accepted = Accepted {
        rule: finding.rule.id.to_string(),
        client: "name:Wallboard".into(),
        field: None,
        value: None,
        reason: "needed until {the} rewrite".into(),
        owner: Some("Jo".into()),
        approver: None,
        until: "2027-01-01".parse().ok(),
        days_left: Some(40),
        ticket: None,
        origin: Origin {
            path: "clients.yaml".into(),
            line: 3,
            column: 5,
        },
        in_source: true,
    };
    Suppressed { finding, accepted }
}

#[test]
fn what_is_excused_is_a_result_for_who_asks_and_says_why() {
    let hostile = hostile();
    let sources = sources(&[("clients.json", &hostile)]);
    let mut report = audited(&sources);
    let count = report.findings.len();
    let excused = report.findings.pop().expect("a finding");
    report.suppressed.push(suppressed(excused.clone()));
    let mut known = report.findings.pop().expect("a finding");
    known.first_seen = "2026-01-01".parse().ok();
    report.known.push(known);
    let run = run_of(&report);
    assert_eq!(results(&run).len(), count - 2, "only what counts");
    for result in results(&run) {
        assert!(result.suppressions.is_none() && result.baseline_state.is_none());
    }
    report.show_suppressed = true;
    report.baseline = Some(BaselineFacts::default());
    let run = run_of(&report);
    let states: Vec<String> = results(&run)
        .iter()
        .map(|result| {
            let suppressions = result.suppressions.as_ref().expect("of all or of none");
            format!(
                "{} {:?}",
                suppressions.len(),
                result.baseline_state.as_ref().expect("likewise")
            )
        })
        .collect();
    let text = serde_json::to_value(results(&run)).expect("JSON");
    let (counted, excused) = states.split_at(count - 2);
    assert!(
        counted
            .iter()
            .all(|state| state.starts_with("0 ") && state.contains("new")),
        "{states:?}"
    );
    assert!(
        excused[0].starts_with("1 ") && excused[0].contains("new"),
        "{states:?}"
    );
    assert!(
        excused[1].starts_with("0 ") && excused[1].contains("unchanged"),
        "{states:?}"
    );
    let suppression = &text[count - 2]["suppressions"][0];
    for (name, wanted) in [
        ("kind", "inSource"),
        ("status", "accepted"),
        ("justification", "needed until {the} rewrite"),
    ] {
        assert_eq!(suppression[name], wanted);
    }
    assert_eq!(suppression["properties"]["owner"], "Jo");
    assert_eq!(suppression["properties"]["until"], "2027-01-01");
    report.suppressed[0].accepted.in_source = false;
    let log = json(&report, Format::Sarif);
    assert_eq!(
        log["runs"][0]["results"][count - 2]["suppressions"][0]["kind"],
        "external"
    );
}

#[test]
fn a_file_that_would_be_too_large_is_cut_the_mildest_first_and_it_is_said() {
    use std::io::Write;
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let sources = sources(&[("clients.json", PLAIN)]);
    let mut report = audited(&sources);
    let one: Finding = report.findings[0].clone();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut noise = || {
        (0..5_000)
            .map(|_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                char::from(LETTERS[(state >> 58) as usize])
            })
            .collect::<String>()
    };
    report.findings = (0..4_000)
        .map(|number| Finding {
            severity: Severity::ALL[number % 5],
            message: noise(),
            ..one.clone()
        })
        .collect();
    let log = written(&report, Format::Sarif);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(log.as_bytes()).expect("memory takes all");
    let size = packed.finish().expect("memory takes all").len();
    assert!((8_000_000..10_000_000).contains(&size), "{size}");
    let run = run_of(&report);
    let all = results(&run);
    assert!((1_500..3_500).contains(&all.len()), "{}", all.len());
    let ranks: Vec<_> = all.iter().filter_map(|result| result.rank).collect();
    assert!(ranks.is_sorted_by(|a, b| a >= b));
    let invocation = &run.invocations.as_ref().expect("invocations")[0];
    let notifications = invocation
        .tool_execution_notifications
        .as_ref()
        .expect("some");
    let words = notifications[0].message.text.as_deref().expect("text");
    assert!(words.contains(&format!("{} of 4000", all.len())), "{words}");
}
