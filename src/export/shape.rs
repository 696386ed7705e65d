//! The shape of an export: which entities a value contains.

use super::foreign;
use super::spelling::{canonical, field};
use crate::document::{Kind, Node};
use crate::finding::NeededInput;

/// The shapes that grantlint knows.
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
    /// The names of the shape, and the command that obtains it.
    const fn facts(self) -> ShapeFacts {
        const fn other(name: &'static str) -> ShapeFacts {
            ShapeFacts {
                name,
                entity: "not an entity that grantlint knows",
                plural: "entities",
                command: NeededInput::Clients.command(),
            }
        }
        match self {
            Self::TerraformConfiguration => other("terraform"),
            Self::TerraformVariables => other("terraform-variables"),
            Self::TerraformModules => other("terraform-modules"),
            Self::TerraformState => other("terraform-state"),
            Self::TerraformPlan => other("terraform-plan"),
            Self::Clients => ShapeFacts {
                name: "oauth-clients",
                entity: "an OAuth client",
                plural: "clients",
                command: NeededInput::Clients.command(),
            },
            Self::Roles => ShapeFacts {
                name: "roles",
                entity: "a role",
                plural: "roles",
                command: NeededInput::Roles.command(),
            },
            Self::Divisions => ShapeFacts {
                name: "divisions",
                entity: "a division",
                plural: "divisions",
                command: NeededInput::Divisions.command(),
            },
            Self::Scopes => ShapeFacts {
                name: "scopes",
                entity: "a scope",
                plural: "scopes",
                command: "gc oauth scopes list > scopes.json",
            },
            Self::Grants => ShapeFacts {
                name: "grants",
                entity: "a subject with its grants",
                plural: "subjects",
                command: "gc authorization subjects get CLIENT_ID > grants.json",
            },
            Self::Permissions => ShapeFacts {
                name: "permissions",
                entity: "a domain of permissions",
                plural: "domains of permissions",
                command: NeededInput::Permissions.command(),
            },
            Self::Authorisations => ShapeFacts {
                name: "authorisations",
                entity: "an authorisation",
                plural: "authorisations",
                command: "gc oauth authorizations list > authorizations.json",
            },
            Self::Users => ShapeFacts {
                name: "users",
                entity: "a user",
                plural: "users",
                command: NeededInput::Users.command(),
            },
            Self::Organisation => ShapeFacts {
                name: "organisation",
                entity: "an organisation",
                plural: "organisations",
                command: NeededInput::Clients.command(),
            },
            Self::Usage => ShapeFacts {
                name: "usage",
                entity: "a usage row",
                plural: "usage rows",
                command: NeededInput::Usage.command(),
            },
            Self::UsageQuery => other("usage-query"),
            Self::ApiDescription => other("api-description"),
            Self::Foreign => other("foreign-clients"),
            Self::Nothing => other("empty-listing"),
            Self::ErrorBody => other("error-body"),
            Self::Other => other("other"),
        }
    }

    /// A single entity of the shape, in words.
    #[must_use]
    pub(super) const fn entity(self) -> &'static str {
        self.facts().entity
    }

    /// Several entities of the shape, in words.
    #[must_use]
    pub(super) const fn plural(self) -> &'static str {
        self.facts().plural
    }

    /// The command that obtains a listing of the shape.
    #[must_use]
    pub(super) const fn command(self) -> &'static str {
        self.facts().command
    }

    /// The name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.facts().name
    }
}

/// The names of a shape, and the command that obtains it.
struct ShapeFacts {
    name: &'static str,
    entity: &'static str,
    plural: &'static str,
    command: &'static str,
}

/// Keys that only clients have.
const CLIENT_KEYS: [&str; 4] = [
    "authorizedGrantType",
    "registeredRedirectUri",
    "accessTokenValiditySeconds",
    "roleDivisions",
];

/// Parts of a `selfUri` (or of a page's address) and the shape that they name.
const ADDRESSES: [(&str, Shape); 8] = [
    ("/oauth/clients", Shape::Clients),
    ("/oauth/authorizations", Shape::Authorisations),
    ("/oauth/scopes", Shape::Scopes),
    ("/authorization/roles", Shape::Roles),
    ("/authorization/divisions", Shape::Divisions),
    ("/authorization/permissions", Shape::Permissions),
    ("/authorization/subjects", Shape::Grants),
    ("/organizations/me", Shape::Organisation),
];

/// Whether a value is a client, or contains some a few levels below.
#[must_use]
pub(super) fn holds_clients(node: Node<'_, '_>) -> bool {
    fn search(node: Node<'_, '_>, levels: u32) -> bool {
        of_item(node) == Shape::Clients
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

/// The shape of one entity: a client, a role, a division, a scope.
#[must_use]
pub(super) fn of_item(item: Node<'_, '_>) -> Shape {
    if item.kind() != Kind::Map || is_schema(item) {
        return Shape::Other;
    }
    let found = shape_by_keys(item);
    let is_sure = match found {
        // Only clients of Genesys Cloud have this key.
        Shape::Clients => field(item, "authorizedGrantType").is_some(),
        Shape::Other => false,
        _ => true,
    };
    if !is_sure && foreign::product(item).is_some() {
        return Shape::Foreign;
    }
    found
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

/// The shape that the keys of a map prove.
fn shape_by_keys(item: Node<'_, '_>) -> Shape {
    let mut found = Shape::Other;
    let (mut has_user_name, mut has_state) = (false, false);
    for (key, value) in item.entries() {
        let Some(key) = key.text() else { continue };
        match canonical(&key) {
            Some(key) if CLIENT_KEYS.contains(&key) => return Shape::Clients,
            // A page of a listing: its address names the shape.
            Some("entities") if value.kind() == Kind::List => return Shape::Other,
            Some("permissionPolicies") => return Shape::Roles,
            Some("permissionMap") => return Shape::Permissions,
            Some("resourceOwner") => return Shape::Authorisations,
            Some("grants") if value.kind() == Kind::List && are_grants(value) => {
                return Shape::Grants;
            }
            Some("thirdPartyOrgName") => return Shape::Organisation,
            Some("defaultRoleId") => found = Shape::Roles,
            Some("homeDivision") => return Shape::Divisions,
            Some("username") => has_user_name = true,
            Some("state") => has_state = true,
            Some("selfUri") if found == Shape::Other => found = of_address(value),
            _ => {}
        }
    }
    if found == Shape::Other && has_user_name && has_state {
        return Shape::Users;
    }
    found
}

/// Whether a list contains only grants of roles.
fn are_grants(list: Node<'_, '_>) -> bool {
    list.items()
        .all(|item| field(item, "role").is_some() && field(item, "division").is_some())
}

/// The shape that an address names.
pub(super) fn of_address(value: Node<'_, '_>) -> Shape {
    let Some(address) = value.text() else {
        return Shape::Other;
    };
    let path = address.split(['?', '#']).next().unwrap_or("");
    // Usage of a client is not the client.
    if path.contains("/usage/") {
        return Shape::Other;
    }
    let known = ADDRESSES.iter().find(|(part, _)| path.contains(part));
    match known {
        Some((_, shape)) => *shape,
        None if is_of_users(path) => Shape::Users,
        None => Shape::Other,
    }
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
