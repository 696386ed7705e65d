//! `grantlint-report/1`: the report for programs.
//!
//! Law: the structures here are the contract, and its JSON Schema is derived from them.
//! Fields are added, never changed; `docs` and the schema say what each means. Lines and
//! columns count from 1, columns in code points; offsets are bytes from 0.

use super::{shared, stream};
use crate::catalog::{Confidence, Persona, Rule, Severity};
use crate::finding::{
    Accepted, ClientFacts, Finding, Fingerprint, Input, NotJudged, Notice, Problem, Report,
    Suppressed,
};
use crate::text::{Origin, Place, Position};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use std::io::{self, Write};

/// The name of this form of report.
pub const SCHEMA: &str = "grantlint-report/1";

/// Writes `report` as JSON, a finding a line.
///
/// # Errors
/// If `out` takes no more.
pub fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    stream::write(&Document::of(report), 2, out)
}

/// The JSON Schema of what [`write()`] writes.
#[must_use]
pub fn schema() -> serde_json::Value {
    schema_of::<Document<'_>>()
}

/// The JSON Schema of what a structure is written as.
pub(super) fn schema_of<T: JsonSchema>() -> serde_json::Value {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let schema = settings.into_generator().into_root_schema_for::<T>();
    schema.to_value()
}

/// The report of a run of grantlint.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "grantlint-report/1")]
struct Document<'r> {
    /// The form of this report.
    #[schemars(schema_with = "schema_name")]
    schema: &'static str,
    /// What wrote it.
    tool: Tool,
    /// The day that the audit is of, `YYYY-MM-DD`.
    date: String,
    /// Whether rules or exports were left out on purpose.
    partial: bool,
    /// 0: complete, nothing at or above the gate. 1: complete, findings at or above it.
    /// 2: nothing audited. 3: incomplete.
    exit_code: u8,
    /// The severity from which findings fail; null if none does.
    #[schemars(schema_with = "severity_or_null")]
    fail_on: Option<&'static str>,
    /// How much was looked at, and with what result.
    summary: Counts,
    /// What was read.
    #[schemars(with = "Vec<InputEntry<'r>>")]
    inputs: Inputs<'r>,
    /// The rules that ran.
    #[schemars(with = "Vec<RuleEntry<'r>>")]
    rules: Rules<'r>,
    /// What is wrong, in the order of the places.
    #[schemars(with = "Vec<FindingEntry<'r>>")]
    findings: Findings<'r>,
    /// What an acceptance excuses; empty without `--show-suppressed`.
    #[schemars(with = "Vec<SuppressedEntry<'r>>")]
    suppressed: Excused<'r>,
    /// What the baseline knew; empty without `--show-suppressed`.
    #[schemars(with = "Vec<FindingEntry<'r>>")]
    baselined: Known<'r>,
    /// What the policy has to say of itself. One at or above the gate fails like a finding.
    notices: Vec<NoticeEntry<'r>>,
    /// What could not be judged for want of data.
    #[schemars(with = "Vec<OpenRule>")]
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

/// How much was looked at, and with what result.
#[derive(Serialize, JsonSchema)]
struct Counts {
    /// Clients audited.
    clients: usize,
    /// Files read.
    files: usize,
    /// Organisations told apart.
    organisations: usize,
    /// Rules that ran.
    rules: usize,
    /// Findings by severity.
    findings: BySeverity,
    /// Findings that an acceptance excuses.
    suppressed: usize,
    /// Findings that the baseline knew.
    baselined: usize,
    /// Findings that are not shown, because of persona, severity or confidence.
    below_threshold: usize,
    /// Entries of the baseline that no longer occur.
    fixed: usize,
    /// Entries of the baseline of which this run cannot say whether they still occur.
    undecided: usize,
    /// Files that were not read, being excluded.
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
    /// How many documents it holds.
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
    /// What it needs beside the clients.
    needs: Vec<&'static str>,
    /// Identifiers of standards, such as `CWE-601`.
    standards: Vec<&'r str>,
    /// Where it is documented.
    help: String,
}

