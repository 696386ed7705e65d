//! Annotations of GitHub Actions: workflow commands on standard output.
//!
//! Invariant: one line for each command, whatever an export contains. GitHub shows ten annotations
//! of each level of a step. The run itself takes at most three notices and half of the errors, so
//! that findings have room; of these the worst come first, and the log contains all.

use super::run_facts::{FactKind, run_facts};
use super::shared::{self, SetAside};
use super::status::headline;
use crate::catalog::Severity;
use crate::finding::{Finding, Notice, Problem, Report};
use crate::text::{Place, visible};
use std::borrow::Cow;
use std::io::{self, Write};

/// Problems with an annotation each; the others share one.
const PROBLEMS: usize = 4;

/// Facts of one kind that are listed; the rest is counted.
const MOST_FACTS: usize = 20;

/// Writes `report` as workflow commands.
///
/// # Errors
/// If `out` cannot be written.
pub fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let totals = format!("{}: {}", headline(report), shared::looked_at(report));
    command(out, "notice", &[("title", "grantlint".into())], &totals)?;
    write_facts(report, out)?;
    write_gaps(report, out)?;
    let (first, others) = report
        .problems
        .split_at(report.problems.len().min(PROBLEMS));
    for problem in first {
        write_problem(report, problem, out)?;
    }
    write_more_problems(report, others, out)?;
    for notice in &report.notices {
        write_notice(notice, out)?;
    }
    for finding in shared::worst_first(report) {
        write_finding(report, finding, out)?;
    }
    shared::set_aside(report).try_for_each(|finding| write_set_aside(report, finding, out))
}

/// Facts about the run, in one notice.
fn write_facts(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let facts = run_facts(report);
    let mut lines = Vec::new();
    for kind in FactKind::ALL {
        let of_kind: Vec<_> = facts.iter().filter(|fact| fact.kind == kind).collect();
        let listed = of_kind.iter().take(MOST_FACTS);
        lines.extend(listed.map(|fact| format!("{}: {}", kind.name(), fact.message)));
        let more = of_kind.len().saturating_sub(MOST_FACTS);
        if more > 0 {
            lines.push(format!("{}: {more} more", kind.name()));
        }
    }
    if lines.is_empty() {
        return Ok(());
    }
    let title = "grantlint: about this run".into();
    command(out, "notice", &[("title", title)], &lines.join("\n"))
}

/// The rules that were not judged, in one notice.
fn write_gaps(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut lines = Vec::new();
    for gap in shared::gaps(report) {
        lines.push(gap.words());
        lines.push(format!("  rules: {}", gap.rule_names(true)));
        lines.extend(gap.remedy().map(|how| format!("  to obtain it: {how}")));
    }
    if lines.is_empty() {
        return Ok(());
    }
    let title = "grantlint: not judged".into();
    command(out, "notice", &[("title", title)], &lines.join("\n"))
}

/// The problems for which there is no room, in one error.
fn write_more_problems(
    report: &Report<'_>,
    problems: &[Problem],
    out: &mut dyn Write,
) -> io::Result<()> {
    if problems.is_empty() {
        return Ok(());
    }
    let lines = problems.iter().map(|problem| {
        let place = match (problem.place, &problem.path) {
            (Some(place), _) => {
                let (path, at, _) = report.sources.locate(place);
                format!("{path}:{}: ", at.line)
            }
            (None, Some(path)) => format!("{path}: "),
            (None, None) => String::new(),
        };
        let kind = problem.kind.name();
        format!(
            "{place}{kind}: {}; to do: {}",
            problem.message, problem.remedy
        )
    });
    let words = lines.collect::<Vec<_>>().join("\n");
    let title = format!("grantlint: {} more problems", problems.len());
    command(out, "error", &[("title", title)], &words)
}

