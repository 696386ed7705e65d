//! `grantlint-report/1`: the report for programs.
//!
//! Invariant: the structures here are the contract, and its JSON Schema is derived from them.
//! Fields are added, never changed; `docs` and the schema say what each means. Lines and
//! columns count from 1, columns in code points; offsets are bytes from 0.

use super::status::headline;
use super::{shared, stream};
use crate::catalog::{Confidence, Persona, Rule, Severity};
use crate::finding::{
    Accepted, Change, ClientFacts, ConfigurationFacts, Finding, Fingerprint, Gone, Input,
    MissingInput, NeededInput, NotJudged, Notice, Problem, Remedy, RemedyClass, Report,
    ReportVerdict, SkipReason, SkippedFile, Suppressed, Undecided, Waived, WaivedBy,
};
use crate::text::{Origin, Place, Position};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use std::io::{self, Write};

/// The name of this report schema.
pub const SCHEMA: &str = "grantlint-report/1";

/// Writes `report` as JSON, one finding a line.
///
/// # Errors
/// If `out` cannot be written.
pub fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    stream::write(&Document::new(report), 2, out)
}

/// The JSON Schema of the output of [`write()`].
#[must_use]
pub fn schema() -> serde_json::Value {
    schema_of::<Document<'_>>()
}

/// The JSON Schema of a serialised structure.
pub(super) fn schema_of<T: JsonSchema>() -> serde_json::Value {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let schema = settings.into_generator().into_root_schema_for::<T>();
    schema.to_value()
}

/// The report of a run of grantlint.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "grantlint-report/1")]
struct Document<'r> {
    /// The schema of this report.
    #[schemars(schema_with = "schema_name")]
    schema: &'static str,
    /// The program that wrote it.
    tool: Tool,
    /// The day of the audit, `YYYY-MM-DD`.
    date: String,
    /// Whether rules or exports were left out on purpose.
    partial: bool,
    /// Whether rules were chosen with `--select` or `--ignore`.
    selected: bool,
    /// The overall result: `nothing-open`, `known-open` (nothing new, known or accepted findings
    /// are open), `new-findings`, or `cannot-tell` (incomplete, or judged only in part).
    #[schemars(schema_with = "verdict")]
    verdict: &'static str,
    /// The overall result in words.
    headline: String,
    /// 0: complete, nothing at or above the gate. 1: complete, findings at or above it.
    /// 2: nothing audited. 3: incomplete.
    exit_code: u8,
    /// The lowest severity that fails the audit; null if none does.
    #[schemars(schema_with = "severity_or_null")]
    fail_on: Option<&'static str>,
    /// Counts of the audit.
    summary: Counts,
    /// The files that were read.
    #[schemars(with = "Vec<InputEntry<'r>>")]
    inputs: Inputs<'r>,
    /// Needed inputs that are absent and waived.
    waived: Vec<WaivedEntry<'r>>,
    /// Needed inputs that are absent and not waived.
    missing: Vec<MissingEntry<'r>>,
    /// Files that were read only to resolve ids, and not audited.
    context: &'r [String],
    /// Files that were found and not read as exports.
    #[schemars(with = "Vec<SkippedEntry<'r>>")]
    skipped: Skipped<'r>,
    /// The configuration in force.
    configuration: ConfigurationEntry<'r>,
    /// Unknown values that kept rules at or above the gate from judging active clients.
    unknown_values: UnknownValuesEntry<'r>,
    /// The rules that ran.
    #[schemars(with = "Vec<RuleEntry<'r>>")]
    rules: Rules<'r>,
    /// New findings, in the order of their places.
    #[schemars(with = "Vec<FindingEntry<'r>>")]
    findings: Findings<'r>,
    /// Accepted findings; empty without `--show-suppressed`.
    #[schemars(with = "Vec<SuppressedEntry<'r>>")]
    suppressed: Excused<'r>,
    /// Findings in the baseline; empty without `--show-suppressed`.
    #[schemars(with = "Vec<FindingEntry<'r>>")]
    baselined: Known<'r>,
    /// Findings of the baseline that no longer occur. Empty if the run is not complete.
    #[schemars(with = "Vec<GoneEntry<'r>>")]
    fixed: Fixed<'r>,
    /// Findings of the baseline that this run can neither confirm nor clear. They are open.
    #[schemars(with = "Vec<UndecidedEntry<'r>>")]
    undecided: UndecidedEntries<'r>,
    /// Notices about the policy. One at or above the gate fails like a finding.
    notices: Vec<NoticeEntry<'r>>,
    /// Rules that could not be judged because data is missing.
    #[schemars(with = "Vec<OpenRule<'r>>")]
    not_judged: OpenRules<'r>,
    /// What kept the audit from being complete.
    #[schemars(with = "Vec<ProblemEntry<'r>>")]
    problems: Problems<'r>,
}

