//! The report: the complete result of a run, before a format renders it.

use super::{
    BaselineFacts, Census, ConfigurationFacts, Covered, Finding, FindingSubject, Inventory,
    MissingInput, Names, Notice, Plan, Problem, Recommendations, Roots, SkippedFile, Suppressed,
    UnknownValues, Waived,
};
use crate::catalog::{Need, Rule, Severity};
use crate::text::{Place, Redactor, Sources};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A text that was read, and its shape.
#[derive(Clone, Debug)]
pub struct Input {
    /// Its path.
    pub path: String,
    /// `json` or `yaml`.
    pub format: &'static str,
    /// Its shape, such as `oauth-clients`; `other` if grantlint does not know it.
    pub shape: &'static str,
    /// How many documents it holds.
    pub documents: usize,
    /// How many clients.
    pub clients: usize,
}

/// A client, authorised application or credential, as reports name it. Its texts are masked.
#[derive(Clone, Debug)]
pub struct ClientFacts<'s> {
    /// Its id.
    pub id: Option<Cow<'s, str>>,
    /// Its name.
    pub name: Option<Cow<'s, str>>,
    /// Its Terraform address.
    pub address: Option<Cow<'s, str>>,
    /// Its label: name, else address, else id.
    pub label: Cow<'s, str>,
    /// Its grant type in words; empty if it is not a client.
    pub grant: &'static str,
    /// Its kind.
    pub kind: &'static str,
    /// The evidence for the kind.
    pub evidence: &'static str,
    /// The kind is a guess.
    pub kind_is_guess: bool,
    /// The label of its organisation.
    pub organisation: Arc<str>,
    /// Its owner, if the report lists findings by owner.
    pub owner: Option<Owner>,
    /// The command line left it out of what a terminal shows.
    pub is_hidden: bool,
    /// Its place.
    pub place: Place,
}

/// Who answers for a client.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Owner {
    /// The name.
    pub name: String,
    /// Where it is stated.
    pub source: OwnerSource,
}

/// Where the owner of a client is stated, the most reliable first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OwnerSource {
    /// The configuration.
    Policy,
    /// The description of the client, after a label such as `Owner:`.
    Description,
    /// The user who made the client, if the input has the users.
    Creator,
}

impl OwnerSource {
    /// The word in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Policy => "policy",
            Self::Description => "description",
            Self::Creator => "creator",
        }
    }
}

/// The clients that the command line asked to show. It changes what a terminal shows, and neither
/// counts nor the exit code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// The patterns, as written.
    pub patterns: Vec<String>,
    /// How many clients and other subjects they match.
    pub matched: usize,
}

/// The kind of an application of another organisation that this one has authorised.
pub const AUTHORISED_APPLICATION: &str = "authorised application";

/// The kind of a client of a third party.
const THIRD_PARTY: &str = "third-party";

impl ClientFacts<'_> {
    /// Whether it belongs to a third party.
    #[must_use]
    pub fn is_third_party(&self) -> bool {
        [AUTHORISED_APPLICATION, THIRD_PARTY].contains(&self.kind)
    }

    /// Its identity: `id:..`, else `address:..`, else `name:..`.
    #[must_use]
    pub fn identity(&self) -> String {
        let named = [
            ("id", &self.id),
            ("address", &self.address),
            ("name", &self.name),
        ];
        let first = named
            .into_iter()
            .find_map(|(kind, text)| Some(format!("{kind}:{}", text.as_ref()?)));
        first.unwrap_or_else(|| "name:".into())
    }
}

/// A rule that could not be judged for some clients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotJudged {
    /// The rule.
    pub rule: &'static str,
    /// What it needs.
    pub needs: Need,
    /// For how many clients.
    pub clients: u32,
    /// Up to three of their labels.
    pub client_names: Vec<String>,
    /// The cause, such as `roles.json is missing` or `role 1234 is not in roles.json`.
    pub cause: String,
}

