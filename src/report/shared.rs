//! Texts and orders that several formats share.

use crate::catalog::{Need, Severity};
use crate::finding::{Accepted, Change, ClientFacts, Finding, NotJudged, Problem, Report};
use crate::text::{counted, digits, first_of, plural, visible};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The address of a rule's documentation.
pub(super) fn rule_docs(id: &str) -> String {
    format!("{}{id}", super::RULE_DOCS)
}

/// Everything but slashes and the unreserved characters of RFC 3986 as `%xx`: a colon in the
/// first part of a relative path would read as a scheme.
pub(super) fn percent_encoded(path: &str) -> String {
    let mut uri = String::with_capacity(path.len() + 8);
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            other => {
                let _ = write!(uri, "%{other:02X}");
            }
        }
    }
    uri
}

/// The target of a finding.
pub(super) fn client<'r>(report: &'r Report<'_>, finding: &Finding) -> Option<&'r ClientFacts<'r>> {
    report.subject(finding.subject)
}

/// The label of a finding's client.
pub(super) fn label<'r>(report: &'r Report<'_>, finding: &Finding) -> &'r str {
    client(report, finding).map_or("(no name)", |client| &client.label)
}

/// The label of a finding's client, with its organisation if there are several.
pub(super) fn whose_label<'r>(report: &'r Report<'_>, finding: &Finding) -> Cow<'r, str> {
    client(report, finding).map_or(Cow::Borrowed("(no name)"), |client| {
        label_of(report, client)
    })
}

/// The label of a client, with its organisation if there are several.
pub(super) fn label_of<'r>(report: &Report<'_>, client: &'r ClientFacts<'_>) -> Cow<'r, str> {
    if report.summary.organisations < 2 {
        return Cow::Borrowed(&client.label);
    }
    let organisation = visible(&client.organisation);
    Cow::Owned(format!("{} in {organisation}", client.label))
}

/// The findings, the worst first, else in the order of the report.
pub(super) fn worst_first<'r>(report: &'r Report<'_>) -> impl Iterator<Item = &'r Finding> {
    Severity::ALL.into_iter().rev().flat_map(|severity| {
        let all = report.findings.iter();
        all.filter(move |finding| finding.severity == severity)
    })
}

/// The file that a problem is about.
pub(super) fn problem_path<'r>(report: &'r Report<'_>, problem: &'r Problem) -> Option<&'r str> {
    problem
        .place
        .map(|place| report.sources.get(place.source).path())
        .or(problem.path.as_deref())
}

/// Rules that could not judge some clients for one cause.
pub(super) struct Gap<'r> {
    /// The input or value that they need.
    pub need: Need,
    /// The cause, such as `roles.json is missing`; empty if only the need is known.
    pub cause: &'r str,
    /// The rules, each once.
    pub rules: Vec<&'static str>,
    /// The clients, as far as one rule counts them.
    pub clients: usize,
    /// Up to three of their labels.
    pub client_names: Vec<&'r str>,
}

/// Names in a list; the rest is counted.
const NAMED: usize = 3;

/// The rules that could not be judged, by need and cause; the gap of most rules first.
pub(super) fn gaps<'r>(report: &'r Report<'_>) -> Vec<Gap<'r>> {
    let mut by_cause: BTreeMap<(Need, &str), Gap<'_>> = BTreeMap::new();
    for entry in &report.not_judged {
        let gap = by_cause
            .entry((entry.needs, &entry.cause))
            .or_insert_with(|| Gap {
                need: entry.needs,
                cause: &entry.cause,
                rules: Vec::new(),
                clients: 0,
                client_names: Vec::new(),
            });
        if !gap.rules.contains(&entry.rule) {
            gap.rules.push(entry.rule);
        }
        gap.clients = gap.clients.max(entry.clients as usize);
        if gap.client_names.len() < entry.client_names.len() {
            gap.client_names = entry.client_names.iter().map(|name| &**name).collect();
        }
    }
    by_cause.into_values().collect()
}

impl Gap<'_> {
    /// The rules, the clients and the cause: `9 rules could not judge 1 client (Nightly Export):
    /// roles.json is missing`, or `9 rules need the roles for 1 client`.
    pub(super) fn words(&self) -> String {
        let (rules, clients) = (counted(self.rules.len(), "rule"), self.clients_words());
        if self.cause.is_empty() {
            let verb = plural(self.rules.len(), "needs", "need");
            format!("{rules} {verb} {} for {clients}", self.need.words())
        } else {
            let cause = visible(self.cause);
            format!("{rules} could not judge {clients}: {cause}")
        }
    }

    /// `5 clients (Portal, Wallboard, Export, ..)`
    pub(super) fn clients_words(&self) -> String {
        let clients = counted(self.clients, "client");
        let names: Vec<_> = self.client_names.iter().take(NAMED).collect();
        let names: Vec<_> = names.into_iter().map(|name| visible(name)).collect();
        match (names.len(), self.clients.saturating_sub(names.len())) {
            (0, _) => clients,
            (_, 0) => format!("{clients} ({})", names.join(", ")),
            _ => format!("{clients} ({}, ..)", names.join(", ")),
        }
    }

    /// The rules by id, the first few of them unless `all` is asked for.
    pub(super) fn rule_names(&self, all: bool) -> String {
        let most = if all { self.rules.len() } else { NAMED };
        first_of(self.rules.iter(), most)
    }

    /// The command that obtains what is missing; none if an input is there and lacks an entry.
    pub(super) fn remedy(&self) -> Option<&'static str> {
        remedy(self.need, self.cause)
    }
}