/// A program.
#[derive(Serialize, JsonSchema)]
pub(super) struct Tool {
    /// Its name.
    name: &'static str,
    /// Its version.
    version: &'static str,
}

/// Counts of the audit.
#[derive(Serialize, JsonSchema)]
struct Counts {
    /// Clients audited.
    clients: usize,
    /// Files read.
    files: usize,
    /// Organisations.
    organisations: usize,
    /// Rules that ran.
    rules: usize,
    /// Rules that are off because their configuration is empty.
    rules_off: usize,
    /// Rules that could not judge at least one client.
    rules_not_judged: usize,
    /// New findings by severity: those that count.
    findings: BySeverity,
    /// Findings that exist and are not accepted: new, known and undecided ones.
    open: BySeverity,
    /// Those of them that the baseline contains.
    known: BySeverity,
    /// Findings that are accepted.
    accepted: BySeverity,
    /// Accepted findings.
    suppressed: usize,
    /// Findings in the baseline.
    baselined: usize,
    /// Findings that are not shown, because of persona, severity or confidence.
    below_threshold: usize,
    /// Findings that are counted in `findings`, `open`, `known` and `accepted` and are not listed: a
    /// finding with `count` represents those of one rule in one client.
    unlisted: usize,
    /// Entries of the baseline that no longer occur.
    fixed: usize,
    /// Entries of the baseline that this run cannot decide.
    undecided: usize,
    /// Files that the configuration excludes.
    excluded: usize,
    /// Entries of `notices`.
    notices: usize,
    /// Entries of `problems`.
    problems: usize,
    /// Entries of `not_judged`.
    not_judged: usize,
}

/// A count for each severity.
#[derive(Serialize, JsonSchema)]
pub(super) struct BySeverity {
    /// Takes over the organisation, or leaks a live credential, now.
    critical: usize,
    /// One further fault away from customer data, or stops working on a known date.
    high: usize,
    /// Widens what an attacker gains from another fault.
    medium: usize,
    /// Hygiene.
    low: usize,
    /// Worth knowing.
    info: usize,
}

/// A text that was read.
#[derive(Serialize, JsonSchema)]
struct InputEntry<'r> {
    /// Its path as it was given, with `/`.
    path: &'r str,
    /// Its language, such as `json` or `yaml`.
    format: &'static str,
    /// What it turned out to be, such as `oauth-clients`.
    shape: &'static str,
    /// How many documents it contains.
    documents: usize,
    /// How many clients.
    clients: usize,
}

/// A rule that ran.
#[derive(Serialize, JsonSchema)]
struct RuleEntry<'r> {
    /// Stable for ever.
    id: &'r str,
    /// The fault in one sentence.
    title: &'r str,
    /// How bad, unless a finding says otherwise.
    #[schemars(schema_with = "severity")]
    severity: &'static str,
    /// How sure, unless a finding says otherwise.
    #[schemars(schema_with = "confidence")]
    confidence: &'static str,
    /// For whom.
    #[schemars(schema_with = "persona")]
    persona: &'static str,
    /// About what.
    category: &'static str,
    /// Inputs that it needs in addition to the clients.
    needs: Vec<&'static str>,
    /// Identifiers of standards, such as `CWE-601`.
    standards: Vec<&'r str>,
    /// Where it is documented.
    help: String,
}

