//! Clients by risk: the order that every format for people shows them in.
//!
//! Invariant: the worst findings decide, then the client's rights, then its place. Nothing is left
//! out, so that counts agree with the report's.

use super::status::severity_counts;
use crate::catalog::Severity;
use crate::finding::{ClientFacts, Finding, FindingSubject, Profile, Report, Undecided};
use crate::text::digits;
use std::collections::BTreeMap;

/// A client with its findings.
#[derive(Clone, Debug)]
pub struct Standing<'r, 's> {
    /// Its position in [`Report::clients`]; other targets are counted after them.
    pub index: usize,
    /// Its names and facts.
    pub client: &'r ClientFacts<'s>,
    /// Its profile, if the report has an inventory.
    pub profile: Option<&'r Profile<'s>>,
    /// Its new findings, the worst first, else in the order of the file.
    pub findings: Vec<&'r Finding>,
    /// Its known findings, the worst first. Empty where only new ones are asked for.
    pub known: Vec<&'r Finding>,
    /// Entries of the baseline about it that the run can neither confirm nor clear.
    pub undecided: Vec<&'r Undecided>,
    /// How many accepted findings it has.
    pub accepted: usize,
}

impl<'r> Standing<'r, '_> {
    /// New and known findings: everything that is open and decided.
    pub fn open(&self) -> impl Iterator<Item = &'r Finding> {
        self.findings.iter().chain(&self.known).copied()
    }

    /// Whether anything is open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.worst().is_some()
    }

    /// How many open findings of each severity, the worst first.
    #[must_use]
    pub fn counts(&self) -> [usize; 5] {
        let undecided = self.undecided.iter().map(|open| open.entry.severity);
        let open = self.open().map(|finding| finding.severity);
        worst_counts_first(open.chain(undecided))
    }

    /// How many new findings of each severity, the worst first.
    #[must_use]
    pub fn new_counts(&self) -> [usize; 5] {
        worst_counts_first(self.findings.iter().map(|finding| finding.severity))
    }

    /// Severities that it has findings of, the worst first, with their number.
    #[must_use]
    pub fn tally(&self) -> Vec<(Severity, usize)> {
        let worst_first = Severity::ALL.into_iter().rev();
        worst_first
            .zip(self.counts())
            .filter(|(_, count)| *count > 0)
            .collect()
    }

    /// The tally in words: `1 critical, 2 high`.
    #[must_use]
    pub fn words(&self) -> String {
        let words: Vec<String> = self
            .tally()
            .iter()
            .map(|(severity, count)| format!("{} {}", digits(*count), severity.name()))
            .collect();
        words.join(", ")
    }

    /// Its worst severity.
    #[must_use]
    pub fn worst(&self) -> Option<Severity> {
        self.tally().first().map(|(severity, _)| *severity)
    }
}

/// How many there are of each severity, the worst first.
fn worst_counts_first(severities: impl Iterator<Item = Severity>) -> [usize; 5] {
    let mut counts = severity_counts(severities);
    counts.reverse();
    counts
}

/// All clients, and other targets with open findings, the riskiest first. Known findings count.
#[must_use]
pub fn by_risk<'r, 's>(report: &'r Report<'s>) -> Vec<Standing<'r, 's>> {
    let mut standings = standings(report, true);
    standings.sort_by_cached_key(|standing| {
        let reach = standing.profile.map(|profile| profile.reach.rank());
        std::cmp::Reverse((standing.counts(), reach))
    });
    standings
}

/// All targets that are not clients, with or without findings, the riskiest first.
#[must_use]
pub fn others_by_risk<'r, 's>(report: &'r Report<'s>) -> Vec<Standing<'r, 's>> {
    let mut others = every_standing(report, true);
    others.retain(|standing| standing.index >= report.clients.len());
    others.sort_by_cached_key(|standing| std::cmp::Reverse(standing.counts()));
    others
}

/// The clients that have new findings, the worst first. Their rights do not matter here: only some
/// formats build the inventory, and the order of the others must not depend on it.
#[must_use]
pub fn by_findings<'r, 's>(report: &'r Report<'s>) -> Vec<Standing<'r, 's>> {
    worst_first(standings(report, false))
}

/// The clients that have new or known findings, the worst first.
#[must_use]
pub fn by_open<'r, 's>(report: &'r Report<'s>) -> Vec<Standing<'r, 's>> {
    worst_first(standings(report, true))
}

fn worst_first<'r, 's>(mut standings: Vec<Standing<'r, 's>>) -> Vec<Standing<'r, 's>> {
    standings.retain(Standing::is_open);
    standings.sort_by_cached_key(|standing| std::cmp::Reverse(standing.counts()));
    standings
}

/// What a finding is about, as [`Standing::index`] counts it.
#[must_use]
pub fn position(report: &Report<'_>, finding: &Finding) -> usize {
    match finding.subject {
        FindingSubject::Client(index) => index as usize,
        FindingSubject::Other(index) => report.clients.len() + index as usize,
    }
}

/// All clients, and other targets with open findings, in the order of the report; findings that do
/// not count only with `all`.
fn standings<'r, 's>(report: &'r Report<'s>, all: bool) -> Vec<Standing<'r, 's>> {
    let mut standings = every_standing(report, all);
    standings.retain(|standing| standing.index < report.clients.len() || standing.is_open());
    standings
}

/// All clients and other targets with their findings, in the order of the report.
fn every_standing<'r, 's>(report: &'r Report<'s>, all: bool) -> Vec<Standing<'r, 's>> {
    let profiles = report.inventory.as_ref().map(|all| &all.profiles[..]);
    let mut standings: Vec<_> = report
        .clients
        .iter()
        .chain(&report.others)
        .enumerate()
        .map(|(index, client)| Standing {
            index,
            client,
            profile: profiles.and_then(|profiles| profiles.get(index)),
            findings: Vec::new(),
            known: Vec::new(),
            undecided: Vec::new(),
            accepted: 0,
        })
        .collect();
    let position = |finding: &Finding| position(report, finding);
    for finding in &report.findings {
        if let Some(standing) = standings.get_mut(position(finding)) {
            standing.findings.push(finding);
        }
    }
    if all {
        for finding in &report.known {
            if let Some(standing) = standings.get_mut(position(finding)) {
                standing.known.push(finding);
            }
        }
        for entry in &report.suppressed {
            if let Some(standing) = standings.get_mut(position(&entry.finding)) {
                standing.accepted += 1;
            }
        }
        add_undecided(report, &mut standings);
    }
    for standing in &mut standings {
        // Stable: of equal severity in the order of the file.
        for findings in [&mut standing.findings, &mut standing.known] {
            findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        }
    }
    standings
}

/// Undecided entries of the baseline, with the client of the same identity.
fn add_undecided<'r>(report: &'r Report<'_>, standings: &mut [Standing<'r, '_>]) {
    let entries = report.baseline.iter().flat_map(|facts| &facts.undecided);
    let mut by_identity: BTreeMap<&str, Vec<&Undecided>> = BTreeMap::new();
    for open in entries {
        let of_client = by_identity.entry(&open.entry.client).or_default();
        of_client.push(open);
    }
    if by_identity.is_empty() {
        return;
    }
    for standing in standings {
        if let Some(open) = by_identity.remove(&*standing.client.identity()) {
            standing.undecided = open;
        }
    }
}
