//! Recommendations for people: for each client what to keep, downgrade and remove, and why.

use super::{Entry, because_words, confidence, division_names, entries, notices};
use crate::catalog::Severity;
use crate::finding::{ProposalKind, Recommendation, Report, RoleProposal, UsageFacts};
use crate::report::drawing::guarded;
use crate::report::human;
use crate::report::look::Look;
use crate::report::paint::Paint;
use crate::text::{counted, first_of};
use std::io::{self, Write};

/// So many calls are shown as the reason for a right, and so many rights of a list.
const SHOWN_CALLS: usize = 2;
const SHOWN_RIGHTS: usize = 12;

/// Writes the recommendations.
pub(super) fn write(report: &Report<'_>, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page {
        report,
        look,
        paint: Paint::new(look.color),
        out,
    };
    if !look.quiet {
        for entry in entries(report) {
            page.client(entry)?;
        }
    }
    page.summary()?;
    let Page { out, .. } = page;
    human::closing(report, look, out)?;
    let words = match report.exit {
        3 => Paint::new(look.color).error("exit 3: incomplete; what could be read is above"),
        2 => Paint::new(look.color).error("exit 2: the policy is wrong"),
        code => format!("exit {code}: complete; grantlint changes nothing by itself"),
    };
    writeln!(out, "{words}")
}

/// A reason needs so many columns next to its right.
const LEAST_WHY: usize = 36;

/// Lines of whole words, since a path or a permission is not cut.
fn options<'w>(room: usize) -> textwrap::Options<'w> {
    textwrap::Options::new(room)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .break_words(false)
}

struct Page<'r, 'o> {
    report: &'r Report<'r>,
    look: Look,
    paint: Paint,
    out: &'o mut dyn Write,
}

/// A line of the table of rights: what to do, with what, why.
struct Row {
    verb: &'static str,
    right: String,
    why: String,
    severity: Option<Severity>,
}

impl Page<'_, '_> {
    fn line(&mut self, indent: usize, text: &str) -> io::Result<()> {
        let room = self.look.width.saturating_sub(indent).max(40);
        for line in textwrap::wrap(text, options(room).subsequent_indent("  ")) {
            writeln!(self.out, "{}{}", " ".repeat(indent), guarded(&line))?;
        }
        Ok(())
    }

    fn client(&mut self, entry: Entry<'_>) -> io::Result<()> {
        let Entry {
            client,
            recommendation,
        } = entry;
        let many = self.report.summary.organisations > 1;
        let place = if many {
            format!(" · {}", client.organisation)
        } else {
            String::new()
        };
        let label = self.paint.bold(&guarded(&client.label));
        writeln!(self.out, "● {label} · {}{}", client.grant, guarded(&place))?;
        self.line(2, &basis(recommendation))?;
        for reason in &recommendation.reasons {
            self.line(4, &format!("- {reason}"))?;
        }
        if recommendation.confidence.is_none() {
            self.missing(recommendation)?;
            return writeln!(self.out);
        }
        let rows = rows(recommendation, self.look.verbose);
        let width = rows.iter().map(|row| row.right.chars().count()).max();
        let width = width.unwrap_or(0).min(44);
        for row in rows {
            self.row(&row, width)?;
        }
        self.roles(recommendation)?;
        writeln!(self.out)
    }

    /// What is missing is a fact, even where nothing is called unused.
    fn missing(&mut self, recommendation: &Recommendation) -> io::Result<()> {
        let missing = &recommendation.scopes.missing;
        if missing.is_empty() {
            return Ok(());
        }
        let words = missing.join(", ");
        self.line(2, &format!("missing if scopes are enforced: {words}"))
    }