/// A fault of a client.
#[derive(Serialize, JsonSchema)]
struct FindingEntry<'r> {
    /// The rule that found it.
    rule: &'r str,
    /// How bad.
    #[schemars(schema_with = "severity")]
    severity: &'static str,
    /// How sure.
    #[schemars(schema_with = "confidence")]
    confidence: &'static str,
    /// What is wrong.
    message: &'r str,
    /// The client.
    client: ClientEntry<'r>,
    /// The field in the names of the export; empty for the client as a whole.
    field: &'r str,
    /// Its place.
    location: Location<'r>,
    /// Places that explain it.
    related: Vec<RelatedEntry<'r>>,
    /// How to fix it.
    fix: &'r str,
    /// How to fix it, as data.
    remedy: RemedyEntry<'r>,
    /// Its identity across runs: 32 hexadecimal digits.
    #[serde(serialize_with = "stream::displayed")]
    #[schemars(schema_with = "fingerprint")]
    fingerprint: Fingerprint,
    /// How many findings it represents, if it represents those that are counted and not listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<usize>,
    /// The day it was first recorded in the baseline, `YYYY-MM-DD`; null if it is not in one.
    first_seen: Option<String>,
    /// How it became worse than the baseline recorded it, so that it counts again.
    worse: Option<WorseEntry<'r>>,
}

/// How to clear a finding, consistent with the remedies of the other open findings of its client.
#[derive(Serialize, JsonSchema)]
struct RemedyEntry<'r> {
    /// `safe`: the platform behaves the same. `unsafe`: it narrows what the client can do, so an
    /// application can break. `manual`: it needs a decision, or an action elsewhere.
    #[schemars(schema_with = "remedy_class")]
    class: &'static str,
    /// What to change; empty if it is manual. Positions are those of the export.
    changes: Vec<RemedyChange<'r>>,
    /// For a manual remedy, the changes among which to choose.
    options: Vec<Vec<RemedyChange<'r>>>,
}

/// A change to a client.
#[derive(Serialize, JsonSchema)]
struct RemedyChange<'r> {
    /// The field, or the entry of a list, in the names of the export.
    target: &'r str,
    /// `set`, `remove`, `replace` or `insert`.
    #[schemars(schema_with = "action")]
    action: &'static str,
    /// The value; null if it is not set. A role is named with its division.
    before: Option<&'r str>,
    /// The new value; null if it is removed.
    after: Option<&'r str>,
    /// Whether a part of a value is masked, so that it cannot be copied.
    masked: bool,
    /// Whether `after` names in angle brackets what only a person knows.
    placeholder: bool,
    /// The place of the value.
    location: Option<Location<'r>>,
}

/// How a finding became worse.
#[derive(Serialize, JsonSchema)]
struct WorseEntry<'r> {
    /// The day it was first recorded in the baseline, `YYYY-MM-DD`.
    since: String,
    /// Its severity then.
    #[schemars(schema_with = "severity")]
    severity_then: &'static str,
    /// The change in words.
    reason: &'r str,
}

/// A finding of the baseline that no longer occurs.
#[derive(Serialize, JsonSchema)]
struct GoneEntry<'r> {
    /// Its fingerprint.
    fingerprint: &'r str,
    /// Its rule.
    rule: &'r str,
    /// Its client, as `id:..`, `address:..` or `name:..`.
    client: &'r str,
    /// The client's name.
    name: &'r str,
    /// Its field.
    field: &'r str,
    /// Its severity in the baseline.
    #[schemars(schema_with = "severity")]
    severity: &'static str,
    /// The day it was first recorded, `YYYY-MM-DD`.
    first_seen: String,
}

/// A finding of the baseline that the run can neither confirm nor clear.
#[derive(Serialize, JsonSchema)]
struct UndecidedEntry<'r> {
    /// The finding.
    #[serde(flatten)]
    entry: GoneEntry<'r>,
    /// The cause, such as `roles.json is missing`.
    cause: &'r str,
}