/// Something that is wrong with a client.
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
    /// Where it stands.
    location: Location<'r>,
    /// Places that explain it.
    related: Vec<RelatedEntry<'r>>,
    /// What to set instead.
    fix: &'r str,
    /// What it is recognised by in the next run: 32 hexadecimal digits.
    #[serde(serialize_with = "stream::displayed")]
    #[schemars(schema_with = "fingerprint")]
    fingerprint: Fingerprint,
    /// When the baseline first saw it, `YYYY-MM-DD`; null if it did not, or if there is none.
    first_seen: Option<String>,
}

/// A finding that somebody accepted.
#[derive(Serialize, JsonSchema)]
struct SuppressedEntry<'r> {
    /// What is accepted.
    #[serde(flatten)]
    finding: FindingEntry<'r>,
    /// By whom, why and until when.
    accepted: AcceptedEntry<'r>,
}

/// A risk that somebody accepted.
#[derive(Serialize, JsonSchema)]
struct AcceptedEntry<'r> {
    /// Why.
    reason: &'r str,
    /// Who answers for it; a comment need not say.
    owner: Option<&'r str>,
    /// The last day on which it holds, `YYYY-MM-DD`.
    until: Option<String>,
    /// Where it was decided.
    ticket: Option<&'r str>,
    /// Whether it is a comment beside the value.
    in_source: bool,
    /// Where it is written.
    location: OriginEntry<'r>,
}

/// Something that the policy has to say.
#[derive(Serialize, JsonSchema)]
pub(super) struct NoticeEntry<'r> {
    /// What about: `exception-unused`, for one.
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
    /// What kind of client it is; `authorised application` or `integration credential` for
    /// what is none.
    kind: &'static str,
    /// How it obtains tokens; empty for what is no client.
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
pub(super) struct OpenRule {
    /// The rule.
    rule: &'static str,
    /// What it wants.
    needs: [&'static str; 1],
    /// For how many clients.
    clients: u32,
    /// How to obtain it.
    how: &'static str,
}

/// Something that kept the audit from being complete.
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
    Inputs(report: &'r Report<'r>) => report.inputs.iter().map(InputEntry::of);
    Rules(report: &'r Report<'r>) => report.rules.iter().map(|rule| RuleEntry::of(rule));
    Findings(report: &'r Report<'r>) => report.findings.iter().map(|finding| FindingEntry::of(report, finding));
    Excused(report: &'r Report<'r>) => shown(report, &report.suppressed).map(|entry| SuppressedEntry::of(report, entry));
    Known(report: &'r Report<'r>) => shown(report, &report.known).map(|finding| FindingEntry::of(report, finding));
    pub(super) OpenRules(report: &'r Report<'r>) => report.not_judged.iter().map(OpenRule::of);
    pub(super) Problems(report: &'r Report<'r>) => report.problems.iter().map(|problem| ProblemEntry::of(report, problem));
}

/// What is excused, for those who want to see it.
fn shown<'r, T>(report: &Report<'_>, excused: &'r [T]) -> std::slice::Iter<'r, T> {
    let wanted = if report.show_suppressed { excused } else { &[] };
    wanted.iter()
}

