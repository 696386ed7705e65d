//! What each client needs, by the calls that it made: scopes, permissions, roles, and how sure
//! that is.
//!
//! Invariant: pure, and defaults keep. A wrong removal breaks production, while a missed one costs
//! a review: what is not covered, not mapped or not declared is never called unused. Paths come
//! from the table of operations only, so that no concrete path can reach an output. Nothing here
//! runs without usage results.

mod calls;
mod confidence;
mod opaque;
mod operations;
mod permissions;
mod rights;
mod roles;
mod scopes;

pub use calls::{Call, Calls};
pub use opaque::Opaque;
pub use operations::{
    Callable, Operations, OperationsRef, READ_ONLY, built_in_table, parse_table, print_table,
    scope_covers, writes,
};
pub use permissions::PermissionNeeds;
pub use rights::Condition;
pub use roles::{Drop, HOME, Policy, Proposal, ProposedRole, RoleAdvice};
pub use scopes::{ScopeNeeds, scope_cost};

use crate::catalog::Confidence;
use crate::model::{Client, ClientUsage, GrantType, Organisation, Window};
use confidence::{Certainty, Evidence};
use jiff::civil::Date;
use permissions::Needs;
use rights::Rights;
use roles::Held;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// Analyses the clients of an organisation.
#[derive(Debug)]
pub struct Analyser<'o> {
    organisation: &'o Organisation<'o>,
    today: Date,
    operations: OperationsRef<'o>,
    /// Needed for clients with roles only.
    rights: OnceLock<Rights<'o>>,
}

/// What a client needs by its usage.
#[derive(Clone, Debug, Default)]
pub struct Analysis<'a> {
    /// The days that its results cover, if results cover it and they are known.
    pub window: Option<&'a Window>,
    /// A results file covers the client.
    pub is_covered: bool,
    /// How sure a recommendation is; `None` if nothing is called unused.
    pub confidence: Option<Confidence>,
    /// How sure a finding is, which the age of the table does not change.
    pub confidence_of_findings: Option<Confidence>,
    /// Why, one sentence each.
    pub reasons: Vec<String>,
    /// Its calls.
    pub calls: Calls<'a>,
    /// How many distinct operations that it used do not declare all permissions that they need.
    pub opaque: usize,
    /// Its scopes, if scopes apply to it and are known.
    pub scopes: ScopeNeeds,
    /// Calls that were answered without a scope that is held show that the organisation does not
    /// enforce scopes.
    pub shows_unenforced: bool,
    /// Its permissions, if roles apply to it and are known.
    pub permissions: PermissionNeeds<'a>,
    /// What to do with its roles.
    pub roles: RoleAdvice<'a>,
    /// The calls that are the reason for each scope and permission: positions in
    /// [`Calls::mapped`].
    pub because: BTreeMap<String, Vec<usize>>,
}

impl Analysis<'_> {
    /// Whether what no call needed is called unused.
    #[must_use]
    pub const fn is_judged(&self) -> bool {
        self.confidence_of_findings.is_some()
    }
}

/// What limits a client.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LimitedBy {
    Scopes,
    Roles,
    Unknown,
}

fn limited_by(client: &Client<'_>) -> LimitedBy {
    match client.grant() {
        Some(GrantType::ClientCredentials) => LimitedBy::Roles,
        Some(GrantType::Other) | None if !client.grants().is_empty() => LimitedBy::Roles,
        Some(GrantType::Other) | None => LimitedBy::Unknown,
        Some(_) => LimitedBy::Scopes,
    }
}

impl<'o> Analyser<'o> {
    /// An analyser of the clients of an organisation on a day.
    #[must_use]
    pub fn new(organisation: &'o Organisation<'o>, today: Date) -> Self {
        Self {
            organisation,
            today,
            operations: OperationsRef::for_organisation(organisation),
            rights: OnceLock::new(),
        }
    }

