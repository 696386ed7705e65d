//! Known findings, by identity and not by count.
//!
//! Invariant: a finding is known as it was recorded: with a higher severity, a worse number, more
//! permissions or another secret it counts again. An entry is removed only if the run proves that
//! its finding is gone. What yielded to a known finding is known too, and is not reported as fixed
//! or new. An unreadable file is an error, not an empty baseline.

use super::scope::severity;
use crate::catalog::Severity;
use crate::finding::{
    Census, Decision, Evidence, Finding, Fingerprint, Gone, Identity, Problem, ProblemKind, Report,
    Worse,
};
use crate::text::first_of;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

const SCHEMA: &str = "grantlint-baseline/2";

/// The most findings that one entry of unlisted ones names. An entry with more would not stay known.
const MOST_UNLISTED: usize = 10_000;

/// The most hashes of clients that a baseline keeps of a directory.
const MOST_HASHES: usize = 32;

/// A baseline.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    /// Its path in reports.
    pub path: String,
    /// It is a revision of the repository, and no file.
    pub is_revision: bool,
    /// The Terraform roots of its runs.
    roots: BTreeSet<String>,
    /// Some of the clients of each directory, as hashes.
    directories: BTreeMap<String, BTreeSet<String>>,
    /// Its entries by fingerprint.
    entries: BTreeMap<String, Known>,
}

/// A known finding.
#[derive(Clone, Debug)]
pub struct Known {
    /// What reports show of it.
    pub gone: Gone,
    /// Its fingerprints under other identities.
    aliases: Vec<String>,
    /// Its fingerprints by Terraform address without the root.
    rootless: Vec<String>,
    /// The identity of its client.
    identity: Identity,
    /// The directory of the exports.
    directory: String,
    evidence: Recorded,
    /// The fingerprints of the entries that it yielded to; empty if it counted.
    yielded_to: BTreeSet<String>,
}

/// Evidence as a file can hold it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Recorded {
    number: Option<i64>,
    values: Option<Arc<[String]>>,
    /// One for the life of the entry.
    salt: Option<String>,
    /// Digests of the secrets that look random.
    secrets: BTreeSet<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(rename = "schema")]
    _schema: String,
    roots: BTreeSet<String>,
    directories: BTreeMap<String, BTreeSet<String>>,
    #[serde(default)]
    values: BTreeMap<String, Vec<String>>,
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
struct Header {
    schema: String,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    fingerprint: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    aliases: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    rootless: Vec<String>,
    rule: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    root: Option<String>,
    name: String,
    field: String,
    directory: String,
    severity: String,
    first_seen: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    number: Option<i64>,
    /// The key of its values in the header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    values: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    salt: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    secrets: BTreeSet<String>,
    /// What yielded to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    yielded: Vec<Entry>,
}

/// The entries of a baseline by every fingerprint that identifies them in a run.
pub struct BaselineIndex<'b> {
    baseline: &'b Baseline,
    by_fingerprint: HashMap<&'b str, &'b Known>,
    /// The baseline and the run hold one root each.
    one_root: bool,
}

/// The entries of a finding.
pub struct Found<'b> {
    /// The entries.
    pub entries: Vec<&'b Known>,
    /// The baseline knows the finding, or each of those that it represents.
    pub is_all: bool,
}

