//! Precedence: of several findings about one fault, the one that covers the others stays.
//!
//! Invariant: rules do not know each other. A rule file names the rules that its rule yields to,
//! and only their findings, raised in this run, take precedence. A rule that is off, not selected,
//! not configured or not judged raises none.

use crate::catalog::{Confidence, YieldsOn};
use crate::finding::{Finding, FindingSubject};
use crate::policy::{Cover, Covers};
use std::collections::HashMap;

/// For each finding that yields, the findings that take precedence over it. Findings below the
/// least confidence are not shown, so nothing yields to them.
pub(super) fn covers(findings: &[Finding], least: Confidence) -> Covers {
    let mut yielding: HashMap<FindingSubject, bool> = HashMap::new();
    for finding in findings {
        *yielding.entry(finding.subject).or_default() |= !finding.rule.yields_to.is_empty();
    }
    let mut raised: HashMap<FindingSubject, Vec<usize>> = HashMap::new();
    for (number, finding) in findings.iter().enumerate() {
        if finding.confidence >= least && yielding.get(&finding.subject) == Some(&true) {
            raised.entry(finding.subject).or_default().push(number);
        }
    }
    let mut covers = Covers::new();
    for (number, finding) in findings.iter().enumerate() {
        if finding.rule.yields_to.is_empty() {
            continue;
        }
        let others = raised.get(&finding.subject).map_or(&[][..], Vec::as_slice);
        let covering: Vec<Cover> = others
            .iter()
            .filter(|&&other| takes_precedence(&findings[other], finding))
            .map(|&other| Cover {
                number: other,
                is_same_target: findings[other].identity == finding.identity,
            })
            .collect();
        if !covering.is_empty() {
            covers.insert(number, covering);
        }
    }
    covers
}

/// Whether a finding takes precedence over `other`. One that is itself dropped does, too.
fn takes_precedence(finding: &Finding, other: &Finding) -> bool {
    let rule = other.rule;
    let is_there = match rule.yields_on {
        YieldsOn::Client => true,
        YieldsOn::Target => finding.identity == other.identity,
    };
    // A guess replaces nothing that is known better.
    let is_sure = finding.confidence > Confidence::Low || finding.confidence >= other.confidence;
    is_there
        && is_sure
        && finding.severity >= other.severity
        && rule.yields_to.iter().any(|id| *id == finding.rule.id)
}
