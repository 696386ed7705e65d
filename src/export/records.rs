//! What texts say about one organisation, a list for each kind.

use super::{UsageQuery, UsageResults};
use crate::model::{
    Authorisation, Clients, Credential, Division, Field, Permission, Role, RoleGrant, Text, User,
};

/// All grants of a subject, which can be a client.
#[derive(Clone, Debug, Default)]
pub struct GrantSubject<'a> {
    /// Its id: the client's.
    pub id: Text<'a>,
    /// Its roles, each in a division.
    pub grants: Vec<Field<RoleGrant<'a>>>,
}

/// The records of a text or of an organisation, each list in order. A new kind is added here, and
/// the compiler leads to what takes the records apart.
#[derive(Debug, Default)]
pub struct Records<'a> {
    /// Clients.
    pub clients: Clients<'a>,
    /// Roles.
    pub roles: Vec<Role<'a>>,
    /// Divisions.
    pub divisions: Vec<Division<'a>>,
    /// Names of scopes.
    pub scopes: Vec<Text<'a>>,
    /// Users.
    pub users: Vec<User<'a>>,
    /// The name of the organisation.
    pub name: Option<Text<'a>>,
    /// Permissions of the platform's catalogue.
    pub permissions: Vec<Permission<'a>>,
    /// Applications that were authorised.
    pub authorisations: Vec<Authorisation<'a>>,
    /// Credentials of integrations.
    pub credentials: Vec<Credential<'a>>,
    /// The grants of subjects.
    pub subjects: Vec<GrantSubject<'a>>,
    /// Usage results.
    pub usage: Vec<UsageResults<'a>>,
    /// Queries of usage.
    pub usage_queries: Vec<UsageQuery>,
}

impl Records<'_> {
    /// Adds others. The first name counts.
    pub(super) fn append(&mut self, others: Self) {
        let Self {
            clients,
            roles,
            divisions,
            scopes,
            users,
            name,
            permissions,
            authorisations,
            credentials,
            subjects,
            usage,
            usage_queries,
        } = others;
        self.clients.join(clients);
        self.name = self.name.take().or(name);
        self.roles.extend(roles);
        self.divisions.extend(divisions);
        self.scopes.extend(scopes);
        self.users.extend(users);
        self.permissions.extend(permissions);
        self.authorisations.extend(authorisations);
        self.credentials.extend(credentials);
        self.subjects.extend(subjects);
        self.usage.extend(usage);
        self.usage_queries.extend(usage_queries);
    }

    /// Whether they contain something that clients refer to.
    pub(super) fn explain_clients(&self) -> bool {
        !(self.roles.is_empty()
            && self.divisions.is_empty()
            && self.users.is_empty()
            && self.subjects.is_empty()
            && self.usage.is_empty()
            && self.usage_queries.is_empty())
    }
}
