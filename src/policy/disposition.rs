//! Assigns each finding to exactly one class: covered by another, below the threshold, accepted,
//! known, or counted.
//!
//! Invariant: the order is fixed. The threshold comes first, because such findings are not
//! shown; an acceptance comes before the baseline, because it has an owner and an end. Entries
//! match over all findings, so the threshold does not change which entries are unused.

use super::acceptance::{Acceptance, AcceptanceIndex, Effect, Terms, days};
use super::baseline::{Baseline, BaselineIndex};
use super::cover::{Covers, Dropped, Standing};
use crate::catalog::Severity;
use crate::finding::{
    BaselineFacts, Census, ClientFacts, Covered, Decision, Finding, Fingerprint, Gone, Notice,
    NoticeKind, Summary, Suppressed, Undecided,
};
use crate::text::{Redactor, counted, plural};
use jiff::civil::Date;
use std::collections::BTreeSet;

/// The entries and the baseline that findings are compared with.
pub struct SuppressionInput<'b> {
    /// The accepted risks.
    pub acceptances: &'b [Acceptance],
    /// On which terms.
    pub terms: Terms,
    /// Which of them are about which findings.
    pub acceptance_index: &'b AcceptanceIndex,
    /// Which findings yield to which.
    pub covers: &'b Covers,
    /// Keep the findings that are dropped in favour of others, for a baseline.
    pub keeps_covered: bool,
    /// The clients, as findings count them.
    pub clients: &'b [ClientFacts<'b>],
    /// What else findings may be about, as they count it.
    pub others: &'b [ClientFacts<'b>],
    /// What was known before.
    pub baseline: Option<&'b Baseline>,
    /// Rules whose findings the baseline does not suppress.
    pub not_baselined: &'b BTreeSet<String>,
    /// Whether acceptances and the baseline suppress findings.
    pub suppresses: bool,
    /// Everything that the run looked at.
    pub census: &'b Census,
    /// The day.
    pub today: Date,
    /// Masks secrets in texts.
    pub redactor: &'b Redactor,
}

/// The findings by class.
#[derive(Debug, Default)]
pub struct Disposition {
    /// Those that count.
    pub findings: Vec<Finding>,
    /// Those that an acceptance suppresses.
    pub suppressed: Vec<Suppressed>,
    /// Those that the baseline knew.
    pub known: Vec<Finding>,
    /// Those below the threshold.
    pub below_threshold: Vec<Finding>,
    /// Those that are dropped in favour of others, if a baseline needs them.
    pub covered: Vec<Covered>,
    /// How the run compares with the baseline.
    pub baseline: Option<BaselineFacts>,
    /// Notices about acceptances and the baseline.
    pub notices: Vec<Notice>,
}

/// How often an acceptance was used.
#[derive(Clone, Copy, Default)]
struct UseCount {
    suppressed: usize,
    expired: usize,
    named: usize,
}

