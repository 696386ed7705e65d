//! How much harm a role can do.
//!
//! Invariant: the list of permissions in the catalogue says so, as it does for the rules, so that no
//! table calls ordinary what a finding calls dangerous.

use crate::catalog::{self, permissions};
use crate::finding::RoleTier;
use crate::model::{DefaultRole, Role};

/// The tier of a role that is in the input. What SCIM needs counts like all else: it is prescribed,
/// and yet it can be done.
#[must_use]
pub fn tier_of_role(role: &Role<'_>) -> RoleTier {
    let held = permissions()
        .iter()
        .filter(|permission| role.permits(&permission.name).is_some());
    let highest = held.map(|permission| permission.tier).max();
    let is_admin = match role.default_role() {
        Some(DefaultRole::Admin) => {
            !role.permissions_known || highest >= Some(catalog::Tier::Escalating)
        }
        Some(DefaultRole::Integration) => !role.permissions_known,
        _ => false,
    };
    if is_admin || role.holds_everything().is_some() {
        return RoleTier::Admin;
    }
    match highest {
        Some(catalog::Tier::Admin) => RoleTier::Admin,
        Some(catalog::Tier::Escalating) => RoleTier::Escalating,
        Some(catalog::Tier::Sensitive) => RoleTier::Sensitive,
        None if role.permissions_known => RoleTier::Ordinary,
        None => RoleTier::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Field, PermissionPolicy, PolicyCondition};
    use crate::text::Place;

    fn role(name: &str, permissions: &[&str]) -> Role<'static> {
        let mut role = Role {
            name: Field::present(name.to_owned().into(), Place::default()),
            permissions_known: true,
            ..Role::default()
        };
        for permission in permissions {
            let parts: Vec<_> = permission.split(':').map(str::to_owned).collect();
            match &parts[..] {
                [domain, entity, action] => role.policies.push(PermissionPolicy {
                    place: Place::default(),
                    domain: domain.clone().into(),
                    entity: entity.clone().into(),
                    actions: vec![(action.clone().into(), Place::default())],
                    condition: PolicyCondition::None,
                }),
                _ => role
                    .permissions
                    .push(((*permission).to_owned().into(), Place::default())),
            }
        }
        role
    }

    #[test]
    fn the_worst_permission_decides() {
        for (name, permissions, tier) in [
            ("Reader", &["analytics:report:view"][..], RoleTier::Ordinary),
            ("Tapes", &["recording:recording:view"], RoleTier::Sensitive),
            (
                "GDPR",
                &["analytics:report:view", "GDPR:*:*"],
                RoleTier::Sensitive,
            ),
            ("Roles", &["authorization:*:*"], RoleTier::Escalating),
            (
                "Roles",
                &["recording:*:*", "oauth:client:edit"],
                RoleTier::Escalating,
            ),
            (
                "Trustees",
                &["authorization:orgTrusteeUser:edit"],
                RoleTier::Escalating,
            ),
            ("Old", &["admin"], RoleTier::Admin),
            ("Everything", &["*:*:*"], RoleTier::Admin),
            ("Everything read", &["*:*:view"], RoleTier::Sensitive),
            ("Master Admin", &["authorization:*:*"], RoleTier::Admin),
            ("Master Admin", &["routing:queue:view"], RoleTier::Ordinary),
        ] {
            assert_eq!(tier_of_role(&role(name, permissions)), tier, "{name}");
        }
    }

    #[test]
    fn a_slug_decides_where_the_permissions_were_not_given() {
        for (slug, tier) in [
            ("masterAdmin", RoleTier::Admin),
            ("integrationServer", RoleTier::Admin),
            ("engage", RoleTier::Unknown),
        ] {
            let hidden = Role {
                permissions_known: false,
                default_role_id: Field::present(slug.into(), Place::default()),
                ..role("Rolle", &[])
            };
            assert_eq!(tier_of_role(&hidden), tier, "{slug}");
        }
    }

    #[test]
    fn permissions_that_were_not_given_are_no_pass() {
        let hidden = Role {
            permissions_known: false,
            ..role("Anything", &[])
        };
        assert_eq!(tier_of_role(&hidden), RoleTier::Unknown);
    }
}