/// The command that obtains what a rule needs; none if the cause is another than a missing
/// input.
pub(super) fn remedy(need: Need, cause: &str) -> Option<&'static str> {
    let lacks_entry = cause.contains(" is not in ") || cause.contains(" are not in ");
    (!lacks_entry).then(|| need.how())
}

/// A rule that could not be judged, in words: `not judged for 1 client (Portal): roles.json is
/// missing`.
pub(super) fn not_judged_words(entry: &NotJudged) -> String {
    let gap = Gap {
        need: entry.needs,
        cause: &entry.cause,
        rules: vec![entry.rule],
        clients: entry.clients as usize,
        client_names: entry.client_names.iter().map(|name| &**name).collect(),
    };
    let cause = match gap.cause {
        "" => format!("needs {}", entry.needs.name()),
        cause => visible(cause).into_owned(),
    };
    format!("not judged for {}: {cause}", gap.clients_words())
}

/// At most `longest` characters of a text.
pub(super) fn shorten(text: &str, longest: usize) -> Cow<'_, str> {
    if text.chars().nth(longest).is_none() {
        return Cow::Borrowed(text);
    }
    let kept: String = text.chars().take(longest.saturating_sub(2)).collect();
    Cow::Owned(format!("{} …", kept.trim_end()))
}

/// A text with a capital first letter.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// A sentence: with a full stop, if it ends in none.
pub(super) fn sentence(text: &str) -> Cow<'_, str> {
    let text = text.trim_end();
    if text.ends_with(['.', '!', '?', '…']) || text.is_empty() {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(format!("{text}."))
    }
}

/// Prose of a rule file with each paragraph on one line; the items of a list keep theirs.
pub(super) fn unwrapped(prose: &str) -> String {
    let mut text = String::with_capacity(prose.len());
    let mut breaks = 0;
    for line in prose.trim().lines().map(str::trim) {
        if line.is_empty() {
            breaks = 2;
            continue;
        }
        // A line can begin with a word in single backticks.
        if line.starts_with(['-', '*', '|', '>', '#']) || line.starts_with("```") {
            breaks = breaks.max(1);
        }
        match breaks {
            _ if text.is_empty() => {}
            0 => text.push(' '),
            count => text.extend(std::iter::repeat_n('\n', count)),
        }
        breaks = 0;
        text.push_str(line);
    }
    text
}

/// Counts of findings and notices at or above the gate.
pub(super) struct Failing {
    findings: usize,
    notices: usize,
}

/// Counts what is at or above the gate and fails the audit, unless `--exit-zero` is given.
pub(super) fn failing(report: &Report<'_>) -> Failing {
    let fails = |severity: Severity| report.fail_on.is_some_and(|gate| severity >= gate);
    let findings = report.findings.iter();
    let notices = report.notices.iter();
    Failing {
        findings: findings
            .filter(|finding| fails(finding.severity))
            .map(Finding::count)
            .sum(),
        notices: notices.filter(|notice| fails(notice.severity)).count(),
    }
}

impl Failing {
    /// How many notices fail.
    pub(super) const fn notices(&self) -> usize {
        self.notices
    }

    /// In words, if there is any: `2 findings and 1 notice`.
    pub(super) fn words(&self) -> Option<String> {
        let findings = || counted(self.findings, "finding");
        let notices = || counted(self.notices, "notice");
        match (self.findings, self.notices) {
            (0, 0) => None,
            (_, 0) => Some(findings()),
            (0, _) => Some(notices()),
            _ => Some(format!("{} and {}", findings(), notices())),
        }
    }
}

/// A finding that does not count, with its acceptance if it is accepted.
pub(super) type SetAside<'r> = (&'r Finding, Option<&'r Accepted>);

/// Accepted findings, then known ones, if the report shows them.
pub(super) fn set_aside<'r>(report: &'r Report<'_>) -> impl Iterator<Item = SetAside<'r>> {
    let shown = if report.show_suppressed {
        usize::MAX
    } else {
        0
    };
    let accepted = report.suppressed.iter().take(shown);
    let known = report.known.iter().take(shown);
    accepted
        .map(|entry| (&entry.finding, Some(&entry.accepted)))
        .chain(known.map(|finding| (finding, None)))
}