impl<'b> BaselineIndex<'b> {
    /// The entries of a finding: one, or those of all findings that it represents.
    #[must_use]
    pub fn entries(&self, finding: &Finding) -> Found<'b> {
        let own = self.find(finding);
        if !finding.is_unlisted() {
            return Found {
                entries: own.into_iter().collect(),
                is_all: own.is_some(),
            };
        }
        let prints = finding.more.iter().map(ToString::to_string);
        let known: Vec<Option<&Known>> = prints
            .map(|print| self.by_fingerprint.get(print.as_str()).copied())
            .collect();
        let is_all = known.iter().all(Option::is_some);
        Found {
            entries: known.into_iter().flatten().chain(own).collect(),
            is_all,
        }
    }

    /// The entry of a finding.
    #[must_use]
    fn find(&self, finding: &Finding) -> Option<&'b Known> {
        let own = [finding.fingerprint];
        let rootless = if self.one_root {
            finding.rootless.as_slice()
        } else {
            &[]
        };
        let mut all = own.iter().chain(&finding.aliases).chain(rootless);
        all.find_map(|print| self.by_fingerprint.get(print.to_string().as_str()))
            .copied()
    }

    /// The entries that are not among `present`, each with what became of it.
    pub fn absent<'i>(
        &'i self,
        present: &'i BTreeSet<String>,
        census: &'i Census,
    ) -> impl Iterator<Item = (&'b Known, Decision)> + 'i {
        let entries = self.baseline.entries.values();
        let absent = entries.filter(|entry| !present.contains(&entry.gone.fingerprint));
        absent.map(|entry| {
            let is_audited = self.is_audited(entry, census);
            let rule = &entry.gone.rule;
            let decision = census.decide(rule, &entry.identity, self.one_root, is_audited);
            (entry, decision)
        })
    }

    /// The entries of findings that counted and are not among `present`. One that yielded is open
    /// only if it cannot be judged now, and what it yielded to is fixed.
    pub fn absent_open<'i>(
        &'i self,
        present: &'i BTreeSet<String>,
        census: &'i Census,
    ) -> impl Iterator<Item = (&'b Known, Decision)> + 'i {
        let absent: Vec<_> = self.absent(present, census).collect();
        let fixed: HashSet<&str> = absent
            .iter()
            .filter(|(_, decision)| *decision == Decision::Fixed)
            .map(|(entry, _)| entry.gone.fingerprint.as_str())
            .collect();
        let is_open = |entry: &Known, decision: &Decision| {
            let mut stronger = entry.yielded_to.iter();
            entry.yielded_to.is_empty()
                || (*decision != Decision::Fixed
                    && stronger.all(|print| fixed.contains(print.as_str())))
        };
        let mut open = absent.clone();
        open.retain(|(entry, decision)| is_open(entry, decision));
        open.into_iter()
    }

    /// Whether the run lists the clients of the entry's organisation.
    fn is_audited(&self, entry: &Known, census: &Census) -> bool {
        if entry.identity.root.is_some() && self.one_root {
            return true;
        }
        let hashes = self.baseline.directories.get(&entry.directory);
        census.directories.contains_key(&entry.directory)
            || hashes.is_some_and(|hashes| census.lists_any(hashes.iter()))
    }
}

