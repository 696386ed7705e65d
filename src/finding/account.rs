//! Accepted and known findings, and notices about the policy itself.

use super::{Finding, Fingerprint};
use crate::catalog::Severity;
use crate::text::Origin;
use jiff::civil::Date;

/// An accepted risk, as reports show it. Its texts are masked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The rule.
    pub rule: String,
    /// The client, as the entry names it.
    pub client: String,
    /// The field, if it is about one.
    pub field: Option<String>,
    /// The value, if it is about one.
    pub value: Option<String>,
    /// Why.
    pub reason: String,
    /// The owner of the risk; a comment can leave it out.
    pub owner: Option<String>,
    /// The second person who decided it, if the entry names one.
    pub approver: Option<String>,
    /// The last day on which it is valid.
    pub until: Option<Date>,
    /// How many days are left.
    pub days_left: Option<i32>,
    /// Where it was decided.
    pub ticket: Option<String>,
    /// The place of the entry.
    pub origin: Origin,
    /// It is a comment next to the value, not an entry of the policy.
    pub in_source: bool,
}

/// A finding that an acceptance suppresses.
#[derive(Clone, Debug)]
pub struct Suppressed {
    /// The finding.
    pub finding: Finding,
    /// Why it does not count.
    pub accepted: Accepted,
}

/// A finding that is dropped in favour of stronger ones.
#[derive(Clone, Debug)]
pub struct Covered {
    /// The finding.
    pub finding: Finding,
    /// The fingerprints of those that remain instead.
    pub by: Vec<Fingerprint>,
}

/// How the run compares with the baseline.
#[derive(Clone, Debug, Default)]
pub struct BaselineFacts {
    /// Its path.
    pub path: String,
    /// Entries that no longer occur. Empty if the run is not complete.
    pub fixed: Vec<Gone>,
    /// Entries that this run cannot confirm or clear, each with its cause.
    pub undecided: Vec<Undecided>,
}

/// An entry of the baseline that this run can neither confirm nor clear. It counts as open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undecided {
    /// The entry.
    pub entry: Gone,
    /// Why, such as `roles.json is missing`.
    pub cause: String,
}

/// How a finding became worse than the baseline knew it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worse {
    /// When the baseline first saw it.
    pub since: Date,
    /// How severe it was then.
    pub severity_then: Severity,
    /// What became worse, such as `known since 2026-01-31 as low, now critical`.
    pub reason: String,
}

/// An entry of the baseline that no longer occurs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gone {
    /// Its fingerprint.
    pub fingerprint: String,
    /// Its rule.
    pub rule: String,
    /// Its client, as `id:..`, `address:..` or `name:..`.
    pub client: String,
    /// The client's name.
    pub name: String,
    /// Its field.
    pub field: String,
    /// How severe it was.
    pub severity: Severity,
    /// When it was first seen.
    pub first_seen: Date,
}

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoticeKind {
    /// An acceptance has expired, and its findings count again.
    ExceptionExpired,
    /// An acceptance expires soon.
    ExceptionExpiring,
    /// An acceptance suppresses nothing.
    ExceptionUnused,
    /// Entries of the baseline no longer occur.
    BaselineFixed,
    /// A Terraform module was not read, and a partial audit does not need it.
    MissingModule,
    /// A value was read although its type is another.
    Coerced,
    /// Roles, divisions or users were read, and there are no clients.
    WithoutClients,
    /// Usage of clients was read that are not among the exported ones.
    UsageOfOthers,
    /// A comment in an export asks to accept a finding.
    CommentIgnored,
}

impl NoticeKind {
    /// The word in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ExceptionExpired => "exception-expired",
            Self::ExceptionExpiring => "exception-expiring",
            Self::ExceptionUnused => "exception-unused",
            Self::BaselineFixed => "baseline-fixed",
            Self::MissingModule => "missing-module",
            Self::Coerced => "coerced",
            Self::WithoutClients => "without-clients",
            Self::UsageOfOthers => "usage-of-others",
            Self::CommentIgnored => "comment-ignored",
        }
    }
}

/// A notice about the policy itself. At or above the gate it fails like a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What it is about.
    pub kind: NoticeKind,
    /// How severe.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub remedy: String,
    /// Where in the policy.
    pub origin: Option<Origin>,
}