    fn roles(&mut self, recommendation: &Recommendation) -> io::Result<()> {
        let roles = &recommendation.roles;
        for dropped in &roles.drop {
            let why = if dropped.unused {
                "no call needed its permissions"
            } else {
                "the other roles give all that stays"
            };
            let (name, divisions) = (&dropped.role.name, division_names(&dropped.divisions));
            self.line(2, &format!("drop the role \"{name}\" ({divisions}): {why}"))?;
        }
        let mut last = None;
        for proposal in &roles.proposals {
            let divisions = division_names(&proposal.divisions);
            let is_first = last.as_ref() != Some(&divisions);
            if is_first {
                self.line(2, &format!("in place of its roles in {divisions}:"))?;
            }
            self.proposal(proposal, is_first)?;
            last = Some(divisions);
        }
        Ok(())
    }

    /// What to do with a right, and why: next to it if there is room, else below.
    fn row(&mut self, row: &Row, width: usize) -> io::Result<()> {
        let verb = format!("{:<10}", row.verb);
        let verb = match row.severity {
            Some(severity) => self.paint.severity(severity, &verb),
            None => verb,
        };
        let right = guarded(&row.right).into_owned();
        let indent = 2 + 10 + 2 + width + 2;
        let is_beside = indent + LEAST_WHY <= self.look.width;
        let indent = if is_beside { indent } else { 14 };
        let room = self.look.width.saturating_sub(indent).max(LEAST_WHY);
        let why = textwrap::wrap(&row.why, options(room));
        let mut why = why.iter().map(|line| self.paint.dim(&guarded(line)));
        let first = why.next().filter(|_| is_beside).unwrap_or_default();
        let line = format!("  {verb}  {right:<width$}  {first}");
        writeln!(self.out, "{}", line.trim_end())?;
        let below: Vec<String> = if is_beside {
            why.collect()
        } else {
            let all = textwrap::wrap(&row.why, options(room));
            all.iter()
                .map(|line| self.paint.dim(&guarded(line)))
                .collect()
        };
        for line in below {
            writeln!(self.out, "{}{line}", " ".repeat(indent))?;
        }
        Ok(())
    }

    fn proposal(&mut self, proposal: &RoleProposal, is_first: bool) -> io::Result<()> {
        let or = if is_first { "" } else { "or " };
        match &proposal.kind {
            ProposalKind::Existing(existing) => {
                let roles = existing.iter().map(|(role, excess)| match excess.len() {
                    0 => format!("\"{}\" (no excess)", role.name),
                    _ => format!("\"{}\" (excess: {})", role.name, listed(excess, false)),
                });
                let roles: Vec<String> = roles.collect();
                self.line(4, &format!("{or}existing {}", roles.join(", ")))
            }
            ProposalKind::Custom(role) => {
                let policies = role.policies.iter().map(|policy| {
                    let condition = if policy.condition.is_some() {
                        " under its condition"
                    } else {
                        ""
                    };
                    let actions = policy.actions.join(",");
                    format!("{}:{}:{actions}{condition}", policy.domain, policy.entity)
                });
                let all: Vec<String> = role.permissions.iter().cloned().chain(policies).collect();
                let name = &role.name;
                let all = listed(&all, self.look.verbose);
                self.line(4, &format!("{or}a new role \"{name}\" with {all}"))
            }
        }
    }

    fn summary(&mut self) -> io::Result<()> {
        let organisations = self.report.recommendations.iter();
        let organisations = organisations.flat_map(|all| &all.organisations);
        let mut tables: Vec<String> = organisations.map(table_words).collect();
        tables.dedup();
        for words in tables.into_iter().chain(notices(self.report)) {
            self.line(0, &words)?;
        }
        self.line(
            0,
            "Usage shows what was called, not what will be: test a change before production. Usage does not show divisions.",
        )
    }
}

