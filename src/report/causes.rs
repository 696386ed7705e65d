//! One cause in many clients, which formats for people show once with all its places.
//!
//! Invariant: findings in clients share a cause if rule, severity and message agree. Nothing is
//! dropped: each finding keeps its fingerprint, and a cause contains all of its findings.

use crate::catalog::Severity;
use crate::finding::{Finding, FindingSubject, Fingerprint, Report};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};

/// The fewest clients with one message that are shown as one cause; fewer are easier to
/// follow client by client.
const MANY: usize = 5;

/// A fault that many clients have.
#[derive(Clone, Debug)]
pub struct Cause<'r> {
    /// The first of its findings in the report.
    pub first: &'r Finding,
    /// All of them, in the order of the report.
    pub findings: Vec<&'r Finding>,
    /// How many clients have it.
    pub clients: usize,
}

/// The causes of a report and the findings that they cover.
#[derive(Clone, Debug, Default)]
pub struct Causes<'r> {
    /// The causes, the worst first, then the widest.
    pub all: Vec<Cause<'r>>,
    covered: HashSet<Fingerprint>,
}

impl<'r> Causes<'r> {
    /// The causes that many clients of `report` have in common.
    #[must_use]
    pub fn new(report: &'r Report<'_>) -> Self {
        Self::of(&report.findings)
    }

    /// The causes that many clients of these findings have in common.
    #[must_use]
    pub fn of(findings: impl IntoIterator<Item = &'r Finding>) -> Self {
        let mut by_message: BTreeMap<(&str, Severity, &str), Vec<&Finding>> = BTreeMap::new();
        let in_clients = |finding: &&Finding| matches!(finding.subject, FindingSubject::Client(_));
        for finding in findings.into_iter().filter(in_clients) {
            let key = (&*finding.rule.id, finding.severity, &*finding.message);
            by_message.entry(key).or_default().push(finding);
        }
        let mut all: Vec<Cause<'r>> = by_message.into_values().filter_map(cause).collect();
        all.sort_by_key(|cause| {
            let first = cause.first;
            (Reverse((first.severity, cause.clients)), first.place)
        });
        let findings = all.iter().flat_map(|cause| &cause.findings);
        let covered = findings.map(|finding| finding.fingerprint).collect();
        Self { all, covered }
    }

    /// Whether a cause covers this finding.
    #[must_use]
    pub fn cover(&self, finding: &Finding) -> bool {
        self.covered.contains(&finding.fingerprint)
    }
}

fn cause(findings: Vec<&Finding>) -> Option<Cause<'_>> {
    if findings.len() < MANY {
        return None;
    }
    let clients: HashSet<FindingSubject> = findings.iter().map(|finding| finding.subject).collect();
    let clients = clients.len();
    (clients >= MANY).then(|| Cause {
        first: findings[0],
        findings,
        clients,
    })
}
