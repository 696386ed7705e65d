//! GitLab Code Quality: the widget of a merge request.
//!
//! Invariant: one entry for each finding. The widget shows only entries, so problems, policy notices,
//! rules not judged and findings that do not count are entries too; otherwise the widget would
//! call the run clean. Fingerprints are unique, because GitLab shows one entry for each. Paths start
//! at the work tree, where GitLab looks for them.

use super::run_facts::{FactKind, RunFact, run_facts};
use super::shared::{Gap, SetAside};
use super::status::qualified;
use super::{shared, stream};
use crate::catalog::Severity;
use crate::finding::{Finding, Fingerprint, Notice, Problem, Report};
use crate::text::{Place, Position, visible};
use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::io::{self, Write};

/// Writes `report` as a Code Quality report.
///
/// # Errors
/// If `out` cannot be written.
pub fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    stream::write(&Entries(report), 1, out)
}

struct Entries<'r>(&'r Report<'r>);

impl Serialize for Entries<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let report = self.0;
        let findings = report.findings.iter();
        let seen = RefCell::new(HashMap::new());
        let problems = report.problems.iter();
        let gaps = shared::gaps(report).into_iter();
        let facts = run_facts(report).into_iter();
        let set_aside = shared::set_aside(report);
        serializer.collect_seq(
            findings
                .map(|finding| finding_entry(report, finding))
                .chain(problems.map(|problem| problem_entry(report, problem, &seen)))
                .chain(
                    report
                        .notices
                        .iter()
                        .map(|notice| notice_entry(report, notice)),
                )
                .chain(gaps.map(|gap| gap_entry(report, &gap)))
                .chain(facts.map(|fact| fact_entry(report, &fact, &seen)))
                .chain(verdict_entry(report))
                .chain(shared::not_counted(report).map(|words| not_counted(report, &words)))
                .chain(set_aside.map(|finding| set_aside_entry(report, finding))),
        )
    }
}

#[derive(Serialize)]
struct Entry<'r> {
    description: String,
    check_name: Cow<'r, str>,
    #[serde(serialize_with = "stream::displayed")]
    fingerprint: Fingerprint,
    severity: &'static str,
    location: Location<'r>,
}

#[derive(Serialize)]
struct Location<'r> {
    path: Cow<'r, str>,
    lines: Lines,
    #[serde(skip_serializing_if = "Option::is_none")]
    positions: Option<Positions>,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

#[derive(Serialize)]
struct Positions {
    begin: Point,
    end: Point,
}

#[derive(Serialize)]
struct Point {
    line: u32,
    column: u32,
}

fn finding_entry<'r>(report: &'r Report<'_>, finding: &'r Finding) -> Entry<'r> {
    Entry {
        description: format!(
            "{}: {} Fix: {}",
            shared::shorten(&shared::whose_label(report, finding), 80),
            shared::sentence(&finding.message),
            shared::sentence(&finding.fix)
        ),
        check_name: Cow::Borrowed(&finding.rule.id),
        fingerprint: finding.fingerprint,
        severity: severity(finding.severity),
        location: Location::new(report, finding.place),
    }
}

/// A problem; `seen` counts those that are equal.
fn problem_entry<'r>(
    report: &'r Report<'_>,
    problem: &'r Problem,
    seen: &RefCell<HashMap<Fingerprint, u32>>,
) -> Entry<'r> {
    let kind = problem.kind.name();
    let path = shared::problem_path(report, problem);
    let print = |count| {
        let of = format!("problem/{kind}");
        Fingerprint::new(&of, path.unwrap_or(""), &problem.message, count)
    };
    let mut seen = seen.borrow_mut();
    let before = seen.entry(print(0)).or_insert(0);
    let fingerprint = print(*before);
    *before += 1;
    Entry {
        description: format!(
            "Audit incomplete: {} To do: {}",
            shared::sentence(&visible(&problem.message)),
            visible(&problem.remedy)
        ),
        check_name: Cow::Owned(format!("problem/{kind}")),
        fingerprint,
        severity: "blocker",
        location: match problem.place {
            Some(place) => Location::new(report, place),
            None => Location::anywhere(report, problem.path.as_deref()),
        },
    }
}

