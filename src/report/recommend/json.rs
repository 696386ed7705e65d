//! `grantlint-recommendation/1`: the recommendations for programs.
//!
//! Invariant: the structures here are the contract, and its JSON Schema is derived from them.
//! Fields are added, never changed.

use super::{Entry, confidence, entries, notices};
use crate::finding::{
    BecauseOf, CustomPolicy, DivisionName, DroppedRole, PermissionLists, ProposalKind,
    Recommendation, Report, RoleName, RoleProposal, ScopeLists, UsageFacts, UsageWindow,
};
use crate::report::json::{
    ConfigurationEntry, MissingEntry, OpenRule, OpenRules, ProblemEntry, Problems, Tool,
    WaivedEntry, schema_of, words,
};
use crate::report::stream;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The name of this schema.
pub const SCHEMA: &str = "grantlint-recommendation/1";

/// Writes the recommendations, one client a line.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    stream::write(&Document::new(report), 2, out)
}

/// The JSON Schema of recommendations.
#[must_use]
pub fn schema() -> serde_json::Value {
    schema_of::<Document<'_>>()
}

/// What to keep and what to remove of the rights of each client, by its usage.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "grantlint-recommendation/1")]
struct Document<'r> {
    /// The schema of this document.
    #[schemars(schema_with = "schema_name")]
    schema: &'static str,
    /// The program that wrote it.
    tool: Tool,
    /// The day of the recommendations, `YYYY-MM-DD`.
    date: String,
    /// Whether rules or exports were left out on purpose.
    partial: bool,
    /// 0: complete. 2: nothing audited. 3: incomplete.
    exit_code: u8,
    /// The organisations.
    organisations: Vec<OrganisationEntry<'r>>,
    /// Every client, in the order of the exports.
    #[schemars(with = "Vec<ClientEntry<'r>>")]
    clients: Clients<'r>,
    /// What the usage shows about organisations, in words.
    notices: Vec<String>,
    /// The configuration in force.
    configuration: ConfigurationEntry<'r>,
    /// Needed inputs that are absent and waived.
    waived: Vec<WaivedEntry<'r>>,
    /// Needed inputs that are absent and not waived.
    missing: Vec<MissingEntry<'r>>,
    /// Rules that could not be judged because data is missing.
    #[schemars(with = "Vec<OpenRule<'r>>")]
    not_judged: OpenRules<'r>,
    /// What kept the run from being complete.
    #[schemars(with = "Vec<ProblemEntry<'r>>")]
    problems: Problems<'r>,
}

/// What the recommendations of an organisation are based on.
#[derive(Serialize, JsonSchema)]
struct OrganisationEntry<'r> {
    /// Its directory.
    name: &'r str,
    /// The day of the built-in table of operations; null for a description among the inputs.
    operations_date: Option<String>,
    /// How many operations are known.
    operations: usize,
    /// How many calls are not among them, each counted once for each client.
    unmapped: usize,
    /// Whether calls worked without their scope: then scopes are not enforced. False proves
    /// nothing.
    shows_scopes_unenforced: bool,
}

/// A client and what to do with its rights.
#[derive(Serialize, JsonSchema)]
struct ClientEntry<'r> {
    /// The client.
    client: ClientName<'r>,
    /// The days that its results cover; null if no results cover it or the days are unknown.
    window: Option<WindowEntry>,
    /// How sure it is that what no call needed can go. `none`: nothing is called unused.
    #[schemars(schema_with = "confidence_words")]
    confidence: &'static str,
    /// Why, one sentence each.
    reasons: &'r [String],
    /// How many distinct operations it called.
    calls: CallsEntry,
    /// Its scopes, if it acts for users.
    scopes: ScopesEntry<'r>,
    /// Its permissions, if it acts by its roles.
    permissions: PermissionsEntry<'r>,
    /// Its roles.
    roles: RolesEntry<'r>,
    /// The calls that are the reason for each scope and permission.
    because: BTreeMap<&'r str, Vec<BecauseEntry<'r>>>,
}

/// A client.
#[derive(Serialize, JsonSchema)]
struct ClientName<'r> {
    /// Its id, where the export has one.
    id: Option<&'r str>,
    /// Its name, where it has one.
    name: Option<&'r str>,
    /// Its Terraform address, where it has one.
    address: Option<&'r str>,
    /// Its organisation.
    organisation: &'r str,
    /// How it obtains tokens.
    grant: &'static str,
}

/// The days that results cover.
#[derive(Serialize, JsonSchema)]
struct WindowEntry {
    /// The first day.
    start: String,
    /// The day after the last.
    end: String,
    /// How many days are covered.
    days: i64,
    /// The days between that no result covers.
    gaps: Vec<GapEntry>,
}

/// Days that no result covers.
#[derive(Serialize, JsonSchema)]
struct GapEntry {
    /// The first day.
    start: String,
    /// The day after the last.
    end: String,
}

/// How many distinct operations a client called.
#[derive(Serialize, JsonSchema)]
struct CallsEntry {
    /// Those that were answered.
    used: usize,
    /// Those that were only refused or failed.
    attempted: usize,
    /// Calls that the table of operations does not list.
    unmapped: usize,
    /// Those of the used ones that do not declare all permissions that they need.
    opaque: usize,
}

