//! Precedence: of several findings about one fault, the one that covers the others stays.
//!
//! Invariant: rules do not know each other. A rule file names the rules that its rule yields to,
//! and only their findings, raised in this run, take precedence. A rule that is off, not selected,
//! not configured or not judged raises none.

use crate::catalog::{Confidence, Severity, YieldsOn};
use crate::finding::{Finding, FindingSubject};
use std::collections::HashMap;

/// A finding as far as it takes precedence.
struct Raised {
    rule: &'static str,
    identity: String,
    severity: Severity,
    confidence: Confidence,
}

impl Raised {
    /// Whether it takes precedence over `other`. A finding that is itself dropped does, too.
    fn covers(&self, other: &Finding) -> bool {
        let rule = other.rule;
        let is_there = match rule.yields_on {
            YieldsOn::Client => true,
            YieldsOn::Target => self.identity == other.identity,
        };
        // A guess replaces nothing that is known better.
        let is_sure = self.confidence > Confidence::Low || self.confidence >= other.confidence;
        is_there
            && is_sure
            && self.severity >= other.severity
            && rule.yields_to.iter().any(|id| *id == self.rule)
    }
}

/// Drops the findings that yield to another. Findings below the least confidence are not shown,
/// so nothing yields to them.
pub(super) fn apply(mut findings: Vec<Finding>, least: Confidence) -> Vec<Finding> {
    let mut raised: HashMap<FindingSubject, Vec<Raised>> = HashMap::new();
    let mut yielding: HashMap<FindingSubject, bool> = HashMap::new();
    for finding in &findings {
        *yielding.entry(finding.subject).or_default() |= !finding.rule.yields_to.is_empty();
    }
    for finding in findings.iter().filter(|finding| {
        finding.confidence >= least && yielding.get(&finding.subject) == Some(&true)
    }) {
        raised.entry(finding.subject).or_default().push(Raised {
            rule: &finding.rule.id,
            identity: finding.identity.clone(),
            severity: finding.severity,
            confidence: finding.confidence,
        });
    }
    findings.retain(|finding| {
        let others = raised.get(&finding.subject).map_or(&[][..], Vec::as_slice);
        finding.rule.yields_to.is_empty() || !others.iter().any(|other| other.covers(finding))
    });
    findings
}
