//! One line for each finding, for hooks and `grep`, the worst client first. Problems come before
//! them. Policy notices and rules that were not judged have a line each, and the last line sums up
//! the audit. A quiet run prints only what fails the gate, and one line for the rest.

use super::human::remainder;
use super::look::Look;
use super::paint::Paint;
use super::risk::by_findings;
use super::run_facts::run_facts;
use super::shared::{
    SetAside, gaps, label_of, looked_at, set_aside, set_aside_kind, set_aside_words, whose_label,
};
use super::status::headline;
use super::view::{Set, View};
use crate::catalog::Severity;
use crate::finding::{Problem, Report};
use crate::text::visible;
use std::io::{self, Write};

/// Writes findings, notices, rules not judged, problems and the summary, one line each.
///
/// # Errors
/// If `out` cannot be written.
pub fn write(report: &Report<'_>, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint::new(look.color);
    for problem in &report.problems {
        let place = place(report, problem, look);
        let kind = paint.error(&format!("error {}", problem.kind.name()));
        let (message, remedy) = (visible(&problem.message), visible(&problem.remedy));
        writeln!(out, "{place}{kind} {message}: {remedy}")?;
    }
    let view = View::new(report, look);
    let fails = |severity: Severity| report.fail_on.is_some_and(|gate| severity >= gate);
    let is_printed = |severity: Severity| !look.quiet || fails(severity);
    let printed = view.findings.iter().copied();
    let printed = Set::new(printed.filter(|finding| is_printed(finding.severity)));
    findings(report, (look, &printed), paint, out)?;
    if !look.quiet {
        facts(report, look, paint, out)?;
    } else if let Some(words) = remainder(report, &|finding| fails(finding.severity)) {
        writeln!(out, "also: {words}")?;
    }
    if let Some(words) = view.words(report, look) {
        writeln!(out, "shown in part: {words}")?;
    }
    let (headline, looked_at) = (headline(report), looked_at(report));
    writeln!(out, "{headline}: {looked_at}; exit {}", report.exit)
}

/// What a report holds besides findings and problems, one line each.
fn facts(report: &Report<'_>, look: Look, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    for notice in &report.notices {
        let place = notice.origin.as_ref().map_or_else(String::new, |origin| {
            let path = visible(&origin.path);
            format!("{path}:{}:{}: ", origin.line, origin.column)
        });
        let severity = paint.severity(notice.severity, notice.severity.name());
        let (message, remedy) = (visible(&notice.message), visible(&notice.remedy));
        let kind = notice.kind.name();
        writeln!(out, "{place}{severity} {kind} {message}: {remedy}")?;
    }
    for (finding, accepted) in set_aside(report) {
        write_set_aside(report, (finding, accepted), look, out)?;
    }
    for fact in run_facts(report) {
        writeln!(out, "{}", fact.text())?;
    }
    for gap in gaps(report) {
        let (words, rules) = (gap.words(), gap.rule_names(look.verbose));
        let remedy = gap
            .remedy()
            .map_or_else(String::new, |how| format!(": {how}"));
        writeln!(out, "not judged: {words} [{rules}]{remedy}")?;
    }
    Ok(())
}

/// The findings that are printed.
fn findings(
    report: &Report<'_>,
    (look, printed): (Look, &Set<'_>),
    paint: Paint,
    out: &mut dyn Write,
) -> io::Result<()> {
    for standing in by_findings(report) {
        let client = label_of(report, standing.client);
        let printed = standing
            .findings
            .iter()
            .filter(|finding| printed.holds(finding));
        for finding in printed {
            let (path, at, _) = report.sources.locate(finding.place);
            writeln!(
                out,
                "{}: {} {} [{}] {}",
                look.place(path, at),
                paint.severity(finding.severity, finding.severity.name()),
                finding.rule.id,
                client,
                finding.message
            )?;
        }
    }
    Ok(())
}

/// A finding that does not count: its line begins with the reason's name.
fn write_set_aside(
    report: &Report<'_>,
    (finding, accepted): SetAside<'_>,
    look: Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (path, at, _) = report.sources.locate(finding.place);
    writeln!(
        out,
        "{}: {} {} {} [{}] {}: {}",
        look.place(path, at),
        set_aside_kind(accepted),
        finding.severity.name(),
        finding.rule.id,
        whose_label(report, finding),
        finding.message,
        set_aside_words(finding, accepted)
    )
}

/// The place of a problem, if it has one.
fn place(report: &Report<'_>, problem: &Problem, look: Look) -> String {
    match (problem.place, &problem.path) {
        (Some(place), _) => {
            let (path, at, _) = report.sources.locate(place);
            format!("{}: ", look.place(path, at))
        }
        (None, Some(path)) => format!("{}: ", visible(path)),
        (None, None) => String::new(),
    }
}
