//! `JUnit` XML, for test pages of CI systems.
//!
//! Invariant: one suite for each rule. A finding is a failure, a problem an error, a rule not judged
//! is skipped, and a rule without findings is a test that passed. A policy notice is a failure
//! unless it is for information. Names contain no line, so that test pages recognise a finding
//! in the next run. Only elements and attributes of the schema that Jenkins publishes are written;
//! GitLab and Azure DevOps accept them, too.

use super::run_facts::{self, FactKind, RunFact, run_facts};
use super::shared::{self, SetAside};
use super::status::{by_severity, headline, qualified, severity_counts};
use crate::catalog::{Rule, Severity};
use crate::finding::{Finding, NotJudged, Notice, Problem, Report, Undecided};
use crate::text::{counted, visible};
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};

type Xml<'o> = quick_xml::Writer<&'o mut dyn Write>;

/// Writes `report` as `JUnit` XML.
///
/// # Errors
/// If `out` cannot be written.
pub fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut xml = Xml::new_with_indent(out, b' ', 1);
    let suites = suites(report);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let mut total = Counts::default();
    for suite in suites.values() {
        total.add(suite.counts());
    }
    let about = about(report);
    let own = own_counts(report, !about.is_empty());
    total.add(own);
    let start = named(BytesStart::new("testsuites"), "name", "grantlint");
    xml.write_event(Event::Start(total.on(start, false)))?;
    if own.tests > 0 {
        open_suite(&mut xml, report, "grantlint", own)?;
        properties(&mut xml, report)?;
        for problem in &report.problems {
            problem_case(&mut xml, report, problem)?;
        }
        for notice in &report.notices {
            notice_case(&mut xml, notice)?;
        }
        for fact in run_facts(report).iter().filter(|fact| is_gap(fact)) {
            skipped_case(&mut xml, fact.kind.name(), &fact.text(), &fact.message)?;
        }
        if !about.is_empty() {
            open_case(&mut xml, "run", "about this run")?;
            close_with_output(&mut xml, &about.join("\n"))?;
        }
        close(&mut xml, "testsuite")?;
    }
    for (id, suite) in &suites {
        suite.write(&mut xml, report, id)?;
    }
    close(&mut xml, "testsuites")?;
    xml.get_mut().write_all(b"\n")
}

/// The lines of the case that describes the run: its result, if that is limited, then findings
/// that do not count, then facts.
fn about(report: &Report<'_>) -> Vec<String> {
    let facts = run_facts(report).into_iter();
    let facts = facts.filter(|fact| !is_gap(fact) && fact.kind != FactKind::Undecided);
    qualified(report)
        .into_iter()
        .chain(shared::not_counted(report))
        .chain(facts.map(|fact| fact.text()))
        .collect()
}

/// Whether a fact is a gap of the run as a whole, and so a skipped test.
fn is_gap(fact: &RunFact<'_>) -> bool {
    fact.kind == FactKind::Waived
}

/// The result and the facts of the run, for programs.
fn properties(xml: &mut Xml<'_>, report: &Report<'_>) -> io::Result<()> {
    xml.write_event(Event::Start(BytesStart::new("properties")))?;
    let verdict = [("verdict", headline(report))].into_iter();
    let facts = run_facts(report).into_iter();
    for (name, value) in verdict.chain(facts.map(|fact| (fact.kind.name(), fact.message))) {
        let property = named(BytesStart::new("property"), "name", name);
        xml.write_event(Event::Empty(named(property, "value", &value)))?;
    }
    close(xml, "properties")
}

/// The suite of the run itself.
fn own_counts(report: &Report<'_>, has_more: bool) -> Counts {
    let (problems, notices) = (report.problems.len(), report.notices.len());
    let gaps = report.waived.len();
    Counts {
        tests: problems + notices + gaps + usize::from(has_more),
        failures: report
            .notices
            .iter()
            .filter(|notice| has_failed(notice))
            .count(),
        errors: problems,
        skipped: gaps,
    }
}

fn has_failed(notice: &Notice) -> bool {
    notice.severity > Severity::Info
}

/// The results of one rule.
#[derive(Default)]
struct Suite<'r> {
    rule: Option<&'r Rule>,
    findings: Vec<&'r Finding>,
    open: Vec<&'r NotJudged>,
    /// Findings that do not count: listed if the report shows them, else counted.
    set_aside: Vec<SetAside<'r>>,
    is_listed: bool,
    undecided: Vec<&'r Undecided>,
}

#[derive(Clone, Copy, Default)]
struct Counts {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.tests += other.tests;
        self.failures += other.failures;
        self.errors += other.errors;
        self.skipped += other.skipped;
    }

    /// The counts as attributes. The schema has no count of skipped tests for all suites.
    fn on(self, start: BytesStart<'_>, is_suite: bool) -> BytesStart<'_> {
        let mut counts = vec![
            ("tests", self.tests),
            ("failures", self.failures),
            ("errors", self.errors),
        ];
        if is_suite {
            counts.push(("skipped", self.skipped));
        }
        let start = counts.into_iter().fold(start, |start, (name, count)| {
            named(start, name, &count.to_string())
        });
        named(start, "time", "0")
    }
}

