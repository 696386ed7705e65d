//! One organisation: its clients, and the listings that explain them.

use super::by_id::{ById, Identified};
use super::client::{Client, GrantType, Secret};
use super::clients::Clients;
use super::field::{EntityRef, Field, List, Text};
use super::region::{Region, RegionCounts, host, region_of_host};
use super::role::Role;
use super::usage::{ApiDescription, ClientUsage, Usage};
use crate::text::Place;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// A division of the organisation.
#[derive(Clone, Debug, Default)]
pub struct Division<'a> {
    /// The whole division in its file.
    pub place: Place,
    /// Its id, a UUID.
    pub id: EntityRef<'a>,
    /// Its Terraform address, if it has one.
    pub address: Option<Text<'a>>,
    /// Its name.
    pub name: Text<'a>,
    /// It is flagged as the home division. The name says nothing: a home division may be
    /// called "Guatemala".
    pub is_home: bool,
}

/// A user of the organisation, as far as clients depend on users.
#[derive(Clone, Debug, Default)]
pub struct User<'a> {
    /// The whole user in its file.
    pub place: Place,
    /// The id, a UUID.
    pub id: Text<'a>,
    /// The name.
    pub name: Field<Text<'a>>,
    /// `active`, `inactive` or `deleted`.
    pub state: Field<Text<'a>>,
}

impl User<'_> {
    /// Whether the user is known to have left: deactivated or deleted.
    #[must_use]
    pub fn has_left(&self) -> bool {
        self.state
            .text()
            .is_some_and(|state| !state.eq_ignore_ascii_case("active"))
    }
}

/// A permission that the platform knows, from its catalogue of permissions.
#[derive(Clone, Debug)]
pub struct Permission<'a> {
    /// The domain, such as `routing`.
    pub domain: Text<'a>,
    /// The entity, such as `queue`.
    pub entity: Text<'a>,
    /// The action, such as `view`.
    pub action: Text<'a>,
    /// Whether divisions bound it, if the catalogue says.
    pub division_aware: Option<bool>,
}

/// An application of a third party that the organisation has authorised.
#[derive(Clone, Debug, Default)]
pub struct Authorisation<'a> {
    /// The whole entry in its file.
    pub place: Place,
    /// Id of the client that was authorised.
    pub client: Field<Text<'a>>,
    /// Its name.
    pub name: Field<Text<'a>>,
    /// What it may ask of users.
    pub scopes: List<Text<'a>>,
    /// Its roles, by id.
    pub roles: List<Text<'a>>,
    /// It awaits a decision.
    pub pending: Field<bool>,
    /// `Unauthorized`, `Requested`, `Authorized` or `Revoked`.
    pub state: Field<Text<'a>>,
    /// Secrets that are in it.
    pub secrets: Vec<Secret>,
}

impl Authorisation<'_> {
    /// Whether it is in this state.
    #[must_use]
    pub fn state_is(&self, state: &str) -> bool {
        let own = self.state.text();
        own.is_some_and(|own| own.trim().eq_ignore_ascii_case(state))
    }

    /// What tells it from all others: its id, else its name.
    #[must_use]
    pub fn identity(&self) -> String {
        match self.client.text() {
            Some(id) => format!("id:{id}"),
            None => format!("name:{}", self.name.text().unwrap_or("")),
        }
    }
}

/// Where a credential that is not part of a client comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CredentialForm {
    /// A Terraform resource of an integration, which may contain the secret of a client.
    #[default]
    Integration,
    /// Another part of a Terraform file: a provider, variable, local value or argument.
    Terraform,
    /// A key of an export next to its clients.
    Export,
    /// The name of the file, or of a directory or archive that it is in.
    Path,
}

impl CredentialForm {
    /// The form in reports.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Integration => "integration credential",
            Self::Terraform => "Terraform value",
            Self::Export => "key of the export",
            Self::Path => "name of a file",
        }
    }
}

/// A credential outside a client.
#[derive(Clone, Debug, Default)]
pub struct Credential<'a> {
    /// Where it comes from.
    pub form: CredentialForm,
    /// The whole resource in its file.
    pub place: Place,
    /// Its Terraform address.
    pub address: Text<'a>,
    /// The directory of its Terraform root.
    pub root: Option<Arc<str>>,
    /// Its name.
    pub name: Field<Text<'a>>,
    /// Its type, such as `pureCloudOAuthClient`.
    pub type_name: Field<Text<'a>>,
    /// The client that it signs in as, if it says.
    pub client: Field<EntityRef<'a>>,
    /// Secrets that are in it. Those of a client of this organisation are in
    /// [`super::RareFields::secrets`] too.
    pub secrets: Vec<Secret>,
}

impl Credential<'_> {
    /// What tells it from all others: its address.
    #[must_use]
    pub fn identity(&self) -> String {
        format!("address:{}", self.address)
    }
}

/// What is in the input of one sort of thing, and whether that is all of it.
#[derive(Clone, Debug)]
pub struct Listing<T> {
    items: Vec<T>,
    by_id: ById,
    complete: bool,
    proven: bool,
}

impl Identified for Role<'_> {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Identified for Division<'_> {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Identified for User<'_> {
    fn id(&self) -> &str {
        &self.id
    }
}

impl<T: Identified> Listing<T> {
    /// A listing of `items`; of two with one id the first counts.
    #[must_use]
    pub fn new(items: Vec<T>, complete: bool) -> Self {
        let mut by_id = ById::with_capacity(items.len());
        for position in 0..items.len() {
            by_id.insert(position, |at| items[at].id());
        }
        Self {
            items,
            by_id,
            complete,
            proven: false,
        }
    }