impl SuppressionInput<'_> {
    /// Assigns each finding of the index to its class. `is_shown` is the threshold.
    #[must_use]
    pub fn disposition(
        &self,
        findings: Vec<Finding>,
        is_shown: impl Fn(&Finding) -> bool,
    ) -> Disposition {
        let mut disposition = Disposition::default();
        let mut uses = vec![UseCount::default(); self.acceptances.len()];
        let mut present = BTreeSet::new();
        let index = self
            .baseline
            .map(|baseline| baseline.index(&self.census.roots));
        let mut findings = findings;
        let standings: Vec<Standing> = findings
            .iter_mut()
            .enumerate()
            .map(|(number, finding)| {
                if let Some(index) = &index {
                    let found = index.entries(finding);
                    let prints = found.entries.iter().map(|entry| &entry.gone.fingerprint);
                    present.extend(prints.cloned());
                    if found.is_all {
                        let days = found.entries.iter().map(|entry| entry.gone.first_seen);
                        finding.first_seen = days.max();
                        let mut entries = found.entries.iter();
                        finding.worse = entries.find_map(|entry| entry.worse(finding));
                    }
                }
                let accepted_by = self.acceptance_of(number, finding, &mut uses);
                self.standing(finding, accepted_by)
            })
            .collect();
        let dropped = Dropped::new(self.covers, &standings);
        let prints: Vec<Fingerprint> = findings.iter().map(|one| one.fingerprint).collect();
        for ((number, mut finding), standing) in findings.into_iter().enumerate().zip(&standings) {
            if dropped.is_dropped(number) {
                if self.keeps_covered {
                    let by = dropped.stronger(number);
                    let by = by.into_iter().map(|number| prints[number]).collect();
                    disposition.covered.push(Covered { finding, by });
                }
            } else if !is_shown(&finding) {
                disposition.below_threshold.push(finding);
            } else if let Standing::Accepted(entry) = *standing {
                let client = finding.subject.of(self.clients, self.others);
                let client = client.map(ClientFacts::identity).unwrap_or_default();
                let accepted = self.acceptances[entry].accepted(&client, self.today, self.redactor);
                disposition
                    .suppressed
                    .push(Suppressed { finding, accepted });
            } else if *standing == Standing::Known {
                disposition.known.push(finding);
            } else {
                self.name_worse(&mut finding);
                disposition.findings.push(finding);
            }
        }
        if self.suppresses {
            self.notices(&uses, &mut disposition);
        }
        if let Some(index) = &index {
            self.close_baseline(index, &present, &mut disposition);
        }
        disposition
    }

    /// What the policy decides about a finding by itself.
    fn standing(&self, finding: &Finding, accepted_by: Option<usize>) -> Standing {
        match accepted_by.filter(|_| self.suppresses) {
            Some(entry) => Standing::Accepted(entry),
            None if self.is_known(finding) => Standing::Known,
            None => Standing::Open,
        }
    }

    /// Names in the message how a finding is worse than the baseline knew it.
    fn name_worse(&self, finding: &mut Finding) {
        match &finding.worse {
            Some(worse) if self.suppresses => {
                finding.message = format!("{} ({})", finding.message, worse.reason);
            }
            _ => finding.worse = None,
        }
    }

    /// Whether the baseline suppresses a finding.
    fn is_known(&self, finding: &Finding) -> bool {
        self.suppresses
            && finding.first_seen.is_some()
            && finding.worse.is_none()
            && finding.lapsed.is_none()
            && !self.not_baselined.contains(&*finding.rule.id)
    }

    /// The acceptance that suppresses a finding; an invalid one is named in the message.
    fn acceptance_of(
        &self,
        number: usize,
        finding: &mut Finding,
        uses: &mut [UseCount],
    ) -> Option<usize> {
        let mut valid = None;
        let mut lapsed: Option<(usize, Effect)> = None;
        for &entry in self.acceptance_index.entries(number) {
            let acceptance = &self.acceptances[entry];
            uses[entry].named += 1;
            match self.terms.effect(acceptance, finding, self.today) {
                Effect::Suppresses => {
                    uses[entry].suppressed += 1;
                    valid = valid.or(Some(entry));
                }
                effect => {
                    uses[entry].expired += usize::from(effect != Effect::NeedsDate);
                    lapsed = Some((entry, effect));
                }
            }
        }
        if let (None, Some((entry, effect))) = (valid, lapsed) {
            let acceptance = &self.acceptances[entry];
            let owner = acceptance.owner.as_ref();
            let by = owner.map_or_else(String::new, |owner| {
                format!(" by {}", self.redactor.words(owner))
            });
            let why = match effect {
                Effect::Expired(until) => {
                    format!("accepted{by} until {until}, which has passed")
                }
                _ => format!("accepted{by} without `until`, which its severity requires"),
            };
            finding.message = format!("{} ({why}: {})", finding.message, acceptance.origin);
            finding.lapsed = Some(acceptance.origin.clone());
        }
        valid
    }

    fn notices(&self, uses: &[UseCount], disposition: &mut Disposition) {
        for (number, (acceptance, used)) in self.acceptances.iter().zip(uses).enumerate() {
            let what = acceptance.title(self.redactor);
            let mut notice = |kind, severity, message, remedy: &str| {
                disposition.notices.push(Notice {
                    kind,
                    severity,
                    message,
                    remedy: remedy.to_owned(),
                    origin: Some(acceptance.origin.clone()),
                });
            };
            let left = acceptance.until.map(|until| days(self.today, until));
            match left {
                Some(left) if left < 0 && used.expired > 0 => notice(
                    NoticeKind::ExceptionExpired,
                    Severity::Info,
                    format!(
                        "{what} expired {}: its findings count again",
                        match left {
                            -1 => "yesterday".to_owned(),
                            _ => format!("{} days ago", -left),
                        }
                    ),
                    "remove the cause, or renew the acceptance",
                ),
                Some(left) if left <= self.terms.soon_days && used.suppressed > 0 => notice(
                    NoticeKind::ExceptionExpiring,
                    Severity::Info,
                    match left {
                        0 => format!("{what} expires today"),
                        1 => format!("{what} expires tomorrow"),
                        _ => format!("{what} expires in {left} days"),
                    },
                    "remove the cause, or renew the acceptance",
                ),
                _ => {}
            }
            if used.named > 0 {
                continue;
            }
            let has_subject = self.acceptance_index.has_subject.get(number) == Some(&true);
            let why = if acceptance.is_off && self.census.incomplete.is_none() {
                "the rule is off"
            } else if !self.census.judges(&acceptance.rule) {
                continue;
            } else if has_subject {
                "there is no such finding"
            } else {
                "there is no such client"
            };
            let severity = if acceptance.is_shared {
                Severity::Info
            } else {
                Severity::Low
            };
            notice(
                NoticeKind::ExceptionUnused,
                severity,
                format!("{what} suppresses nothing: {why}"),
                "correct it or remove it",
            );
        }
    }

    fn close_baseline(
        &self,
        index: &BaselineIndex<'_>,
        present: &BTreeSet<String>,
        disposition: &mut Disposition,
    ) {
        let mut facts = BaselineFacts {
            path: self
                .baseline
                .map(|one| one.path.clone())
                .unwrap_or_default(),
            ..BaselineFacts::default()
        };
        for (entry, decision) in index.absent_open(present, self.census) {
            let gone = Gone {
                client: self.redactor.words(&entry.gone.client).into_owned(),
                name: self.redactor.words(&entry.gone.name).into_owned(),
                field: self.redactor.words(&entry.gone.field).into_owned(),
                ..entry.gone.clone()
            };
            match decision {
                Decision::Fixed => facts.fixed.push(gone),
                Decision::Undecided(cause) => {
                    facts.undecided.push(Undecided { entry: gone, cause });
                }
            }
        }
        if !facts.fixed.is_empty() {
            let count = facts.fixed.len();
            let is_revision = self.baseline.is_some_and(|one| one.is_revision);
            let (whole, remedy) = if is_revision {
                (format!("`{}`", facts.path), "nothing to do".to_owned())
            } else {
                let remedy = format!("remove them: --write-baseline {}", facts.path);
                ("the baseline".to_owned(), remedy)
            };
            disposition.notices.push(Notice {
                kind: NoticeKind::BaselineFixed,
                severity: Severity::Info,
                message: format!(
                    "{} of {whole} no longer {}",
                    counted(count, "finding"),
                    plural(count, "occurs", "occur")
                ),
                remedy,
                origin: None,
            });
        }
        disposition.baseline = Some(facts);
    }
}

