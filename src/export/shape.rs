//! The shape of an export: which entities a value contains.

use super::foreign;
use super::spelling::{canonical, field};
use crate::document::{Kind, Node};
use crate::finding::NeededInput;

/// The entities that listings of the Platform API contain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntityKind {
    /// OAuth clients.
    Clients,
    /// Roles.
    Roles,
    /// Divisions, among them perhaps the home division.
    Divisions,
    /// Names of scopes.
    Scopes,
    /// What a subject holds: its grants of roles in divisions.
    Grants,
    /// The catalogue of permissions.
    Permissions,
    /// Applications that the organisation has authorised.
    Authorisations,
    /// Users.
    Users,
    /// The organisation itself.
    Organisation,
}

/// The shapes that grantlint knows, the most specific first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shape {
    /// A Terraform configuration: HCL or its JSON syntax.
    TerraformConfiguration,
    /// Values of Terraform variables.
    TerraformVariables,
    /// The list of modules that `terraform init` installed.
    TerraformModules,
    /// A Terraform state, as it is kept or as `terraform show -json` prints it.
    TerraformState,
    /// A Terraform plan, as `terraform show -json` prints it.
    TerraformPlan,
    /// Entities of the Platform API.
    Of(EntityKind),
    /// The operations that clients called.
    Usage,
    /// A query of usage, without its results.
    UsageQuery,
    /// A description of the Platform API.
    ApiDescription,
    /// OAuth clients of another product.
    Foreign,
    /// A listing without an item, which can be of any shape.
    Nothing,
    /// The body of an error that the platform answered with.
    ErrorBody,
    /// Not a shape that grantlint knows.
    Other,
}

impl Shape {
    /// The name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::TerraformConfiguration => "terraform",
            Self::TerraformVariables => "terraform-variables",
            Self::TerraformModules => "terraform-modules",
            Self::TerraformState => "terraform-state",
            Self::TerraformPlan => "terraform-plan",
            Self::Of(kind) => kind.facts().0,
            Self::Usage => "usage",
            Self::UsageQuery => "usage-query",
            Self::ApiDescription => "api-description",
            Self::Foreign => "foreign-clients",
            Self::Nothing => "empty-listing",
            Self::ErrorBody => "error-body",
            Self::Other => "other",
        }
    }
}

impl EntityKind {
    /// The name of the shape, an entity and several of them in words, and the command that obtains
    /// a listing.
    const fn facts(self) -> (&'static str, &'static str, &'static str, &'static str) {
        use NeededInput as Input;
        const SCOPES: &str = "gc oauth scopes list > scopes.json";
        const GRANTS: &str = "gc authorization subjects get CLIENT_ID > grants.json";
        let (words, command) = match self {
            Self::Clients => (
                ["oauth-clients", "an OAuth client", "clients"],
                Input::Clients.command(),
            ),
            Self::Roles => (["roles", "a role", "roles"], Input::Roles.command()),
            Self::Divisions => (
                ["divisions", "a division", "divisions"],
                Input::Divisions.command(),
            ),
            Self::Scopes => (["scopes", "a scope", "scopes"], SCOPES),
            Self::Grants => (["grants", "a subject with its grants", "subjects"], GRANTS),
            Self::Permissions => (
                [
                    "permissions",
                    "a domain of permissions",
                    "domains of permissions",
                ],
                Input::Permissions.command(),
            ),
            Self::Authorisations => (
                ["authorisations", "an authorisation", "authorisations"],
                Input::Authorisations.command(),
            ),
            Self::Users => (["users", "a user", "users"], Input::Users.command()),
            Self::Organisation => (
                ["organisation", "an organisation", "organisations"],
                Input::Clients.command(),
            ),
        };
        (words[0], words[1], words[2], command)
    }

    /// A single entity, in words.
    pub(super) const fn entity(self) -> &'static str {
        self.facts().1
    }

    /// Several entities, in words.
    pub(super) const fn plural(self) -> &'static str {
        self.facts().2
    }

    /// The command that obtains a listing.
    pub(super) const fn command(self) -> &'static str {
        self.facts().3
    }

    /// Whether clients refer to these entities, or to what these entities describe.
    #[must_use]
    pub const fn explains_clients(self) -> bool {
        match self {
            Self::Roles | Self::Divisions | Self::Users | Self::Grants | Self::Permissions => true,
            Self::Clients | Self::Scopes | Self::Authorisations | Self::Organisation => false,
        }
    }
}