impl Baseline {
    /// Reads a baseline.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(path: &str, text: &str) -> Result<Self, String> {
        let wrong = |error| format!("this is not a baseline of grantlint: {error}");
        let header: Header = serde_json::from_str(text).map_err(wrong)?;
        if header.schema != SCHEMA {
            return Err(if header.schema == "grantlint-baseline/1" {
                format!(
                    "grantlint-baseline/1 is an old format with other fingerprints; this version reads {SCHEMA}"
                )
            } else {
                format!("this is not a baseline of the form {SCHEMA}")
            });
        }
        let written: Written = serde_json::from_str(text).map_err(wrong)?;
        let values = written.values.into_iter();
        let values = values.map(|(key, values)| (key, values.into())).collect();
        let mut entries = BTreeMap::new();
        for mut entry in written.entries {
            let yielded = std::mem::take(&mut entry.yielded);
            let stronger = entry.fingerprint.clone();
            let known = entry.read(&values)?;
            entries.insert(stronger.clone(), known);
            for entry in yielded {
                let mut known = entry.read(&values)?;
                known.yielded_to.insert(stronger.clone());
                add_yielded(&mut entries, known);
            }
        }
        Ok(Self {
            path: path.to_owned(),
            is_revision: false,
            roots: written.roots,
            directories: written.directories,
            entries,
        })
    }

    /// The entries as a run with these Terraform roots identifies them.
    #[must_use]
    pub fn index(&self, roots: &BTreeSet<String>) -> BaselineIndex<'_> {
        let one_root = self.roots.len() == 1 && roots.len() == 1;
        let mut by_fingerprint = HashMap::new();
        for entry in self.entries.values() {
            let rootless = if one_root {
                entry.rootless.as_slice()
            } else {
                &[]
            };
            for print in entry.aliases.iter().chain(rootless) {
                by_fingerprint.entry(print.as_str()).or_insert(entry);
            }
        }
        let own = self.entries.values();
        by_fingerprint.extend(own.map(|entry| (entry.gone.fingerprint.as_str(), entry)));
        BaselineIndex {
            baseline: self,
            by_fingerprint,
            one_root,
        }
    }

    /// The baseline after a run. New findings join it, known ones keep their date and take the
    /// severity and evidence of the run, proven fixes leave it, and undecided entries stay. A risk
    /// whose acceptance is not valid does not join, because the baseline would accept it again
    /// without an owner or an end.
    ///
    /// Two runs that write one file merge one after the other, each into what the file holds
    /// then; so neither loses entries of the other.
    #[must_use]
    pub fn merged(&self, report: &Report<'_>) -> Self {
        let no_record = Some("the run kept no record of its clients");
        let empty = Census::new(no_record, BTreeSet::new(), BTreeMap::new());
        let census = report.census.as_ref().unwrap_or(&empty);
        let index = self.index(&census.roots);
        let mut entries = self.entries.clone();
        let mut present = BTreeSet::new();
        let mut joined = BTreeMap::new();
        for finding in report.all_findings() {
            let entries = index.entries(finding).entries.into_iter();
            present.extend(entries.map(|entry| entry.gone.fingerprint.clone()));
        }
        let counted = report.findings.iter().chain(&report.known);
        for finding in counted.filter(|finding| finding.lapsed.is_none()) {
            let old = index.find(finding);
            if let Some(old) = old {
                entries.remove(&old.gone.fingerprint);
            }
            let entry = Known::new(finding, old, report, census);
            joined.insert(entry.gone.fingerprint.clone(), entry);
        }
        for covered in &report.covered {
            let old = index.find(&covered.finding);
            let stronger = covered.by.iter().map(ToString::to_string);
            let stronger: BTreeSet<String> = stronger
                .filter(|print| joined.contains_key(print))
                .collect();
            if stronger.is_empty() {
                continue;
            }
            if let Some(old) = old {
                entries.remove(&old.gone.fingerprint);
            }
            let mut entry = Known::new(&covered.finding, old, report, census);
            entry.yielded_to = stronger;
            joined.insert(entry.gone.fingerprint.clone(), entry);
        }
        for (entry, decision) in index.absent(&present, census) {
            if decision == Decision::Fixed {
                entries.remove(&entry.gone.fingerprint);
            }
        }
        entries.extend(joined);
        let directories = self.merged_directories(&entries, census);
        let mut roots = census.roots.clone();
        if census.incomplete.is_some() {
            roots.extend(self.roots.iter().cloned());
        } else if !(self.roots.len() == 1 && roots.len() == 1) {
            let held = entries
                .values()
                .filter_map(|entry| entry.identity.root.as_ref());
            roots.extend(held.map(ToString::to_string));
        }
        Self {
            path: self.path.clone(),
            is_revision: self.is_revision,
            roots,
            directories,
            entries,
        }
    }

    /// Whether an entry counted when it was recorded.
    fn counts(&self, fingerprint: &str) -> bool {
        let entry = self.entries.get(fingerprint);
        entry.is_some_and(|entry| entry.yielded_to.is_empty())
    }

    /// The directories of the run, and those of entries that stay from others.
    /// This baseline with the findings of a revision of the repository, which exist since `day` at
    /// the latest.
    #[must_use]
    pub fn with_revision(&self, name: &str, report: &Report<'_>, day: Date) -> Self {
        let mut merged = self.merged(report);
        name.clone_into(&mut merged.path);
        merged.is_revision = true;
        for entry in merged.entries.values_mut() {
            entry.gone.first_seen = entry.gone.first_seen.min(day);
        }
        merged
    }

    fn merged_directories(
        &self,
        entries: &BTreeMap<String, Known>,
        census: &Census,
    ) -> BTreeMap<String, BTreeSet<String>> {
        let own = census.directories.iter().map(|(directory, hashes)| {
            let some = hashes.iter().take(MOST_HASHES).cloned();
            (directory.clone(), some.collect())
        });
        let mut directories: BTreeMap<String, BTreeSet<String>> = own.collect();
        let is_partial = census.incomplete.is_some();
        let used: BTreeSet<&String> = entries.values().map(|entry| &entry.directory).collect();
        for (directory, hashes) in &self.directories {
            if is_partial || used.contains(directory) {
                let known = directories.entry(directory.clone());
                let known = known.or_insert_with(|| hashes.clone());
                if is_partial {
                    known.extend(hashes.iter().cloned());
                }
            }
        }
        directories
    }

    /// The file: valid JSON with a line for each entry, in an order that no run changes.
    #[must_use]
    pub fn text(&self) -> String {
        let mut entries: Vec<&Known> = self.entries.values().collect();
        entries.sort_by_key(|entry| {
            let Gone {
                client,
                rule,
                field,
                fingerprint,
                ..
            } = &entry.gone;
            (client, rule, field, fingerprint)
        });
        let mut text = format!(
            "{{\"schema\": \"{SCHEMA}\", \"roots\": {}, \"directories\": {}, ",
            json(&self.roots),
            json(&self.directories)
        );
        let values: BTreeMap<String, &Arc<[String]>> = entries
            .iter()
            .filter_map(|entry| entry.evidence.values.as_ref())
            .map(|values| (key_of(values), values))
            .collect();
        if !values.is_empty() {
            let lines = values
                .iter()
                .map(|(key, values)| format!("{}: {}", json(key), json(&values[..])));
            let lines: Vec<String> = lines.collect();
            text += &["\"values\": {\n", &lines.join(",\n"), "\n}, "].concat();
        }
        let yields = |entry: &&Known| entry.yielded_to.iter().any(|print| self.counts(print));
        let (yielding, own): (Vec<&Known>, Vec<&Known>) = entries.iter().copied().partition(yields);
        let mut yielded: BTreeMap<&str, Vec<&Known>> = BTreeMap::new();
        for entry in yielding {
            for stronger in entry.yielded_to.iter().filter(|print| self.counts(print)) {
                yielded.entry(stronger).or_default().push(entry);
            }
        }
        let lines: Vec<String> = own
            .iter()
            .map(|entry| {
                let mut written = Entry::from_known(entry);
                let weaker = yielded.get(&*entry.gone.fingerprint).into_iter().flatten();
                written.yielded = weaker.map(|entry| Entry::from_known(entry)).collect();
                json(&written)
            })
            .collect();
        if lines.is_empty() {
            text.push_str("\"entries\": []}\n");
        } else {
            text += &["\"entries\": [\n", &lines.join(",\n"), "\n]}\n"].concat();
        }
        text
    }
}