/// A needed input that is absent and waived.
#[derive(Serialize, JsonSchema)]
pub(super) struct WaivedEntry<'r> {
    /// The input.
    #[schemars(schema_with = "input")]
    input: &'static str,
    /// `command-line`, `configuration` or `partial`.
    by: &'static str,
    /// The place of the waiver in the configuration.
    location: Option<OriginEntry<'r>>,
    /// The organisations that lack the input.
    organisations: &'r [String],
}

/// A needed input that is absent and not waived.
#[derive(Serialize, JsonSchema)]
pub(super) struct MissingEntry<'r> {
    /// The input.
    #[schemars(schema_with = "input")]
    input: &'static str,
    /// The organisations that lack the input.
    organisations: &'r [String],
    /// How many rules need it.
    rules: usize,
    /// For how many clients.
    clients: usize,
    /// The command that obtains it.
    how: &'static str,
}

/// A file that was not read as an export.
#[derive(Serialize, JsonSchema)]
pub(super) struct SkippedEntry<'r> {
    /// Its path.
    path: &'r str,
    /// The reason, such as `own-report` or `not-an-export`.
    #[schemars(schema_with = "skip_reason")]
    reason: &'static str,
}

/// The configuration in force.
#[derive(Serialize, JsonSchema)]
pub(super) struct ConfigurationEntry<'r> {
    /// Its files, nearest first.
    files: &'r [String],
    /// What it switches off, lowers, raises or suppresses.
    changes: Vec<ChangeEntry<'r>>,
    /// Configurations next to or above the exports that are not in force.
    unused: &'r [String],
}

/// A setting of the configuration.
#[derive(Serialize, JsonSchema)]
struct ChangeEntry<'r> {
    /// The rule or the key.
    what: &'r str,
    /// Its effect, such as `off` or `severity low instead of high`.
    effect: &'r str,
    /// Its place.
    origin: &'r str,
}

/// Unknown values that kept rules from judging.
#[derive(Serialize, JsonSchema)]
struct UnknownValuesEntry<'r> {
    /// How many rules.
    rules: usize,
    /// How many clients.
    clients: usize,
    /// Some causes, such as `var.grant is open (main.tf:1)`.
    causes: &'r [String],
}

/// An accepted finding.
#[derive(Serialize, JsonSchema)]
struct SuppressedEntry<'r> {
    /// What is accepted.
    #[serde(flatten)]
    finding: FindingEntry<'r>,
    /// By whom, why and until when.
    accepted: AcceptedEntry<'r>,
}

/// An accepted risk.
#[derive(Serialize, JsonSchema)]
struct AcceptedEntry<'r> {
    /// Why.
    reason: &'r str,
    /// Who answers for it; a comment need not say.
    owner: Option<&'r str>,
    /// The second person who decided it; null if the entry does not name one.
    approver: Option<&'r str>,
    /// The last day on which it holds, `YYYY-MM-DD`.
    until: Option<String>,
    /// Where it was decided.
    ticket: Option<&'r str>,
    /// Whether it is a comment next to the value.
    in_source: bool,
    /// Where it is written.
    location: OriginEntry<'r>,
}

/// A notice about the policy.
#[derive(Serialize, JsonSchema)]
pub(super) struct NoticeEntry<'r> {
    /// What it is about, such as `exception-unused`.
    kind: &'static str,
    /// How severe.
    #[schemars(schema_with = "severity")]
    severity: &'static str,
    /// What is the matter.
    message: &'r str,
    /// What to do.
    remedy: &'r str,
    /// Where in the policy.
    location: Option<OriginEntry<'r>>,
}

/// A place in a file of the policy.
#[derive(Serialize, JsonSchema)]
struct OriginEntry<'r> {
    /// The file.
    path: &'r str,
    /// From 1.
    line: u32,
    /// In Unicode code points, from 1.
    column: u32,
}

