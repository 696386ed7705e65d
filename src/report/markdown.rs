//! Markdown: a comment on a pull request.
//!
//! Invariant: it fits into a comment, the worst first, and says so if it is cut. Texts of an export
//! stay text: they never become markup, HTML, links or mentions.

use super::causes::{Cause, Causes};
use super::folded::{Folded, fold};
use super::look::{GroupBy, Look};
use super::owners;
use super::status::{by_severity, headline, severity_counts};
use super::view::{grouped, subjects};
use super::{run_facts, shared};
use crate::catalog::Severity;
use crate::finding::{Accepted, Finding, Problem, Report};
use crate::text::{counted, digits, visible};
use std::fmt::Write as _;
use std::io::{self, Write};
use std::iter;

/// Characters that a comment may have; GitHub takes 65,536.
const LONGEST: usize = 65_000;
/// Characters that problems may take.
const LONGEST_PROBLEMS: usize = 15_000;
/// Characters of the facts about the run, and of the rules not judged.
const LONGEST_SECTION: usize = 8_000;
/// Places of a fault that many clients have; the rest is counted.
const PLACES: usize = 10;
/// Rules whose findings are counted in a line of their own; the rest is counted together.
const RULES: usize = 40;
/// The heading of the table of findings: what to do comes before the long columns.
const HEADING: &str =
    "\n| severity | rule | client | fix | what | where |\n| --- | --- | --- | --- | --- | --- |\n";
/// Characters of one cell of the table.
const LONGEST_CELL: usize = 500;

/// Writes `report` as Markdown.
///
/// # Errors
/// If `out` cannot be written.
pub fn write(report: &Report<'_>, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let head = head(report) + &problems(report) + &notices(report) + &by_rule(report);
    let foot = run_facts(report) + &not_judged(report);
    let used = count(&head) + count(&foot);
    let room = LONGEST.saturating_sub(used);
    let table = match look.group_by {
        Some(GroupBy::Owner) => owner_lists(report, room),
        _ => table(report, room),
    };
    let set_aside = set_aside(report, LONGEST.saturating_sub(used + count(&table)));
    for part in [head, table, set_aside, foot] {
        out.write_all(part.as_bytes())?;
    }
    Ok(())
}

fn count(text: &str) -> usize {
    text.chars().count()
}

/// A marker by which a bot finds its own comment, and the totals.
fn head(report: &Report<'_>) -> String {
    format!(
        "<!-- grantlint -->\n### grantlint: {}\n\n{} · {} · exit {}\n",
        prose(&headline(report)),
        shared::looked_at(report),
        report.today,
        report.exit
    )
}

fn problems(report: &Report<'_>) -> String {
    if report.problems.is_empty() {
        return String::new();
    }
    let mut text = format!(
        "\n**The audit is incomplete:** {}\n\n",
        counted(report.problems.len(), "problem")
    );
    for (index, problem) in report.problems.iter().enumerate() {
        let line = problem_line(report, problem);
        if count(&text) + count(&line) > LONGEST_PROBLEMS {
            let left = report.problems.len() - index;
            let _ = writeln!(text, "- … and {left} more");
            break;
        }
        text.push_str(&line);
    }
    text
}

/// Notices about the policy, up to the limit of problems.
fn notices(report: &Report<'_>) -> String {
    if report.notices.is_empty() {
        return String::new();
    }
    let mut text = String::from("\n**The policy:**\n\n");
    for (index, notice) in report.notices.iter().enumerate() {
        let origin = notice.origin.as_ref();
        let place = origin.map_or_else(String::new, |origin| code(&origin.to_string()) + " ");
        let line = format!(
            "- {place}{} {}: {}; {}\n",
            notice.severity.name(),
            notice.kind.name(),
            prose(&notice.message),
            prose(&notice.remedy)
        );
        if count(&text) + count(&line) > LONGEST_PROBLEMS {
            let _ = writeln!(text, "- … and {} more", report.notices.len() - index);
            break;
        }
        text.push_str(&line);
    }
    text
}