/// Adds an entry that yielded; it can be below several others, and one of its own comes first.
fn add_yielded(entries: &mut BTreeMap<String, Known>, known: Known) {
    match entries.get_mut(&known.gone.fingerprint) {
        Some(other) if other.yielded_to.is_empty() => {}
        Some(other) => other.yielded_to.extend(known.yielded_to),
        None => {
            entries.insert(known.gone.fingerprint.clone(), known);
        }
    }
}

/// A value as JSON; those of a baseline cannot fail.
fn json<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

impl Known {
    fn new(finding: &Finding, old: Option<&Self>, report: &Report<'_>, census: &Census) -> Self {
        let facts = report.subject(finding.subject);
        let (identity, directory) = census
            .subject(finding.subject)
            .map(|(identity, directory)| (identity.clone(), directory.to_owned()))
            .unwrap_or_default();
        let fingerprint = finding.fingerprint.to_string();
        let first_seen = old.map(|old| old.gone.first_seen);
        let old_evidence = old.map(|old| old.evidence.clone()).unwrap_or_default();
        let name = facts.map(|facts| facts.label.to_string());
        let texts = |prints: &[Fingerprint]| prints.iter().map(ToString::to_string).collect();
        Self {
            gone: Gone {
                rule: finding.rule.id.to_string(),
                client: client_of(&identity),
                name: name.unwrap_or_default(),
                field: finding.identity.clone(),
                severity: finding.severity,
                first_seen: first_seen.or(finding.first_seen).unwrap_or(report.today),
                fingerprint: fingerprint.clone(),
            },
            aliases: texts(if finding.is_unlisted() {
                let more = &finding.more;
                &more[..more.len().min(MOST_UNLISTED)]
            } else {
                &finding.aliases
            }),
            rootless: texts(&finding.rootless),
            identity,
            directory,
            evidence: old_evidence.updated(&finding.evidence, &fingerprint),
            yielded_to: BTreeSet::new(),
        }
    }