/// The client that a finding is about, or the authorised application or credential.
#[derive(Serialize, JsonSchema)]
struct ClientEntry<'r> {
    /// Its id, where the export has one.
    id: Option<&'r str>,
    /// Its name, where it has one.
    name: Option<&'r str>,
    /// Its Terraform address, where it has one.
    address: Option<&'r str>,
    /// Its organisation.
    organisation: &'r str,
    /// What kind of client it is; `authorised application` or `integration credential`
    /// for a target that is not a client.
    kind: &'static str,
    /// How it obtains tokens; empty for a target that is not a client.
    grant: &'static str,
}

/// A place in a file.
#[derive(Serialize, JsonSchema)]
pub(super) struct Location<'r> {
    /// The file as it was given, with `/`.
    path: &'r str,
    /// The first character.
    start: Point,
    /// One past the last character.
    end: Point,
}

/// A point in a file.
#[derive(Serialize, JsonSchema)]
struct Point {
    /// From 1.
    line: u32,
    /// In Unicode code points, from 1.
    column: u32,
    /// In bytes, from 0.
    offset: u32,
}

/// A place that explains.
#[derive(Serialize, JsonSchema)]
struct RelatedEntry<'r> {
    /// What it is.
    message: &'r str,
    /// Where.
    location: Location<'r>,
}

/// A rule that could not be judged.
#[derive(Serialize, JsonSchema)]
pub(super) struct OpenRule<'r> {
    /// The rule.
    rule: &'static str,
    /// What it needs.
    needs: [&'static str; 1],
    /// For how many clients.
    clients: u32,
    /// Up to three of these clients.
    client_names: &'r [String],
    /// The cause, such as `roles.json is missing`; empty if only the need is known.
    cause: &'r str,
    /// How to obtain it; empty if the input is there and lacks an entry.
    how: &'static str,
}

/// A reason why the audit is incomplete.
#[derive(Serialize, JsonSchema)]
pub(super) struct ProblemEntry<'r> {
    /// What sort.
    kind: &'static str,
    /// What happened.
    message: &'r str,
    /// What to do.
    remedy: &'r str,
    /// The file, where there is one.
    path: Option<&'r str>,
    /// The place, where there is one.
    location: Option<Location<'r>>,
}

stream::lists! {
    Inputs(report: &'r Report<'r>) => report.inputs.iter().map(InputEntry::new);
    Rules(report: &'r Report<'r>) => report.rules.iter().map(|rule| RuleEntry::new(rule));
    Findings(report: &'r Report<'r>) => report.findings.iter().map(|finding| FindingEntry::new(report, finding));
    Excused(report: &'r Report<'r>) => shown(report, &report.suppressed).map(|entry| SuppressedEntry::new(report, entry));
    pub(super) Skipped(report: &'r Report<'r>) => report.skipped.iter().map(SkippedEntry::new);
    Fixed(report: &'r Report<'r>) => report.baseline.iter().flat_map(|facts| &facts.fixed).map(GoneEntry::new);
    UndecidedEntries(report: &'r Report<'r>) => report.baseline.iter().flat_map(|facts| &facts.undecided).map(UndecidedEntry::new);
    Known(report: &'r Report<'r>) => shown(report, &report.known).map(|finding| FindingEntry::new(report, finding));
    pub(super) OpenRules(report: &'r Report<'r>) => report.not_judged.iter().map(OpenRule::new);
    pub(super) Problems(report: &'r Report<'r>) => report.problems.iter().map(|problem| ProblemEntry::new(report, problem));
}

/// Findings that do not count, if the report shows them.
fn shown<'r, T>(report: &Report<'_>, excused: &'r [T]) -> std::slice::Iter<'r, T> {
    let wanted = if report.show_suppressed { excused } else { &[] };
    wanted.iter()
}