impl<'r> Document<'r> {
    fn of(report: &'r Report<'r>) -> Self {
        Self {
            schema: SCHEMA,
            tool: Tool::OURS,
            date: report.today.to_string(),
            partial: report.partial,
            exit_code: report.exit,
            fail_on: report.fail_on.map(Severity::name),
            summary: Counts::of(report),
            inputs: Inputs(report),
            rules: Rules(report),
            findings: Findings(report),
            suppressed: Excused(report),
            baselined: Known(report),
            notices: report.notices.iter().map(NoticeEntry::of).collect(),
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
    fn of(report: &Report<'_>) -> Self {
        let summary = &report.summary;
        Self {
            clients: summary.clients,
            files: summary.files,
            organisations: summary.organisations,
            rules: summary.rules,
            findings: BySeverity::of_mildest_first(summary.findings),
            suppressed: summary.suppressed,
            baselined: summary.baselined,
            below_threshold: summary.below_threshold,
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
    fn of(input: &'r Input) -> Self {
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
    fn of(rule: &'r Rule) -> Self {
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
    fn of(report: &'r Report<'_>, finding: &'r Finding) -> Self {
        Self {
            rule: &finding.rule.id,
            severity: finding.severity.name(),
            confidence: finding.confidence.name(),
            message: &finding.message,
            client: ClientEntry::of(shared::client(report, finding)),
            field: &finding.field,
            location: Location::of(report, finding.place),
            related: finding
                .related
                .iter()
                .map(|related| RelatedEntry {
                    message: &related.text,
                    location: Location::of(report, related.place),
                })
                .collect(),
            fix: &finding.fix,
            fingerprint: finding.fingerprint,
            first_seen: finding.first_seen.map(|day| day.to_string()),
        }
    }
}

impl<'r> SuppressedEntry<'r> {
    fn of(report: &'r Report<'_>, entry: &'r Suppressed) -> Self {
        let accepted: &Accepted = &entry.accepted;
        Self {
            finding: FindingEntry::of(report, &entry.finding),
            accepted: AcceptedEntry {
                reason: &accepted.reason,
                owner: accepted.owner.as_deref(),
                until: accepted.until.map(|day| day.to_string()),
                ticket: accepted.ticket.as_deref(),
                in_source: accepted.in_source,
                location: OriginEntry::of(&accepted.origin),
            },
        }
    }
}

impl<'r> NoticeEntry<'r> {
    pub(super) fn of(notice: &'r Notice) -> Self {
        Self {
            kind: notice.kind.name(),
            severity: notice.severity.name(),
            message: &notice.message,
            remedy: &notice.remedy,
            location: notice.origin.as_ref().map(OriginEntry::of),
        }
    }
}

impl<'r> OriginEntry<'r> {
    fn of(origin: &'r Origin) -> Self {
        Self {
            path: &origin.path,
            line: origin.line,
            column: origin.column,
        }
    }
}

impl<'r> ClientEntry<'r> {
    fn of(client: Option<&'r ClientFacts>) -> Self {
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
    pub(super) fn of(report: &'r Report<'_>, place: Place) -> Self {
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

impl OpenRule {
    fn of(open: &NotJudged) -> Self {
        Self {
            rule: open.rule,
            needs: [open.needs.name()],
            clients: open.clients,
            how: open.needs.how(),
        }
    }
}

impl<'r> ProblemEntry<'r> {
    fn of(report: &'r Report<'_>, problem: &'r Problem) -> Self {
        Self {
            kind: problem.kind.name(),
            message: &problem.message,
            remedy: &problem.remedy,
            path: shared::problem_path(report, problem),
            location: problem.place.map(|place| Location::of(report, place)),
        }
    }
}

fn schema_name(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "string", "const": SCHEMA})
}

pub(super) fn words(words: &[&str]) -> Schema {
    json_schema!({"type": "string", "enum": words})
}

fn severity(_: &mut SchemaGenerator) -> Schema {
    words(&Severity::ALL.map(Severity::name))
}

fn severity_or_null(generator: &mut SchemaGenerator) -> Schema {
    json_schema!({"anyOf": [severity(generator), {"type": "null"}]})
}

fn confidence(_: &mut SchemaGenerator) -> Schema {
    words(&Confidence::ALL.map(Confidence::name))
}

fn persona(_: &mut SchemaGenerator) -> Schema {
    words(&[Persona::Regular, Persona::Pedantic, Persona::Auditor].map(Persona::name))
}

fn fingerprint(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "string", "pattern": "^[0-9a-f]{32}$"})
}
