//! The native rules by id. Written by `UPDATE=1 cargo test --test generated` from the rule
//! files; a test refuses it when it is not current.

#[path = "authorized_app_broad_scopes.rs"]
mod authorized_app_broad_scopes;
#[path = "authorized_app_pending.rs"]
mod authorized_app_pending;
#[path = "authorized_app_revoked.rs"]
mod authorized_app_revoked;
#[path = "client_credentials_without_roles.rs"]
mod client_credentials_without_roles;
#[path = "client_disabled_privileged.rs"]
mod client_disabled_privileged;
#[path = "client_duplicate.rs"]
mod client_duplicate;
#[path = "client_in_several_orgs.rs"]
mod client_in_several_orgs;
#[path = "client_name_confusable.rs"]
mod client_name_confusable;
#[path = "client_owner_unknown.rs"]
mod client_owner_unknown;
#[path = "client_stale.rs"]
mod client_stale;
#[path = "description_missing.rs"]
mod description_missing;
#[path = "division_all.rs"]
mod division_all;
#[path = "division_home_only.rs"]
mod division_home_only;
#[path = "division_missing.rs"]
mod division_missing;
#[path = "division_required.rs"]
mod division_required;
#[path = "division_uneven.rs"]
mod division_uneven;
#[path = "division_unknown.rs"]
mod division_unknown;
#[path = "embeddable_auth_window.rs"]
mod embeddable_auth_window;
#[path = "embeddable_grant.rs"]
mod embeddable_grant;
#[path = "embeddable_redirect.rs"]
mod embeddable_redirect;
#[path = "embeddable_scopes.rs"]
mod embeddable_scopes;
#[path = "embeddable_token_lifetime.rs"]
mod embeddable_token_lifetime;
#[path = "grant_type_unknown.rs"]
mod grant_type_unknown;
#[path = "implicit_grant.rs"]
mod implicit_grant;
#[path = "monitor_forbidden_holder.rs"]
mod monitor_forbidden_holder;
#[path = "monitor_missing_holder.rs"]
mod monitor_missing_holder;
#[path = "name_duplicate.rs"]
mod name_duplicate;
#[path = "redirect_custom_scheme.rs"]
mod redirect_custom_scheme;
#[path = "redirect_dangerous_scheme.rs"]
mod redirect_dangerous_scheme;
#[path = "redirect_duplicate.rs"]
mod redirect_duplicate;
#[path = "redirect_fragment.rs"]
mod redirect_fragment;
#[path = "redirect_homograph.rs"]
mod redirect_homograph;
#[path = "redirect_internal_host.rs"]
mod redirect_internal_host;
#[path = "redirect_invalid.rs"]
mod redirect_invalid;
#[path = "redirect_ip_literal.rs"]
mod redirect_ip_literal;
#[path = "redirect_loopback.rs"]
mod redirect_loopback;
#[path = "redirect_many.rs"]
mod redirect_many;
#[path = "redirect_many_domains.rs"]
mod redirect_many_domains;
#[path = "redirect_mixed_environments.rs"]
mod redirect_mixed_environments;
#[path = "redirect_not_approved.rs"]
mod redirect_not_approved;
#[path = "redirect_not_canonical.rs"]
mod redirect_not_canonical;
#[path = "redirect_not_https.rs"]
mod redirect_not_https;
#[path = "redirect_open_redirector.rs"]
mod redirect_open_redirector;
#[path = "redirect_path_traversal.rs"]
mod redirect_path_traversal;
#[path = "redirect_region_mismatch.rs"]
mod redirect_region_mismatch;
#[path = "redirect_shared_across_clients.rs"]
mod redirect_shared_across_clients;
#[path = "redirect_shared_host.rs"]
mod redirect_shared_host;
#[path = "redirect_userinfo.rs"]
mod redirect_userinfo;
#[path = "redirect_wildcard.rs"]
mod redirect_wildcard;
#[path = "role_admin.rs"]
mod role_admin;
#[path = "role_for_people.rs"]
mod role_for_people;
#[path = "role_ids_inconsistent.rs"]
mod role_ids_inconsistent;
#[path = "role_not_allowed.rs"]
mod role_not_allowed;
#[path = "role_privilege_escalation.rs"]
mod role_privilege_escalation;
#[path = "role_redundant.rs"]
mod role_redundant;
#[path = "role_sensitive_permission.rs"]
mod role_sensitive_permission;
#[path = "role_unknown.rs"]
mod role_unknown;
#[path = "role_wildcard.rs"]
mod role_wildcard;
#[path = "scim_division_missing.rs"]
mod scim_division_missing;
#[path = "scim_extra_roles.rs"]
mod scim_extra_roles;
#[path = "scim_role_modified.rs"]
mod scim_role_modified;
#[path = "scim_several_clients.rs"]
mod scim_several_clients;
#[path = "scim_wrong_grant.rs"]
mod scim_wrong_grant;
#[path = "scope_duplicate.rs"]
mod scope_duplicate;
#[path = "scope_excess.rs"]
mod scope_excess;
#[path = "scope_redundant_readonly.rs"]
mod scope_redundant_readonly;
#[path = "scope_sensitive_write.rs"]
mod scope_sensitive_write;
#[path = "scope_unknown.rs"]
mod scope_unknown;
#[path = "scope_write_for_reader.rs"]
mod scope_write_for_reader;
#[path = "secret_exposed_by_terraform.rs"]
mod secret_exposed_by_terraform;
#[path = "secret_in_export.rs"]
mod secret_in_export;
#[path = "secret_in_text.rs"]
mod secret_in_text;
#[path = "secret_reused.rs"]
mod secret_reused;
#[path = "third_party_unreviewed.rs"]
mod third_party_unreviewed;
#[path = "token_lifetime_default.rs"]
mod token_lifetime_default;
#[path = "token_lifetime_hipaa.rs"]
mod token_lifetime_hipaa;
#[path = "token_lifetime_out_of_range.rs"]
mod token_lifetime_out_of_range;
#[path = "token_lifetime_privileged.rs"]
mod token_lifetime_privileged;
#[path = "token_lifetime_too_long.rs"]
mod token_lifetime_too_long;
#[path = "unknown_field.rs"]
mod unknown_field;