impl<'r> Document<'r> {
    fn new(report: &'r Report<'r>) -> Self {
        Self {
            schema: SCHEMA,
            tool: Tool::OURS,
            date: report.today.to_string(),
            partial: report.partial,
            selected: report.selected.is_some(),
            verdict: verdict_name(report.verdict()),
            headline: headline(report),
            exit_code: report.exit,
            fail_on: report.fail_on.map(Severity::name),
            summary: Counts::new(report),
            inputs: Inputs(report),
            waived: report.waived.iter().map(WaivedEntry::new).collect(),
            missing: report.missing.iter().map(MissingEntry::new).collect(),
            context: &report.context,
            skipped: Skipped(report),
            configuration: ConfigurationEntry::new(&report.configuration),
            unknown_values: UnknownValuesEntry {
                rules: report.unknown_values.rules,
                clients: report.unknown_values.clients,
                causes: &report.unknown_values.causes,
            },
            rules: Rules(report),
            findings: Findings(report),
            suppressed: Excused(report),
            baselined: Known(report),
            fixed: Fixed(report),
            undecided: UndecidedEntries(report),
            notices: report.notices.iter().map(NoticeEntry::new).collect(),
            not_judged: OpenRules(report),
            problems: Problems(report),
        }
    }
}

impl Tool {
    /// This program.
    pub(super) const OURS: Self = Self {
        name: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
    };
}

impl BySeverity {
    /// Of counts in the order of [`Severity::ALL`].
    pub(super) const fn of_mildest_first([info, low, medium, high, critical]: [usize; 5]) -> Self {
        Self {
            critical,
            high,
            medium,
            low,
            info,
        }
    }
}

impl Counts {
    fn new(report: &Report<'_>) -> Self {
        let summary = &report.summary;
        Self {
            clients: summary.clients,
            files: summary.files,
            organisations: summary.organisations,
            rules: summary.rules,
            rules_off: summary.rules_off,
            rules_not_judged: summary.rules_not_judged,
            findings: BySeverity::of_mildest_first(summary.findings),
            open: BySeverity::of_mildest_first(summary.open),
            known: BySeverity::of_mildest_first(summary.known),
            accepted: BySeverity::of_mildest_first(summary.accepted),
            suppressed: summary.suppressed,
            baselined: summary.baselined,
            below_threshold: summary.below_threshold,
            unlisted: summary.unlisted,
            fixed: summary.fixed,
            undecided: summary.undecided,
            excluded: summary.excluded,
            notices: report.notices.len(),
            problems: report.problems.len(),
            not_judged: report.not_judged.len(),
        }
    }
}

impl<'r> InputEntry<'r> {
    fn new(input: &'r Input) -> Self {
        Self {
            path: &input.path,
            format: input.format,
            shape: input.shape,
            documents: input.documents,
            clients: input.clients,
        }
    }
}

impl<'r> RuleEntry<'r> {
    fn new(rule: &'r Rule) -> Self {
        Self {
            id: &rule.id,
            title: &rule.title,
            severity: rule.severity.name(),
            confidence: rule.confidence.name(),
            persona: rule.persona.name(),
            category: rule.category.name(),
            needs: rule.needs.iter().map(|need| need.name()).collect(),
            standards: rule.standards.iter().map(AsRef::as_ref).collect(),
            help: shared::rule_docs(&rule.id),
        }
    }
}

impl<'r> FindingEntry<'r> {
    fn new(report: &'r Report<'_>, finding: &'r Finding) -> Self {
        Self {
            rule: &finding.rule.id,
            severity: finding.severity.name(),
            confidence: finding.confidence.name(),
            message: &finding.message,
            client: ClientEntry::new(shared::client(report, finding)),
            field: &finding.field,
            location: Location::new(report, finding.place),
            related: finding
                .related
                .iter()
                .map(|related| RelatedEntry {
                    message: &related.text,
                    location: Location::new(report, related.place),
                })
                .collect(),
            fix: &finding.fix,
            remedy: RemedyEntry::new(report, &finding.remedy),
            fingerprint: finding.fingerprint,
            count: finding.is_unlisted().then(|| finding.count()),
            first_seen: finding.first_seen.map(|day| day.to_string()),
            worse: finding.worse.as_ref().map(|worse| WorseEntry {
                since: worse.since.to_string(),
                severity_then: worse.severity_then.name(),
                reason: &worse.reason,
            }),
        }
    }
}

