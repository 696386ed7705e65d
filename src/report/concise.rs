//! One line a finding, for hooks and `grep`; problems go the same way.

use super::paint::Paint;
use crate::finding::Report;
use std::io::{self, Write};

/// Writes the findings, then the problems, a line each.
///
/// # Errors
/// If `out` cannot be written.
pub fn write(report: &Report<'_>, color: bool, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint::new(color);
    for finding in &report.findings {
        let (path, at, _) = report.sources.locate(finding.place);
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
    for problem in &report.problems {
        let place = match (problem.place, &problem.path) {
            (Some(place), _) => {
                let (path, at, _) = report.sources.locate(place);
                format!("{path}:{}:{}: ", at.line, at.column)
            }
            (None, Some(path)) => format!("{path}: "),
            (None, None) => String::new(),
        };
        let error = paint.error("error");
        writeln!(
            out,
            "{place}{error} {}: {}",
            problem.message, problem.remedy
        )?;
    }
    Ok(())
}