/// The window, the calls and the confidence in a line.
fn basis(recommendation: &Recommendation) -> String {
    let window = recommendation.window.as_ref().map_or_else(
        || "window unknown".to_owned(),
        |window| {
            let days = usize::try_from(window.days).unwrap_or(0);
            format!(
                "{} to {} ({})",
                window.start,
                window.end,
                counted(days, "day")
            )
        },
    );
    let calls = recommendation.calls;
    let mut words = format!(
        "{window} · {} used, {} only failed",
        counted(calls.used, "operation"),
        calls.attempted
    );
    if calls.unmapped > 0 {
        words = format!("{words}, {} not known", calls.unmapped);
    }
    match recommendation.confidence {
        None => format!("{words} · not judged"),
        level => format!("{words} · confidence {}", confidence(level)),
    }
}

fn table_words(facts: &UsageFacts) -> String {
    let operations = counted(facts.operations, "operation");
    let table = match facts.table {
        Some(date) => format!("built-in table of {operations}, of {date}"),
        None => format!("API description among the inputs, {operations}"),
    };
    match facts.unmapped {
        0 => format!("Calls were joined with the {table}."),
        unmapped => format!(
            "Calls were joined with the {table}; {} not in it.",
            if unmapped == 1 {
                "1 call is".to_owned()
            } else {
                format!("{} are", counted(unmapped, "call"))
            }
        ),
    }
}

/// A list in words, cut after some items.
fn listed(items: &[String], in_full: bool) -> String {
    let most = if in_full { items.len() } else { SHOWN_RIGHTS };
    first_of(items.iter(), most)
}

fn rows(recommendation: &Recommendation, in_full: bool) -> Vec<Row> {
    let why = |right: &str| {
        let calls = recommendation.because.get(right);
        let calls = calls.map_or(&[][..], Vec::as_slice);
        let shown = calls.iter().take(SHOWN_CALLS).map(because_words);
        let mut words: Vec<String> = shown.collect();
        if calls.len() > SHOWN_CALLS {
            words.push(format!("{} more", calls.len() - SHOWN_CALLS));
        }
        words.join("; ")
    };
    let row = |verb, right: &str, why: String, severity| Row {
        verb,
        right: right.to_owned(),
        why,
        severity,
    };
    let scopes = &recommendation.scopes;
    let mut rows = Vec::new();
    for scope in &scopes.target {
        let downgraded = scope.strip_suffix(":readonly").unwrap_or("");
        let is_downgrade = scopes.downgrade.iter().any(|held| held == downgraded);
        if is_downgrade {
            let right = format!("{downgraded} to {scope}");
            rows.push(row("downgrade", &right, why(scope), Some(Severity::Medium)));
        } else {
            rows.push(row("keep", scope, why(scope), None));
        }
    }
    for scope in &scopes.remove {
        let reason = "no call needed it".to_owned();
        rows.push(row("remove", scope, reason, Some(Severity::Medium)));
    }
    for scope in &scopes.missing {
        let reason = format!("missing if scopes are enforced: {}", why(scope));
        rows.push(row("missing", scope, reason, Some(Severity::Low)));
    }
    let permissions = &recommendation.permissions;
    for (list, suffix) in [
        (&permissions.certain, ""),
        (&permissions.one_of, "any one of several is enough: "),
        (&permissions.possible, "may be needed: "),
    ] {
        for right in list {
            rows.push(row("keep", right, format!("{suffix}{}", why(right)), None));
        }
    }
    let shown = if in_full { usize::MAX } else { SHOWN_RIGHTS };
    for right in permissions.removable.iter().take(shown) {
        let reason = "no call needed it".to_owned();
        rows.push(row("remove", right, reason, Some(Severity::Medium)));
    }
    if permissions.removable.len() > shown {
        let more = format!("{} more permissions", permissions.removable.len() - shown);
        let reason = "no call needed them; --verbose lists them".to_owned();
        rows.push(row("remove", &more, reason, Some(Severity::Medium)));
    }
    for right in &permissions.unexplained {
        let reason = format!("not held, yet these calls worked: {}", why(right));
        rows.push(row("unexplained", right, reason, Some(Severity::Low)));
    }
    rows
}
