//! Findings beyond the limit for one rule and one client: counted, and not listed.
//!
//! Invariant: nothing is lost. One finding represents all that are not listed with its severity and
//! confidence. It carries their fingerprints, so that a baseline knows each of them.

use super::identity::{Prints, targets};
use super::{Draft, FindingLimits, Holder, Owner, Setting, severity_and_message};
use crate::catalog::{Confidence, Rule, Severity};
use crate::checks::{TargetId, Violation};
use crate::finding::{Evidence, Finding, FindingTarget, Fingerprint, Identity};
use crate::model::Remedy;
use crate::text::digits;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

/// The violations of a rule that are listed, and those that are only counted.
#[derive(Default)]
pub(super) struct Share {
    pub listed: Vec<Violation>,
    pub excess: Vec<Excess>,
}

/// The violations of a rule in one subject beyond the limit.
pub(super) struct Excess {
    pub about: TargetId,
    /// The targets of those that are listed, which count for the fingerprints of the others.
    listed: Vec<Violation>,
    unlisted: BTreeMap<(Severity, Confidence), Vec<Violation>>,
}

/// Lists the most severe violations of each subject, the first ones of equal severity.
pub(super) fn share(violations: Vec<Violation>, rule: &Rule, limits: FindingLimits) -> Share {
    let most = limits.of_rule;
    if violations.len() <= most {
        return Share {
            listed: violations,
            excess: Vec::new(),
        };
    }
    let mut by_subject: BTreeMap<TargetId, Vec<Violation>> = BTreeMap::new();
    for violation in violations {
        by_subject
            .entry(violation.about)
            .or_default()
            .push(violation);
    }
    let severity = |violation: &Violation| violation.severity.unwrap_or(rule.severity);
    let mut share = Share::default();
    for (about, mut all) in by_subject {
        if all.len() > most {
            // Several evaluations of one value are one finding.
            all.sort_by_key(|one| (one.place, one.message, Reverse(severity(one))));
            all.dedup_by(|next, before| {
                let key = |one: &Violation| (one.place, one.message);
                key(next) == key(before) && next.target == before.target
            });
            all.sort_by_key(|one| Reverse(severity(one)));
        }
        let rest = all.split_off(most.min(all.len()));
        if !rest.is_empty() {
            let mut unlisted: BTreeMap<_, Vec<Violation>> = BTreeMap::new();
            for violation in rest {
                let confidence = violation.confidence.unwrap_or(rule.confidence);
                let class = (severity(&violation), confidence);
                unlisted.entry(class).or_default().push(violation);
            }
            share.excess.push(Excess {
                about,
                listed: all.clone(),
                unlisted,
            });
        }
        share.listed.append(&mut all);
    }
    share
}

impl Excess {
    /// One finding for each severity and confidence of the violations that are not listed.
    pub(super) fn drafts(
        self,
        rule: &'static Rule,
        owner: &Owner<'_>,
        setting: Setting<'_>,
    ) -> Vec<Draft> {
        let client = owner.identity(setting);
        let mut counter = Counter {
            rule,
            owner,
            setting,
            client: &client,
            seen: HashMap::new(),
        };
        for violation in &self.listed {
            counter.fingerprint(violation);
        }
        let mut drafts = Vec::with_capacity(self.unlisted.len());
        for ((severity, confidence), violations) in self.unlisted.iter().rev() {
            let place = match owner.holder {
                Holder::Client(client) => client.label_place(),
                _ => violations[0].place,
            };
            let more: Vec<Fingerprint> = violations
                .iter()
                .map(|violation| counter.fingerprint(violation))
                .collect();
            let target = FindingTarget::Field(
                format!(
                    "unlisted {} findings ({}, {} confidence)",
                    rule.id,
                    severity.name(),
                    confidence.name()
                )
                .into(),
            );
            let (severity, message) =
                severity_and_message(rule, Some(*severity), words(more.len()), owner.off());
            drafts.push(Draft {
                finding: Finding {
                    rule,
                    severity,
                    confidence: *confidence,
                    subject: owner.subject,
                    place,
                    field: String::new(),
                    message,
                    fix: format!(
                        "correct the listed ones and run again, or list more: --max-findings {}",
                        self.listed.len() + more.len()
                    ),
                    related: Vec::new(),
                    remedy: Remedy::default(),
                    identity: target.to_string(),
                    target: target.clone(),
                    item: None,
                    fingerprint: Fingerprint::new("", "", "", 0),
                    aliases: Vec::new(),
                    rootless: Vec::new(),
                    more,
                    evidence: Evidence::default(),
                    first_seen: None,
                    worse: None,
                    lapsed: None,
                },
                message: "",
                client: client.clone(),
                targets: vec![target],
            });
        }
        drafts
    }
}

fn words(count: usize) -> String {
    match count {
        1 => "1 more finding of this rule in this client is counted and not listed".to_owned(),
        _ => format!(
            "{} more findings of this rule in this client are counted and not listed",
            digits(count)
        ),
    }
}

/// Counts equal findings of one subject, so that each has its own fingerprint.
struct Counter<'c> {
    rule: &'c Rule,
    owner: &'c Owner<'c>,
    setting: Setting<'c>,
    client: &'c Identity,
    seen: HashMap<Fingerprint, u32>,
}

impl Counter<'_> {
    fn fingerprint(&mut self, violation: &Violation) -> Fingerprint {
        let organisation = self.owner.organisation;
        let is_terraform = self.client.address.is_some();
        let redactor = self.setting.redactor;
        let targets = targets(&violation.target, organisation, is_terraform, redactor);
        let print =
            |occurrence| Prints::new(&self.rule.id, self.client, &targets, occurrence).first;
        let first = print(0);
        let count = self.seen.entry(first).or_insert(0);
        *count += 1;
        match *count {
            1 => first,
            count => print(count - 1),
        }
    }
}

/// The findings of a run that are listed: the most severe ones, in their order. Also returns how
/// many of each severity are not.
pub(super) fn most_severe(drafts: Vec<Draft>, most: usize) -> (Vec<Draft>, [usize; 5]) {
    let mut unlisted = [0; 5];
    if drafts.len() <= most {
        return (drafts, unlisted);
    }
    let mut counts = [0; 5];
    for draft in &drafts {
        counts[draft.finding.severity as usize] += 1;
    }
    let mut left = most;
    let mut room = [0; 5];
    for severity in Severity::ALL.into_iter().rev() {
        let severity = severity as usize;
        room[severity] = counts[severity].min(left);
        left -= room[severity];
    }
    let mut listed = Vec::with_capacity(most);
    for draft in drafts {
        let severity = draft.finding.severity as usize;
        if room[severity] > 0 {
            room[severity] -= 1;
            listed.push(draft);
        } else {
            unlisted[severity] += draft.finding.count();
        }
    }
    (listed, unlisted)
}