use super::Native;

/// The code of a native rule.
#[must_use]
pub fn native(id: &str) -> Option<Native> {
    Some(match id {
        "authorized-app-broad-scopes" => authorized_app_broad_scopes::CHECK,
        "authorized-app-pending" => authorized_app_pending::CHECK,
        "authorized-app-revoked" => authorized_app_revoked::CHECK,
        "client-credentials-without-roles" => client_credentials_without_roles::CHECK,
        "client-disabled-privileged" => client_disabled_privileged::CHECK,
        "client-duplicate" => client_duplicate::CHECK,
        "client-in-several-orgs" => client_in_several_orgs::CHECK,
        "client-name-confusable" => client_name_confusable::CHECK,
        "client-owner-unknown" => client_owner_unknown::CHECK,
        "client-stale" => client_stale::CHECK,
        "description-missing" => description_missing::CHECK,
        "division-all" => division_all::CHECK,
        "division-home-only" => division_home_only::CHECK,
        "division-missing" => division_missing::CHECK,
        "division-required" => division_required::CHECK,
        "division-uneven" => division_uneven::CHECK,
        "division-unknown" => division_unknown::CHECK,
        "embeddable-auth-window" => embeddable_auth_window::CHECK,
        "embeddable-grant" => embeddable_grant::CHECK,
        "embeddable-redirect" => embeddable_redirect::CHECK,
        "embeddable-scopes" => embeddable_scopes::CHECK,
        "embeddable-token-lifetime" => embeddable_token_lifetime::CHECK,
        "grant-type-unknown" => grant_type_unknown::CHECK,
        "implicit-grant" => implicit_grant::CHECK,
        "monitor-forbidden-holder" => monitor_forbidden_holder::CHECK,
        "monitor-missing-holder" => monitor_missing_holder::CHECK,
        "name-duplicate" => name_duplicate::CHECK,
        "redirect-custom-scheme" => redirect_custom_scheme::CHECK,
        "redirect-dangerous-scheme" => redirect_dangerous_scheme::CHECK,
        "redirect-duplicate" => redirect_duplicate::CHECK,
        "redirect-fragment" => redirect_fragment::CHECK,
        "redirect-homograph" => redirect_homograph::CHECK,
        "redirect-internal-host" => redirect_internal_host::CHECK,
        "redirect-invalid" => redirect_invalid::CHECK,
        "redirect-ip-literal" => redirect_ip_literal::CHECK,
        "redirect-loopback" => redirect_loopback::CHECK,
        "redirect-many" => redirect_many::CHECK,
        "redirect-many-domains" => redirect_many_domains::CHECK,
        "redirect-mixed-environments" => redirect_mixed_environments::CHECK,
        "redirect-not-approved" => redirect_not_approved::CHECK,
        "redirect-not-canonical" => redirect_not_canonical::CHECK,
        "redirect-not-https" => redirect_not_https::CHECK,
        "redirect-open-redirector" => redirect_open_redirector::CHECK,
        "redirect-path-traversal" => redirect_path_traversal::CHECK,
        "redirect-region-mismatch" => redirect_region_mismatch::CHECK,
        "redirect-shared-across-clients" => redirect_shared_across_clients::CHECK,
        "redirect-shared-host" => redirect_shared_host::CHECK,
        "redirect-userinfo" => redirect_userinfo::CHECK,
        "redirect-wildcard" => redirect_wildcard::CHECK,
        "role-admin" => role_admin::CHECK,
        "role-for-people" => role_for_people::CHECK,
        "role-ids-inconsistent" => role_ids_inconsistent::CHECK,
        "role-not-allowed" => role_not_allowed::CHECK,
        "role-privilege-escalation" => role_privilege_escalation::CHECK,
        "role-redundant" => role_redundant::CHECK,
        "role-sensitive-permission" => role_sensitive_permission::CHECK,
        "role-unknown" => role_unknown::CHECK,
        "role-wildcard" => role_wildcard::CHECK,
        "scim-division-missing" => scim_division_missing::CHECK,
        "scim-extra-roles" => scim_extra_roles::CHECK,
        "scim-role-modified" => scim_role_modified::CHECK,
        "scim-several-clients" => scim_several_clients::CHECK,
        "scim-wrong-grant" => scim_wrong_grant::CHECK,
        "scope-duplicate" => scope_duplicate::CHECK,
        "scope-excess" => scope_excess::CHECK,
        "scope-redundant-readonly" => scope_redundant_readonly::CHECK,
        "scope-sensitive-write" => scope_sensitive_write::CHECK,
        "scope-unknown" => scope_unknown::CHECK,
        "scope-write-for-reader" => scope_write_for_reader::CHECK,
        "secret-exposed-by-terraform" => secret_exposed_by_terraform::CHECK,
        "secret-in-export" => secret_in_export::CHECK,
        "secret-in-text" => secret_in_text::CHECK,
        "secret-reused" => secret_reused::CHECK,
        "third-party-unreviewed" => third_party_unreviewed::CHECK,
        "token-lifetime-default" => token_lifetime_default::CHECK,
        "token-lifetime-hipaa" => token_lifetime_hipaa::CHECK,
        "token-lifetime-out-of-range" => token_lifetime_out_of_range::CHECK,
        "token-lifetime-privileged" => token_lifetime_privileged::CHECK,
        "token-lifetime-too-long" => token_lifetime_too_long::CHECK,
        "unknown-field" => unknown_field::CHECK,
        _ => return None,
    })
}
