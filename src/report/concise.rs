//! One line a finding, for hooks and `grep`; what the policy has to say, what was not judged,
//! what does not count and what went wrong go the same way.

use super::paint::Paint;
use super::shared::{by_need, not_counted, not_judged_words};
use crate::finding::Report;
use crate::text::visible;
use std::io::{self, Write};

/// Writes the findings, the notices, what was not judged, what does not count, and the
/// problems, a line each.
///
/// # Errors
/// If `out` cannot be written.
pub fn write(report: &Report<'_>, color: bool, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint::new(color);
    for finding in &report.findings {
        let (path, at, _) = report.sources.locate(finding.place);
        let path = visible(path);
        let client = report
            .subject(finding.subject)
            .map_or("", |client| &client.label);
        let severity = paint.severity(finding.severity, finding.severity.name());
        writeln!(
            out,
            "{path}:{}:{}: {severity} {} [{client}] {}",
            at.line, at.column, finding.rule.id, finding.message
        )?;
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
    if let Some(words) = not_counted(report) {
        writeln!(out, "not counted: {words}")?;
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
