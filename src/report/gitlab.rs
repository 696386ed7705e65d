//! GitLab Code Quality: the widget of a merge request.
//!
//! Invariant: one entry for each finding. The widget shows only entries, so problems, policy notices,
//! rules not judged and findings that do not count are entries too; otherwise the widget would
//! call the run clean. Fingerprints are unique, because GitLab shows one entry for each.

use super::{shared, stream};
use crate::catalog::{Need, Severity};
use crate::finding::{Finding, Fingerprint, NotJudged, Notice, Problem, Report};
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
        let needs = shared::by_need(report).into_iter();
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
                .chain(needs.map(|(need, open)| need_entry(report, need, &open)))
                .chain(shared::not_counted(report).map(|words| not_counted(report, &words))),
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
    path: &'r str,
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
            None => Location::somewhere(report, problem.path.as_deref()),
        },
    }
}

fn notice_entry<'r>(report: &'r Report<'_>, notice: &'r Notice) -> Entry<'r> {
    let kind = notice.kind.name();
    let origin = notice.origin.as_ref();
    let mut location = Location::somewhere(report, origin.map(|origin| &*origin.path));
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
        fingerprint: Fingerprint::new(kind, location.path, "", location.lines.begin),
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
        location: Location::somewhere(report, None),
    }
}

fn need_entry<'r>(report: &'r Report<'_>, need: Need, open: &[&NotJudged]) -> Entry<'r> {
    Entry {
        description: format!(
            "Not judged: {}. To obtain it: {}",
            shared::not_judged_words(need, open),
            need.how()
        ),
        check_name: Cow::Owned(format!("not-judged/{}", need.name())),
        fingerprint: Fingerprint::new("not-judged", need.name(), "", 0),
        severity: "info",
        location: Location::somewhere(report, None),
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
            path,
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
    fn somewhere(report: &'r Report<'_>, path: Option<&'r str>) -> Self {
        let first = report.sources.iter().next();
        Self {
            path: path
                .or(first.map(|(_, source)| source.path()))
                .unwrap_or("."),
            lines: Lines { begin: 1, end: 1 },
            positions: None,
        }
    }
}