    /// The operations that calls are joined with.
    #[must_use]
    pub fn operations(&self) -> &Operations<'o> {
        &self.operations
    }

    /// The names of all permissions that an analysis can contain.
    pub fn permission_names(&self) -> impl Iterator<Item = &str> {
        self.rights().texts()
    }

    fn rights(&self) -> &Rights<'o> {
        self.rights
            .get_or_init(|| Rights::new(self.organisation, &self.operations))
    }

    /// What a client needs by its usage.
    #[must_use]
    pub fn analyse<'a>(&'a self, client: &'a Client<'a>) -> Analysis<'a> {
        let Some(usage) = self.organisation.usage_of(client) else {
            let mut analysis = self.unjudged(client);
            analysis.reasons = vec!["no usage results cover this client".to_owned()];
            return analysis;
        };
        let calls = Calls::new(usage, &self.operations);
        let mut analysis = match limited_by(client) {
            LimitedBy::Scopes => self.of_scopes(client, usage, calls),
            LimitedBy::Roles => self.of_roles(client, usage, calls),
            LimitedBy::Unknown => {
                let mut analysis = self.unjudged(client);
                analysis.reasons = vec![
                    "the grant type is unknown, so neither scopes nor roles are judged".into(),
                ];
                analysis.calls = calls;
                analysis
            }
        };
        analysis.is_covered = true;
        analysis.window = usage.window.as_ref();
        let used = analysis.calls.used();
        let opaque = used.filter(|call| Opaque::of_operation(call.operation).is_some());
        analysis.opaque = opaque.count();
        analysis
    }
}

/// So many operations are named in a reason.
const NAMED: usize = 3;

impl Analyser<'_> {
    /// The answer for a client about which nothing is known but what it holds.
    fn unjudged<'a>(&'a self, client: &'a Client<'a>) -> Analysis<'a> {
        let mut analysis = Analysis::default();
        match limited_by(client) {
            LimitedBy::Scopes => analysis.scopes.target = held_scopes(client),
            LimitedBy::Roles => {
                let rights = self.rights();
                let held = Held::new(client, self.organisation, rights);
                let mut needs = Needs::new(&held.roles, &Calls::default(), rights);
                needs.keep_all();
                analysis.permissions = needs.named(rights);
            }
            LimitedBy::Unknown => {}
        }
        analysis
    }

    fn certainty(
        &self,
        client: &Client<'_>,
        usage: &ClientUsage<'_>,
        calls: &Calls<'_>,
        unexplained: usize,
    ) -> Certainty {
        let organisation = self.organisation;
        Certainty::of_evidence(&Evidence {
            client,
            usage,
            calls,
            cadence: organisation.usage.as_ref().and_then(|usage| usage.cadence),
            today: self.today,
            table: self.operations.date,
            unexplained,
        })
    }

    fn of_scopes<'a>(
        &'a self,
        client: &'a Client<'a>,
        usage: &'a ClientUsage<'a>,
        calls: Calls<'a>,
    ) -> Analysis<'a> {
        let held = held_scopes(client);
        let mut certainty = if client.scopes.is_complete() {
            self.certainty(client, usage, &calls, 0)
        } else {
            Certainty::none("some of its scopes cannot be known")
        };
        let mut scopes = ScopeNeeds::new(&held, &calls, &self.operations);
        if scopes.bounded {
            certainty.reasons.push(
                "the search for the cheapest scopes was stopped early: its answer covers every call, and cheaper scopes may do".to_owned(),
            );
        }
        if !client.scopes.is_complete() {
            scopes.missing.clear();
        }
        let is_proof = |call: &Call<'_>| {
            call.statuses_known
                && !call.operation.scopes.is_empty()
                && !held.iter().any(|scope| scope_covers(scope, call.operation))
        };
        let is_before = |window: &Window| {
            let changed = client.date_modified.day().or(client.date_created.day());
            changed.is_some_and(|changed| changed < window.whole.start)
        };
        let shows_unenforced = client.scopes.is_complete()
            && usage.window.as_ref().is_some_and(is_before)
            && calls.used().any(is_proof);
        if certainty.of_findings.is_none() {
            scopes = scopes.keep_all(held);
        }
        let named: Vec<String> = scopes
            .target
            .iter()
            .chain(&scopes.missing)
            .cloned()
            .collect();
        let because = scopes::reasons(&named, &calls).into_iter();
        Analysis {
            because: because
                .map(|(scope, calls)| (scope.to_owned(), calls))
                .collect(),
            scopes,
            shows_unenforced,
            ..answer(certainty, calls)
        }
    }

    fn of_roles<'a>(
        &'a self,
        client: &'a Client<'a>,
        usage: &'a ClientUsage<'a>,
        calls: Calls<'a>,
    ) -> Analysis<'a> {
        let rights = self.rights();
        let held = Held::new(client, self.organisation, rights);
        let mut needs = Needs::new(&held.roles, &calls, rights);
        let unknown = unknown_roles(client, &held);
        let mut certainty = match unknown {
            None => self.certainty(client, usage, &calls, needs.unexplained_calls),
            Some(reason) => {
                // A role that is not known may give what the others lack.
                needs.unexplained.clear();
                Certainty::none(reason)
            }
        };
        let mut advice = RoleAdvice::default();
        let reasons = &mut certainty.reasons;
        reasons.extend(opaque_reasons(&calls));
        if certainty.of_findings.is_some() {
            advice = RoleAdvice::new(&held, &needs, rights);
            reasons.extend(role_reasons(&held, &needs, rights, &advice));
        } else {
            needs.keep_all();
        }
        let reasoned = needs.keep.iter().chain(&needs.unexplained);
        let because = reasoned.filter_map(|name| {
            let calls = needs.because.get(name)?;
            Some((rights.text(*name).to_owned(), calls.clone()))
        });
        Analysis {
            because: because.collect(),
            permissions: needs.named(rights),
            roles: advice,
            ..answer(certainty, calls)
        }
    }
}

