//! `grantlint-inventory/1`: the inventory for programs.
//!
//! Invariant: the structures here are the contract, and its JSON Schema is derived from them.
//! Fields are added, never changed.

use super::{Entry, days_since, entries, extent_words, others};
use crate::finding::{
    CallableOperations, Extent, Fact, Holding, OrganisationFacts, PartOf, Reach, Report,
    UsageProfile,
};
use crate::report::json::{
    BySeverity, ConfigurationEntry, Location, MissingEntry, NoticeEntry, OpenRule, OpenRules,
    ProblemEntry, Problems, Skipped, SkippedEntry, Tool, WaivedEntry, schema_of, words,
};
use crate::report::stream;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use std::io::{self, Write};

/// The name of this inventory schema.
pub const SCHEMA: &str = "grantlint-inventory/1";

/// Writes the inventory, one client a line.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let context = Context {
        report,
        entries: entries(report),
    };
    stream::write(&Document::new(&context), 2, out)
}

/// The JSON Schema of an inventory.
#[must_use]
pub fn schema() -> serde_json::Value {
    schema_of::<Document<'_>>()
}

struct Context<'r> {
    report: &'r Report<'r>,
    entries: Vec<Entry<'r>>,
}

/// Every client with its facts and rights.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "grantlint-inventory/1")]
struct Document<'r> {
    /// The schema of this inventory.
    #[schemars(schema_with = "schema_name")]
    schema: &'static str,
    /// The program that wrote it.
    tool: Tool,
    /// The day of the inventory, `YYYY-MM-DD`: ages count to it.
    date: String,
    /// Whether rules or exports were left out on purpose.
    partial: bool,
    /// 0: complete. 2: nothing audited. 3: incomplete. Findings do not change it.
    exit_code: u8,
    /// Counts of the inventory.
    summary: Counts,
    /// Needed inputs that are absent and waived.
    waived: Vec<WaivedEntry<'r>>,
    /// Needed inputs that are absent and not waived.
    missing: Vec<MissingEntry<'r>>,
    /// Files that were read only to resolve ids, and not described.
    context: &'r [String],
    /// Files that were found and not read as exports.
    #[schemars(with = "Vec<SkippedEntry<'r>>")]
    skipped: Skipped<'r>,
    /// The configuration in force.
    configuration: ConfigurationEntry<'r>,
    /// The organisations.
    #[schemars(with = "Vec<OrganisationEntry<'r>>")]
    organisations: Organisations<'r>,
    /// The applications of other organisations that this one has authorised, the riskiest first.
    applications: Vec<ApplicationEntry<'r>>,
    /// The clients: those of third parties first, then the riskiest first. The worst findings
    /// decide, then the effective tier.
    #[schemars(with = "Vec<ClientEntry<'r>>")]
    clients: Clients<'r>,
    /// Notices about the policy.
    notices: Vec<NoticeEntry<'r>>,
    /// Rules that could not be judged because data is missing: there may be more findings.
    #[schemars(with = "Vec<OpenRule<'r>>")]
    not_judged: OpenRules<'r>,
    /// What kept the inventory from being complete.
    #[schemars(with = "Vec<ProblemEntry<'r>>")]
    problems: Problems<'r>,
}

/// Counts of the inventory.
#[derive(Serialize, JsonSchema)]
struct Counts {
    /// Entries of `clients`.
    clients: usize,
    /// Files read.
    files: usize,
    /// Organisations.
    organisations: usize,
    /// New findings by severity, as `grantlint check` counts them.
    findings: BySeverity,
    /// Open findings by severity: new, known and undecided ones.
    open: BySeverity,
    /// How many of them are about an authorised application or a credential.
    findings_elsewhere: usize,
    /// Entries of `problems`.
    problems: usize,
    /// Entries of `not_judged`.
    not_judged: usize,
}

/// An organisation.
#[derive(Serialize, JsonSchema)]
struct OrganisationEntry<'r> {
    /// Its directory.
    name: &'r str,
    /// Whether its roles were given, so that tiers are known.
    roles_given: bool,
    /// Whether its divisions were given, so that they have names.
    divisions_given: bool,
}

