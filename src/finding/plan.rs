//! What to change in the platform, client by client.
//!
//! Invariant: plain data, already masked. A step contains the new value of each field that changes
//! and nothing else; a field of which a part is masked is not in any step.

use super::{Finding, FindingSubject, Fingerprint};
use crate::model::RemedyClass;
use crate::text::Place;
use std::collections::BTreeSet;

/// A plan for the clients of a report.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// One step for each client that changes.
    pub steps: Vec<Step>,
    /// Open findings that no step clears.
    pub left: Vec<Left>,
    /// What the rules report before precedence: the subject, the rule and the field.
    pub raised: BTreeSet<(FindingSubject, &'static str, String)>,
    /// What each client can do.
    pub access: Vec<Access>,
    /// Findings whose changes would bring about another finding, or not clear them, with their class.
    pub unproven: Vec<(Fingerprint, RemedyClass)>,
}

/// What a client can do, as far as remedies change it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// Where the client begins.
    pub place: Place,
    /// The fields and their values; none for a value that is not known.
    pub fields: Vec<(&'static str, Option<PlanValue>)>,
}

/// The changes of a client.
#[derive(Clone, Debug)]
pub struct Step {
    /// The client, as its position in [`super::Report::clients`].
    pub client: u32,
    /// What it may do without a decision.
    pub class: RemedyClass,
    /// The findings that it clears.
    pub reasons: Vec<Finding>,
    /// The fields that change, in Platform API names.
    pub fields: Vec<FieldChange>,
    /// Every role of the client before the change: who edits a client must hold them.
    pub roles: Vec<NamedRole>,
}

/// The change of a field.
#[derive(Clone, Debug)]
pub struct FieldChange {
    /// Its name in the Platform API.
    pub field: &'static str,
    /// Its value in the export.
    pub before: PlanValue,
    /// Its new value.
    pub after: PlanValue,
    /// The entries of the old value that are masked, such as `registeredRedirectUri[1]`.
    pub masked: Vec<String>,
}

/// A value of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlanValue {
    /// It is not set.
    Unset,
    /// A number, such as seconds.
    Number(i64),
    /// A text.
    Text(String),
    /// Texts.
    Texts(Vec<String>),
    /// Ids of roles, each with the id of its division if it has one.
    Grants(Vec<(String, Option<String>)>),
}

/// A role of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedRole {
    /// Its id.
    pub id: String,
    /// Its name, if the export has the role.
    pub name: Option<String>,
}

/// A finding that no step clears.
#[derive(Clone, Debug)]
pub struct Left {
    /// The finding.
    pub finding: Finding,
    /// The reason.
    pub reason: NotPlanned,
}

/// Why a finding is in no step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotPlanned {
    /// It needs a decision, or an action elsewhere.
    Manual,
    /// The client belongs to a third party.
    ThirdParty,
    /// Terraform sets the client.
    Terraform,
    /// The export does not contain the id of the client.
    WithoutId,
    /// The new value would contain a masked part, or one that the export lacks.
    Hidden,
    /// The subject is not a client.
    NotClient,
}

impl NotPlanned {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Manual,
        Self::ThirdParty,
        Self::Terraform,
        Self::WithoutId,
        Self::Hidden,
        Self::NotClient,
    ];

    /// The name in plans.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::ThirdParty => "third-party",
            Self::Terraform => "terraform",
            Self::WithoutId => "without-id",
            Self::Hidden => "hidden",
            Self::NotClient => "not-a-client",
        }
    }

    /// The reason in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Manual => "needs a decision",
            Self::ThirdParty => "the client belongs to a third party",
            Self::Terraform => "Terraform sets this client: change its code",
            Self::WithoutId => "the export does not contain the client's id",
            Self::Hidden => "the new value contains a part that is masked or not in the export",
            Self::NotClient => "is not about a client",
        }
    }
}
