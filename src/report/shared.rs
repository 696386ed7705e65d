//! Texts and orders that several formats share.

use crate::catalog::{Need, Severity};
use crate::finding::{ClientFacts, Finding, NotJudged, Problem, Report};
use crate::text::visible;
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

/// The rules that could not be judged, by the input that is missing.
pub(super) fn by_need<'r>(report: &'r Report<'_>) -> BTreeMap<Need, Vec<&'r NotJudged>> {
    let mut needs: BTreeMap<Need, Vec<&NotJudged>> = BTreeMap::new();
    for open in &report.not_judged {
        needs.entry(open.needs).or_default().push(open);
    }
    needs
}

/// Describes the rules that were not judged because `need` is missing.
pub(super) fn not_judged_words(need: Need, open: &[&NotJudged]) -> String {
    let rules = open.len();
    let verb = if rules == 1 { "needs" } else { "need" };
    let clients = open.iter().map(|entry| entry.clients).max().unwrap_or(0);
    format!(
        "{} {verb} {} for {}",
        counted(rules, "rule"),
        need.words(),
        counted(clients as usize, "client")
    )
}

/// `1 rule`, `2 rules`.
pub(super) fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

/// At most `longest` characters of a text.
pub(super) fn shorten(text: &str, longest: usize) -> Cow<'_, str> {
    if text.chars().nth(longest).is_none() {
        return Cow::Borrowed(text);
    }
    let kept: String = text.chars().take(longest.saturating_sub(2)).collect();
    Cow::Owned(format!("{} …", kept.trim_end()))
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
        if line.starts_with(['-', '*', '|', '>', '#', '`']) {
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

/// The counts by severity in words, the worst first: `2 critical, 5 high`.
pub(super) fn counts(report: &Report<'_>) -> String {
    let counts: Vec<String> = Severity::ALL
        .into_iter()
        .rev()
        .map(|severity| (report.summary.of(severity), severity.name()))
        .filter(|(count, _)| *count > 0)
        .map(|(count, name)| format!("{count} {name}"))
        .collect();
    let counts = if counts.is_empty() {
        "no findings".to_owned()
    } else {
        counts.join(", ")
    };
    match failing(report).notices {
        0 => counts,
        notices => format!("{counts}, {}", counted(notices, "notice")),
    }
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
        findings: findings.filter(|finding| fails(finding.severity)).count(),
        notices: notices.filter(|notice| fails(notice.severity)).count(),
    }
}

impl Failing {
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

/// The extent of the audit, and what is not shown: `25 clients in 3 files, 68 rules; 2
/// accepted`.
pub(super) fn looked_at(report: &Report<'_>) -> String {
    let summary = &report.summary;
    let mut words = format!(
        "{} in {}, {}{}",
        counted(summary.clients, "client"),
        counted(summary.files, "file"),
        counted(summary.rules, "rule"),
        if report.partial { " (partial)" } else { "" }
    );
    for (_, count, what) in apart(report) {
        words = format!("{words}; {count} {what}");
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
    let counts = counts.map(|(_, count, what)| format!("{count} {what}"));
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
