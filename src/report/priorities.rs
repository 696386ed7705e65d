//! What to do first: the actions that remove most of the worst findings.
//!
//! Invariant: only open findings count, new and known ones alike; the order depends on the
//! findings alone.

use super::shared::{capital, unwrapped, whose_label};
use super::status::{by_severity, severity_counts};
use crate::catalog::{Rule, Severity};
use crate::finding::{Finding, FindingSubject, Report};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// An action and what it removes.
#[derive(Clone, Debug)]
pub(super) struct Priority {
    /// The rule whose findings it removes.
    pub rule: &'static Rule,
    /// What to do: the fix of the only finding, else of the rule in its first sentence.
    pub action: String,
    /// The worst severity that it removes.
    pub worst: Severity,
    /// How many clients or other subjects it fixes.
    pub subjects: usize,
    /// The client, if it fixes only one.
    pub client: Option<String>,
    /// How many findings of each severity it removes, in words: `1 critical, 3 high`.
    pub removed: String,
}

/// The first actions, at most `most`.
pub(super) fn priorities(report: &Report<'_>, most: usize) -> Vec<Priority> {
    let mut by_rule: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in report.findings.iter().chain(&report.known) {
        by_rule.entry(&finding.rule.id).or_default().push(finding);
    }
    let mut actions: Vec<_> = by_rule
        .into_values()
        .map(|all| (counts(&all), all))
        .collect();
    // Stable: else by the id of the rule.
    actions.sort_by_key(|(counts, _)| {
        let mut worst_first = *counts;
        worst_first.reverse();
        Reverse(worst_first)
    });
    let actions = actions.into_iter().take(most);
    actions
        .filter_map(|(counts, all)| priority(report, counts, &all))
        .collect()
}

fn priority(report: &Report<'_>, counts: [usize; 5], findings: &[&Finding]) -> Option<Priority> {
    let first = findings.first()?;
    let subjects: BTreeSet<FindingSubject> =
        findings.iter().map(|finding| finding.subject).collect();
    Some(Priority {
        rule: first.rule,
        action: match findings {
            [only] => capital(&report.names.replace_ids(&only.fix)),
            _ => first_sentence(&first.rule.fix),
        },
        worst: findings.iter().map(|finding| finding.severity).max()?,
        subjects: subjects.len(),
        client: (subjects.len() == 1).then(|| whose_label(report, first).into_owned()),
        removed: by_severity(counts)?,
    })
}

fn counts(findings: &[&Finding]) -> [usize; 5] {
    severity_counts(findings.iter().map(|finding| finding.severity))
}

/// The first sentence of prose, in one line and without its full stop.
pub(super) fn first_sentence(prose: &str) -> String {
    let text = unwrapped(prose);
    let line = text.lines().next().unwrap_or_default();
    let end = line.find(". ").unwrap_or(line.len());
    line[..end].trim_end_matches('.').to_owned()
}
