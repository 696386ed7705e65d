//! Clients by risk: the order that every format for people shows them in.
//!
//! Invariant: the worst findings decide, then the client's rights, then its place. Nothing is left
//! out, so that counts agree with the report's.

use crate::catalog::Severity;
use crate::finding::{ClientFacts, Finding, FindingSubject, Profile, Report};

/// A client with its findings.
#[derive(Clone, Debug)]
pub struct Standing<'r, 's> {
    /// Its position in [`Report::clients`]; other things are counted after them.
    pub index: usize,
    /// Its names and facts.
    pub client: &'r ClientFacts<'s>,
    /// Its profile, if the report has an inventory.
    pub profile: Option<&'r Profile<'s>>,
    /// Its findings, the worst first, else in the order of the file.
    pub findings: Vec<&'r Finding>,
}

impl Standing<'_, '_> {
    /// How many findings of each severity, the worst first.
    #[must_use]
    pub fn counts(&self) -> [usize; 5] {
        let mut counts = [0; 5];
        for finding in &self.findings {
            counts[4 - finding.severity as usize] += 1;
        }
        counts
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
            .map(|(severity, count)| format!("{count} {}", severity.name()))
            .collect();
        words.join(", ")
    }

    /// Its worst severity.
    #[must_use]
    pub fn worst(&self) -> Option<Severity> {
        self.findings.first().map(|finding| finding.severity)
    }
}

/// All clients, and other targets with findings, the riskiest first.
#[must_use]
pub fn by_risk<'r, 's>(report: &'r Report<'s>) -> Vec<Standing<'r, 's>> {
    let mut standings = standings(report);
    standings.sort_by_cached_key(|standing| {
        let reach = standing.profile.map(|profile| profile.reach.rank());
        std::cmp::Reverse((standing.counts(), reach))
    });
    standings
}

/// The clients that have findings, the worst first. Their rights do not matter here: only some
/// formats build the inventory, and the order of the others must not depend on it.
#[must_use]
pub fn by_findings<'r, 's>(report: &'r Report<'s>) -> Vec<Standing<'r, 's>> {
    let mut standings = standings(report);
    standings.retain(|standing| !standing.findings.is_empty());
    standings.sort_by_cached_key(|standing| std::cmp::Reverse(standing.counts()));
    standings
}

/// All clients with their findings, in the order of the report.
fn standings<'r, 's>(report: &'r Report<'s>) -> Vec<Standing<'r, 's>> {
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
        })
        .collect();
    for finding in &report.findings {
        let index = match finding.subject {
            FindingSubject::Client(index) => index as usize,
            FindingSubject::Other(index) => report.clients.len() + index as usize,
        };
        if let Some(standing) = standings.get_mut(index) {
            standing.findings.push(finding);
        }
    }
    standings
        .retain(|standing| standing.index < report.clients.len() || !standing.findings.is_empty());
    for standing in &mut standings {
        // Stable: of the same severity in the order of the file.
        standing
            .findings
            .sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    }
    standings
}
