//! The kinds of client, and which of them a client is.

/// The kinds of client that have rules of their own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ClientKind {
    /// Synchronises users from an identity provider.
    Scim,
    /// Genesys Cloud Embeddable Framework.
    Embeddable,
    /// An integration with Salesforce.
    Salesforce,
    /// An integration with Service Now.
    ServiceNow,
    /// A client of a third party.
    ThirdParty,
    /// A service without a user.
    Machine,
    /// An application that people sign in to.
    UserFacing,
    /// The export does not show it.
    #[default]
    Unknown,
}

impl ClientKind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Scim,
        Self::Embeddable,
        Self::Salesforce,
        Self::ServiceNow,
        Self::ThirdParty,
        Self::Machine,
        Self::UserFacing,
        Self::Unknown,
    ];

    /// The kind of this key.
    #[must_use]
    pub fn of_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }

    /// The name in reports and policies.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Scim => "SCIM",
            Self::Embeddable => "Embeddable Framework",
            Self::Salesforce => "Salesforce",
            Self::ServiceNow => "ServiceNow",
            Self::ThirdParty => "third-party",
            Self::Machine => "machine",
            Self::UserFacing => "user-facing",
            Self::Unknown => "unknown kind",
        }
    }

    /// The name in rule files and configuration.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Scim => "scim",
            Self::Embeddable => "embeddable",
            Self::Salesforce => "salesforce",
            Self::ServiceNow => "servicenow",
            Self::ThirdParty => "third-party",
            Self::Machine => "machine",
            Self::UserFacing => "user-facing",
            Self::Unknown => "unknown",
        }
    }
}

/// Several kinds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kinds(pub(super) u8);

impl Kinds {
    pub(super) fn add(&mut self, kind: ClientKind) {
        self.0 |= 1 << kind as u8;
    }

    pub(super) const fn has(self, kind: ClientKind) -> bool {
        self.0 & (1 << kind as u8) != 0
    }
}

/// The kinds of a client and the evidence. One fact never hides another: a client can be of several
/// kinds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KindOf {
    /// The first kind, for reports.
    pub kind: ClientKind,
    /// The evidence, for a message: in brackets or after "although".
    pub evidence: &'static str,
    /// The evidence is only a name, which may mislead: it may add findings and exempts nothing.
    pub is_guess: bool,
    /// The kinds with certain evidence.
    pub certain: Kinds,
    /// The kinds that only the name suggests.
    pub guessed: Kinds,
}
