//! Equal findings of one client, which formats for people show as one block with all places.
//!
//! Invariant: findings are equal if subject, rule, severity and message agree. Nothing is dropped:
//! a block contains all of its findings.

use crate::catalog::Severity;
use crate::finding::{Finding, FindingSubject};
use std::collections::HashMap;

/// Equal findings: the first of them, and the others in order.
#[derive(Clone, Debug)]
pub struct Folded<'r> {
    /// The first.
    pub first: &'r Finding,
    /// The others.
    pub others: Vec<&'r Finding>,
}

/// Folds equal findings into one block each, in the order of their first.
pub fn fold<'r>(findings: impl IntoIterator<Item = &'r Finding>) -> Vec<Folded<'r>> {
    let mut blocks: Vec<Folded<'r>> = Vec::new();
    let mut known: HashMap<(FindingSubject, &str, Severity, &str), usize> = HashMap::new();
    for finding in findings {
        let key = (
            finding.subject,
            &*finding.rule.id,
            finding.severity,
            &*finding.message,
        );
        match known.get(&key) {
            // What became worse is said with the finding itself.
            Some(&at) if finding.worse.is_none() => blocks[at].others.push(finding),
            _ => {
                known.entry(key).or_insert(blocks.len());
                blocks.push(Folded {
                    first: finding,
                    others: Vec::new(),
                });
            }
        }
    }
    blocks
}