/// An authorised application of another organisation.
#[derive(Serialize, JsonSchema)]
struct ApplicationEntry<'r> {
    /// Its id, where the export has one.
    id: Option<&'r str>,
    /// Its name, where it has one.
    name: Option<&'r str>,
    /// The organisation that has authorised it.
    organisation: &'r str,
    /// Its place.
    location: Location<'r>,
    /// Its new findings by severity.
    findings: BySeverity,
    /// Its open findings by severity: new, known and undecided ones.
    open: BySeverity,
}

/// A client.
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
    /// Its place.
    location: Location<'r>,
    /// What kind of client it is.
    kind: &'static str,
    /// The evidence for the kind.
    evidence: &'static str,
    /// The kind is a guess.
    kind_is_guess: bool,
    /// How it obtains tokens.
    grant: &'static str,
    /// Such as `active`; null if it is not set or not known (see `unknown`).
    state: Option<&'r str>,
    /// Its most powerful rights. `user`: the rights of the user who signs in, within the scopes.
    /// `none`: it holds no role.
    #[schemars(schema_with = "tier")]
    tier: &'static str,
    /// Some of its roles are not known, so it may be able to do more.
    tier_at_least: bool,
    /// Its roles, each with all divisions it is held in.
    roles: Vec<RoleEntry<'r>>,
    /// Its scopes.
    scopes: Vec<&'r str>,
    /// Seconds that its tokens live; null if it is not set or not known (see `unknown`).
    token_lifetime: Option<i64>,
    /// Where it redirects to, each host once: `host` for https, else `scheme://host`.
    redirect_hosts: Vec<&'r str>,
    /// Its redirect URIs in full.
    redirect_uris: Vec<&'r str>,
    /// Where it holds a role: each division once.
    divisions: Vec<String>,
    /// Its description in one line; null if it has none.
    description: Option<&'r str>,
    /// Its owner: the name after a label such as `Owner:` in its description, else the name of the
    /// user who created it; null if neither is known.
    owner: Option<&'r str>,
    /// The user who created it: the name if the users were given, else the id.
    created_by: Option<&'r str>,
    /// The user who last changed it: the name if the users were given, else the id.
    modified_by: Option<&'r str>,
    /// The day it was created, `YYYY-MM-DD`.
    created: Option<String>,
    /// The day it was last changed, `YYYY-MM-DD`.
    modified: Option<String>,
    /// Days since it was created.
    age_days: Option<i32>,
    /// Days since it was last changed.
    unchanged_days: Option<i32>,
    /// The operations of the Platform API that it can call, by its scopes or its permissions; null
    /// if its grant type does not show what limits it.
    operations: Option<OperationsEntry>,
    /// What usage results say about it; null if none cover it.
    usage: Option<UsageEntry>,
    /// Its new findings by severity.
    findings: BySeverity,
    /// Its open findings by severity: new, known and undecided ones.
    open: BySeverity,
    /// How many of its findings are accepted.
    accepted: usize,
    /// The rules with findings in it, each once, the worst first.
    rules: Vec<&'r str>,
    /// The fields above whose values are not known; a list named here may contain more than is
    /// shown.
    unknown: Vec<&'static str>,
}

/// How many operations a client can call.
#[derive(Serialize, JsonSchema)]
struct OperationsEntry {
    /// All of them.
    callable: usize,
    /// Those that write.
    writing: usize,
    /// Some of its rights are not known, so it may be able to call more.
    at_least: bool,
}

/// What usage results say about a client.
#[derive(Serialize, JsonSchema)]
struct UsageEntry {
    /// Whether the results contain a request of it.
    has_requests: bool,
    /// The last day on which it can have made a request, `YYYY-MM-DD`; null without such a day, or
    /// if the results do not tell.
    last_use: Option<String>,
    /// Requests in the last 90 days of the results; null if they cover fewer days.
    requests_90_days: Option<u64>,
    /// Scopes that no call needed; null if that is not judged.
    unused_scopes: Option<PartEntry>,
    /// Permissions that no call needed; null if that is not judged.
    unused_permissions: Option<PartEntry>,
}