    /// How a finding is worse than this entry, if it is.
    #[must_use]
    pub fn worse(&self, finding: &Finding) -> Option<Worse> {
        let Gone {
            severity: then,
            first_seen: since,
            ..
        } = self.gone;
        let mut reasons = Vec::new();
        if finding.severity > then {
            reasons.push(format!(
                "as {}, now {}",
                then.name(),
                finding.severity.name()
            ));
        }
        reasons.extend(self.evidence.worse(&finding.evidence));
        (!reasons.is_empty()).then(|| Worse {
            since,
            severity_then: then,
            reason: format!("known since {since} {}", reasons.join(" and ")),
        })
    }
}

/// A client as reports show that of an entry.
fn client_of(identity: &Identity) -> String {
    match (&identity.id, &identity.address) {
        (Some(id), _) => format!("id:{id}"),
        (None, Some(address)) => format!("address:{address}"),
        (None, None) => format!("name:{}", identity.name),
    }
}

impl Recorded {
    /// The evidence of a finding. What the run does not know stays as it was.
    fn updated(self, evidence: &Evidence, fingerprint: &str) -> Self {
        let salt = self.salt.unwrap_or_else(|| salt(fingerprint));
        let digests = digests(evidence, &salt);
        let secrets = if evidence.secrets.is_empty() {
            self.secrets
        } else {
            digests
        };
        Self {
            number: evidence.number.or(self.number),
            values: evidence.values.clone().or(self.values),
            salt: (!secrets.is_empty()).then_some(salt),
            secrets,
        }
    }

    /// What of a finding's evidence is worse than this.
    fn worse(&self, evidence: &Evidence) -> Vec<String> {
        let mut reasons = Vec::new();
        if let (Some(then), Some(now)) = (self.number, evidence.number)
            && now > then
        {
            reasons.push(format!("with {}, now {}", then.abs(), now.abs()));
        }
        if let (Some(then), Some(now)) = (&self.values, &evidence.values) {
            let added: Vec<&str> = now
                .iter()
                .filter(|value| !then.iter().any(|known| covers(known, value)))
                .map(String::as_str)
                .collect();
            if !added.is_empty() {
                reasons.push(format!("without {}", first_of(added.iter(), 1)));
            }
        }
        let salt = self.salt.as_deref().unwrap_or("");
        if !self.secrets.is_empty() && !digests(evidence, salt).is_subset(&self.secrets) {
            reasons.push("with another secret".to_owned());
        }
        reasons
    }
}