/// What becomes of scopes. All lists are sorted.
#[derive(Serialize, JsonSchema)]
struct ScopesEntry<'r> {
    /// The scopes that are enough.
    target: &'r [String],
    /// Held scopes of which the form that only reads is enough.
    downgrade: &'r [String],
    /// Held scopes that no call needs.
    remove: &'r [String],
    /// Scopes of `target` that only calls need that were refused or failed.
    only_failing: &'r [String],
    /// Scopes that calls need and the client does not hold: they work only because scopes are not
    /// enforced.
    missing: &'r [String],
}

/// What becomes of permissions. All lists are sorted.
#[derive(Serialize, JsonSchema)]
struct PermissionsEntry<'r> {
    /// A call needed it, and nothing else that is held would have done.
    certain: &'r [String],
    /// A call needed one of several that are held.
    one_of: &'r [String],
    /// A call that failed, or that does not declare its permissions, may need it.
    possible: &'r [String],
    /// All that stay.
    keep: &'r [String],
    /// Held, and no call needed it.
    removable: &'r [String],
    /// Not held, and a call that was answered declares it.
    unexplained: &'r [String],
}

/// What becomes of roles.
#[derive(Serialize, JsonSchema)]
struct RolesEntry<'r> {
    /// Roles that can be dropped, because the others give all that stays.
    drop: Vec<DropEntry<'r>>,
    /// Roles to hold instead of all that are held.
    proposals: Vec<ProposalEntry<'r>>,
}

/// A role that can be dropped.
#[derive(Serialize, JsonSchema)]
struct DropEntry<'r> {
    /// The role.
    role: RoleEntry<'r>,
    /// The ids of the divisions; `*` for all, `home` for the home division if its id is unknown.
    divisions: Vec<&'r str>,
    /// No call needed any of its permissions.
    unused: bool,
}

/// A role.
#[derive(Serialize, JsonSchema)]
struct RoleEntry<'r> {
    /// Its id.
    id: &'r str,
    /// Its name.
    name: &'r str,
}

/// Roles for one set of divisions.
#[derive(Serialize, JsonSchema)]
struct ProposalEntry<'r> {
    /// `existing`: roles that exist. `custom`: a role to create.
    #[schemars(schema_with = "kind_words")]
    kind: &'static str,
    /// The ids of the divisions; `*` for all, `home` for the home division if its id is unknown.
    divisions: Vec<&'r str>,
    /// The roles that exist.
    #[serde(skip_serializing_if = "Option::is_none")]
    roles: Option<Vec<ProposedEntry<'r>>>,
    /// The role to create, as the body of POST /api/v2/authorization/roles.
    #[serde(skip_serializing_if = "Option::is_none")]
    custom: Option<CustomEntry<'r>>,
}

/// A role that exists.
#[derive(Serialize, JsonSchema)]
struct ProposedEntry<'r> {
    /// Its id.
    id: &'r str,
    /// Its name.
    name: &'r str,
    /// What it gives beyond what stays.
    excess: &'r [String],
}

/// A role to create.
#[derive(Serialize, JsonSchema)]
struct CustomEntry<'r> {
    /// Its name.
    name: &'r str,
    /// General permissions.
    permissions: &'r [String],
    /// All others.
    #[serde(rename = "permissionPolicies")]
    permission_policies: Vec<PolicyEntry<'r>>,
}

/// Actions on an entity.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct PolicyEntry<'r> {
    /// The domain.
    domain: &'r str,
    /// The entity.
    entity_name: &'r str,
    /// The actions.
    action_set: &'r [String],
    /// Whether there is a condition.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    allow_conditions: bool,
    /// The condition, as it is in the role that is held.
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_condition_node: Option<serde_json::Value>,
}

/// A call.
#[derive(Serialize, JsonSchema)]
struct BecauseEntry<'r> {
    /// The HTTP method.
    method: &'r str,
    /// The path of the operation, a template.
    path: &'r str,
    /// How many requests.
    requests: u64,
    /// The date of the last row.
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<String>,
    /// All of them were refused or failed.
    failed: bool,
}

stream::lists! {
    Clients(report: &'r Report<'r>) => entries(report).map(ClientEntry::new);
}

impl<'r> Document<'r> {
    fn new(report: &'r Report<'r>) -> Self {
        let organisations = report.recommendations.iter();
        let organisations = organisations.flat_map(|all| &all.organisations);
        Self {
            schema: SCHEMA,
            tool: Tool::OURS,
            date: report.today.to_string(),
            partial: report.partial,
            exit_code: report.exit,
            organisations: organisations.map(OrganisationEntry::new).collect(),
            clients: Clients(report),
            notices: notices(report),
            configuration: ConfigurationEntry::new(&report.configuration),
            waived: report.waived.iter().map(WaivedEntry::new).collect(),
            missing: report.missing.iter().map(MissingEntry::new).collect(),
            not_judged: OpenRules(report),
            problems: Problems(report),
        }
    }
}

