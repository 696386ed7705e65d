//! The result of an audit: findings, problems, rules that were not judged, and the report.
//!
//! Invariant: immutable once made. A report holds everything that a format can render; a format
//! adds nothing and leaves nothing out.

mod account;
mod census;
mod fingerprint;
mod identity;
mod inputs;
mod inventory;
mod names;
mod plan;
mod problem;
mod recommendation;
mod report;
mod target;

pub use account::{
    Accepted, BaselineFacts, Covered, Gone, Notice, NoticeKind, Suppressed, Undecided, Worse,
};
pub use census::{Census, Decision, OpenClients};
pub use fingerprint::Fingerprint;
pub use identity::{Identity, Roots};
pub use inputs::{
    ConfigurationChange, ConfigurationFacts, MissingInput, SkipReason, SkippedFile, UnknownValues,
    Waived, WaivedBy,
};
pub use inventory::{
    CallableOperations, DivisionFacts, Extent, Fact, Holding, Inventory, Listed, OrganisationFacts,
    PartOf, Profile, Reach, RoleTier, UsageProfile,
};
pub use names::Names;
pub use plan::{Access, FieldChange, Left, NamedRole, NotPlanned, Plan, PlanValue, Step};
pub use problem::{Consequence, Problem, ProblemKind};
pub use recommendation::{
    BecauseOf, CallCounts, CustomPolicy, CustomRole, DivisionName, DroppedRole, PermissionLists,
    ProposalKind, Recommendation, Recommendations, RoleLists, RoleName, RoleProposal, ScopeLists,
    UsageFacts, UsageWindow,
};
pub use report::{
    AUTHORISED_APPLICATION, ClientFacts, Input, NotJudged, Owner, OwnerSource, Report,
    ReportVerdict, Selection, Summary, TEXT_MARK,
};
pub use target::{Evidence, FindingTarget};

pub use crate::catalog::{EXPORT_CLIENTS, LIST_CLIENTS, NeededInput};
pub use crate::model::{Action, Change, Remedy, RemedyClass, Shown};

use crate::catalog::{Confidence, Rule, Severity};
use crate::text::{Origin, Place, SecretValue};
use jiff::civil::Date;

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingSubject {
    /// A client, as its position in [`Report::clients`].
    Client(u32),
    /// An authorised application or a credential, as its position in [`Report::others`].
    Other(u32),
}

impl FindingSubject {
    /// The client or other object that it names.
    #[must_use]
    pub fn of<'r, 's>(
        self,
        clients: &'r [ClientFacts<'s>],
        others: &'r [ClientFacts<'s>],
    ) -> Option<&'r ClientFacts<'s>> {
        match self {
            Self::Client(index) => clients.get(index as usize),
            Self::Other(index) => others.get(index as usize),
        }
    }
}

/// A fault at its place.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule that found it.
    pub rule: &'static Rule,
    /// How bad: the rule's severity unless the check or the policy changes it.
    pub severity: Severity,
    /// How sure: the rule's confidence unless the check changes it.
    pub confidence: Confidence,
    /// What it is about.
    pub subject: FindingSubject,
    /// The place of the faulty value.
    pub place: Place,
    /// The field in the names of the export, such as `registeredRedirectUri[0]`; empty for
    /// the client as a whole.
    pub field: String,
    /// What is wrong.
    pub message: String,
    /// What to set instead.
    pub fix: String,
    /// What to set instead, as data.
    pub remedy: Remedy,
    /// Places that explain it.
    pub related: Vec<Related>,
    /// The field in Platform API names with list items by value, such as
    /// `registeredRedirectUri[http://a/]`: the same in every export and order.
    pub identity: String,
    /// Its subject within the client, as data.
    pub target: FindingTarget,
    /// The list item that it is about, if it is about one; to be compared, not shown.
    pub item: Option<SecretValue>,
    /// What the next run recognises it by.
    pub fingerprint: Fingerprint,
    /// Its fingerprints under other identities of its client, role or division, such as a
    /// Terraform address next to an id.
    pub aliases: Vec<Fingerprint>,
    /// Its fingerprints by Terraform address without the root, for runs that have one root.
    pub rootless: Vec<Fingerprint>,
    /// The fingerprints of the findings that it represents, if it represents those that are counted
    /// and not listed.
    pub more: Vec<Fingerprint>,
    /// What makes it as bad as it is.
    pub evidence: Evidence,
    /// When the baseline first saw it, if it did.
    pub first_seen: Option<Date>,
    /// Set if the baseline knew it in a milder form: it counts again.
    pub worse: Option<Worse>,
    /// The acceptance that names it and is not valid, if there is one. The finding counts
    /// then, even if the baseline knows it.
    pub lapsed: Option<Origin>,
}

impl Finding {
    /// How many findings it counts as: those that it represents, or one.
    #[must_use]
    pub fn count(&self) -> usize {
        self.more.len().max(1)
    }

    /// Whether it represents findings that are not listed.
    #[must_use]
    pub const fn is_unlisted(&self) -> bool {
        !self.more.is_empty()
    }
}

/// A place that explains a finding.
#[derive(Clone, Debug)]
pub struct Related {
    /// Where.
    pub place: Place,
    /// What it is.
    pub text: String,
}