fn problem_line(report: &Report<'_>, problem: &Problem) -> String {
    let place = match problem.place {
        Some(place) => {
            let (path, start, _) = report.sources.locate(place);
            format!("{path}:{}:{}", start.line, start.column)
        }
        None => problem.path.clone().unwrap_or_default(),
    };
    let place = if place.is_empty() {
        place
    } else {
        format!("{} ", code(&place))
    };
    format!(
        "- {place}{} ({}); {}\n",
        prose(&problem.message),
        problem.kind.name(),
        prose(&problem.remedy)
    )
}

/// The counts of each rule in one line, the rule with the worst findings first.
fn by_rule(report: &Report<'_>) -> String {
    let all: Vec<&Finding> = report.findings.iter().collect();
    let groups = grouped(&all, |finding| &*finding.rule.id);
    let listed = groups.iter().take(RULES).map(|(rule, findings)| {
        let counts = severity_counts(findings.iter().map(|finding| finding.severity));
        let counts = by_severity(counts).unwrap_or_default();
        format!("[{rule}]({}) {counts}", shared::rule_docs(rule))
    });
    let listed: Vec<String> = listed.collect();
    let more = match groups.len().saturating_sub(RULES) {
        0 => String::new(),
        more => format!("; {} more", counted(more, "rule")),
    };
    if listed.is_empty() {
        return String::new();
    }
    format!("\n**By rule:** {}{more}\n", listed.join("; "))
}

/// As many findings as fit into `room` characters. A cause that many clients share is one row.
fn table(report: &Report<'_>, room: usize) -> String {
    if report.findings.is_empty() {
        return String::new();
    }
    let mut text = String::from(HEADING);
    let total = report.findings.len();
    let room = room.saturating_sub(count(&text) + count(&cut(total, total)));
    let (mut used, mut shown) = (0, 0);
    for (_, findings, row) in rows(report, &report.findings.iter().collect::<Vec<_>>(), room) {
        used += count(&row);
        if used > room {
            text.push_str(&cut(shown, total));
            break;
        }
        text.push_str(&row);
        shown += findings;
    }
    text
}

/// A list for each owner, the one with the worst findings first.
fn owner_lists(report: &Report<'_>, room: usize) -> String {
    let all: Vec<&Finding> = report.findings.iter().collect();
    let total = all.len();
    let room = room.saturating_sub(count(&cut(total, total)));
    let (mut text, mut used, mut shown) = (String::new(), 0, 0);
    for (owner, findings) in owners::lists(report, &all) {
        let clients = counted(subjects(&findings), "client");
        let heading = format!(
            "\n#### {}: {} in {clients}\n{HEADING}",
            prose(&owner.words()),
            counted(findings.len(), "finding")
        );
        used += count(&heading);
        let mut list = heading;
        let rows = rows(report, &findings, room.saturating_sub(used));
        for (_, findings, row) in rows {
            used += count(&row);
            if used > room {
                // A heading without a row says nothing.
                if list.contains("\n| ") && !list.ends_with(HEADING) {
                    text.push_str(&list);
                }
                return text + &cut(shown, total);
            }
            list.push_str(&row);
            shown += findings;
        }
        text.push_str(&list);
    }
    text
}

/// The rows of findings, the worst first, each with its severity and the number of findings that it
/// shows; one row more than fits. A cause that many clients share is one row.
fn rows(report: &Report<'_>, findings: &[&Finding], room: usize) -> Vec<(Severity, usize, String)> {
    let causes = Causes::of(findings.iter().copied());
    let mut worst_first = findings.to_vec();
    worst_first.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let single = worst_first
        .into_iter()
        .filter(|finding| !causes.cover(finding));
    let mut rows: Vec<(Severity, usize, String)> = causes
        .all
        .iter()
        .map(|cause| {
            (
                cause.first.severity,
                cause.findings.len(),
                cause_row(report, cause),
            )
        })
        .collect();
    let mut used = 0;
    for block in fold(single) {
        let row = row(report, &block);
        used += count(&row);
        rows.push((block.first.severity, 1 + block.others.len(), row));
        if used > room {
            break;
        }
    }
    rows.sort_by_key(|(severity, ..)| std::cmp::Reverse(*severity));
    rows
}