/// So many of all.
#[derive(Serialize, JsonSchema)]
struct PartEntry {
    /// How many are unused.
    unused: usize,
    /// How many it holds.
    held: usize,
}

/// A role that a client holds.
#[derive(Serialize, JsonSchema)]
struct RoleEntry<'r> {
    /// Its id.
    id: &'r str,
    /// Its name; its id where the role was not given.
    name: &'r str,
    /// Its privilege tier.
    #[schemars(schema_with = "tier_of_role")]
    tier: &'static str,
    /// Where it is held.
    divisions: Vec<DivisionEntry<'r>>,
}

/// Where a role is held.
#[derive(Serialize, JsonSchema)]
struct DivisionEntry<'r> {
    /// The division's id, `*` for all; null if none is named or it is unknown.
    id: Option<&'r str>,
    /// The division's name, or words that replace it.
    name: String,
}

stream::lists! {
    Organisations(context: &'r Context<'r>) => context.report.inventory.iter().flat_map(|all| &all.organisations).map(OrganisationEntry::new);
    Clients(context: &'r Context<'r>) => context.entries.iter().map(|entry| ClientEntry::new(context.report, entry));
}

impl<'r> Document<'r> {
    fn new(context: &'r Context<'r>) -> Self {
        let report = context.report;
        let summary = &report.summary;
        Self {
            schema: SCHEMA,
            tool: Tool::OURS,
            date: report.today.to_string(),
            partial: report.partial,
            exit_code: report.exit,
            summary: Counts {
                clients: context.entries.len(),
                files: summary.files,
                organisations: summary.organisations,
                findings: BySeverity::of_mildest_first(summary.findings),
                open: BySeverity::of_mildest_first(summary.open),
                findings_elsewhere: others(report)
                    .iter()
                    .map(|other| other.findings.len())
                    .sum(),
                problems: report.problems.len(),
                not_judged: report.not_judged.len(),
            },
            waived: report.waived.iter().map(WaivedEntry::new).collect(),
            missing: report.missing.iter().map(MissingEntry::new).collect(),
            context: &report.context,
            skipped: Skipped(report),
            configuration: ConfigurationEntry::new(&report.configuration),
            organisations: Organisations(context),
            applications: ApplicationEntry::all(report),
            clients: Clients(context),
            notices: report.notices.iter().map(NoticeEntry::new).collect(),
            not_judged: OpenRules(report),
            problems: Problems(report),
        }
    }
}

impl<'r> OrganisationEntry<'r> {
    fn new(facts: &'r OrganisationFacts<'r>) -> Self {
        Self {
            name: &facts.label,
            roles_given: facts.roles_given,
            divisions_given: facts.divisions_given,
        }
    }
}

impl<'r> ApplicationEntry<'r> {
    fn all(report: &'r Report<'r>) -> Vec<Self> {
        let others = others(report).into_iter();
        let applications = others.filter(|standing| standing.client.is_third_party());
        let entries = applications.map(|standing| {
            let [mut new, mut open] = [standing.new_counts(), standing.counts()];
            new.reverse();
            open.reverse();
            let facts = standing.client;
            Self {
                id: facts.id.as_deref(),
                name: facts.name.as_deref(),
                organisation: &facts.organisation,
                location: Location::new(report, facts.place),
                findings: BySeverity::of_mildest_first(new),
                open: BySeverity::of_mildest_first(open),
            }
        });
        entries.collect()
    }
}

