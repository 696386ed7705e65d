//! One line for each finding, for hooks and `grep`, the worst client first. Policy notices, rules
//! that were not judged and problems have a line each, and the last line sums up the audit.

use super::human::Look;
use super::paint::Paint;
use super::risk::by_findings;
use super::shared::{by_need, counts, label_of, looked_at, not_judged_words};
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
    for (need, open) in by_need(report) {
        let words = not_judged_words(need, &open);
        writeln!(out, "not judged: {words}: {}", need.how())?;
    }
    for problem in &report.problems {
        let place = place(report, problem, look);
        let kind = paint.error(&format!("error {}", problem.kind.name()));
        let (message, remedy) = (visible(&problem.message), visible(&problem.remedy));
        writeln!(out, "{place}{kind} {message}: {remedy}")?;
    }
    let (counts, looked_at) = (counts(report), looked_at(report));
    writeln!(out, "{counts}: {looked_at}; exit {}", report.exit)
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
                finding.message
            )?;
        }
    }
    Ok(())
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
