//! The inputs of an audit, and the command that obtains each.
//!
//! Invariant: the only source of these commands; every text that shows one is made from it. This
//! file also serves the build script, so it depends on nothing.

/// A listing that an audit can need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NeededInput {
    /// The OAuth clients.
    Clients,
    /// The roles with their permissions.
    Roles,
    /// The divisions.
    Divisions,
    /// The users.
    Users,
    /// The authorised applications.
    Authorisations,
    /// The catalogue of permissions.
    Permissions,
    /// The API calls that clients made.
    Usage,
    /// What the policy allows.
    Policy,
}

impl NeededInput {
    /// All of them, in their order.
    pub const ALL: [Self; 8] = [
        Self::Clients,
        Self::Roles,
        Self::Divisions,
        Self::Users,
        Self::Authorisations,
        Self::Permissions,
        Self::Usage,
        Self::Policy,
    ];

    /// The word in options, configuration and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Clients => "clients",
            Self::Roles => "roles",
            Self::Divisions => "divisions",
            Self::Users => "users",
            Self::Authorisations => "authorisations",
            Self::Permissions => "permissions",
            Self::Usage => "usage",
            Self::Policy => "policy",
        }
    }

    /// The input with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|input| input.name() == name)
    }

    /// The file that a report calls it by, such as `roles.json`.
    #[must_use]
    pub fn file(self) -> &'static str {
        let (_, file) = self.command().rsplit_once(" > ").unwrap_or_default();
        if file.is_empty() {
            "grantlint.toml"
        } else {
            file
        }
    }

    /// The command that obtains it; `gc` is the command line of Genesys Cloud.
    #[must_use]
    pub const fn command(self) -> &'static str {
        match self {
            Self::Clients => "gc oauth clients list -a > clients.json",
            Self::Roles => {
                "gc authorization roles list -a --pageSize 100 --userCount=false > roles.json"
            }
            Self::Divisions => "gc authorization divisions list -a --pageSize 100 > divisions.json",
            Self::Users => "gc users list -a --pageSize 100 > users.json",
            Self::Authorisations => "gc oauth authorizations list > authorisations.json",
            Self::Permissions => "gc authorization permissions list -a > permissions.json",
            Self::Usage => {
                "gc usage query create -f usage.query.json; gc usage query results get ID > usage.json"
            }
            Self::Policy => "grantlint init",
        }
    }
}

/// The command that obtains the clients.
pub const EXPORT_CLIENTS: &str = NeededInput::Clients.command();

/// The command that prints the clients.
pub const LIST_CLIENTS: &str = EXPORT_CLIENTS
    .split_at(EXPORT_CLIENTS.len() - " > clients.json".len())
    .0;

/// How to obtain values that Terraform's files leave open.
pub const OPEN_VALUES: &str = "terraform show -json plan.out > plan.json, and for dates and people gc oauth clients list -a > clients.json";
