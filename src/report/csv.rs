//! CSV, for spreadsheets and work lists.
//!
//! Invariant: one row for each finding, and rows of other kinds for problems, policy notices, rules
//! not judged and findings that do not count, so that a short table is not taken for a clean
//! one. `kind` says what a row is: `finding` for a new one, `accepted` or `known` for one that does
//! not count, `not-judged`, `problem`, `notice`, or a fact of the run. `owner` answers for the
//! client, or for the risk of an accepted finding. No cell is a formula to a spreadsheet.

use super::look::{GroupBy, Look};
use super::owners;
use super::run_facts::{RunFact, run_facts};
use super::shared::{self, SetAside};
use super::status::qualified;
use crate::catalog::Severity;
use crate::finding::{Finding, NotJudged, Notice, Problem, Report};
use crate::text::visible;
use std::borrow::Cow;
use std::io::{self, Write};

const COLUMNS: [&str; 21] = [
    "kind",
    "severity",
    "confidence",
    "rule",
    "title",
    "client",
    "client_id",
    "address",
    "organisation",
    "field",
    "message",
    "fix",
    "path",
    "line",
    "column",
    "fingerprint",
    "standards",
    "help",
    "owner",
    "due",
    "first_seen",
];

/// A row by its columns.
#[derive(Default)]
struct Row<'r> {
    kind: &'static str,
    severity: &'static str,
    confidence: &'static str,
    rule: &'r str,
    title: &'r str,
    client: &'r str,
    client_id: &'r str,
    address: &'r str,
    organisation: &'r str,
    field: &'r str,
    message: Cow<'r, str>,
    fix: &'r str,
    path: &'r str,
    line: String,
    column: String,
    fingerprint: String,
    standards: String,
    help: String,
    owner: &'r str,
    due: String,
    first_seen: String,
}

/// Writes `report` as CSV.
///
/// # Errors
/// If `out` cannot be written.
pub fn write(report: &Report<'_>, look: Look, out: &mut dyn Write) -> io::Result<()> {
    if look.csv_bom {
        out.write_all("\u{feff}".as_bytes())?;
    }
    let mut table = csv::Writer::from_writer(out);
    wrote(fill(report, look, &mut table))?;
    table.flush()
}

/// Converts the error of the CSV writer.
pub(super) fn wrote(result: csv::Result<()>) -> io::Result<()> {
    result.map_err(|error| match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    })
}

fn fill(
    report: &Report<'_>,
    look: Look,
    table: &mut csv::Writer<&mut dyn Write>,
) -> csv::Result<()> {
    table.write_record(COLUMNS)?;
    let findings: Vec<&Finding> = match look.group_by {
        Some(GroupBy::Owner) => {
            let all: Vec<&Finding> = report.findings.iter().collect();
            let lists = owners::lists(report, &all).into_iter();
            lists.flat_map(|(_, findings)| findings).collect()
        }
        _ => report.findings.iter().collect(),
    };
    for finding in findings {
        table.write_record(finding_row(report, finding).cells())?;
    }
    for problem in &report.problems {
        table.write_record(problem_row(report, problem).cells())?;
    }
    for notice in &report.notices {
        table.write_record(notice_row(notice).cells())?;
    }
    for finding in shared::set_aside(report) {
        table.write_record(set_aside_row(report, finding).cells())?;
    }
    for open in &report.not_judged {
        table.write_record(open_row(open).cells())?;
    }
    for fact in run_facts(report) {
        table.write_record(fact_row(&fact).cells())?;
    }
    if let Some(words) = qualified(report) {
        table.write_record(count_row("verdict", words).cells())?;
    }
    for (name, count, words) in shared::apart(report) {
        table.write_record(count_row(name, format!("{count} {words}")).cells())?;
    }
    if report.partial {
        let words = "not all was looked at".to_owned();
        table.write_record(count_row("partial", words).cells())?;
    }
    Ok(())
}

impl Row<'_> {
    /// The cells in the order of [`COLUMNS`].
    fn cells(&self) -> [String; 21] {
        [
            self.kind,
            self.severity,
            self.confidence,
            self.rule,
            self.title,
            self.client,
            self.client_id,
            self.address,
            self.organisation,
            self.field,
            &self.message,
            self.fix,
            self.path,
            &self.line,
            &self.column,
            &self.fingerprint,
            &self.standards,
            &self.help,
            self.owner,
            &self.due,
            &self.first_seen,
        ]
        .map(harmless)
    }
}