/// A finding that does not count. It is a notice, whatever its severity.
fn write_set_aside(
    report: &Report<'_>,
    (finding, accepted): SetAside<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut properties = location(report, finding.place);
    let kind = shared::set_aside_kind(accepted);
    let title = format!("{kind}: {} {}", finding.severity.name(), finding.rule.id);
    properties.push(("title", title));
    let label = shared::whose_label(report, finding);
    let words = format!(
        "{}: {}\n{}",
        shared::shorten(&label, 80),
        finding.message,
        shared::set_aside_words(finding, accepted)
    );
    command(out, "notice", &properties, &words)
}

fn write_notice(notice: &Notice, out: &mut dyn Write) -> io::Result<()> {
    let mut properties = Vec::new();
    if let Some(origin) = &notice.origin {
        properties.push(("file", origin.path.clone()));
        properties.push(("line", origin.line.to_string()));
    }
    let title = format!("{} {}", notice.severity.name(), notice.kind.name());
    properties.push(("title", title));
    let words = format!(
        "{}\nto do: {}",
        visible(&notice.message),
        visible(&notice.remedy)
    );
    command(out, kind(notice.severity), &properties, &words)
}

fn write_finding(report: &Report<'_>, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let mut properties = location(report, finding.place);
    let title = format!("{} {}", finding.severity.name(), finding.rule.id);
    properties.push(("title", title));
    let label = shared::whose_label(report, finding);
    let label = shared::shorten(&label, 80);
    let words = format!(
        "{label}: {}\nfix: {}\n{}",
        finding.message,
        finding.fix,
        shared::rule_docs(&finding.rule.id)
    );
    command(out, kind(finding.severity), &properties, &words)
}

fn write_problem(report: &Report<'_>, problem: &Problem, out: &mut dyn Write) -> io::Result<()> {
    let mut properties = match (problem.place, &problem.path) {
        (Some(place), _) => location(report, place),
        (None, Some(path)) => vec![("file", path.clone())],
        (None, None) => Vec::new(),
    };
    let title = format!("grantlint: {}", problem.kind.name());
    properties.push(("title", title));
    let words = format!(
        "{}\nto do: {}",
        visible(&problem.message),
        visible(&problem.remedy)
    );
    command(out, "error", &properties, &words)
}

const fn kind(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "notice",
    }
}

fn location(report: &Report<'_>, place: Place) -> Vec<(&'static str, String)> {
    let (path, start, end) = report.sources.locate(place);
    let mut properties = vec![
        ("file", path.to_owned()),
        ("line", start.line.to_string()),
        ("endLine", end.line.to_string()),
    ];
    // Columns are taken only of an annotation on one line.
    if start.line == end.line {
        properties.push(("col", start.column.to_string()));
        properties.push(("endColumn", end.column.to_string()));
    }
    properties
}

/// `::kind name=value,name=value::words`
fn command(
    out: &mut dyn Write,
    kind: &str,
    properties: &[(&str, String)],
    words: &str,
) -> io::Result<()> {
    write!(out, "::{kind}")?;
    for (index, (name, value)) in properties.iter().enumerate() {
        let before = if index == 0 { ' ' } else { ',' };
        let value = escaped(&visible(value))
            .replace(':', "%3A")
            .replace(',', "%2C");
        write!(out, "{before}{name}={value}")?;
    }
    let lines: Vec<Cow<'_, str>> = words.lines().map(visible).collect();
    writeln!(out, "::{}", escaped(&lines.join("\n")))
}

/// Escapes characters as the runner expects; the percent sign first.
fn escaped(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_one_line_and_escaped() {
        let mut out = Vec::new();
        let properties = [("file", "a,b:c%\n::error::x.json".to_owned())];
        command(&mut out, "error", &properties, "100%\n::error::x\u{1b}").unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "::error file=a%2Cb%3Ac%25\\n%3A%3Aerror%3A%3Ax.json::100%25%0A::error::x\\u{1b}\n"
        );
    }
}
