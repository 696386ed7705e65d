//! What a value is an export of.

use crate::document::{Kind, Node};

/// The shapes that grantlint knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shape {
    /// OAuth clients.
    Clients,
    /// Roles.
    Roles,
    /// Divisions, among them perhaps the home division.
    Divisions,
    /// Names of scopes.
    Scopes,
    /// A listing without an item, which may be of anything.
    Nothing,
    /// The body of an error that the platform answered with.
    ErrorBody,
    /// None of ours.
    Other,
}

impl Shape {
    /// The name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Clients => "oauth-clients",
            Self::Roles => "roles",
            Self::Divisions => "divisions",
            Self::Scopes => "scopes",
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

/// Parts of a `selfUri` (or of a page's address) that tell what is under it.
const ADDRESSES: [(&str, Shape); 4] = [
    ("/oauth/clients", Shape::Clients),
    ("/authorization/roles", Shape::Roles),
    ("/authorization/divisions", Shape::Divisions),
    ("/oauth/scopes", Shape::Scopes),
];

/// What one thing is: a client, a role, a division, a scope.
#[must_use]
pub(super) fn of_item(item: Node<'_, '_>) -> Shape {
    if item.kind() != Kind::Map {
        return Shape::Other;
    }
    let mut found = Shape::Other;
    for (key, value) in item.entries() {
        let Some(key) = key.text() else { continue };
        match &*key {
            key if CLIENT_KEYS.contains(&key) => return Shape::Clients,
            "permissionPolicies" | "permission_policies" => return Shape::Roles,
            "defaultRoleId" | "default_role_id" => found = Shape::Roles,
            "homeDivision" | "home_division" => return Shape::Divisions,
            "selfUri" | "self_uri" if found == Shape::Other => found = of_address(value),
            _ => {}
        }
    }
    found
}

/// What an address says is under it.
pub(super) fn of_address(value: Node<'_, '_>) -> Shape {
    let Some(address) = value.text() else {
        return Shape::Other;
    };
    let path = address.split(['?', '#']).next().unwrap_or("");
    ADDRESSES
        .iter()
        .find(|(part, _)| path.contains(part))
        .map_or(Shape::Other, |(_, shape)| *shape)
}

/// Whether a map is the body of an error of the platform: `message`, `code`, `status`.
#[must_use]
pub(super) fn is_error_body(node: Node<'_, '_>) -> bool {
    node.get("message")
        .is_some_and(|value| value.text().is_some())
        && node.get("code").is_some_and(|value| value.text().is_some())
        && node
            .get("status")
            .is_some_and(|value| value.number().is_some())
}