fn cut(shown: usize, total: usize) -> String {
    format!(
        "\n**{} of {} findings are shown, the worst first:** a comment takes no more. The other formats contain all of them.\n",
        digits(shown),
        digits(total)
    )
}

/// The row of a finding, with the places of equal ones of its client.
fn row(report: &Report<'_>, block: &Folded<'_>) -> String {
    let finding = block.first;
    let client = code(&shared::whose_label(report, finding));
    let mut places = place(report, finding);
    for other in block.others.iter().take(PLACES) {
        let _ = write!(places, "<br>{}", place(report, other));
    }
    if block.others.len() > PLACES {
        let _ = write!(places, "<br>and {} more", block.others.len() - PLACES);
    }
    written_row(finding, &client, &places)
}

/// The row of a fault that many clients have.
fn cause_row(report: &Report<'_>, cause: &Cause<'_>) -> String {
    let named = cause.findings.iter().take(PLACES);
    let clients = named
        .clone()
        .map(|finding| code(&shared::whose_label(report, finding)));
    let places = named.map(|finding| place(report, finding));
    let more = match cause.findings.len().saturating_sub(PLACES) {
        0 => String::new(),
        more => format!("<br>and {more} more"),
    };
    let clients = format!(
        "{} clients: {}{more}",
        cause.clients,
        clients.collect::<Vec<_>>().join(", ")
    );
    let places = places.collect::<Vec<_>>().join("<br>") + &more;
    written_row(cause.first, &clients, &places)
}

fn place(report: &Report<'_>, finding: &Finding) -> String {
    let (path, start, _) = report.sources.locate(finding.place);
    let place = code(&format!("{path}:{}:{}", start.line, start.column));
    if finding.field.is_empty() {
        place
    } else {
        format!("{place}<br>{}", code(&finding.field))
    }
}

fn written_row(finding: &Finding, client: &str, place: &str) -> String {
    let changes = shared::change_lines(finding);
    let changes = changes.iter().take(PLACES).map(|line| code(line));
    let fix: Vec<_> = iter::once(prose(&finding.fix)).chain(changes).collect();
    format!(
        "| {} | [{id}]({docs}) | {client} | {} | {} | {place} |\n",
        finding.severity.name(),
        fix.join("<br>"),
        prose(&finding.message),
        id = finding.rule.id,
        docs = shared::rule_docs(&finding.rule.id),
    )
}

fn not_judged(report: &Report<'_>) -> String {
    let lines = shared::gaps(report).into_iter().map(|gap| {
        let how = gap
            .remedy()
            .map_or_else(String::new, |how| format!(": {}", code(how)));
        let rules = gap.rule_names(false);
        format!("- {} ({rules}){how}\n", prose(&gap.words()))
    });
    section("\n**Not judged**\n\n", lines.collect())
}

/// Facts about the run.
fn run_facts(report: &Report<'_>) -> String {
    let facts = run_facts::run_facts(report);
    let lines = facts.iter().map(|fact| {
        let severity = fact.severity.map_or("", Severity::name);
        let space = if severity.is_empty() { "" } else { " " };
        format!("- {severity}{space}{}\n", prose(&fact.text()))
    });
    section("\n**About this run**\n\n", lines.collect())
}

/// As many lines as a section may take, under its heading; nothing without any.
fn section(heading: &str, lines: Vec<String>) -> String {
    let mut text = String::new();
    let total = lines.len();
    for (index, line) in lines.into_iter().enumerate() {
        if index == 0 {
            text.push_str(heading);
        }
        if count(&text) + count(&line) > LONGEST_SECTION {
            let _ = writeln!(text, "- … and {} more", total - index);
            break;
        }
        text.push_str(&line);
    }
    text
}

