//! One line for each finding, for hooks and `grep`, the worst client first. Policy notices, rules
//! that were not judged and problems have a line each, and the last line sums up the audit.

use super::human::Look;
use super::paint::Paint;
use super::risk::by_findings;
use super::run_facts::run_facts;
use super::shared::{
    SetAside, gaps, label_of, looked_at, message, set_aside, set_aside_kind, set_aside_words,
    whose_label,
};
use super::status::headline;
use crate::finding::{Problem, Report};
use crate::text::visible;
use std::io::{self, Write};

/// Writes findings, notices, rules not judged, problems and the summary, one line each.
///
/// # Errors
/// If `out` cannot be written.
pub fn write(report: &Report<'_>, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint::new(look.color);
    if !look.quiet {
        findings(report, look, paint, out)?;
    }
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
    for problem in &report.problems {
        let place = place(report, problem, look);
        let kind = paint.error(&format!("error {}", problem.kind.name()));
        let (message, remedy) = (visible(&problem.message), visible(&problem.remedy));
        writeln!(out, "{place}{kind} {message}: {remedy}")?;
    }
    let (headline, looked_at) = (headline(report), looked_at(report));
    writeln!(out, "{headline}: {looked_at}; exit {}", report.exit)
}

fn findings(report: &Report<'_>, look: Look, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    for standing in by_findings(report) {
        let client = label_of(report, standing.client);
        for finding in &standing.findings {
            let (path, at, _) = report.sources.locate(finding.place);
            writeln!(
                out,
                "{}: {} {} [{}] {}",
                look.place(path, at),
                paint.severity(finding.severity, finding.severity.name()),
                finding.rule.id,
                client,
                message(finding)
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
