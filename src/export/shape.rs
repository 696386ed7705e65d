//! The shape of an export: which entities a value contains.

use crate::document::{Kind, Node};

/// The shapes that grantlint knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shape {
    /// A Terraform configuration: HCL or its JSON syntax.
    TerraformConfiguration,
    /// Values of Terraform variables.
    TerraformVariables,
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
    /// A listing without an item, which can be of any shape.
    Nothing,
    /// The body of an error that the platform answered with.
    ErrorBody,
    /// Not a shape that grantlint knows.
    Other,
}

impl Shape {
    /// A single entity of the shape, in words.
    #[must_use]
    pub(super) const fn entity(self) -> &'static str {
        match self {
            Self::Clients => "an OAuth client",
            Self::Roles => "a role",
            Self::Divisions => "a division",
            Self::Scopes => "a scope",
            Self::Grants => "a subject with its grants",
            Self::Permissions => "a domain of permissions",
            Self::Authorisations => "an authorisation",
            Self::Users => "a user",
            _ => "nothing that grantlint knows",
        }
    }

    /// The name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::TerraformConfiguration => "terraform",
            Self::TerraformVariables => "terraform-variables",
            Self::TerraformState => "terraform-state",
            Self::TerraformPlan => "terraform-plan",
            Self::Clients => "oauth-clients",
            Self::Roles => "roles",
            Self::Divisions => "divisions",
            Self::Scopes => "scopes",
            Self::Grants => "grants",
            Self::Permissions => "permissions",
            Self::Authorisations => "authorisations",
            Self::Users => "users",
            Self::Nothing => "empty-listing",
            Self::ErrorBody => "error-body",
            Self::Other => "other",
        }
    }
}

/// Keys that only clients have, in the spelling of the Platform API and of the Python SDK.
const CLIENT_KEYS: [&str; 8] = [
    "authorizedGrantType",
    "authorized_grant_type",
    "registeredRedirectUri",
    "registered_redirect_uri",
    "accessTokenValiditySeconds",
    "access_token_validity_seconds",
    "roleDivisions",
    "role_divisions",
];

/// Parts of a `selfUri` (or of a page's address) and the shape that they name.
const ADDRESSES: [(&str, Shape); 7] = [
    ("/oauth/clients", Shape::Clients),
    ("/oauth/authorizations", Shape::Authorisations),
    ("/oauth/scopes", Shape::Scopes),
    ("/authorization/roles", Shape::Roles),
    ("/authorization/divisions", Shape::Divisions),
    ("/authorization/permissions", Shape::Permissions),
    ("/authorization/subjects", Shape::Grants),
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
    search(node, 3)
}

/// Whether a value is a client in another spelling, as serialisers of some languages write it, or
/// a text with clients in it, such as a body in an answer of a gateway.
fn mentions_clients(node: Node<'_, '_>) -> bool {
    let is_key = |key: &str| {
        let letters = key.chars().filter(|character| *character != '_');
        let key: String = letters.map(|letter| letter.to_ascii_lowercase()).collect();
        key == "authorizedgranttype" || key == "registeredredirecturi"
    };
    match node.kind() {
        Kind::Map => node
            .entries()
            .any(|(key, _)| key.text().is_some_and(|key| is_key(&key))),
        _ => node
            .text()
            .is_some_and(|text| text.contains("\"authorizedGrantType\"")),
    }
}

/// The shape of one entity: a client, a role, a division, a scope.
#[must_use]
pub(super) fn of_item(item: Node<'_, '_>) -> Shape {
    if item.kind() != Kind::Map {
        return Shape::Other;
    }
    let mut found = Shape::Other;
    let (mut has_user_name, mut has_state) = (false, false);
    for (key, value) in item.entries() {
        let Some(key) = key.text() else { continue };
        match &*key {
            key if CLIENT_KEYS.contains(&key) => return Shape::Clients,
            // A page of a listing: its address names the shape.
            "entities" if value.kind() == Kind::List => return Shape::Other,
            "permissionPolicies" | "permission_policies" => return Shape::Roles,
            "permissionMap" | "permission_map" => return Shape::Permissions,
            "resourceOwner" | "resource_owner" => return Shape::Authorisations,
            "grants" if value.kind() == Kind::List && are_grants(value) => return Shape::Grants,
            "defaultRoleId" | "default_role_id" => found = Shape::Roles,
            "homeDivision" | "home_division" => return Shape::Divisions,
            "username" => has_user_name = true,
            "state" => has_state = true,
            "selfUri" | "self_uri" if found == Shape::Other => found = of_address(value),
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
        .all(|item| item.get("role").is_some() && item.get("division").is_some())
}

/// The shape that an address names.
pub(super) fn of_address(value: Node<'_, '_>) -> Shape {
    let Some(address) = value.text() else {
        return Shape::Other;
    };
    let path = address.split(['?', '#']).next().unwrap_or("");
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