/// Keys that only clients have.
const CLIENT_KEYS: [&str; 4] = [
    "authorizedGrantType",
    "registeredRedirectUri",
    "accessTokenValiditySeconds",
    "roleDivisions",
];

/// Parts of a `selfUri` (or of a page's address) and the shape that they name.
const ADDRESSES: [(&str, EntityKind); 8] = [
    ("/oauth/clients", EntityKind::Clients),
    ("/oauth/authorizations", EntityKind::Authorisations),
    ("/oauth/scopes", EntityKind::Scopes),
    ("/authorization/roles", EntityKind::Roles),
    ("/authorization/divisions", EntityKind::Divisions),
    ("/authorization/permissions", EntityKind::Permissions),
    ("/authorization/subjects", EntityKind::Grants),
    ("/organizations/me", EntityKind::Organisation),
];

/// Whether a value is a client, or contains some a few levels below.
#[must_use]
pub(super) fn holds_clients(node: Node<'_, '_>) -> bool {
    fn search(node: Node<'_, '_>, levels: u32) -> bool {
        of_item(node) == ItemShape::Of(EntityKind::Clients)
            || mentions_clients(node)
            || levels.checked_sub(1).is_some_and(|levels| {
                let mut items = node.items();
                items.next().is_some_and(|first| search(first, levels))
                    || node.entries().any(|(_, value)| search(value, levels))
            })
    }
    search(node, 8)
}

/// Whether a value is a client in another spelling, as serialisers of some languages write it, or
/// a text with clients in it, such as a body in an answer of a gateway.
pub(super) fn mentions_clients(node: Node<'_, '_>) -> bool {
    const NAMES: [&str; 2] = ["authorizedgranttype", "registeredredirecturi"];
    let letters = |text: &str| -> String {
        let letters = text.chars().filter(|character| !"_- ".contains(*character));
        letters.map(|letter| letter.to_ascii_lowercase()).collect()
    };
    match node.kind() {
        Kind::Map => {
            let mut keys = node.entries().filter_map(|(key, _)| key.text());
            keys.any(|key| NAMES.contains(&letters(&key).as_str())) && !is_schema(node)
        }
        // The name alone is a mention of the field, such as in a list of required fields.
        _ => node.text().is_some_and(|text| {
            text.len() > NAMES[0].len() && {
                let letters = letters(&text);
                NAMES
                    .iter()
                    .any(|name| letters.contains(name) && letters != *name)
            }
        }),
    }
}

/// The shape of an item of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ItemShape {
    /// An entity.
    Of(EntityKind),
    /// A client of this other product.
    Foreign(&'static str),
    /// Not a shape that grantlint knows.
    Other,
}

/// The shape of one entity: a client, a role, a division, a scope.
#[must_use]
pub(super) fn of_item(item: Node<'_, '_>) -> ItemShape {
    if item.kind() != Kind::Map || is_schema(item) {
        return ItemShape::Other;
    }
    let found = kind_by_keys(item);
    let is_sure = found.is_some_and(|kind| {
        // Only clients of Genesys Cloud have this key.
        kind != EntityKind::Clients || field(item, "authorizedGrantType").is_some()
    });
    let product = if is_sure {
        None
    } else {
        foreign::product(item)
    };
    match (product, found) {
        (Some(product), _) => ItemShape::Foreign(product),
        (None, Some(kind)) => ItemShape::Of(kind),
        (None, None) => ItemShape::Other,
    }
}

/// Whether a map describes fields, as the `properties` of a JSON Schema do: each of its values is a
/// schema.
fn is_schema(map: Node<'_, '_>) -> bool {
    const MARKS: [&str; 6] = ["type", "$ref", "allOf", "anyOf", "oneOf", "enum"];
    let describes = |(_, value): (Node<'_, '_>, Node<'_, '_>)| {
        value.kind() == Kind::Map && MARKS.iter().any(|mark| value.get(mark).is_some())
    };
    let mut entries = map.entries().peekable();
    entries.peek().is_some() && entries.all(describes)
}

