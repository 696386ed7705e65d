//! The resources and data sources of the provider that are read.

use crate::document::Node;

/// The platform.
pub(super) const PLATFORM: &str = "Genesys Cloud";

/// The provider's name.
pub(super) const PROVIDER: &str = "genesyscloud";

/// What the provider's resources begin with.
pub(super) const PREFIX: &str = "genesyscloud_";

/// A client.
pub(super) const CLIENT: &str = "genesyscloud_oauth_client";
/// A role.
pub(super) const ROLE: &str = "genesyscloud_auth_role";
/// A division.
pub(super) const DIVISION: &str = "genesyscloud_auth_division";
/// The home division; a data source only.
pub(super) const HOME: &str = "genesyscloud_auth_division_home";
/// A credential of an integration.
pub(super) const CREDENTIAL: &str = "genesyscloud_integration_credential";

/// Whether a resource or data source of this kind is read.
pub(super) fn is_read(managed: bool, kind: &str) -> bool {
    match kind {
        CLIENT | CREDENTIAL => managed,
        ROLE | DIVISION => true,
        HOME => !managed,
        _ => false,
    }
}

/// Whether an entry of a state or plan is a resource or data source that is read.
pub(super) fn is_read_entry(entry: Node<'_, '_>) -> bool {
    let is_data = entry.get("mode").is_some_and(|mode| mode.is_text("data"));
    let kind = entry.get("type").and_then(Node::text);
    kind.is_some_and(|kind| is_read(!is_data, &kind))
}

/// Whether an attribute is the id of what it is an attribute of.
pub(super) fn is_id(kind: &str, attribute: &str) -> bool {
    kind.starts_with(PREFIX) && (attribute == "id" || (attribute == "client_id" && kind == CLIENT))
}
