//! New `[[accept]]` entries: what they cover, and their text.
//!
//! Invariant: an entry names one client and is proposed only for findings that the report has.
//! Whatever a name or reason contains, its text is one entry: unsafe characters are escaped, in
//! values and in the comment.

use super::acceptance::{Acceptance, AcceptanceTarget, Terms};
use super::read::quoted;
use crate::catalog::Rule;
use crate::finding::{ClientFacts, Finding, FindingSubject, Report};
use crate::model::ClientPattern;
use crate::text::{Origin, counted, visible};
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::fmt::Write;

/// What is wrong, and what to do.
type Fault = (String, String);

/// A decision to accept the findings of a rule in some clients.
#[derive(Debug)]
pub struct Decision<'d> {
    /// The rule.
    pub rule: &'static Rule,
    /// The clients, as a pattern.
    pub clients: &'d str,
    /// Only findings at this field.
    pub field: Option<&'d str>,
    /// Only findings about this value.
    pub value: Option<&'d str>,
    /// Why.
    pub reason: &'d str,
    /// The owner of the risk; without one, the owner of each client in the export.
    pub owner: Option<&'d str>,
    /// The second person who decided it.
    pub approver: Option<&'d str>,
    /// The last day on which it is valid.
    pub until: Date,
    /// Where it was decided.
    pub ticket: Option<&'d str>,
}

/// An entry and the findings that it covers.
#[derive(Debug)]
pub struct Proposal<'r> {
    /// The entry.
    pub entry: Entry,
    /// The findings, in the order of the report.
    pub findings: Vec<&'r Finding>,
}

/// An entry to write.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The label of the client, for the comment above the entry.
    pub label: String,
    /// The id of the rule.
    pub rule: String,
    /// The client: `id:..`, `address:..` or `name:..`.
    pub client: String,
    /// The directory of its organisation, if several have such a client.
    pub organisation: Option<String>,
    /// Only findings at this field.
    pub field: Option<String>,
    /// Only findings about this value.
    pub value: Option<String>,
    /// Why.
    pub reason: String,
    /// The owner of the risk.
    pub owner: String,
    /// The second person who decided it.
    pub approver: Option<String>,
    /// The last day on which it is valid.
    pub until: Date,
    /// Where it was decided.
    pub ticket: Option<String>,
}

