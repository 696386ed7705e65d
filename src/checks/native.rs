//! The native rules by id. Written by `UPDATE=1 cargo test --test generated` from the rule
//! files; a test refuses it when it is not current.

#[path = "description_missing.rs"]
mod description_missing;
#[path = "division_home_only.rs"]
mod division_home_only;
#[path = "division_missing.rs"]
mod division_missing;
#[path = "embeddable_redirect.rs"]
mod embeddable_redirect;
#[path = "embeddable_token_lifetime.rs"]
mod embeddable_token_lifetime;
#[path = "grant_type_unknown.rs"]
mod grant_type_unknown;
#[path = "implicit_grant.rs"]
mod implicit_grant;
#[path = "redirect_dangerous_scheme.rs"]
mod redirect_dangerous_scheme;
#[path = "redirect_invalid.rs"]
mod redirect_invalid;
#[path = "redirect_not_https.rs"]
mod redirect_not_https;
#[path = "redirect_wildcard.rs"]
mod redirect_wildcard;
#[path = "role_admin.rs"]
mod role_admin;
#[path = "role_unknown.rs"]
mod role_unknown;
#[path = "scim_division_missing.rs"]
mod scim_division_missing;
#[path = "scim_extra_roles.rs"]
mod scim_extra_roles;
#[path = "scim_wrong_grant.rs"]
mod scim_wrong_grant;
#[path = "scope_excess.rs"]
mod scope_excess;
#[path = "scope_redundant_readonly.rs"]
mod scope_redundant_readonly;
#[path = "scope_unknown.rs"]
mod scope_unknown;
#[path = "secret_in_export.rs"]
mod secret_in_export;
#[path = "token_lifetime_out_of_range.rs"]
mod token_lifetime_out_of_range;
#[path = "token_lifetime_too_long.rs"]
mod token_lifetime_too_long;

use super::Native;

/// The code of a native rule.
#[must_use]
pub fn native(id: &str) -> Option<Native> {
    Some(match id {
        "description-missing" => description_missing::CHECK,
        "division-home-only" => division_home_only::CHECK,
        "division-missing" => division_missing::CHECK,
        "embeddable-redirect" => embeddable_redirect::CHECK,
        "embeddable-token-lifetime" => embeddable_token_lifetime::CHECK,
        "grant-type-unknown" => grant_type_unknown::CHECK,
        "implicit-grant" => implicit_grant::CHECK,
        "redirect-dangerous-scheme" => redirect_dangerous_scheme::CHECK,
        "redirect-invalid" => redirect_invalid::CHECK,
        "redirect-not-https" => redirect_not_https::CHECK,
        "redirect-wildcard" => redirect_wildcard::CHECK,
        "role-admin" => role_admin::CHECK,
        "role-unknown" => role_unknown::CHECK,
        "scim-division-missing" => scim_division_missing::CHECK,
        "scim-extra-roles" => scim_extra_roles::CHECK,
        "scim-wrong-grant" => scim_wrong_grant::CHECK,
        "scope-excess" => scope_excess::CHECK,
        "scope-redundant-readonly" => scope_redundant_readonly::CHECK,
        "scope-unknown" => scope_unknown::CHECK,
        "secret-in-export" => secret_in_export::CHECK,
        "token-lifetime-out-of-range" => token_lifetime_out_of_range::CHECK,
        "token-lifetime-too-long" => token_lifetime_too_long::CHECK,
        _ => return None,
    })
}