    /// The listing, which states the total number of its items and has that many.
    #[must_use]
    pub const fn proven(mut self) -> Self {
        self.proven = self.complete;
        self
    }

    /// All that is in the input.
    #[must_use]
    pub fn items(&self) -> &[T] {
        &self.items
    }

    /// Whether it is all there is: then an id that is not in it is unknown to the
    /// organisation too.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.complete
    }

    /// Whether it proves that it is complete. A bare array is complete as far as is known, and
    /// proves nothing.
    #[must_use]
    pub const fn is_proven(&self) -> bool {
        self.proven
    }

    /// The item with this id; UUIDs compare without regard to case.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&T> {
        let found = self.by_id.get(id, |at| self.items[at].id());
        found.map(|at| &self.items[at])
    }
}

/// One organisation.
#[derive(Clone, Debug, Default)]
pub struct Organisation<'a> {
    /// What reports call it: the directory of its clients, or a name.
    pub label: String,
    /// The name that the platform gives it, if it is in the input.
    pub name: Option<Text<'a>>,
    /// Its region, if the policy names it.
    pub region: Option<Region>,
    /// The regions that its clients redirect to, once they are counted.
    pub region_counts: RegionCounts,
    /// Its clients.
    pub clients: Clients<'a>,
    /// Their positions.
    pub clients_by_id: ById,
    /// Its roles, if they are in the input.
    pub roles: Option<Listing<Role<'a>>>,
    /// Its divisions, if they are in the input.
    pub divisions: Option<Listing<Division<'a>>>,
    /// The id of its home division, if it is in the input.
    pub home: Option<EntityRef<'a>>,
    /// The scopes that it knows, if they are in the input.
    pub scopes: Option<Vec<Text<'a>>>,
    /// Its users, if they are in the input.
    pub users: Option<Listing<User<'a>>>,
    /// The permissions that the platform knows, if they are in the input.
    pub permissions: Option<Vec<Permission<'a>>>,
    /// The permissions that each domain has by that, as `entity:action`, under its name; all in lower
    /// case.
    pub domain_permissions: HashMap<String, HashSet<String>>,
    /// Whether divisions bound a permission by that, under `domain:entity:action` in lower case.
    pub bounded: HashMap<String, bool>,
    /// The applications that it has authorised, as far as they are in the input.
    pub authorisations: Vec<Authorisation<'a>>,
    /// They are in the input, if only as an empty listing.
    pub authorisations_given: bool,
    /// Its credentials of integrations, as far as they are in the input.
    pub credentials: Vec<Credential<'a>>,
    /// The calls of its clients, if usage results are in the input.
    pub usage: Option<Usage<'a>>,
    /// The operations of the Platform API, if a description of it is in the input.
    pub api: Option<Arc<ApiDescription<'a>>>,
}

impl<'a> Organisation<'a> {
    /// The usage of a client; `None` if no usage results cover it.
    #[must_use]
    pub fn usage_of(&self, client: &Client<'_>) -> Option<&ClientUsage<'a>> {
        self.usage.as_ref()?.of_client(client)
    }

    /// The role with this id, if it is in the input.
    #[must_use]
    pub fn role(&self, id: &str) -> Option<&Role<'a>> {
        self.roles.as_ref()?.get(id)
    }

    /// The division with this id, if it is in the input.
    #[must_use]
    pub fn division(&self, id: &str) -> Option<&Division<'a>> {
        self.divisions.as_ref()?.get(id)
    }

    /// Whether a client is among the applications that it has authorised.
    #[must_use]
    pub fn has_authorised(&self, client: &Client<'_>) -> bool {
        let Some(id) = client.id.text() else {
            return false;
        };
        let mut others = self.authorisations.iter();
        others.any(|other| {
            other.state_is("Authorized")
                && other
                    .client
                    .text()
                    .is_some_and(|other| other.eq_ignore_ascii_case(id))
        })
    }

    /// Whether a client has this id.
    #[must_use]
    pub fn has_client(&self, id: &str) -> bool {
        let id_at = |at: usize| self.clients[at].id.text().unwrap_or_default();
        self.clients_by_id.get(id, id_at).is_some()
    }

    /// The user with this id, if it is in the input.
    #[must_use]
    pub fn user(&self, id: &str) -> Option<&User<'a>> {
        self.users.as_ref()?.get(id)
    }

    /// The regions of the Genesys Cloud hosts that its clients redirect to, with the number of
    /// clients for each, the most frequent first.
    pub fn regions_in_use(&self) -> &[(Region, usize)] {
        self.region_counts.0.get_or_init(|| {
            let mut counts: Vec<(Region, usize)> = Vec::new();
            for client in &self.clients {
                if !matches!(
                    client.grant(),
                    None | Some(GrantType::Code | GrantType::Token | GrantType::Other)
                ) {
                    continue;
                }
                let hosts = client
                    .redirect_uris
                    .items()
                    .filter_map(|uri| host(uri.value));
                let mut own: Vec<Region> = hosts
                    .filter_map(|host| region_of_host(&host.to_ascii_lowercase()))
                    .collect();
                own.sort_unstable_by_key(|region| region.name);
                own.dedup();
                for region in own {
                    match counts.iter_mut().find(|(known, _)| *known == region) {
                        Some((_, count)) => *count += 1,
                        None => counts.push((region, 1)),
                    }
                }
            }
            counts.sort_by_key(|(region, count)| (std::cmp::Reverse(*count), region.name));
            counts
        })
    }
}
