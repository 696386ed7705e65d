//! Everything that a run looked at, for the comparison with a baseline.
//!
//! Invariant: a finding of a baseline is fixed only if the run can prove it: the run is complete,
//! the rule ran, and it judged the client or the client is gone from its listing.

use super::{FindingSubject, Identity};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The clients for which a rule was not judged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenClients {
    /// Their numbers, in order.
    pub clients: Vec<u32>,
    /// There are others, whose numbers are not known.
    pub has_others: bool,
    /// The cause.
    pub cause: String,
}

/// The clients and other subjects of a run, and what the rules could judge of them.
#[derive(Clone, Debug, Default)]
pub struct Census {
    /// Why the run is not complete, if it is not.
    pub incomplete: Option<&'static str>,
    /// The rules that ran.
    pub ran: BTreeSet<String>,
    /// For each rule, the clients for which it was not judged.
    pub open: BTreeMap<&'static str, OpenClients>,
    /// The Terraform roots.
    pub roots: BTreeSet<String>,
    /// The clients of each directory, as hashes of their keys.
    pub directories: BTreeMap<String, BTreeSet<String>>,
    /// The identity and the directory of each subject.
    /// The numbers of the clients in the report.
    reported: Vec<u32>,
    subjects: HashMap<FindingSubject, (Identity, String)>,
    /// Subjects by key.
    by_key: HashMap<String, FindingSubject>,
    /// Subjects by key without the root.
    by_rootless: HashMap<String, FindingSubject>,
}

/// Whether a finding that did not occur is fixed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It is fixed.
    Fixed,
    /// The run cannot prove it, for this cause.
    Undecided(String),
}

impl Census {
    /// The census of a run, without its clients. `incomplete` is why it is not complete, if so.
    #[must_use]
    pub fn new(
        incomplete: Option<&'static str>,
        ran: BTreeSet<String>,
        open: BTreeMap<&'static str, OpenClients>,
    ) -> Self {
        Self {
            incomplete,
            ran,
            open,
            ..Self::default()
        }
    }

    /// Adds a subject of an organisation, whose exports are in `directory`.
    pub fn add(&mut self, subject: FindingSubject, identity: Identity, directory: &str) {
        if let Some(root) = &identity.root {
            self.roots.insert(root.to_string());
        }
        let clients = self.directories.entry(directory.to_owned()).or_default();
        for key in identity.keys() {
            if matches!(subject, FindingSubject::Client(_)) {
                clients.insert(hash(&key));
            }
            self.by_key.entry(key).or_insert(subject);
        }
        if let Some(key) = identity.rootless() {
            self.by_rootless.entry(key).or_insert(subject);
        }
        self.subjects
            .insert(subject, (identity, directory.to_owned()));
    }

    /// Notes the numbers of the clients in the report, which findings name by their position.
    pub fn set_reported(&mut self, reported: &[u32]) {
        self.reported = reported.to_vec();
    }

    /// The identity of a finding's subject, and the directory of its exports.
    #[must_use]
    pub fn subject(&self, subject: FindingSubject) -> Option<(&Identity, &str)> {
        let subject = match subject {
            FindingSubject::Client(at) => {
                FindingSubject::Client(self.reported.get(at as usize).copied().unwrap_or(at))
            }
            FindingSubject::Other(_) => subject,
        };
        let (identity, directory) = self.subjects.get(&subject)?;
        Some((identity, directory))
    }

    /// Whether a finding of `rule` that did not occur is fixed. `is_audited` is whether the run
    /// lists the clients of the entry's organisation; `one_root` is whether the baseline and the
    /// run hold one root each.
    #[must_use]
    pub fn decide(
        &self,
        rule: &str,
        identity: &Identity,
        one_root: bool,
        is_audited: bool,
    ) -> Decision {
        let undecided = |cause: &str| Decision::Undecided(cause.to_owned());
        if let Some(cause) = self.incomplete {
            return undecided(cause);
        }
        if !self.ran.contains(rule) {
            return undecided("the rule did not run");
        }
        let open = self.open.get(rule);
        match (self.find(identity, one_root), open) {
            (Some(_), None) => Decision::Fixed,
            (Some(subject), Some(open)) => {
                let is_open = match subject {
                    FindingSubject::Client(number) => open.clients.binary_search(&number).is_ok(),
                    FindingSubject::Other(_) => true,
                };
                if is_open || open.has_others {
                    undecided(&open.cause)
                } else {
                    Decision::Fixed
                }
            }
            (None, _) if is_audited => Decision::Fixed,
            (None, _) => undecided("the export of its organisation was not audited"),
        }
    }

    /// Whether the run is complete and judged a rule for every client.
    #[must_use]
    pub fn judges(&self, rule: &str) -> bool {
        self.incomplete.is_none() && self.ran.contains(rule) && !self.open.contains_key(rule)
    }

    fn find(&self, identity: &Identity, one_root: bool) -> Option<FindingSubject> {
        let keys = identity.keys();
        let found = keys.iter().find_map(|key| self.by_key.get(key));
        let rootless = || self.by_rootless.get(&identity.rootless()?);
        found.or_else(|| rootless().filter(|_| one_root)).copied()
    }

    /// Whether it lists a client with one of these hashes.
    #[must_use]
    pub fn lists_any<'h>(&self, mut hashes: impl Iterator<Item = &'h String>) -> bool {
        hashes.any(|hash| self.directories.values().any(|known| known.contains(hash)))
    }
}

fn hash(key: &str) -> String {
    let digest = Sha256::digest(key.as_bytes());
    let first = digest[..4].try_into().unwrap_or([0; 4]);
    format!("{:08x}", u32::from_be_bytes(first))
}