fn finding_row<'r>(report: &'r Report<'_>, finding: &'r Finding) -> Row<'r> {
    let (path, start, _) = report.sources.locate(finding.place);
    let client = shared::client(report, finding);
    let rule = finding.rule;
    Row {
        kind: "finding",
        severity: finding.severity.name(),
        confidence: finding.confidence.name(),
        rule: &rule.id,
        title: &rule.title,
        client: shared::label(report, finding),
        client_id: client.and_then(|client| client.id.as_deref()).unwrap_or(""),
        address: client
            .and_then(|client| client.address.as_deref())
            .unwrap_or(""),
        organisation: client.map_or("", |client| &client.organisation),
        field: &finding.field,
        message: Cow::Borrowed(&finding.message),
        fix: &finding.fix,
        path,
        line: start.line.to_string(),
        column: start.column.to_string(),
        fingerprint: finding.fingerprint.to_string(),
        standards: rule.standards.join(" "),
        help: shared::rule_docs(&rule.id),
        owner: owners::owner(report, finding).map_or("", |owner| &owner.name),
        first_seen: first_seen(report, finding),
        ..Row::default()
    }
}

/// When a finding was first seen: as the baseline says, or today if the baseline lacks it. Without a
/// baseline that is not known.
fn first_seen(report: &Report<'_>, finding: &Finding) -> String {
    let worse = finding.worse.as_ref().map(|worse| worse.since);
    let new = report.baseline.as_ref().map(|_| report.today);
    let day = finding.first_seen.or(worse).or(new);
    day.map_or_else(String::new, |day| day.to_string())
}

/// A finding that does not count; an acceptance has an owner and a due date.
fn set_aside_row<'r>(report: &'r Report<'_>, (finding, accepted): SetAside<'r>) -> Row<'r> {
    let words = shared::set_aside_words(finding, accepted);
    let until = accepted.and_then(|accepted| accepted.until);
    let row = finding_row(report, finding);
    Row {
        kind: shared::set_aside_kind(accepted),
        message: Cow::Owned(format!("{} ({words})", finding.message)),
        due: until.map_or_else(String::new, |until| until.to_string()),
        owner: accepted
            .and_then(|accepted| accepted.owner.as_deref())
            .unwrap_or(row.owner),
        ..row
    }
}

fn fact_row<'r>(fact: &'r RunFact<'_>) -> Row<'r> {
    Row {
        kind: fact.kind.name(),
        severity: fact.severity.map_or("", Severity::name),
        rule: fact.rule,
        client: &fact.client,
        field: &fact.field,
        message: Cow::Borrowed(&fact.message),
        path: fact.path,
        fingerprint: fact.fingerprint.to_owned(),
        ..Row::default()
    }
}

fn problem_row<'r>(report: &'r Report<'_>, problem: &'r Problem) -> Row<'r> {
    let mut row = Row {
        kind: "problem",
        rule: problem.kind.name(),
        message: Cow::Borrowed(&problem.message),
        fix: &problem.remedy,
        path: shared::problem_path(report, problem).unwrap_or(""),
        ..Row::default()
    };
    if let Some(place) = problem.place {
        let (_, start, _) = report.sources.locate(place);
        row.line = start.line.to_string();
        row.column = start.column.to_string();
    }
    row
}

fn notice_row(notice: &Notice) -> Row<'_> {
    let mut row = Row {
        kind: "notice",
        severity: notice.severity.name(),
        rule: notice.kind.name(),
        message: Cow::Borrowed(&notice.message),
        fix: &notice.remedy,
        ..Row::default()
    };
    if let Some(origin) = &notice.origin {
        row.path = &origin.path;
        row.line = origin.line.to_string();
        row.column = origin.column.to_string();
    }
    row
}

fn count_row(name: &'static str, words: String) -> Row<'static> {
    Row {
        kind: "count",
        rule: name,
        message: Cow::Owned(words),
        ..Row::default()
    }
}

fn open_row(open: &NotJudged) -> Row<'_> {
    Row {
        kind: "not-judged",
        rule: open.rule,
        message: Cow::Owned(shared::not_judged_words(open)),
        fix: shared::remedy(open.needs, &open.cause).unwrap_or(""),
        help: shared::rule_docs(open.rule),
        ..Row::default()
    }
}

/// Characters that start a formula in a spreadsheet, and their full-width forms.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// A text as a cell: control characters escaped, and an apostrophe before every formula. Many
/// European spreadsheets split cells at the semicolon, so a formula may begin after one.
pub(super) fn harmless(text: &str) -> String {
    let mut cell = String::with_capacity(text.len() + 1);
    let mut begins = true;
    for character in visible(text).chars() {
        if begins && FORMULA.contains(&character) {
            cell.push('\'');
        }
        begins = character == ';' || (begins && (character == ' ' || character == '"'));
        cell.push(character);
    }
    cell
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for (text, wanted) in [
            ("=1+1", "'=1+1"),
            ("  @SUM(A1)", "  '@SUM(A1)"),
            ("a;=1", "a;'=1"),
            ("\"=1\"", "\"'=1\""),
            ("＝1", "'＝1"),
            ("\t=1", "\\t=1"),
            ("a=b, -c", "a=b, -c"),
            ("", ""),
        ] {
            assert_eq!(harmless(text), wanted);
        }
    }
}