/// Accepted and known findings in a closed part, as many as fit into `room` characters.
fn set_aside(report: &Report<'_>, room: usize) -> String {
    let all: Vec<_> = shared::set_aside(report).collect();
    if all.is_empty() {
        return String::new();
    }
    let total = counted(all.len(), "accepted or known finding");
    let open = format!(
        "\n<details><summary>{total}</summary>\n\n| severity | rule | client | where | what |\n| --- | --- | --- | --- | --- |\n"
    );
    let close = "\n</details>\n";
    let room = room.saturating_sub(count(&open) + count(close) + count(&cut(all.len(), all.len())));
    let (mut rows, mut used) = (String::new(), 0);
    for (index, &(finding, accepted)) in all.iter().enumerate() {
        let row = set_aside_row(report, finding, accepted);
        used += count(&row);
        if used > room {
            rows.push_str(&cut(index, all.len()));
            break;
        }
        rows.push_str(&row);
    }
    format!("{open}{rows}{close}")
}

fn set_aside_row(report: &Report<'_>, finding: &Finding, accepted: Option<&Accepted>) -> String {
    format!(
        "| {} | [{id}]({docs}) | {} | {} | {}<br>{} |\n",
        finding.severity.name(),
        code(&shared::whose_label(report, finding)),
        place(report, finding),
        prose(&finding.message),
        prose(&shared::set_aside_words(finding, accepted)),
        id = finding.rule.id,
        docs = shared::rule_docs(&finding.rule.id),
    )
}

/// A text as code, without links and mentions.
pub(super) fn code(text: &str) -> String {
    let text = shared::shorten(text, LONGEST_CELL);
    let mut shown = String::with_capacity(text.len() + 16);
    shown.push_str("<code>");
    entities(&text, true, &mut shown);
    shown.push_str("</code>");
    shown
}

/// A text as prose. A word that a page would turn into a link or a mention is code.
pub(super) fn prose(text: &str) -> String {
    let text = shared::shorten(text, LONGEST_CELL);
    let mut shown = String::with_capacity(text.len() + 16);
    for (index, word) in text.split(' ').enumerate() {
        if index > 0 {
            shown.push(' ');
        }
        if is_active(word) {
            shown.push_str(&code(word));
        } else {
            entities(word, false, &mut shown);
        }
    }
    shown
}

fn is_active(word: &str) -> bool {
    word.contains(['@', '#']) || word.contains("://") || word.to_ascii_lowercase().contains("www.")
}

/// Writes characters with a meaning in Markdown or HTML as entities, which are plain text also
/// in tables. In code, colons and dots are entities too, so that they cannot form links.
fn entities(text: &str, is_code: bool, shown: &mut String) {
    for character in visible(text).chars() {
        let is_markup = matches!(
            character,
            '&' | '<' | '>' | '"' | '`' | '|' | '\\' | '*' | '_' | '~' | '[' | ']' | '$'
        );
        if is_markup || (is_code && matches!(character, ':' | '.' | '@' | '#' | '!')) {
            let _ = write!(shown, "&#{};", u32::from(character));
        } else {
            shown.push(character);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_mean_nothing_to_the_page() {
        assert_eq!(
            prose("a|b <i> *x* [y](z)"),
            "a&#124;b &#60;i&#62; &#42;x&#42; &#91;y&#93;(z)"
        );
        assert_eq!(
            prose("see http://e.example/ @me"),
            "see <code>http&#58;//e&#46;example/</code> <code>&#64;me</code>"
        );
        assert_eq!(code("`a`"), "<code>&#96;a&#96;</code>");
        assert_eq!(code("two\nlines"), "<code>two&#92;nlines</code>");
    }
}
