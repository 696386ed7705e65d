//! What each client is and can do, for tables and matrices.
//!
//! Invariant: plain data, already masked; unknown and absent values are different. Built only
//! when a format needs it ([`crate::finding::Report::inventory`]).

use crate::text::{counted, digits, plural};
use jiff::civil::Date;
use std::borrow::Cow;

/// How much harm a role, or all roles of a client, can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RoleTier {
    /// Nothing that stands out.
    Ordinary,
    /// The export does not contain the role.
    Unknown,
    /// Reads or changes what is confidential.
    Sensitive,
    /// Can give itself or others more rights than it has.
    Escalating,
    /// Can change anything.
    Admin,
}

impl RoleTier {
    /// All of them, the worst first.
    pub const WORST_FIRST: [Self; 5] = [
        Self::Admin,
        Self::Escalating,
        Self::Sensitive,
        Self::Unknown,
        Self::Ordinary,
    ];

    /// The word in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ordinary => "ordinary",
            Self::Unknown => "unknown",
            Self::Sensitive => "sensitive",
            Self::Escalating => "escalating",
            Self::Admin => "admin",
        }
    }

    /// What it means.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Ordinary => "no permission that stands out",
            Self::Unknown => "the export does not contain the role",
            Self::Sensitive => "reads or changes what is confidential",
            Self::Escalating => "can give itself or others more rights",
            Self::Admin => "may change anything",
        }
    }
}

/// The effective tier of a client: what it can do at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// By its roles; `at_least` where some of them are not known.
    Roles {
        /// The worst of those that are known.
        tier: RoleTier,
        /// It may be worse.
        at_least: bool,
    },
    /// What the user who signs in can do, within the scopes.
    User,
    /// It holds no role, so it can do nothing.
    Nothing,
    /// The export does not contain it.
    Unknown,
}

impl Reach {
    /// The rank that orders clients: the higher, the more they can do.
    #[must_use]
    pub const fn rank(self) -> u8 {
        match self {
            Self::Nothing => 0,
            Self::User => 1,
            Self::Unknown => 2,
            Self::Roles { tier, .. } => 3 + tier as u8,
        }
    }

    /// The words in reports.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::Roles {
                tier,
                at_least: true,
            } if tier > RoleTier::Unknown => format!("at least {}", tier.name()),
            Self::Roles { tier, .. } => tier.name().to_owned(),
            Self::User => "as its user".to_owned(),
            Self::Nothing => "none".to_owned(),
            Self::Unknown => RoleTier::Unknown.name().to_owned(),
        }
    }

    /// The tier that it is shown with, if it is one of roles.
    #[must_use]
    pub const fn tier(self) -> Option<RoleTier> {
        match self {
            Self::Roles { tier, .. } => Some(tier),
            Self::Unknown => Some(RoleTier::Unknown),
            Self::User | Self::Nothing => None,
        }
    }
}

/// How many operations of the Platform API a client can call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CallableOperations {
    /// All of them.
    pub operations: usize,
    /// Those that write.
    pub writing: usize,
    /// It may be able to call more: some of its rights are not known.
    pub at_least: bool,
}

impl CallableOperations {
    /// The words in reports: `134 operations, 61 write`.
    #[must_use]
    pub fn words(self) -> String {
        let at_least = if self.at_least { "at least " } else { "" };
        let write = plural(self.writing, "writes", "write");
        let operations = counted(self.operations, "operation");
        format!("{at_least}{operations}, {} {write}", digits(self.writing))
    }
}

/// What usage results say about a client that they cover.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UsageProfile {
    /// The last day on which it can have made a request, if there is one and the results tell.
    pub last_use: Option<Date>,
    /// The results contain no request of it.
    pub has_no_request: bool,
    /// Requests in the last 90 days of the results, if they cover so many.
    pub requests: Option<u64>,
    /// Scopes that no call needed, if that is judged.
    pub unused_scopes: Option<PartOf>,
    /// Permissions that no call needed, if that is judged.
    pub unused_permissions: Option<PartOf>,
}