/// The rules that ran or have results, by id.
fn suites<'r>(report: &'r Report<'_>) -> BTreeMap<&'r str, Suite<'r>> {
    let mut suites: BTreeMap<&str, Suite<'_>> = BTreeMap::new();
    for &rule in &report.rules {
        suites.entry(&rule.id).or_default().rule = Some(rule);
    }
    for finding in &report.findings {
        let suite = suites.entry(&finding.rule.id).or_default();
        suite.findings.push(finding);
    }
    for open in &report.not_judged {
        suites.entry(open.rule).or_default().open.push(open);
    }
    let accepted = report.suppressed.iter();
    let accepted = accepted.map(|entry| (&entry.finding, Some(&entry.accepted)));
    let known = report.known.iter().map(|finding| (finding, None));
    for (finding, acceptance) in accepted.chain(known) {
        let suite = suites.entry(&finding.rule.id).or_default();
        suite.set_aside.push((finding, acceptance));
        suite.is_listed = report.show_suppressed;
    }
    for open in report.baseline.iter().flat_map(|facts| &facts.undecided) {
        let suite = suites.entry(&open.entry.rule).or_default();
        suite.undecided.push(open);
    }
    suites
}

impl Suite<'_> {
    fn has_passed(&self) -> bool {
        self.findings.is_empty()
            && self.open.is_empty()
            && self.set_aside.is_empty()
            && self.undecided.is_empty()
    }

    /// How many cases show the findings that do not count.
    fn set_aside_cases(&self) -> usize {
        if self.is_listed {
            self.set_aside.len()
        } else {
            usize::from(!self.set_aside.is_empty())
        }
    }

    fn counts(&self) -> Counts {
        let passed = usize::from(self.has_passed());
        let skipped = self.open.len() + self.undecided.len() + self.set_aside_cases();
        Counts {
            tests: self.findings.len() + skipped + passed,
            failures: self.findings.len(),
            errors: 0,
            skipped,
        }
    }

    fn write(&self, xml: &mut Xml<'_>, report: &Report<'_>, id: &str) -> io::Result<()> {
        open_suite(xml, report, id, self.counts())?;
        for finding in &self.findings {
            finding_case(xml, report, finding)?;
        }
        for open in &self.open {
            let words = shared::not_judged_words(open);
            let how = shared::remedy(open.needs, &open.cause);
            let how = how.map_or_else(|| words.clone(), |how| format!("to obtain it: {how}"));
            skipped_case(xml, id, &words, &how)?;
        }
        for open in &self.undecided {
            let client = run_facts::client_of(&open.entry);
            let name = format!("{client}: {} undecided", open.entry.field);
            let known = format!("known since {}: {}", open.entry.first_seen, open.cause);
            skipped_case(xml, id, &name, &known)?;
        }
        self.write_set_aside(xml, report, id)?;
        if self.has_passed() {
            let title = self.rule.map_or(id, |rule| &rule.title);
            let case = BytesStart::new("testcase");
            let case = named(named(case, "name", title), "classname", &class(id));
            xml.write_event(Event::Empty(named(case, "time", "0")))?;
        }
        close(xml, "testsuite")
    }
}

impl Suite<'_> {
    /// The findings that do not count, as skipped tests: a rule with them has not passed.
    fn write_set_aside(&self, xml: &mut Xml<'_>, report: &Report<'_>, id: &str) -> io::Result<()> {
        if self.set_aside.is_empty() {
            return Ok(());
        }
        if !self.is_listed {
            let severities = self.set_aside.iter().map(|(finding, _)| finding.severity);
            let severities = by_severity(severity_counts(severities)).unwrap_or_default();
            let name = counted(self.set_aside.len(), "known or accepted finding");
            return skipped_case(xml, id, &name, &severities);
        }
        for &(finding, accepted) in &self.set_aside {
            let words = format!(
                "{}, {}: {}",
                finding.severity.name(),
                shared::set_aside_words(finding, accepted),
                finding.message
            );
            skipped_case(xml, id, &case_name(report, finding), &words)?;
        }
        Ok(())
    }
}

/// A test that was skipped, and why.
fn skipped_case(xml: &mut Xml<'_>, class: &str, name: &str, why: &str) -> io::Result<()> {
    open_case(xml, class, name)?;
    xml.write_event(Event::Start(BytesStart::new("skipped")))?;
    write_text(xml, &visible(why))?;
    close(xml, "skipped")?;
    close(xml, "testcase")
}

/// The client and field of a finding, with the start of its fingerprint.
fn case_name(report: &Report<'_>, finding: &Finding) -> String {
    let print = finding.fingerprint.to_string();
    let field = if finding.field.is_empty() {
        "the client"
    } else {
        &finding.field
    };
    let label = shared::whose_label(report, finding);
    let label = shared::shorten(&label, 200);
    // The start of the fingerprint distinguishes findings with equal names.
    format!("{label}: {field} [{}]", print.get(..8).unwrap_or(&print))
}