impl<'r> RemedyEntry<'r> {
    fn new(report: &'r Report<'_>, remedy: &'r Remedy) -> Self {
        let changes = |changes: &'r [Change]| {
            let changes = changes.iter();
            changes
                .filter_map(|change| RemedyChange::new(report, change))
                .collect()
        };
        let options = remedy.options.iter();
        Self {
            class: remedy.class.name(),
            changes: changes(&remedy.changes),
            options: options.map(|option| changes(option)).collect(),
        }
    }
}

impl<'r> RemedyChange<'r> {
    fn new(report: &'r Report<'_>, change: &'r Change) -> Option<Self> {
        let shown = change.shown.as_deref()?;
        Some(Self {
            target: &shown.path,
            action: change.action.name(),
            before: shown.before.as_deref(),
            after: shown.after.as_deref(),
            masked: shown.is_masked,
            placeholder: change.action.has_placeholder(),
            location: shown.place.map(|place| Location::new(report, place)),
        })
    }
}

impl<'r> SuppressedEntry<'r> {
    fn new(report: &'r Report<'_>, entry: &'r Suppressed) -> Self {
        let accepted: &Accepted = &entry.accepted;
        Self {
            finding: FindingEntry::new(report, &entry.finding),
            accepted: AcceptedEntry {
                reason: &accepted.reason,
                owner: accepted.owner.as_deref(),
                approver: accepted.approver.as_deref(),
                until: accepted.until.map(|day| day.to_string()),
                ticket: accepted.ticket.as_deref(),
                in_source: accepted.in_source,
                location: OriginEntry::new(&accepted.origin),
            },
        }
    }
}

impl<'r> NoticeEntry<'r> {
    pub(super) fn new(notice: &'r Notice) -> Self {
        Self {
            kind: notice.kind.name(),
            severity: notice.severity.name(),
            message: &notice.message,
            remedy: &notice.remedy,
            location: notice.origin.as_ref().map(OriginEntry::new),
        }
    }
}

impl<'r> OriginEntry<'r> {
    fn new(origin: &'r Origin) -> Self {
        Self {
            path: &origin.path,
            line: origin.line,
            column: origin.column,
        }
    }
}

impl<'r> ClientEntry<'r> {
    fn new(client: Option<&'r ClientFacts>) -> Self {
        Self {
            id: client.and_then(|client| client.id.as_deref()),
            name: client.and_then(|client| client.name.as_deref()),
            address: client.and_then(|client| client.address.as_deref()),
            organisation: client.map_or("", |client| &client.organisation),
            kind: client.map_or("", |client| client.kind),
            grant: client.map_or("", |client| client.grant),
        }
    }
}

impl<'r> Location<'r> {
    pub(super) fn new(report: &'r Report<'_>, place: Place) -> Self {
        let (path, start, end) = report.sources.locate(place);
        let point = |position: Position, offset| Point {
            line: position.line,
            column: position.column,
            offset,
        };
        Self {
            path,
            start: point(start, place.span.start),
            end: point(end, place.span.end),
        }
    }
}

impl<'r> GoneEntry<'r> {
    fn new(entry: &'r Gone) -> Self {
        Self {
            fingerprint: &entry.fingerprint,
            rule: &entry.rule,
            client: &entry.client,
            name: &entry.name,
            field: &entry.field,
            severity: entry.severity.name(),
            first_seen: entry.first_seen.to_string(),
        }
    }
}

impl<'r> UndecidedEntry<'r> {
    fn new(open: &'r Undecided) -> Self {
        Self {
            entry: GoneEntry::new(&open.entry),
            cause: &open.cause,
        }
    }
}