/// `accepted` or `known`.
pub(super) const fn set_aside_kind(accepted: Option<&Accepted>) -> &'static str {
    if accepted.is_some() {
        "accepted"
    } else {
        "known"
    }
}

/// Why a finding does not count: `accepted by security until 2027-01-01, SEC-1: the reason
/// (grantlint.toml:3:1)`, `known since 2026-01-31`.
pub(super) fn set_aside_words(finding: &Finding, accepted: Option<&Accepted>) -> String {
    let Some(accepted) = accepted else {
        return match finding.first_seen {
            Some(day) => format!("known since {day}"),
            None => "known".to_owned(),
        };
    };
    let by = accepted.owner.as_ref();
    let by = by.map_or_else(String::new, |owner| format!(" by {owner}"));
    let and = accepted.approver.as_ref();
    let by = by + &and.map_or_else(String::new, |approver| format!(", approved by {approver},"));
    let until = accepted.until;
    let until = until.map_or_else(|| "for good".to_owned(), |until| format!("until {until}"));
    let ticket = accepted.ticket.as_ref();
    let ticket = ticket.map_or_else(String::new, |ticket| format!(", {ticket}"));
    let origin = accepted.origin.to_string();
    format!(
        "accepted{by} {until}{ticket}: {} ({})",
        accepted.reason,
        visible(&origin)
    )
}

/// What a finding's remedy changes, one line for each value: `scope[1]: users (remove)`,
/// `scope[0]: oauth → oauth:readonly`. Empty if the remedy is manual.
pub(super) fn change_lines(finding: &Finding) -> Vec<String> {
    let line = |change: &Change| {
        let shown = change.shown.as_deref()?;
        let before = shown.before.as_deref().unwrap_or("not set");
        Some(match &shown.after {
            Some(after) => format!("{}: {before} → {after}", shown.path),
            None => format!("{}: {before} (remove)", shown.path),
        })
    };
    finding.remedy.changes.iter().filter_map(line).collect()
}

/// The extent of the audit, and what is not shown: `25 clients in 3 files, 68 rules; 2
/// accepted`.
pub(super) fn looked_at(report: &Report<'_>) -> String {
    let summary = &report.summary;
    let mut words = format!(
        "{} in {}, {}{}",
        counted(summary.clients, "client"),
        counted(summary.files, "file"),
        rules_words(report),
        if report.partial { " (partial)" } else { "" }
    );
    for (_, count, what) in apart(report) {
        words = format!("{words}; {} {what}", digits(count));
    }
    words
}

/// The rules that ran, are off, or could not judge every client: `68 rules, 3 off, 9 not judged
/// everywhere`.
pub(super) fn rules_words(report: &Report<'_>) -> String {
    let summary = &report.summary;
    let mut words = counted(summary.rules, "rule");
    if summary.rules_off > 0 {
        let _ = write!(words, ", {} off", digits(summary.rules_off));
    }
    if summary.rules_not_judged > 0 {
        let _ = write!(
            words,
            ", {} not judged everywhere",
            summary.rules_not_judged
        );
    }
    words
}

/// Findings and files that do not count, by reason: name, count and words. Counts of zero are
/// left out.
pub(super) fn apart(report: &Report<'_>) -> Vec<(&'static str, usize, &'static str)> {
    let summary = &report.summary;
    let mut counts = vec![
        ("suppressed", summary.suppressed, "accepted"),
        ("baselined", summary.baselined, "known"),
        ("undecided", summary.undecided, "undecided"),
        ("fixed", summary.fixed, "fixed"),
        (
            "below-threshold",
            summary.below_threshold,
            "below the severity or confidence shown",
        ),
        ("excluded", summary.excluded, "excluded"),
    ];
    counts.retain(|(_, count, _)| *count > 0);
    counts
}

/// Findings and files that do not count, in one line; none if everything counts.
pub(super) fn not_counted(report: &Report<'_>) -> Option<String> {
    let partial = report
        .partial
        .then(|| "partial, not everything was audited".to_owned());
    let counts = apart(report).into_iter();
    let counts = counts.map(|(_, count, what)| format!("{} {what}", digits(count)));
    let words: Vec<String> = partial.into_iter().chain(counts).collect();
    (!words.is_empty()).then(|| words.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_loses_its_line_breaks_and_keeps_its_paragraphs() {
        let prose = "\nOne\ntwo.\n\nThree\n- a\n  b\n- c\n";
        assert_eq!(unwrapped(prose), "One two.\n\nThree\n- a b\n- c");
    }

    #[test]
    fn short_texts_stay_and_long_ones_end_in_an_ellipsis() {
        assert_eq!(shorten("äöü", 3), "äöü");
        assert_eq!(shorten("äöüß", 3), "ä …");
        assert_eq!(sentence("a b "), "a b.");
        assert_eq!(sentence("Why?"), "Why?");
    }
}