impl Disposition {
    /// Adds the counts to the summary.
    pub fn sum_up(&self, today: Date, terms: Terms, summary: &mut Summary) {
        for finding in &self.findings {
            summary.findings[finding.severity as usize] += finding.count();
        }
        for finding in &self.known {
            summary.known[finding.severity as usize] += finding.count();
        }
        for entry in &self.suppressed {
            summary.accepted[entry.finding.severity as usize] += entry.finding.count();
        }
        let listed = self.findings.iter().chain(&self.known);
        let listed = listed.chain(self.suppressed.iter().map(|entry| &entry.finding));
        summary.unlisted = listed.map(|finding| finding.more.len()).sum();
        let undecided = self.baseline.iter().flat_map(|facts| &facts.undecided);
        summary.open = summary.findings;
        for (open, known) in summary.open.iter_mut().zip(summary.known) {
            *open += known;
        }
        for severity in undecided.map(|open| open.entry.severity) {
            summary.open[severity as usize] += 1;
        }
        summary.suppressed = summary.accepted.iter().sum();
        let ends_soon = |entry: &&Suppressed| {
            let left = entry.accepted.days_left;
            left.is_some_and(|left| i64::from(left) <= terms.soon_days)
        };
        let expiring = self.suppressed.iter().filter(ends_soon);
        summary.expiring = expiring.map(|entry| entry.finding.count()).sum();
        summary.baselined = summary.known.iter().sum();
        for finding in &self.known {
            let age = finding.first_seen.map_or(0, |seen| days(seen, today));
            let class = match age {
                ..=30 => 0,
                31..=90 => 1,
                91..=365 => 2,
                _ => 3,
            };
            summary.known_by_age[class] += finding.count();
            let age = i32::try_from(age).unwrap_or(0);
            summary.oldest_days = summary.oldest_days.max(Some(age));
        }
        if let Some(baseline) = &self.baseline {
            summary.fixed = baseline.fixed.len();
            summary.undecided = baseline.undecided.len();
        }
        summary.below_threshold = self.below_threshold.iter().map(Finding::count).sum();
    }
}