impl<'r> OrganisationEntry<'r> {
    fn new(facts: &'r UsageFacts) -> Self {
        Self {
            name: &facts.label,
            operations_date: facts.table.map(|date| date.to_string()),
            operations: facts.operations,
            unmapped: facts.unmapped,
            shows_scopes_unenforced: facts.shows_unenforced,
        }
    }
}

impl<'r> ClientEntry<'r> {
    fn new(entry: Entry<'r>) -> Self {
        let Recommendation {
            window,
            confidence: level,
            reasons,
            calls,
            scopes,
            permissions,
            roles,
            because,
        } = entry.recommendation;
        let because = because.iter().map(|(right, calls)| {
            let calls = calls.iter().map(BecauseEntry::new);
            (&**right, calls.collect())
        });
        let client = entry.client;
        Self {
            client: ClientName {
                id: client.id.as_deref(),
                name: client.name.as_deref(),
                address: client.address.as_deref(),
                organisation: &client.organisation,
                grant: client.grant,
            },
            window: window.as_ref().map(WindowEntry::new),
            confidence: confidence(*level),
            reasons,
            calls: CallsEntry {
                used: calls.used,
                attempted: calls.attempted,
                unmapped: calls.unmapped,
                opaque: calls.opaque,
            },
            scopes: ScopesEntry::new(scopes),
            permissions: PermissionsEntry::new(permissions),
            roles: RolesEntry {
                drop: roles.drop.iter().map(DropEntry::new).collect(),
                proposals: roles.proposals.iter().map(ProposalEntry::new).collect(),
            },
            because: because.collect(),
        }
    }
}

impl WindowEntry {
    fn new(window: &UsageWindow) -> Self {
        let gaps = window.gaps.iter().map(|(start, end)| GapEntry {
            start: start.to_string(),
            end: end.to_string(),
        });
        Self {
            start: window.start.to_string(),
            end: window.end.to_string(),
            days: window.days,
            gaps: gaps.collect(),
        }
    }
}

impl<'r> ScopesEntry<'r> {
    fn new(scopes: &'r ScopeLists) -> Self {
        Self {
            target: &scopes.target,
            downgrade: &scopes.downgrade,
            remove: &scopes.remove,
            only_failing: &scopes.only_failing,
            missing: &scopes.missing,
        }
    }
}

impl<'r> PermissionsEntry<'r> {
    fn new(permissions: &'r PermissionLists) -> Self {
        Self {
            certain: &permissions.certain,
            one_of: &permissions.one_of,
            possible: &permissions.possible,
            keep: &permissions.keep,
            removable: &permissions.removable,
            unexplained: &permissions.unexplained,
        }
    }
}

fn ids(divisions: &[DivisionName]) -> Vec<&str> {
    divisions.iter().map(|division| &*division.id).collect()
}

impl<'r> DropEntry<'r> {
    fn new(dropped: &'r DroppedRole) -> Self {
        let RoleName { id, name } = &dropped.role;
        Self {
            role: RoleEntry { id, name },
            divisions: ids(&dropped.divisions),
            unused: dropped.unused,
        }
    }
}

impl<'r> ProposalEntry<'r> {
    fn new(proposal: &'r RoleProposal) -> Self {
        let divisions = ids(&proposal.divisions);
        match &proposal.kind {
            ProposalKind::Existing(roles) => {
                let roles = roles.iter().map(|(role, excess)| ProposedEntry {
                    id: &role.id,
                    name: &role.name,
                    excess,
                });
                Self {
                    kind: EXISTING,
                    divisions,
                    roles: Some(roles.collect()),
                    custom: None,
                }
            }
            ProposalKind::Custom(role) => Self {
                kind: CUSTOM,
                divisions,
                roles: None,
                custom: Some(CustomEntry {
                    name: &role.name,
                    permissions: &role.permissions,
                    permission_policies: role.policies.iter().map(PolicyEntry::new).collect(),
                }),
            },
        }
    }
}

impl<'r> PolicyEntry<'r> {
    fn new(policy: &'r CustomPolicy) -> Self {
        let condition = policy.condition.as_deref().map(|node| {
            // A mask can break the syntax; then the text is better than nothing.
            serde_json::from_str(node).unwrap_or_else(|_| node.into())
        });
        Self {
            domain: &policy.domain,
            entity_name: &policy.entity,
            action_set: &policy.actions,
            allow_conditions: condition.is_some(),
            resource_condition_node: condition,
        }
    }
}

impl<'r> BecauseEntry<'r> {
    fn new(call: &'r BecauseOf) -> Self {
        Self {
            method: &call.method,
            path: &call.path,
            requests: call.requests,
            last: call.last.map(|day| day.to_string()),
            failed: call.failed,
        }
    }
}

const EXISTING: &str = "existing";
const CUSTOM: &str = "custom";

fn schema_name(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "string", "const": SCHEMA})
}

fn confidence_words(_: &mut SchemaGenerator) -> Schema {
    words(&["none", "low", "medium", "high"])
}

fn kind_words(_: &mut SchemaGenerator) -> Schema {
    words(&[EXISTING, CUSTOM])
}
