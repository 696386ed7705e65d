//! Known findings, by identity and not by count.
//!
//! Invariant: an entry is its fingerprint; the rest of it is for people. An entry is removed only
//! if a complete run judged its rule and did not find it. An unreadable file is an error, not an
//! empty baseline.

use super::scope::severity;
use crate::catalog::Severity;
use crate::finding::{ClientFacts, Finding, Gone, Problem, ProblemKind, Report};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

const SCHEMA: &str = "grantlint-baseline/1";

/// A baseline.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    /// Its path in reports.
    pub path: String,
    /// Its entries by fingerprint.
    entries: BTreeMap<String, Gone>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    schema: String,
    entries: Vec<Entry>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    fingerprint: String,
    rule: String,
    client: String,
    name: String,
    field: String,
    severity: String,
    first_seen: String,
}

impl Baseline {
    /// Reads a baseline.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(path: &str, text: &str) -> Result<Self, String> {
        let written: Written = serde_json::from_str(text)
            .map_err(|error| format!("this is not a baseline of grantlint: {error}"))?;
        if written.schema != SCHEMA {
            return Err(format!("this is not a baseline of the form {SCHEMA}"));
        }
        let mut entries = BTreeMap::new();
        for entry in written.entries {
            let gone = entry.read()?;
            entries.insert(gone.fingerprint.clone(), gone);
        }
        Ok(Self {
            path: path.to_owned(),
            entries,
        })
    }

    /// Since when a finding is known, if it is.
    #[must_use]
    pub fn first_seen(&self, finding: &Finding) -> Option<Date> {
        self.entries
            .get(&finding.fingerprint.to_string())
            .map(|entry| entry.first_seen)
    }

    /// The entries that are not among `present`.
    pub fn absent<'b>(&'b self, present: &'b BTreeSet<String>) -> impl Iterator<Item = &'b Gone> {
        self.entries
            .values()
            .filter(|entry| !present.contains(&entry.fingerprint))
    }

    /// The baseline after a run: what counts or was known joins it with its date, what is
    /// gone for certain leaves it, and what the run cannot say stays. A risk whose acceptance
    /// has lapsed does not join: that would accept it again, without an owner or an end.
    #[must_use]
    pub fn merged(&self, report: &Report<'_>) -> Self {
        let mut merged = self.clone();
        let all = super::disposition::all_of(report);
        let present: BTreeSet<String> =
            all.map(|finding| finding.fingerprint.to_string()).collect();
        let judged = Judged::of(report);
        merged.entries.retain(|fingerprint, entry| {
            present.contains(fingerprint) || !judged.surely(&entry.rule)
        });
        let counted = report.findings.iter().chain(&report.known);
        for finding in counted.filter(|finding| finding.lapsed.is_none()) {
            let client = report.subject(finding.subject);
            let fingerprint = finding.fingerprint.to_string();
            let first_seen = merged
                .entries
                .get(&fingerprint)
                .map(|entry| entry.first_seen)
                .or(finding.first_seen)
                .unwrap_or(report.today);
            let entry = Gone {
                fingerprint: fingerprint.clone(),
                rule: finding.rule.id.to_string(),
                client: client.map(ClientFacts::identity).unwrap_or_default(),
                name: client
                    .map(|client| client.label.to_string())
                    .unwrap_or_default(),
                field: finding.identity.clone(),
                severity: finding.severity,
                first_seen,
            };
            merged.entries.insert(fingerprint, entry);
        }
        merged
    }

    /// The file: valid JSON with a line for each entry, in an order that no run changes.
    #[must_use]
    pub fn text(&self) -> String {
        let mut entries: Vec<&Gone> = self.entries.values().collect();
        entries.sort_by_key(|entry| (&entry.client, &entry.rule, &entry.field, &entry.fingerprint));
        let lines: Vec<String> = entries
            .into_iter()
            .map(|entry| serde_json::to_string(&Entry::of(entry)).unwrap_or_default())
            .collect();
        if lines.is_empty() {
            return format!("{{\"schema\": \"{SCHEMA}\", \"entries\": []}}\n");
        }
        format!(
            "{{\"schema\": \"{SCHEMA}\", \"entries\": [\n{}\n]}}\n",
            lines.join(",\n")
        )
    }
}

impl Entry {
    fn read(self) -> Result<Gone, String> {
        let fault = |what: &str| format!("the entry {} has no valid {what}", self.fingerprint);
        let is_hex = self.fingerprint.len() == 32
            && self
                .fingerprint
                .bytes()
                .all(|byte| byte.is_ascii_hexdigit());
        if !is_hex {
            return Err(fault("fingerprint"));
        }
        Ok(Gone {
            severity: severity(&self.severity).ok_or_else(|| fault("severity"))?,
            first_seen: self.first_seen.parse().map_err(|_| fault("first_seen"))?,
            fingerprint: self.fingerprint,
            rule: self.rule,
            client: self.client,
            name: self.name,
            field: self.field,
        })
    }

    fn of(entry: &Gone) -> Self {
        Self {
            fingerprint: entry.fingerprint.clone(),
            rule: entry.rule.clone(),
            client: entry.client.clone(),
            name: entry.name.clone(),
            field: entry.field.clone(),
            severity: Severity::name(entry.severity).to_owned(),
            first_seen: entry.first_seen.to_string(),
        }
    }
}

/// The rules whose findings a run can report as gone.
#[derive(Debug)]
pub struct Judged {
    is_complete: bool,
    ran: BTreeSet<String>,
    open: BTreeSet<String>,
}

impl Judged {
    /// The rules that `report` judged completely.
    #[must_use]
    pub fn of(report: &Report<'_>) -> Self {
        let is_complete = !report.partial && report.problems.is_empty();
        Self::new(
            is_complete,
            report.rules.iter().map(|rule| rule.id.to_string()),
            report.not_judged.iter().map(|open| open.rule.to_owned()),
        )
    }

    /// A run that was complete or not, with the rules that ran and those left open somewhere.
    #[must_use]
    pub fn new(
        is_complete: bool,
        ran: impl Iterator<Item = String>,
        open: impl Iterator<Item = String>,
    ) -> Self {
        Self {
            is_complete,
            ran: ran.collect(),
            open: open.collect(),
        }
    }

    /// Whether what was not found of this rule is not there.
    #[must_use]
    pub fn surely(&self, rule: &str) -> bool {
        self.is_complete && self.ran.contains(rule) && !self.open.contains(rule)
    }

    /// Whether nothing was left out and nothing went wrong.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.is_complete
    }
}

/// The problem of an unusable baseline.
#[must_use]
pub fn unusable(path: &str, reason: impl Into<String>) -> Problem {
    Problem::new(
        ProblemKind::Configuration,
        reason,
        "check the path; --write-baseline FILE writes one",
    )
    .in_file(path)
}