/// Whether a permission of a role covers another one.
fn covers(known: &str, value: &str) -> bool {
    if known == value || known == "admin" {
        return true;
    }
    let (known, value): (Vec<&str>, Vec<&str>) =
        (known.split(':').collect(), value.split(':').collect());
    known.len() == 3
        && value.len() == 3
        && known
            .iter()
            .zip(&value)
            .all(|(known, value)| *known == "*" || known == value)
}

/// The digests of the secrets that look random; nothing is kept of others.
fn digests(evidence: &Evidence, salt: &str) -> BTreeSet<String> {
    let secrets = evidence.secrets.iter();
    secrets.filter_map(|secret| secret.digest(salt)).collect()
}

/// The salt of an entry: no two entries have one in common, so equal secrets look different.
fn salt(fingerprint: &str) -> String {
    short_digest(&["grantlint-salt", fingerprint])
}

/// The key of values in the header.
fn key_of(values: &[String]) -> String {
    let values: Vec<&str> = values.iter().map(String::as_str).collect();
    short_digest(&values)
}

fn short_digest(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let digest = hash.finalize();
    let first = digest[..8].try_into().unwrap_or([0; 8]);
    format!("{:016x}", u64::from_be_bytes(first))
}

impl Entry {
    fn read(self, values: &BTreeMap<String, Arc<[String]>>) -> Result<Known, String> {
        let fault = |what: &str| format!("the entry {} has no valid {what}", self.fingerprint);
        let others = self.aliases.iter().chain(&self.rootless);
        if ![&self.fingerprint]
            .into_iter()
            .chain(others)
            .all(|print| is_fingerprint(print))
        {
            return Err(fault("fingerprint"));
        }
        let severity = severity(&self.severity).ok_or_else(|| fault("severity"))?;
        let first_seen = self.first_seen.parse().map_err(|_| fault("first_seen"))?;
        let held = match &self.values {
            Some(key) => Some(Arc::clone(values.get(key).ok_or_else(|| fault("values"))?)),
            None => None,
        };
        let identity = Identity {
            id: self.id,
            address: self.address,
            root: self.root.map(Into::into),
            name: self.name.clone(),
        };
        Ok(Known {
            gone: Gone {
                severity,
                first_seen,
                fingerprint: self.fingerprint,
                rule: self.rule,
                client: client_of(&identity),
                name: self.name,
                field: self.field,
            },
            aliases: self.aliases,
            rootless: self.rootless,
            identity,
            directory: self.directory,
            evidence: Recorded {
                number: self.number,
                values: held,
                salt: self.salt,
                secrets: self.secrets,
            },
            yielded_to: BTreeSet::new(),
        })
    }

    fn from_known(known: &Known) -> Self {
        let Known {
            gone,
            aliases,
            rootless,
            identity,
            directory,
            evidence,
            yielded_to: _,
        } = known;
        Self {
            fingerprint: gone.fingerprint.clone(),
            aliases: aliases.clone(),
            rootless: rootless.clone(),
            rule: gone.rule.clone(),
            id: identity.id.clone(),
            address: identity.address.clone(),
            root: identity.root.as_ref().map(ToString::to_string),
            name: gone.name.clone(),
            field: gone.field.clone(),
            directory: directory.clone(),
            severity: Severity::name(gone.severity).to_owned(),
            first_seen: gone.first_seen.to_string(),
            number: evidence.number,
            values: evidence.values.as_ref().map(|values| key_of(values)),
            salt: evidence.salt.clone(),
            secrets: evidence.secrets.clone(),
            yielded: Vec::new(),
        }
    }
}

fn is_fingerprint(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The problem of an unusable baseline.
#[must_use]
pub fn unusable(path: &str, reason: impl Into<String>) -> Problem {
    Problem::new(
        ProblemKind::Configuration,
        reason,
        format!(
            "check the path, or remove the file and write a new one: grantlint check --write-baseline {path}"
        ),
    )
    .in_file(path)
}