/// The overall result of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportVerdict {
    /// Everything was judged and nothing is open.
    NothingOpen,
    /// Nothing is new; known, accepted or undecided findings are open.
    KnownOpen,
    /// Findings count.
    NewFindings,
    /// The audit is incomplete, or nothing was found in what could be judged.
    CannotTell,
}

/// The counts of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Clients audited.
    pub clients: usize,
    /// Texts read.
    pub files: usize,
    /// Organisations.
    pub organisations: usize,
    /// Rules that ran.
    pub rules: usize,
    /// Findings by severity, in the order of [`Severity::ALL`].
    pub findings: [usize; 5],
    /// Findings that exist and are not accepted, by severity: new, known and undecided ones.
    pub open: [usize; 5],
    /// Those of them that the baseline knew, by severity.
    pub known: [usize; 5],
    /// Findings that are accepted, by severity.
    pub accepted: [usize; 5],
    /// Rules that are off because their configuration is empty.
    pub rules_off: usize,
    /// Rules that could not judge at least one client.
    pub rules_not_judged: usize,
    /// Findings that an acceptance suppresses.
    pub suppressed: usize,
    /// Suppressed findings whose acceptance expires soon.
    pub expiring: usize,
    /// Findings that the baseline knew.
    pub baselined: usize,
    /// Known findings by age: up to 30 days, up to 90, up to 365, more.
    pub known_by_age: [usize; 4],
    /// The age of the oldest known finding, in days.
    pub oldest_days: Option<i32>,
    /// Entries of the baseline that no longer occur.
    pub fixed: usize,
    /// Entries of the baseline that this run can neither confirm nor clear.
    pub undecided: usize,
    /// Files that the configuration excludes.
    pub excluded: usize,
    /// Findings that were found and are not shown (persona, severity, confidence).
    pub below_threshold: usize,
    /// Findings that are counted and not listed, because one rule found too many in a client or the
    /// run has too many.
    pub unlisted: usize,
}

impl Summary {
    /// All findings that count.
    #[must_use]
    pub fn total(&self) -> usize {
        self.findings.iter().sum()
    }

    /// How many findings there are of this severity.
    #[must_use]
    pub const fn of(&self, severity: Severity) -> usize {
        self.findings[severity as usize]
    }
}

/// How a report as plain text begins in a file; the version and the date follow. No export begins
/// like this, so the file is recognised.
pub const TEXT_MARK: &str = "grantlint report ";