fn notice_entry<'r>(report: &'r Report<'_>, notice: &'r Notice) -> Entry<'r> {
    let kind = notice.kind.name();
    let origin = notice.origin.as_ref();
    let mut location = Location::anywhere(report, origin.map(|origin| &*origin.path));
    if let Some(origin) = origin {
        location.lines = Lines {
            begin: origin.line,
            end: origin.line,
        };
    }
    Entry {
        description: format!(
            "{} To do: {}",
            shared::sentence(&visible(&notice.message)),
            visible(&notice.remedy)
        ),
        check_name: Cow::Borrowed(kind),
        // Its message counts the days.
        fingerprint: Fingerprint::new(
            kind,
            origin.map_or(&*location.path, |origin| &*origin.path),
            "",
            location.lines.begin,
        ),
        severity: severity(notice.severity),
        location,
    }
}

fn not_counted<'r>(report: &'r Report<'_>, words: &str) -> Entry<'r> {
    Entry {
        description: format!("Not counted: {words}"),
        check_name: Cow::Borrowed("not-counted"),
        fingerprint: Fingerprint::new("not-counted", "", "", 0),
        severity: "info",
        location: Location::anywhere(report, None),
    }
}

fn gap_entry<'r>(report: &'r Report<'_>, gap: &Gap<'_>) -> Entry<'r> {
    let how = gap.remedy().map(|how| format!(" To obtain it: {how}"));
    Entry {
        description: format!(
            "Not judged: {}. Rules: {}.{}",
            gap.words(),
            gap.rule_names(true),
            how.unwrap_or_default()
        ),
        check_name: Cow::Owned(format!("not-judged/{}", gap.need.name())),
        fingerprint: Fingerprint::new("not-judged", gap.need.name(), gap.cause, 0),
        severity: "info",
        location: Location::anywhere(report, None),
    }
}

/// A fact about the run. An undecided finding keeps its severity, because it counts as open.
fn fact_entry<'r>(
    report: &'r Report<'_>,
    fact: &RunFact<'r>,
    seen: &RefCell<HashMap<Fingerprint, u32>>,
) -> Entry<'r> {
    let kind = fact.kind.name();
    let print = |count| {
        let subject = if fact.fingerprint.is_empty() {
            &fact.message
        } else {
            fact.fingerprint
        };
        Fingerprint::new(kind, subject, "", count)
    };
    let mut seen = seen.borrow_mut();
    let before = seen.entry(print(0)).or_insert(0);
    let fingerprint = print(*before);
    *before += 1;
    let open = fact.severity.filter(|_| fact.kind == FactKind::Undecided);
    let path = Some(fact.path).filter(|path| !path.is_empty());
    Entry {
        description: fact.text(),
        check_name: Cow::Borrowed(kind),
        fingerprint,
        severity: open.map_or("info", severity),
        location: Location::anywhere(report, path),
    }
}

/// The result in words, if other findings are open or it has limits, so that the widget does not
/// look clean.
fn verdict_entry<'r>(report: &'r Report<'_>) -> Option<Entry<'r>> {
    Some(Entry {
        description: qualified(report)?,
        check_name: Cow::Borrowed("verdict"),
        fingerprint: Fingerprint::new("verdict", "", "", 0),
        severity: "info",
        location: Location::anywhere(report, None),
    })
}

fn set_aside_entry<'r>(report: &'r Report<'_>, (finding, accepted): SetAside<'r>) -> Entry<'r> {
    let words = shared::set_aside_words(finding, accepted);
    let entry = finding_entry(report, finding);
    Entry {
        description: format!("{} ({words})", entry.description),
        ..entry
    }
}

const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "blocker",
        Severity::High => "critical",
        Severity::Medium => "major",
        Severity::Low => "minor",
        Severity::Info => "info",
    }
}

impl<'r> Location<'r> {
    fn new(report: &'r Report<'_>, place: Place) -> Self {
        let (path, start, end) = report.sources.locate(place);
        let point = |at: Position| Point {
            line: at.line,
            column: at.column,
        };
        Self {
            path: report.work_tree.path(path),
            lines: Lines {
                begin: start.line,
                end: end.line,
            },
            positions: Some(Positions {
                begin: point(start),
                end: point(end),
            }),
        }
    }

    /// In a file as a whole; every entry has to name one.
    fn anywhere(report: &'r Report<'_>, path: Option<&'r str>) -> Self {
        let first = report.sources.iter().next();
        let path = path.or(first.map(|(_, source)| source.path()));
        Self {
            path: report.work_tree.path(path.unwrap_or(".")),
            lines: Lines { begin: 1, end: 1 },
            positions: None,
        }
    }
}