/// Whether a document describes an API, as `OpenAPI` and Swagger do. It has keys of these
/// specifications alone, so exports in it can only be examples.
pub(super) fn is_description(root: Node<'_, '_>) -> bool {
    const KEYS: [&str; 19] = [
        "swagger",
        "openapi",
        "info",
        "servers",
        "paths",
        "webhooks",
        "components",
        "definitions",
        "parameters",
        "responses",
        "security",
        "securityDefinitions",
        "tags",
        "externalDocs",
        "host",
        "basePath",
        "schemes",
        "consumes",
        "produces",
    ];
    let is_known = |key: &str| KEYS.contains(&key) || key.starts_with("x-");
    let mut keys = root.entries().map(|(key, _)| key.text());
    ["swagger", "openapi"]
        .iter()
        .any(|key| root.get(key).is_some())
        && keys.all(|key| key.is_some_and(|key| is_known(&key)))
}

/// The kind of entity that the keys of a map prove.
fn kind_by_keys(item: Node<'_, '_>) -> Option<EntityKind> {
    let mut found = None;
    let (mut has_user_name, mut has_state) = (false, false);
    for (key, value) in item.entries() {
        let Some(key) = key.text() else { continue };
        match canonical(&key) {
            Some(key) if CLIENT_KEYS.contains(&key) => return Some(EntityKind::Clients),
            // A page of a listing: its address names the shape.
            Some("entities") if value.kind() == Kind::List => return None,
            Some("permissionPolicies") => return Some(EntityKind::Roles),
            Some("permissionMap") => return Some(EntityKind::Permissions),
            Some("resourceOwner") => return Some(EntityKind::Authorisations),
            Some("grants") if value.kind() == Kind::List && are_grants(value) => {
                return Some(EntityKind::Grants);
            }
            Some("thirdPartyOrgName") => return Some(EntityKind::Organisation),
            Some("defaultRoleId") => found = Some(EntityKind::Roles),
            Some("homeDivision") => return Some(EntityKind::Divisions),
            Some("username") => has_user_name = true,
            Some("state") => has_state = true,
            Some("selfUri") if found.is_none() => found = of_address(value),
            _ => {}
        }
    }
    if found.is_none() && has_user_name && has_state {
        return Some(EntityKind::Users);
    }
    found
}

/// Whether a list contains only grants of roles.
fn are_grants(list: Node<'_, '_>) -> bool {
    list.items()
        .all(|item| field(item, "role").is_some() && field(item, "division").is_some())
}

/// The kind of entity that an address names.
pub(super) fn of_address(value: Node<'_, '_>) -> Option<EntityKind> {
    let address = value.text()?;
    let path = address.split(['?', '#']).next().unwrap_or("");
    // Usage of a client is not the client.
    if path.contains("/usage/") {
        return None;
    }
    let known = ADDRESSES.iter().find(|(part, _)| path.contains(part));
    let users = || is_of_users(path).then_some(EntityKind::Users);
    known.map(|(_, kind)| *kind).or_else(users)
}

/// `/api/v2/users` or one user below it, but not resources of a user.
fn is_of_users(path: &str) -> bool {
    path.split_once("/api/v2/users")
        .is_some_and(|(_, rest)| match rest.strip_prefix('/') {
            Some(id) => !id.contains('/'),
            None => rest.is_empty(),
        })
}

/// Whether a map is the body of an error of the platform (`message`, `code`, `status`) or of its
/// login (RFC 6749, section 5.2).
#[must_use]
pub(super) fn is_error_body(node: Node<'_, '_>) -> bool {
    let is_text = |key: &str| node.get(key).is_some_and(|value| value.text().is_some());
    let is_status = |value: Node<'_, '_>| {
        let text = value.text();
        value.number().is_some() || text.is_some_and(|text| text.parse::<u16>().is_ok())
    };
    let describes = ["error_description", "description", "errorDescription"];
    (is_text("message") && is_text("code") && node.get("status").is_some_and(is_status))
        || (is_text("error")
            && (describes.into_iter().any(is_text) || node.entries().nth(1).is_none()))
}
