//! What to keep and what to remove of the rights of each client, by its usage.
//!
//! Invariant: plain data, already masked and sorted. Ids of users and concrete paths are not in
//! it. Built only when it is asked for ([`crate::finding::Report::recommendations`]).

use crate::catalog::Confidence;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// The recommendations of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recommendations {
    /// The organisations, in the order of their directories.
    pub organisations: Vec<UsageFacts>,
    /// One for each client, as [`crate::finding::Report::clients`] counts them.
    pub clients: Vec<Recommendation>,
}

/// What the recommendations of an organisation are based on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UsageFacts {
    /// What reports call the organisation.
    pub label: String,
    /// The day of the table of operations; `None` for a description among the inputs.
    pub table: Option<Date>,
    /// How many operations it lists.
    pub operations: usize,
    /// How many calls it does not list, each counted once for each client.
    pub unmapped: usize,
    /// Calls worked without their scope, so the organisation does not enforce scopes.
    pub shows_unenforced: bool,
}

/// What to keep and what to remove of the rights of a client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recommendation {
    /// The days that the results cover, if they are known.
    pub window: Option<UsageWindow>,
    /// How sure it is; `None` if nothing is called unused.
    pub confidence: Option<Confidence>,
    /// Why, one sentence each.
    pub reasons: Vec<String>,
    /// How many distinct operations it called.
    pub calls: CallCounts,
    /// Its scopes.
    pub scopes: ScopeLists,
    /// Its permissions.
    pub permissions: PermissionLists,
    /// Its roles.
    pub roles: RoleLists,
    /// The calls that are the reason for each scope and permission.
    pub because: BTreeMap<String, Vec<BecauseOf>>,
}

/// The days that results cover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageWindow {
    /// The first day.
    pub start: Date,
    /// The day after the last.
    pub end: Date,
    /// How many days are covered.
    pub days: i64,
    /// The days between that no result covers: the first, and the day after the last.
    pub gaps: Vec<(Date, Date)>,
}

/// How many distinct operations a client called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CallCounts {
    /// Those that were answered.
    pub used: usize,
    /// Those that were only refused or failed.
    pub attempted: usize,
    /// Calls that the table of operations does not list.
    pub unmapped: usize,
    /// Those of the used ones that do not declare all permissions that they need.
    pub opaque: usize,
}

/// What becomes of scopes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScopeLists {
    /// The scopes that are enough.
    pub target: Vec<String>,
    /// Held scopes of which the form that only reads is enough.
    pub downgrade: Vec<String>,
    /// Held scopes that no call needs.
    pub remove: Vec<String>,
    /// Scopes of the target that only calls need that were refused or failed.
    pub only_failing: Vec<String>,
    /// Scopes that calls need and the client does not hold.
    pub missing: Vec<String>,
}

/// What becomes of permissions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PermissionLists {
    /// A call needed it.
    pub certain: Vec<String>,
    /// A call needed one of several that are held.
    pub one_of: Vec<String>,
    /// A call that failed, or that does not declare its permissions, may need it.
    pub possible: Vec<String>,
    /// All that stay.
    pub keep: Vec<String>,
    /// Held, and no call needed it.
    pub removable: Vec<String>,
    /// Not held, and a call that was answered declares it.
    pub unexplained: Vec<String>,
}

/// What becomes of roles.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoleLists {
    /// Roles that can be dropped.
    pub drop: Vec<DroppedRole>,
    /// Roles to hold instead of all that are held.
    pub proposals: Vec<RoleProposal>,
}

/// A role as reports name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleName {
    /// Its id.
    pub id: String,
    /// Its name, or its id if it has none.
    pub name: String,
}

/// A division as recommendations name it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DivisionName {
    /// Its id; `*` for all divisions, `home` for the home division if its id is unknown.
    pub id: String,
    /// Its name, or words instead.
    pub name: String,
}

/// A role that can be dropped in some divisions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DroppedRole {
    /// The role.
    pub role: RoleName,
    /// The divisions.
    pub divisions: Vec<DivisionName>,
    /// No call needed any of its permissions.
    pub unused: bool,
}

/// Roles for one set of divisions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleProposal {
    /// The divisions.
    pub divisions: Vec<DivisionName>,
    /// The roles.
    pub kind: ProposalKind,
}

/// Where proposed roles come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProposalKind {
    /// They exist: each with what it gives beyond what stays.
    Existing(Vec<(RoleName, Vec<String>)>),
    /// A role to create.
    Custom(CustomRole),
}

/// A role to create, with exactly what stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomRole {
    /// Its name.
    pub name: String,
    /// General permissions.
    pub permissions: Vec<String>,
    /// All others.
    pub policies: Vec<CustomPolicy>,
}

/// Actions on an entity, as roles list them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomPolicy {
    /// The domain.
    pub domain: String,
    /// The entity.
    pub entity: String,
    /// The actions.
    pub actions: Vec<String>,
    /// The condition as JSON, if there is one.
    pub condition: Option<String>,
}

/// A call that is the reason for a right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BecauseOf {
    /// The HTTP method.
    pub method: String,
    /// The path of the operation, a template.
    pub path: String,
    /// How many requests.
    pub requests: u64,
    /// The date of the last row.
    pub last: Option<Date>,
    /// All of them were refused or failed.
    pub failed: bool,
}
