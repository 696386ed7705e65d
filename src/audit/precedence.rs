//! Precedence: of several findings about one fault, the one that covers the others stays.
//!
//! Invariant: rules do not know each other. A rule file names the rules that its rule yields to,
//! and only their findings, raised in this run, take precedence. A rule that is off, not selected,
//! not configured or not judged raises none.

use crate::catalog::{Confidence, Rule, YieldsOn};
use crate::finding::{Finding, FindingSubject};
use crate::policy::{Cover, Covers};
use std::collections::{HashMap, HashSet};

/// For each finding that yields, the findings that take precedence over it. Findings below the
/// least confidence are not shown, so nothing yields to them.
pub(super) fn covers(findings: &[Finding], least: Confidence) -> Covers {
    let stronger = Stronger::new(findings, least);
    let mut covers = Covers::new();
    for (number, finding) in findings.iter().enumerate() {
        let others = stronger.of(finding);
        let covering: Vec<Cover> = others
            .filter(|&other| is_at_least(&findings[other], finding))
            .map(|other| Cover {
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

/// The findings that others of their subject, or of their target, yield to, by number.
#[derive(Default)]
struct Stronger<'f> {
    in_subject: HashMap<(FindingSubject, &'f str), Vec<usize>>,
    at_target: HashMap<(FindingSubject, &'f str, &'f str), Vec<usize>>,
}

impl<'f> Stronger<'f> {
    /// Those of at least this confidence.
    fn new(findings: &'f [Finding], least: Confidence) -> Self {
        let rules: HashMap<&str, &Rule> = findings
            .iter()
            .map(|finding| (&*finding.rule.id, finding.rule))
            .collect();
        let named = |on| {
            let yielding = rules.values().filter(move |rule| rule.yields_on == on);
            yielding.flat_map(|rule| rule.yields_to.iter().map(|id| &**id))
        };
        let in_subject: HashSet<&str> = named(YieldsOn::Client).collect();
        let at_target: HashSet<&str> = named(YieldsOn::Target).collect();
        let mut stronger = Self::default();
        for (number, finding) in findings.iter().enumerate() {
            if finding.confidence < least {
                continue;
            }
            let (subject, rule) = (finding.subject, &*finding.rule.id);
            if in_subject.contains(rule) {
                let numbers = stronger.in_subject.entry((subject, rule)).or_default();
                numbers.push(number);
            }
            if at_target.contains(rule) {
                let target = (subject, rule, finding.identity.as_str());
                stronger.at_target.entry(target).or_default().push(number);
            }
        }
        stronger
    }

    /// Those that `finding` yields to if they are as bad.
    fn of(&self, finding: &'f Finding) -> impl Iterator<Item = usize> {
        let rules = finding.rule.yields_to.iter();
        rules.flat_map(|rule| {
            let numbers = match finding.rule.yields_on {
                YieldsOn::Client => self.in_subject.get(&(finding.subject, &**rule)),
                YieldsOn::Target => {
                    let target = (finding.subject, &**rule, finding.identity.as_str());
                    self.at_target.get(&target)
                }
            };
            numbers.into_iter().flatten().copied()
        })
    }
}

/// Whether a finding is as bad as `other`. One that is itself dropped can be, too.
fn is_at_least(finding: &Finding, other: &Finding) -> bool {
    // A guess replaces nothing that is known better.
    let is_sure = finding.confidence > Confidence::Low || finding.confidence >= other.confidence;
    is_sure && finding.severity >= other.severity
}