impl<'r> WaivedEntry<'r> {
    pub(super) fn new(waived: &'r Waived) -> Self {
        let (by, origin) = match &waived.by {
            WaivedBy::CommandLine => ("command-line", None),
            WaivedBy::Configuration(origin) => ("configuration", Some(origin)),
            WaivedBy::Partial => ("partial", None),
        };
        Self {
            input: waived.input.name(),
            by,
            location: origin.map(OriginEntry::new),
            organisations: &waived.organisations,
        }
    }
}

impl<'r> MissingEntry<'r> {
    pub(super) fn new(missing: &'r MissingInput) -> Self {
        Self {
            input: missing.input.name(),
            organisations: &missing.organisations,
            rules: missing.rules,
            clients: missing.clients,
            how: missing.input.command(),
        }
    }
}

impl<'r> SkippedEntry<'r> {
    pub(super) fn new(file: &'r SkippedFile) -> Self {
        Self {
            path: &file.path,
            reason: file.reason.name(),
        }
    }
}

impl<'r> ConfigurationEntry<'r> {
    pub(super) fn new(facts: &'r ConfigurationFacts) -> Self {
        let changes = facts.changes.iter().map(|change| ChangeEntry {
            what: &change.what,
            effect: &change.effect,
            origin: &change.origin,
        });
        Self {
            files: &facts.files,
            changes: changes.collect(),
            unused: &facts.unused,
        }
    }
}

/// The word for an overall result.
const fn verdict_name(verdict: ReportVerdict) -> &'static str {
    match verdict {
        ReportVerdict::NothingOpen => "nothing-open",
        ReportVerdict::KnownOpen => "known-open",
        ReportVerdict::NewFindings => "new-findings",
        ReportVerdict::CannotTell => "cannot-tell",
    }
}

impl<'r> OpenRule<'r> {
    fn new(open: &'r NotJudged) -> Self {
        Self {
            rule: open.rule,
            needs: [open.needs.name()],
            clients: open.clients,
            client_names: &open.client_names,
            cause: &open.cause,
            how: shared::remedy(open.needs, &open.cause).unwrap_or(""),
        }
    }
}

impl<'r> ProblemEntry<'r> {
    fn new(report: &'r Report<'_>, problem: &'r Problem) -> Self {
        Self {
            kind: problem.kind.name(),
            message: &problem.message,
            remedy: &problem.remedy,
            path: shared::problem_path(report, problem),
            location: problem.place.map(|place| Location::new(report, place)),
        }
    }
}

fn schema_name(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "string", "const": SCHEMA})
}

pub(super) fn words(words: &[&str]) -> Schema {
    json_schema!({"type": "string", "enum": words})
}

pub(super) fn severity(_: &mut SchemaGenerator) -> Schema {
    words(&Severity::ALL.map(Severity::name))
}

fn severity_or_null(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({"anyOf": [severity(generator), {"type": "null"}]})
}

fn remedy_class(_: &mut SchemaGenerator) -> Schema {
    words(&RemedyClass::ALL.map(RemedyClass::name))
}

fn action(_: &mut SchemaGenerator) -> Schema {
    words(&["set", "remove", "replace", "insert"])
}

fn confidence(_: &mut SchemaGenerator) -> Schema {
    words(&Confidence::ALL.map(Confidence::name))
}

fn persona(_: &mut SchemaGenerator) -> Schema {
    words(&Persona::ALL.map(Persona::name))
}

fn verdict(_: &mut SchemaGenerator) -> Schema {
    let all = [
        ReportVerdict::NothingOpen,
        ReportVerdict::KnownOpen,
        ReportVerdict::NewFindings,
        ReportVerdict::CannotTell,
    ];
    words(&all.map(verdict_name))
}

fn input(_: &mut SchemaGenerator) -> Schema {
    words(&NeededInput::ALL.map(NeededInput::name))
}

fn skip_reason(_: &mut SchemaGenerator) -> Schema {
    words(&SkipReason::ALL.map(SkipReason::name))
}

fn fingerprint(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "string", "pattern": "^[0-9a-f]{32}$"})
}