impl Decision<'_> {
    /// An entry for each client that has such findings.
    ///
    /// # Errors
    /// If an entry would cover nothing, breaks the terms or lacks an owner.
    pub fn proposals<'r>(
        &self,
        report: &'r Report<'_>,
        terms: Terms,
    ) -> Result<Vec<Proposal<'r>>, Fault> {
        let pattern = ClientPattern::parse(self.clients).map_err(|fault| {
            let remedy = "write id:.., address:.., name:.. with * and ?, kind:.., grant:.. or *";
            (fault, remedy.to_owned())
        })?;
        if self.until < report.today {
            let message = format!(
                "{} is in the past, so the entry would suppress nothing",
                self.until
            );
            return Err((message, "name the day of the next review".into()));
        }
        let is_open = |finding: &&Finding| finding.rule.id == self.rule.id;
        let open = report.findings.iter().chain(&report.known);
        let mut by_subject: BTreeMap<FindingSubject, Vec<&Finding>> = BTreeMap::new();
        for finding in open.chain(&report.below_threshold).filter(is_open) {
            let facts = report.subject(finding.subject);
            if facts.is_some_and(|facts| is_meant(&pattern, facts)) && self.names(finding, report) {
                by_subject.entry(finding.subject).or_default().push(finding);
            }
        }
        if by_subject.is_empty() {
            return Err(self.nothing(&pattern, report));
        }
        let proposals = by_subject.into_iter().filter_map(|(subject, findings)| {
            let facts = report.subject(subject)?;
            Some(self.entry(subject, facts, report).and_then(|entry| {
                let severity = findings.iter().map(|finding| finding.severity).max();
                match terms.fault(&entry.acceptance(), severity, report.today) {
                    Some((message, remedy)) => Err((message, remedy.to_owned())),
                    None => Ok(Proposal { entry, findings }),
                }
            }))
        });
        proposals.collect()
    }

    /// Whether the field and the value are those of a finding.
    fn names(&self, finding: &Finding, report: &Report<'_>) -> bool {
        let text = report.sources.get(finding.place.source).text();
        let raw = text.get(finding.place.span.range()).unwrap_or("");
        let everybody = AcceptanceTarget::Client {
            pattern: ClientPattern::Everybody,
            written: String::new(),
            organisation: None,
            field: self.field.map(str::to_owned),
            value: self.value.map(str::to_owned),
        };
        Acceptance::draft(&self.rule.id, everybody).names(finding, raw)
    }

    fn entry(
        &self,
        subject: FindingSubject,
        facts: &ClientFacts<'_>,
        report: &Report<'_>,
    ) -> Result<Entry, Fault> {
        let owner = self.owner.map(str::to_owned).or_else(|| {
            let FindingSubject::Client(number) = subject else {
                return None;
            };
            let inventory = report.inventory.as_ref()?;
            inventory.profiles.get(number as usize)?.owner.clone()
        });
        let Some(owner) = owner else {
            let message = format!("the export does not name the owner of {}", facts.label);
            return Err((message, "name the owner of the risk: --owner NAME".into()));
        };
        let client = facts.identity();
        let all = report.clients.iter().chain(&report.others);
        let same = all.filter(|other| other.identity().eq_ignore_ascii_case(&client));
        let directory = || {
            report
                .sources
                .get(facts.place.source)
                .directory()
                .to_owned()
        };
        Ok(Entry {
            label: facts.label.to_string(),
            rule: self.rule.id.to_string(),
            organisation: (same.count() > 1).then(directory),
            client,
            field: self.field.map(str::to_owned),
            value: self.value.map(str::to_owned),
            reason: self.reason.to_owned(),
            owner,
            approver: self.approver.map(str::to_owned),
            until: self.until,
            ticket: self.ticket.map(str::to_owned),
        })
    }

    /// Why no finding is covered.
    fn nothing(&self, pattern: &ClientPattern, report: &Report<'_>) -> Fault {
        let is_same_rule = |finding: &Finding| {
            let facts = report.subject(finding.subject);
            finding.rule.id == self.rule.id && facts.is_some_and(|facts| is_meant(pattern, facts))
        };
        let all = report.clients.iter().chain(&report.others);
        let clients = all.filter(|facts| is_meant(pattern, facts)).count();
        let id = &self.rule.id;
        if clients == 0 {
            let message = format!("no client matches `{}`", self.clients);
            return (message, "see the clients: grantlint inventory".into());
        }
        let mut accepted = report.suppressed.iter();
        if let Some(entry) = accepted.find(|entry| is_same_rule(&entry.finding)) {
            let message = format!("these findings of `{id}` are accepted already");
            let origin = &entry.accepted.origin;
            return (
                message,
                format!("change the entry at {}", visible(&origin.to_string())),
            );
        }
        let mut covered = report.covered.iter();
        if let Some(covered) = covered.find(|covered| is_same_rule(&covered.finding)) {
            let mut all = report.all_findings();
            let by = all.find(|finding| covered.by.contains(&finding.fingerprint));
            let by = by.map_or("another rule", |by| by.rule.id.as_ref());
            let message = format!("the findings of `{id}` are part of those of `{by}`");
            return (message, format!("accept `{by}`, or remove its cause first"));
        }
        let is_narrow = self.field.is_some() || self.value.is_some();
        if is_narrow && report.all_findings().any(is_same_rule) {
            let message = format!("no finding of `{id}` has this field and value");
            return (message, "see the findings: grantlint check".into());
        }
        if report.not_judged.iter().any(|entry| entry.rule == id) {
            let message = format!("`{id}` was not judged, so there is nothing to accept");
            return (message, "see what it needs: grantlint check".into());
        }
        let message = format!("`{id}` reports nothing for {}", counted(clients, "client"));
        (message, "see the findings: grantlint check".into())
    }
}

/// Whether a pattern means what a finding is about.
fn is_meant(pattern: &ClientPattern, facts: &ClientFacts<'_>) -> bool {
    match pattern {
        ClientPattern::Kind(kind) => facts.kind == kind.name(),
        ClientPattern::Grant(grant) => facts.grant == grant.words(),
        _ => pattern.matches_named(
            facts.id.as_deref(),
            facts.name.as_deref(),
            facts.address.as_deref(),
        ),
    }
}

impl Acceptance {
    /// An entry that only says what it is about.
    fn draft(rule: &str, about: AcceptanceTarget) -> Self {
        Self {
            rule: rule.to_owned(),
            about,
            reason: String::new(),
            owner: None,
            approver: None,
            until: None,
            ticket: None,
            origin: Origin {
                path: String::new(),
                line: 1,
                column: 1,
            },
            is_shared: false,
            is_off: false,
        }
    }
}

impl Entry {
    /// It as an acceptance, for checking its terms.
    fn acceptance(&self) -> Acceptance {
        let about = AcceptanceTarget::Client {
            pattern: ClientPattern::Everybody,
            written: self.client.clone(),
            organisation: None,
            field: None,
            value: None,
        };
        Acceptance {
            owner: Some(self.owner.clone()),
            approver: self.approver.clone(),
            until: Some(self.until),
            ..Acceptance::draft(&self.rule, about)
        }
    }
    /// Its text, which ends in a line break.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!("# {}\n[[accept]]\n", visible(&self.label));
        let mut add = |key: &str, value: Option<&str>| {
            if let Some(value) = value {
                let _ = writeln!(text, "{key} = {}", quoted(value));
            }
        };
        add("rule", Some(&self.rule));
        add("client", Some(&self.client));
        add("organisation", self.organisation.as_deref());
        add("field", self.field.as_deref());
        add("value", self.value.as_deref());
        add("reason", Some(&self.reason));
        add("owner", Some(&self.owner));
        add("approver", self.approver.as_deref());
        add("ticket", self.ticket.as_deref());
        let _ = writeln!(text, "until = {}", self.until);
        text
    }
}