impl<'r> ClientEntry<'r> {
    fn new(report: &'r Report<'_>, entry: &'r Entry<'r>) -> Self {
        let facts = entry.standing.client;
        let profile = entry.profile;
        let [mut new, mut open] = [entry.standing.new_counts(), entry.standing.counts()];
        new.reverse();
        open.reverse();
        Self {
            id: facts.id.as_deref(),
            name: facts.name.as_deref(),
            address: facts.address.as_deref(),
            organisation: &facts.organisation,
            location: Location::new(report, facts.place),
            kind: facts.kind,
            evidence: facts.evidence,
            kind_is_guess: facts.kind_is_guess,
            grant: facts.grant,
            state: profile.state.known().map(AsRef::as_ref),
            tier: tier_word(profile.reach),
            tier_at_least: matches!(profile.reach, Reach::Roles { at_least: true, .. }),
            roles: profile
                .holdings
                .items
                .iter()
                .map(|holding| RoleEntry::new(holding, entry.organisation))
                .collect(),
            scopes: profile.scopes.items.iter().map(AsRef::as_ref).collect(),
            token_lifetime: match profile.lifetime {
                Fact::Known(seconds) => Some(seconds),
                Fact::Absent | Fact::Unknown => None,
            },
            redirect_hosts: profile.hosts.items.iter().map(AsRef::as_ref).collect(),
            redirect_uris: profile
                .redirect_uris
                .items
                .iter()
                .map(AsRef::as_ref)
                .collect(),
            divisions: entry.all_divisions(),
            description: profile.description.as_deref(),
            owner: profile.owner.as_deref(),
            created_by: profile.creator.as_deref(),
            modified_by: profile.modifier.as_deref(),
            created: profile.created.map(|day| day.to_string()),
            modified: profile.modified.map(|day| day.to_string()),
            age_days: days_since(profile.created, report.today),
            unchanged_days: days_since(profile.modified, report.today),
            operations: profile.callable.map(OperationsEntry::new),
            usage: profile.usage.as_ref().map(UsageEntry::new),
            findings: BySeverity::of_mildest_first(new),
            open: BySeverity::of_mildest_first(open),
            accepted: entry.standing.accepted,
            rules: entry.rules(),
            unknown: entry.unknown(),
        }
    }
}

impl OperationsEntry {
    const fn new(callable: CallableOperations) -> Self {
        Self {
            callable: callable.operations,
            writing: callable.writing,
            at_least: callable.at_least,
        }
    }
}

impl UsageEntry {
    fn new(usage: &UsageProfile) -> Self {
        let part = |part: PartOf| PartEntry {
            unused: part.some,
            held: part.all,
        };
        Self {
            has_requests: !usage.has_no_request,
            last_use: usage.last_use.map(|day| day.to_string()),
            requests_90_days: usage.requests,
            unused_scopes: usage.unused_scopes.map(part),
            unused_permissions: usage.unused_permissions.map(part),
        }
    }
}

impl<'r> RoleEntry<'r> {
    fn new(holding: &'r Holding<'r>, organisation: &'r OrganisationFacts<'r>) -> Self {
        let extents = holding.extents.iter();
        Self {
            id: &holding.id,
            name: &holding.label,
            tier: holding.tier.name(),
            divisions: extents
                .map(|extent| DivisionEntry::new(*extent, organisation))
                .collect(),
        }
    }
}

impl<'r> DivisionEntry<'r> {
    fn new(extent: Extent, organisation: &'r OrganisationFacts<'r>) -> Self {
        let divisions = &organisation.divisions;
        let id: Option<&str> = match extent {
            Extent::All => Some("*"),
            Extent::In(index) => divisions.get(index as usize).map(|facts| &*facts.id),
            Extent::Home => {
                let home = divisions.iter().find(|facts| facts.is_home);
                home.map(|facts| &*facts.id)
            }
            Extent::Unstated | Extent::Unknown => None,
        };
        Self {
            id,
            name: extent_words(extent, organisation),
        }
    }
}

fn tier_word(reach: Reach) -> &'static str {
    match reach {
        Reach::Roles { tier, .. } => tier.name(),
        Reach::User => "user",
        Reach::Nothing => "none",
        Reach::Unknown => "unknown",
    }
}

fn schema_name(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "string", "const": SCHEMA})
}

fn tier(_: &mut SchemaGenerator) -> Schema {
    words(&[
        "admin",
        "escalating",
        "sensitive",
        "unknown",
        "ordinary",
        "user",
        "none",
    ])
}

fn tier_of_role(_: &mut SchemaGenerator) -> Schema {
    words(&crate::finding::RoleTier::WORST_FIRST.map(crate::finding::RoleTier::name))
}