/// An analysis that says only how sure it is.
fn answer(certainty: Certainty, calls: Calls<'_>) -> Analysis<'_> {
    let mut reasons = certainty.reasons;
    if calls.mapped.is_empty() && calls.unmapped() == 0 {
        reasons.push("the client made no request in the window".to_owned());
    }
    Analysis {
        confidence: certainty.of_advice,
        confidence_of_findings: certainty.of_findings,
        reasons,
        calls,
        ..Analysis::default()
    }
}

/// The scopes of a client in order, each once.
fn held_scopes(client: &Client<'_>) -> Vec<String> {
    let scopes = client.scopes.items().map(|item| item.value.trim());
    let scopes: BTreeSet<&str> = scopes.filter(|scope| !scope.is_empty()).collect();
    scopes.into_iter().map(str::to_owned).collect()
}

/// Why the permissions of a client are not all known, if they are not.
fn unknown_roles(client: &Client<'_>, held: &Held<'_, '_>) -> Option<String> {
    match &held.unknown[..] {
        _ if !client.knows_its_roles() => Some("some of its roles cannot be known".to_owned()),
        [] => None,
        [one] => Some(format!(
            "the permissions of the role {one} are not in the export"
        )),
        many => Some(format!(
            "the permissions of {} of its roles are not in the export",
            many.len()
        )),
    }
}

/// What the used operations do not declare.
fn opaque_reasons(calls: &Calls<'_>) -> Vec<String> {
    let opaque = calls.used().filter_map(|call| {
        let opaque = Opaque::of_operation(call.operation)?;
        let (method, path) = (&call.operation.method, &call.operation.path);
        Some(format!(
            "{method} {path} does not declare all permissions that it needs ({}), so permissions of {} are not judged",
            opaque.reason,
            opaque.domains()
        ))
    });
    let mut reasons: Vec<String> = opaque.collect();
    if reasons.len() > NAMED {
        let more = reasons.len() - NAMED;
        reasons.truncate(NAMED);
        reasons.push(format!(
            "{more} more operations do not declare all permissions that they need"
        ));
    }
    reasons
}

/// What limits the advice about roles.
fn role_reasons(
    held: &Held<'_, '_>,
    needs: &Needs,
    rights: &Rights<'_>,
    advice: &RoleAdvice<'_>,
) -> Vec<String> {
    let mut reasons = Vec::new();
    let removes_admin = || {
        let mut removable = needs.removable.iter();
        removable.any(|name| rights.text(*name).eq_ignore_ascii_case("admin"))
    };
    if needs.unexplained_calls > 0 && removes_admin() {
        reasons.push(
            "the general permission admin may be what allows these calls: test before it is removed"
                .to_owned(),
        );
    }
    if !needs.removable.is_empty() {
        if !held.divisions_known {
            reasons.push("a division cannot be known, so no role is proposed".to_owned());
        } else if roles::has_unstated(held, needs, rights) {
            reasons.push(
                "the export lacks the condition of a permission that stays (allowConditions without resourceConditionNode), so no role is proposed for it".to_owned(),
            );
        }
    }
    if advice.bounded {
        reasons.push(
            "the search for existing roles was stopped early: other roles may have less excess"
                .to_owned(),
        );
    }
    reasons
}
