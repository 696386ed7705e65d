//! One audit from texts to report: reading, assembly, judgement, disposition.
//!
//! Invariant: pure. It reads no file, clock or environment variable, and prints nothing. A stage
//! takes what the stage before it made, so their order is that of their types.

mod assembly;
mod context;
mod disposal;
mod exports;
mod fix;
mod halving;
mod intake;
mod judging;
mod lengths;
mod many;
mod needed;
mod operations;
mod own;
mod plan;
mod precedence;
mod reading;
mod remedies;
mod selection;
mod subjects;
mod unknown;

pub use exports::{ExportRequest, export_requests, least_permissions};
pub use fix::{Fixed, fix};
pub use operations::operations;
pub use own::own_file;
pub use plan::rule_fault;

use crate::catalog::{Confidence, Persona, Rule, Severity, Value};
use crate::document::Limits;
use crate::engine::FindingLimits;
use crate::finding::{ConfigurationFacts, Problem, Report, Roots};
use crate::model::ClientPattern;
use crate::policy::{
    Acceptance, Baseline, Gating, InputTerms, Scopes, Terms, TerraformTerms, UsageTerms,
};
use crate::text::{Origin, SourceId, Sources};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// What to audit with.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line, and they are independent"
)]
#[derive(Clone, Debug)]
pub struct Request {
    /// The rules to run.
    pub rules: Vec<&'static Rule>,
    /// All rules, including those that do not run.
    pub catalogue: Vec<&'static Rule>,
    /// Rules or exports were left out on purpose.
    pub partial: bool,
    /// The inputs are single files, as a hook names them: a file can be something other than an
    /// export, and none has to hold a client.
    pub is_excerpt: bool,
    /// Texts that only explain the clients of others: read as context, not audited.
    pub context: BTreeSet<SourceId>,
    /// The options that chose rules on the command line, if any did.
    pub selected: Option<String>,
    /// The inputs that the audit needs in any case, and those that it can lack.
    pub inputs: InputTerms,
    /// What Terraform's files do not say.
    pub terraform: TerraformTerms,
    /// What usage results do not say about themselves.
    pub usage: UsageTerms,
    /// The configuration in force and its effect, for the report.
    pub configuration: ConfigurationFacts,
    /// The paths of the command line, as reports show them.
    pub arguments: Vec<String>,
    /// An audit without clients is complete.
    pub allows_no_clients: bool,
    /// Parameters that differ from their defaults, by rule id; the policy's override them.
    pub parameters: Vec<(String, Vec<(String, Value)>)>,
    /// The policy's settings of rules for clients.
    pub scopes: Scopes,
    /// The accepted risks.
    pub acceptances: Vec<Acceptance>,
    /// The terms that acceptances must meet.
    pub terms: Terms,
    /// The keys that the policy locks, and where.
    pub locks: BTreeMap<String, Origin>,
    /// Rules whose findings the baseline does not suppress.
    pub not_baselined: BTreeSet<String>,
    /// The findings that were known before.
    pub baseline: Option<Baseline>,
    /// Keep a record of the clients, which a baseline needs.
    pub census: bool,
    /// The names of directories in fingerprints.
    pub roots: Roots,
    /// Acceptances and the baseline suppress findings.
    pub suppresses: bool,
    /// The report shows suppressed and known findings too.
    pub show_suppressed: bool,
    /// The fewest clients of a complete audit.
    pub require_clients: usize,
    /// Unknown values that rules at or above the gate need make the audit incomplete.
    pub unknown_values_fail: bool,
    /// The day of the audit.
    pub today: Date,
    /// The reader of the report: rules for later personas do not run.
    pub persona: Persona,
    /// Findings of lower severity are not shown.
    pub min_severity: Severity,
    /// Findings of lower confidence are not shown.
    pub min_confidence: Confidence,
    /// The findings that make the exit code 1.
    pub gating: Gating,
    /// The most that reading may cost.
    pub limits: Limits,
    /// How many findings the report lists.
    pub finding_limits: FindingLimits,
    /// The most characters of a text of an export in the report.
    pub text_length: usize,
    /// Describe every client, including clients without a finding. Some formats need it, and it
    /// costs time.
    pub inventory: bool,
    /// Recommend what to keep and remove by usage.
    pub recommend: bool,
    /// Plan what to change in the platform, and leave remedies to a decision that do not hold.
    pub plan: bool,
    /// The category of the run in code scanning, for SARIF.
    pub sarif_category: Option<String>,
    /// The title of pages.
    pub title: Option<String>,
    /// The clients that a terminal shows, each pattern as written; empty for all.
    pub shown_clients: Vec<(String, ClientPattern)>,
    /// Name the owner of each client.
    pub owners: bool,
    /// The names of directories in the work tree.
    pub work_tree: Roots,
    /// The command line, masked.
    pub command_line: Option<String>,
}

impl Request {
    /// A request for every built-in rule with its default settings.
    #[must_use]
    pub fn new(today: Date) -> Self {
        let rules: Vec<&'static Rule> = crate::catalog::builtin().iter().collect();
        Self {
            catalogue: rules.clone(),
            rules,
            partial: false,
            is_excerpt: false,
            context: BTreeSet::new(),
            selected: None,
            inputs: InputTerms::default(),
            terraform: TerraformTerms::default(),
            usage: UsageTerms::default(),
            configuration: ConfigurationFacts::default(),
            arguments: Vec::new(),
            allows_no_clients: false,
            parameters: Vec::new(),
            scopes: Scopes::default(),
            acceptances: Vec::new(),
            terms: Terms::default(),
            locks: BTreeMap::new(),
            not_baselined: BTreeSet::new(),
            baseline: None,
            census: true,
            roots: Roots::default(),
            suppresses: true,
            show_suppressed: false,
            require_clients: 0,
            unknown_values_fail: false,
            today,
            persona: Persona::Regular,
            min_severity: Severity::Info,
            min_confidence: Confidence::Low,
            gating: Gating {
                fail_on: Some(Severity::Low),
                exit_zero: false,
            },
            limits: Limits::default(),
            finding_limits: FindingLimits::default(),
            text_length: lengths::DEFAULT,
            inventory: false,
            recommend: false,
            plan: false,
            sarif_category: None,
            title: None,
            shown_clients: Vec::new(),
            owners: false,
            work_tree: Roots::default(),
            command_line: None,
        }
    }
}

/// Audits `sources`. `named` holds for each source whether the user named it; `problems` are those
/// of discovery.
#[must_use]
pub fn audit<'s>(
    sources: &'s Sources,
    named: &[bool],
    problems: Vec<Problem>,
    request: &Request,
) -> Report<'s> {
    let reading = reading::read(sources, named, request);
    let assembled = assembly::assemble(reading, problems, sources, request);
    let judged = judging::judge(&assembled, request);
    let mut report = disposal::dispose(assembled, judged, request);
    lengths::shorten(&mut report, request.text_length);
    report
}
