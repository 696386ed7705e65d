//! `grantlint-plan/1`: the plan for programs.
//!
//! Invariant: the structures here are the contract, and its JSON Schema is derived from them.
//! Fields are added, never changed.

use crate::finding::{
    FieldChange, Finding, Fingerprint, Left, NamedRole, NotPlanned, PlanValue, RemedyClass, Report,
    Step,
};
use crate::report::json::{Tool, schema_of, severity, words};
use crate::report::{shared, stream};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::io::{self, Write};

/// The name of this plan schema.
pub const SCHEMA: &str = "grantlint-plan/1";

/// Writes the plan, one step a line.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    stream::write(&Document::new(report), 2, out)
}

/// The JSON Schema of a plan.
#[must_use]
pub fn schema() -> Value {
    schema_of::<Document<'_>>()
}

/// What to change in the platform. For each step: fetch the live client, compare it with `expect`,
/// merge `patch` into it and write it back.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "grantlint-plan/1")]
struct Document<'r> {
    /// The schema of this plan.
    #[schemars(schema_with = "schema_name")]
    schema: &'static str,
    /// The program that wrote it.
    tool: Tool,
    /// The day of the audit, `YYYY-MM-DD`.
    date: String,
    /// Whether rules or exports were left out on purpose.
    partial: bool,
    /// One step for each client that changes.
    steps: Vec<StepEntry<'r>>,
    /// Open findings that no step clears.
    not_planned: Vec<LeftEntry<'r>>,
}

/// The changes of a client.
#[derive(Serialize, JsonSchema)]
struct StepEntry<'r> {
    /// The client.
    client: ClientEntry<'r>,
    /// `safe`: the platform behaves the same. `unsafe`: it narrows what the client can do.
    #[schemars(schema_with = "class")]
    class: &'static str,
    /// The findings that it clears.
    reasons: Vec<ReasonEntry<'r>>,
    /// The new value of each field that changes, in Platform API names, and nothing else.
    #[schemars(with = "Map<String, Value>")]
    patch: Map<String, Value>,
    /// The exported values of these fields: a live client that differs has changed since.
    #[schemars(with = "Map<String, Value>")]
    expect: Map<String, Value>,
    /// Entries of `expect` that are masked, so that they cannot be compared or restored.
    masked: Vec<&'r str>,
    /// What the account needs that makes the change.
    needs: Needs<'r>,
    /// The old values of the changed fields, but for fields with masked entries.
    #[schemars(with = "Map<String, Value>")]
    undo: Map<String, Value>,
}

/// A client.
#[derive(Serialize, JsonSchema)]
struct ClientEntry<'r> {
    /// Its id.
    id: Option<&'r str>,
    /// Its name.
    name: Option<&'r str>,
    /// Its organisation.
    organisation: &'r str,
}

/// A finding.
#[derive(Serialize, JsonSchema)]
struct ReasonEntry<'r> {
    /// The rule that found it.
    rule: &'r str,
    /// How bad.
    #[schemars(schema_with = "severity")]
    severity: &'static str,
    /// What is wrong.
    message: &'r str,
    /// The field in the names of the export; empty for the client as a whole.
    field: &'r str,
    /// Its identity across runs: 32 hexadecimal digits.
    #[serde(serialize_with = "stream::displayed")]
    #[schemars(schema_with = "fingerprint")]
    fingerprint: Fingerprint,
}

/// What the account needs that makes a change.
#[derive(Serialize, JsonSchema)]
struct Needs<'r> {
    /// Permissions.
    permissions: [&'static str; 1],
    /// Every role of the client: an account can only edit a client whose roles it holds.
    roles: Vec<RoleEntry<'r>>,
}

/// A role.
#[derive(Serialize, JsonSchema)]
struct RoleEntry<'r> {
    /// Its id.
    id: &'r str,
    /// Its name, if the export has the role.
    name: Option<&'r str>,
}

/// A finding that no step clears.
#[derive(Serialize, JsonSchema)]
struct LeftEntry<'r> {
    /// The client or other subject.
    client: ClientEntry<'r>,
    /// The finding.
    #[serde(flatten)]
    finding: ReasonEntry<'r>,
    /// The reason.
    #[schemars(schema_with = "reason")]
    reason: &'static str,
    /// How to fix it.
    fix: &'r str,
}

