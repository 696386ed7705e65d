//! Which findings a terminal shows, and how they are grouped.
//!
//! Invariant: a view hides findings, and says how many of which severity; counts and the exit code
//! stay those of the report.

use super::look::Look;
use super::shared::worst_first;
use super::status::{by_severity, severity_counts};
use crate::finding::{Finding, FindingSubject, Report};
use crate::text::counted;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};

/// The findings of a report that are shown.
pub(super) struct View<'r> {
    /// They, in the order of the report.
    pub findings: Vec<&'r Finding>,
    /// Those of clients that the command line did not choose, by severity.
    hidden: [usize; 5],
    /// Those beyond `--top`, by severity.
    beyond: [usize; 5],
}

impl<'r> View<'r> {
    pub(super) fn new(report: &'r Report<'_>, look: Look) -> Self {
        let is_hidden = |finding: &&Finding| {
            let subject = report.subject(finding.subject);
            look.selected && subject.is_some_and(|client| client.is_hidden)
        };
        let (hidden, mut findings): (Vec<&Finding>, Vec<&Finding>) =
            report.findings.iter().partition(is_hidden);
        let mut beyond = Vec::new();
        if let Some(top) = look.top.filter(|top| *top < findings.len()) {
            let first = worst_first(report).filter(|finding| !is_hidden(finding));
            let first = Set::new(first.take(top));
            (findings, beyond) = findings.iter().partition(|finding| first.holds(finding));
        }
        let counts = |findings: &[&Finding]| {
            severity_counts(findings.iter().map(|finding| finding.severity))
        };
        Self {
            hidden: counts(&hidden),
            beyond: counts(&beyond),
            findings,
        }
    }

    /// What is hidden and why, if anything is.
    pub(super) fn words(&self, report: &Report<'_>, look: Look) -> Option<String> {
        let mut words = Vec::new();
        if let Some(selection) = report.selection.as_ref().filter(|_| look.selected) {
            let patterns = selection.patterns.join(", ");
            let matched = match selection.matched {
                0 => "matches no client".to_owned(),
                count => format!("matches {}", counted(count, "client")),
            };
            let hidden = match findings_words(self.hidden) {
                Some(hidden) => format!("; {hidden} of others are hidden"),
                None => String::new(),
            };
            words.push(format!("--client {patterns} {matched}{hidden}"));
        }
        if let (Some(top), Some(beyond)) = (look.top, findings_words(self.beyond)) {
            words.push(format!("--top {top} hides {beyond}"));
        }
        (!words.is_empty()).then(|| words.join(" · "))
    }
}

/// `12 findings (3 high, 9 low)`
pub(super) fn findings_words(counts: [usize; 5]) -> Option<String> {
    let severities = by_severity(counts)?;
    let total = counted(counts.iter().sum(), "finding");
    Some(format!("{total} ({severities})"))
}

/// Findings of a report, to be recognised by their place in memory: fingerprints can be equal.
pub(super) struct Set<'r>(
    HashSet<*const Finding>,
    std::marker::PhantomData<&'r Finding>,
);

impl<'r> Set<'r> {
    pub(super) fn new(findings: impl Iterator<Item = &'r Finding>) -> Self {
        let all = findings.map(std::ptr::from_ref).collect();
        Self(all, std::marker::PhantomData)
    }

    pub(super) fn holds(&self, finding: &Finding) -> bool {
        self.0.contains(&std::ptr::from_ref(finding))
    }
}

/// Findings with one key together, the worst first in each; the groups with the worst findings
/// first, else in the order of their first.
pub(super) fn grouped<'r, K: Ord>(
    findings: &[&'r Finding],
    key: impl Fn(&'r Finding) -> K,
) -> Vec<(K, Vec<&'r Finding>)> {
    let mut by_key: BTreeMap<K, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        by_key.entry(key(finding)).or_default().push(finding);
    }
    let mut groups: Vec<_> = by_key.into_iter().collect();
    for (_, findings) in &mut groups {
        findings.sort_by_key(|finding| Reverse(finding.severity));
    }
    groups.sort_by_cached_key(|(_, findings)| Reverse(worst_counts(findings)));
    groups
}

/// How many findings of each severity, the worst first.
fn worst_counts(findings: &[&Finding]) -> [usize; 5] {
    let mut counts = severity_counts(findings.iter().map(|finding| finding.severity));
    counts.reverse();
    counts
}

/// How many clients or other subjects findings are about.
pub(super) fn subjects(findings: &[&Finding]) -> usize {
    let subjects: HashSet<FindingSubject> =
        findings.iter().map(|finding| finding.subject).collect();
    subjects.len()
}

/// The value that all have in common, if they do.
pub(super) fn common<T: PartialEq>(mut values: impl Iterator<Item = T>) -> Option<T> {
    let first = values.next()?;
    values.all(|value| value == first).then_some(first)
}