/// So many of all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PartOf {
    /// How many.
    pub some: usize,
    /// Of how many.
    pub all: usize,
}

impl PartOf {
    /// The words in reports: `3 of 12`.
    #[must_use]
    pub fn words(self) -> String {
        format!("{} of {}", digits(self.some), digits(self.all))
    }
}

/// A value of an export, as reports show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact<T> {
    /// It is there.
    Known(T),
    /// It is not there.
    Absent,
    /// It may be there.
    Unknown,
}

impl<T> Fact<T> {
    /// The value, if it is known.
    pub const fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            _ => None,
        }
    }
}

/// Several values, perhaps with others that cannot be known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed<T> {
    /// Those that are known, in the order of the export.
    pub items: Vec<T>,
    /// Whether they are all.
    pub complete: bool,
}

/// Where a client holds a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Extent {
    /// In every division, including future ones.
    All,
    /// In the home division, by default.
    Home,
    /// In a division: its position in [`OrganisationFacts::divisions`].
    In(u32),
    /// No division is named.
    Unstated,
    /// In a division that the export does not name.
    Unknown,
}

/// A role that a client holds, with its divisions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding<'s> {
    /// The role's id.
    pub id: Cow<'s, str>,
    /// Its name, or its id if the export lacks the role.
    pub label: Cow<'s, str>,
    /// Its tier.
    pub tier: RoleTier,
    /// The divisions, in order, each once.
    pub extents: Vec<Extent>,
}

/// What one client is and can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile<'s> {
    /// The position of its organisation in [`Inventory::organisations`].
    pub organisation: u32,
    /// `active`, `inactive` or `disabled`.
    pub state: Fact<Cow<'s, str>>,
    /// Its effective tier.
    pub reach: Reach,
    /// Its scopes.
    pub scopes: Listed<Cow<'s, str>>,
    /// Its roles, in the order of the export.
    pub holdings: Listed<Holding<'s>>,
    /// Seconds that a token lives.
    pub lifetime: Fact<i64>,
    /// Where it redirects to, each host once: `host` for https, `scheme://host` for all else.
    pub hosts: Listed<String>,
    /// Its redirect URIs in full, in the order of the export.
    pub redirect_uris: Listed<Cow<'s, str>>,
    /// Its description, in one line.
    pub description: Option<String>,
    /// Who answers for it: the words after a label such as `Owner:` in its description, else the
    /// user who made it, if the input has the users.
    pub owner: Option<String>,
    /// The user who made it: the name if the input has the users, else the id.
    pub creator: Option<String>,
    /// The user who last changed it, likewise.
    pub modifier: Option<String>,
    /// When it was made.
    pub created: Option<Date>,
    /// When it was last changed.
    pub modified: Option<Date>,
    /// The operations that it can call, if its grant type shows what limits it.
    pub callable: Option<CallableOperations>,
    /// Its usage, if usage results cover it.
    pub usage: Option<UsageProfile>,
}

/// A division as reports name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DivisionFacts<'s> {
    /// Its id.
    pub id: Cow<'s, str>,
    /// Its name, or its id if the export lacks the division.
    pub label: Cow<'s, str>,
    /// It is the home division.
    pub is_home: bool,
}

/// The names that profiles of an organisation refer to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganisationFacts<'s> {
    /// What reports call it.
    pub label: String,
    /// Its divisions: the home division, then by name.
    pub divisions: Vec<DivisionFacts<'s>>,
    /// Its roles were exported, so roles have names and tiers.
    pub roles_given: bool,
    /// Its divisions were exported, so they have names.
    pub divisions_given: bool,
}

/// All profiles of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inventory<'s> {
    /// The organisations, in the order of their directories.
    pub organisations: Vec<OrganisationFacts<'s>>,
    /// The clients, as [`crate::finding::Report::clients`] counts them.
    pub profiles: Vec<Profile<'s>>,
}