fn finding_case(xml: &mut Xml<'_>, report: &Report<'_>, finding: &Finding) -> io::Result<()> {
    let print = finding.fingerprint.to_string();
    let name = case_name(report, finding);
    let (path, start, _) = report.sources.locate(finding.place);
    open_case(xml, &finding.rule.id, &name)?;
    let failure = BytesStart::new("failure");
    let failure = named(failure, "message", &finding.message);
    let failure = named(failure, "type", finding.severity.name());
    xml.write_event(Event::Start(failure))?;
    let text = format!(
        "{} ({} confidence): {}\nfix: {}\nat {}:{}:{}\n{}\nfingerprint {print}",
        finding.severity.name(),
        finding.confidence.name(),
        finding.message,
        finding.fix,
        visible(path),
        start.line,
        start.column,
        shared::rule_docs(&finding.rule.id),
    );
    write_text(xml, &text)?;
    close(xml, "failure")?;
    close(xml, "testcase")
}

fn problem_case(xml: &mut Xml<'_>, report: &Report<'_>, problem: &Problem) -> io::Result<()> {
    let kind = problem.kind.name();
    let path = shared::problem_path(report, problem);
    let place = match problem.place {
        Some(place) => {
            let (path, start, _) = report.sources.locate(place);
            format!("\nat {}:{}:{}", visible(path), start.line, start.column)
        }
        None => String::new(),
    };
    let name = path.map_or_else(|| kind.into(), |path| format!("{kind}: {path}"));
    open_case(xml, "problem", &name)?;
    let error = named(BytesStart::new("error"), "message", &problem.message);
    xml.write_event(Event::Start(named(error, "type", kind)))?;
    let text = format!(
        "{}\nto do: {}{place}",
        visible(&problem.message),
        visible(&problem.remedy)
    );
    write_text(xml, &text)?;
    close(xml, "error")?;
    close(xml, "testcase")
}

fn notice_case(xml: &mut Xml<'_>, notice: &Notice) -> io::Result<()> {
    let kind = notice.kind.name();
    let origin = notice.origin.as_ref();
    let place = origin.map_or_else(String::new, |origin| {
        format!("\nat {}", visible(&origin.to_string()))
    });
    let name = origin.map_or_else(|| kind.into(), |origin| format!("{kind}: {}", origin.path));
    open_case(xml, kind, &name)?;
    let text = format!(
        "{}\nto do: {}{place}",
        visible(&notice.message),
        visible(&notice.remedy)
    );
    if !has_failed(notice) {
        return close_with_output(xml, &text);
    }
    let failure = named(BytesStart::new("failure"), "message", &notice.message);
    let failure = named(failure, "type", notice.severity.name());
    xml.write_event(Event::Start(failure))?;
    write_text(xml, &text)?;
    close(xml, "failure")?;
    close(xml, "testcase")
}

/// Ends a test that passed with its output.
fn close_with_output(xml: &mut Xml<'_>, text: &str) -> io::Result<()> {
    xml.write_event(Event::Start(BytesStart::new("system-out")))?;
    write_text(xml, text)?;
    close(xml, "system-out")?;
    close(xml, "testcase")
}

fn open_suite(
    xml: &mut Xml<'_>,
    report: &Report<'_>,
    name: &str,
    counts: Counts,
) -> io::Result<()> {
    let start = named(BytesStart::new("testsuite"), "name", name);
    let start = counts.on(start, true);
    let midnight = format!("{}T00:00:00", report.today);
    xml.write_event(Event::Start(named(start, "timestamp", &midnight)))
}

fn open_case(xml: &mut Xml<'_>, rule: &str, name: &str) -> io::Result<()> {
    let case = named(BytesStart::new("testcase"), "name", name);
    let case = named(named(case, "classname", &class(rule)), "time", "0");
    xml.write_event(Event::Start(case))
}

fn class(rule: &str) -> String {
    format!("grantlint.{rule}")
}

fn close(xml: &mut Xml<'_>, name: &str) -> io::Result<()> {
    xml.write_event(Event::End(BytesEnd::new(name)))
}

fn named<'x>(mut start: BytesStart<'x>, name: &str, value: &str) -> BytesStart<'x> {
    start.push_attribute((name, &*legal(value)));
    start
}

/// Text of an element. Line breaks stay: texts of an export were escaped before.
fn write_text(xml: &mut Xml<'_>, text: &str) -> io::Result<()> {
    let lines: Vec<_> = text.lines().map(legal).collect();
    xml.write_event(Event::Text(BytesText::new(&lines.join("\n"))))
}

/// A text that XML permits: without control characters and the two noncharacters that it forbids.
fn legal(text: &str) -> Cow<'_, str> {
    match visible(text) {
        shown if shown.contains(['\u{fffe}', '\u{ffff}']) => {
            Cow::Owned(shown.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}"))
        }
        shown => shown,
    }
}
