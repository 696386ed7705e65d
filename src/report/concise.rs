//! One line a finding, for hooks and `grep`; what was not judged and what went wrong go the
//! same way.

use super::paint::Paint;
use super::shared::{by_need, not_judged_words};
use crate::finding::Report;
use crate::text::visible;
use std::io::{self, Write};

/// Writes the findings, what was not judged, and the problems, a line each.
///
/// # Errors
/// If `out` cannot be written.
pub fn write(report: &Report<'_>, color: bool, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint::new(color);
    for finding in &report.findings {
        let (path, at, _) = report.sources.locate(finding.place);
        let path = visible(path);
        let client = report
            .clients
            .get(finding.client as usize)
            .map_or("", |client| &client.label);
        let severity = paint.severity(finding.severity, finding.severity.name());
        writeln!(
            out,
            "{path}:{}:{}: {severity} {} [{client}] {}",
            at.line, at.column, finding.rule.id, finding.message
        )?;
    }
    for (need, open) in by_need(report) {
        let words = not_judged_words(need, &open);
        writeln!(out, "not judged: {words}: {}", need.how())?;
    }
    for problem in &report.problems {
        let place = match (problem.place, &problem.path) {
            (Some(place), _) => {
                let (path, at, _) = report.sources.locate(place);
                format!("{}:{}:{}: ", visible(path), at.line, at.column)
            }
            (None, Some(path)) => format!("{}: ", visible(path)),
            (None, None) => String::new(),
        };
        let kind = paint.error(&format!("error {}", problem.kind.name()));
        let (message, remedy) = (visible(&problem.message), visible(&problem.remedy));
        writeln!(out, "{place}{kind} {message}: {remedy}")?;
    }
    Ok(())
}
