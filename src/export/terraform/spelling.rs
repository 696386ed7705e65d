//! The API's names of arguments in Terraform, which Terraform would refuse.

use super::kinds;
use super::resource::Resource;
use super::value::Pair;
use crate::export::spelling::canonical;

/// The argument that a field of the API is.
fn argument(kind: &str, field: &str) -> Option<&'static str> {
    match (kind, field) {
        (kinds::CLIENT, "authorizedGrantType") => Some("authorized_grant_type"),
        (kinds::CLIENT, "registeredRedirectUri") => Some("registered_redirect_uris"),
        (kinds::CLIENT, "scope") => Some("scopes"),
        (kinds::CLIENT, "accessTokenValiditySeconds") => Some("access_token_validity_seconds"),
        (kinds::ROLE, "permissionPolicies") => Some("permission_policies"),
        _ => None,
    }
}

/// Adds the arguments that a resource has only in the API's spelling. The key as written stays: it
/// is not an argument.
pub(super) fn respell(resource: &mut Resource<'_>) {
    let kind = resource.kind.to_string();
    let pairs = resource.values.pairs();
    let has = |name: &str| pairs.iter().any(|pair| pair.key == name);
    let respelled: Vec<Pair<'_>> = pairs
        .iter()
        .filter_map(|pair| {
            let name = argument(&kind, canonical(&pair.key)?)?;
            (!has(name)).then(|| Pair {
                key: name.into(),
                ..pair.clone()
            })
        })
        .collect();
    for pair in respelled {
        resource.values.set(pair);
    }
}