impl<'r> Document<'r> {
    fn new(report: &'r Report<'_>) -> Self {
        let plan = report.plan.iter();
        let (steps, left) = plan.fold((Vec::new(), Vec::new()), |(mut steps, mut left), plan| {
            steps.extend(plan.steps.iter().map(|step| StepEntry::new(report, step)));
            left.extend(plan.left.iter().map(|entry| LeftEntry::new(report, entry)));
            (steps, left)
        });
        Self {
            schema: SCHEMA,
            tool: Tool::OURS,
            date: report.today.to_string(),
            partial: report.partial,
            steps,
            not_planned: left,
        }
    }
}

impl<'r> StepEntry<'r> {
    fn new(report: &'r Report<'_>, step: &'r Step) -> Self {
        let value = |get: fn(&FieldChange) -> &PlanValue| {
            let fields = step.fields.iter();
            let entries = fields.map(|field| (field.field.to_owned(), json_value(get(field))));
            entries.collect::<Map<_, _>>()
        };
        let expect = value(|field| &field.before);
        let is_masked = |name: &str| {
            let mut fields = step.fields.iter();
            fields.any(|field| field.field == name && !field.masked.is_empty())
        };
        let undo = expect.iter().filter(|(name, _)| !is_masked(name));
        let fields = step.fields.iter();
        Self {
            client: ClientEntry::new(report, step.client),
            class: step.class.name(),
            reasons: step.reasons.iter().map(ReasonEntry::new).collect(),
            patch: value(|field| &field.after),
            undo: undo
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
            expect,
            masked: fields
                .flat_map(|field| field.masked.iter().map(String::as_str))
                .collect(),
            needs: Needs {
                permissions: ["oauth:client:edit"],
                roles: step.roles.iter().map(RoleEntry::new).collect(),
            },
        }
    }
}

impl<'r> ClientEntry<'r> {
    fn new(report: &'r Report<'_>, position: u32) -> Self {
        let client = report.clients.get(position as usize);
        Self {
            id: client.and_then(|client| client.id.as_deref()),
            name: client.and_then(|client| client.name.as_deref()),
            organisation: client.map_or("", |client| &client.organisation),
        }
    }
}

impl<'r> ReasonEntry<'r> {
    fn new(finding: &'r Finding) -> Self {
        Self {
            rule: &finding.rule.id,
            severity: finding.severity.name(),
            message: &finding.message,
            field: &finding.field,
            fingerprint: finding.fingerprint,
        }
    }
}

impl<'r> RoleEntry<'r> {
    fn new(role: &'r NamedRole) -> Self {
        Self {
            id: &role.id,
            name: role.name.as_deref(),
        }
    }
}

impl<'r> LeftEntry<'r> {
    fn new(report: &'r Report<'_>, left: &'r Left) -> Self {
        let client = shared::client(report, &left.finding);
        Self {
            client: ClientEntry {
                id: client.and_then(|client| client.id.as_deref()),
                name: client.and_then(|client| client.name.as_deref()),
                organisation: client.map_or("", |client| &client.organisation),
            },
            finding: ReasonEntry::new(&left.finding),
            reason: left.reason.name(),
            fix: &left.finding.fix,
        }
    }
}

/// A value as the Platform API writes it.
pub(super) fn json_value(value: &PlanValue) -> Value {
    match value {
        PlanValue::Unset => Value::Null,
        PlanValue::Number(number) => json!(number),
        PlanValue::Text(text) => json!(text),
        PlanValue::Texts(texts) => json!(texts),
        PlanValue::Grants(grants) => {
            let grants = grants.iter().map(|(role, division)| match division {
                Some(division) => json!({"roleId": role, "divisionId": division}),
                None => json!({"roleId": role}),
            });
            grants.collect()
        }
    }
}

fn schema_name(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "string", "const": SCHEMA})
}

fn class(_: &mut SchemaGenerator) -> Schema {
    words(&[RemedyClass::Safe, RemedyClass::Unsafe].map(RemedyClass::name))
}

fn reason(_: &mut SchemaGenerator) -> Schema {
    words(&NotPlanned::ALL.map(NotPlanned::name))
}

fn fingerprint(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "string", "pattern": "^[0-9a-f]{32}$"})
}