/// The complete result of a run.
#[derive(Debug)]
pub struct Report<'s> {
    /// The texts; shown only through `redactor`.
    pub sources: &'s Sources,
    /// Masks secrets in excerpts.
    pub redactor: Redactor,
    /// Rules that ran, by id.
    pub rules: Vec<&'static Rule>,
    /// The severity that the policy gives to each of them, unless a client's section differs.
    pub severities: BTreeMap<&'static str, Severity>,
    /// The title of pages, if one was asked for.
    pub title: Option<String>,
    /// The category of the run in code scanning, if one was asked for.
    pub sarif_category: Option<String>,
    /// The run did not audit everything: rules were left out on the command line, or the
    /// exports are only some of them. Nothing is then reported as unused or fixed.
    pub partial: bool,
    /// The options that chose rules on the command line, if any did.
    pub selected: Option<String>,
    /// What was read.
    pub inputs: Vec<Input>,
    /// Needed inputs that are absent and waived.
    pub waived: Vec<Waived>,
    /// Needed inputs that are absent and not waived.
    pub missing: Vec<MissingInput>,
    /// Files that were found and not read as exports.
    pub skipped: Vec<SkippedFile>,
    /// Paths that were read to resolve ids, and not audited.
    pub context: Vec<String>,
    /// The configuration in force.
    pub configuration: ConfigurationFacts,
    /// Unknown values that kept rules at or above the gate from judging active clients.
    pub unknown_values: UnknownValues,
    /// The clients that findings are about, or all clients if the inventory was built, in the
    /// order of their places.
    pub clients: Vec<ClientFacts<'s>>,
    /// What each client is and can do, if a format needs it.
    pub inventory: Option<Inventory<'s>>,
    /// What to keep and remove by usage, if it is asked for.
    pub recommendations: Option<Recommendations>,
    /// What to change in the platform, if it was asked for.
    pub plan: Option<Plan>,
    /// Other subjects of findings: authorised applications and credentials.
    pub others: Vec<ClientFacts<'s>>,
    /// The findings that count, in the order of their places.
    pub findings: Vec<Finding>,
    /// Findings that an acceptance suppresses.
    pub suppressed: Vec<Suppressed>,
    /// Findings that the baseline knew; each says since when.
    pub known: Vec<Finding>,
    /// Findings below the persona, severity or confidence asked for.
    pub below_threshold: Vec<Finding>,
    /// Findings that are dropped in favour of stronger ones, if a baseline is written.
    pub covered: Vec<Covered>,
    /// Everything that the run looked at, if a baseline is read or written.
    pub census: Option<Census>,
    /// How the run compares with the baseline, if there is one.
    pub baseline: Option<BaselineFacts>,
    /// The clients that a terminal shows, if the command line chose some.
    pub selection: Option<Selection>,
    /// The names of roles and divisions.
    pub names: Names,
    /// The names of directories in the work tree, for formats whose paths start there.
    pub work_tree: Roots,
    /// The command line, masked.
    pub command_line: Option<String>,
    /// When files were last changed, by path, if a format shows it.
    pub changed: BTreeMap<String, String>,
    /// Notices about acceptances and patterns.
    pub notices: Vec<Notice>,
    /// Formats show suppressed and known findings too.
    pub show_suppressed: bool,
    /// Rules that could not judge some clients.
    pub not_judged: Vec<NotJudged>,
    /// Problems of the run.
    pub problems: Vec<Problem>,
    /// The day of the audit.
    pub today: jiff::civil::Date,
    /// The counts.
    pub summary: Summary,
    /// The gate: the severity from which findings fail, if any.
    pub fail_on: Option<Severity>,
    /// The exit code.
    pub exit: u8,
}

impl<'s> Report<'s> {
    /// All findings, wherever they are counted, and those that yielded to them.
    pub fn all_findings(&self) -> impl Iterator<Item = &Finding> {
        self.findings
            .iter()
            .chain(self.suppressed.iter().map(|entry| &entry.finding))
            .chain(&self.known)
            .chain(&self.below_threshold)
            .chain(self.covered.iter().map(|covered| &covered.finding))
    }

    /// The severity of a rule under the policy in force.
    #[must_use]
    pub fn rule_severity(&self, rule: &Rule) -> Severity {
        let known = self.severities.get(&*rule.id).copied();
        known.unwrap_or(rule.severity)
    }

    /// What a finding is about.
    #[must_use]
    pub fn subject(&self, subject: FindingSubject) -> Option<&ClientFacts<'s>> {
        subject.of(&self.clients, &self.others)
    }

    /// The overall result. Only [`ReportVerdict::NothingOpen`] may be shown in green.
    #[must_use]
    pub fn verdict(&self) -> ReportVerdict {
        if !self.findings.is_empty() || self.fails_by_notice() {
            ReportVerdict::NewFindings
        } else if !self.problems.is_empty() || !self.missing.is_empty() {
            ReportVerdict::CannotTell
        } else if self.has_open() || self.summary.accepted != [0; 5] {
            ReportVerdict::KnownOpen
        } else if self.waived.is_empty() && self.unknown_values.rules == 0 {
            ReportVerdict::NothingOpen
        } else {
            ReportVerdict::CannotTell
        }
    }

    fn has_open(&self) -> bool {
        self.summary.open != [0; 5]
    }

    /// Whether the policy itself is at fault at the severity that fails.
    fn fails_by_notice(&self) -> bool {
        let fails = |notice: &Notice| self.fail_on.is_some_and(|gate| notice.severity >= gate);
        self.notices.iter().any(fails)
    }
}
