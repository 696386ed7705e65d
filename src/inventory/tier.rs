//! How much harm a role can do.
//!
//! Invariant: the list of permissions in the catalogue says so, as it does for the rules, so that no
//! table calls ordinary what a finding calls dangerous.

use crate::catalog::{self, permissions};
use crate::finding::Tier;
use crate::model::{DefaultRole, Role};

/// The tier of a role that is in the input. What SCIM needs counts like all else: it is prescribed,
/// and yet it can be done.
#[must_use]
pub fn tier_of_role(role: &Role<'_>) -> Tier {
    let is_admin = matches!(
        role.default_role(),
        Some(DefaultRole::Admin | DefaultRole::MasterAdmin)
    );
    if is_admin {
        return Tier::Admin;
    }
    let held = permissions()
        .iter()
        .filter(|permission| role.permits(&permission.name).is_some());
    match held.map(|permission| permission.tier).max() {
        Some(catalog::Tier::Admin) => Tier::Admin,
        Some(catalog::Tier::Escalating) => Tier::Escalating,
        Some(catalog::Tier::Sensitive) => Tier::Sensitive,
        None if role.permissions_known => Tier::Ordinary,
        None => Tier::Unknown,
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
            ("Reader", &["analytics:report:view"][..], Tier::Ordinary),
            ("Tapes", &["recording:recording:view"], Tier::Sensitive),
            (
                "GDPR",
                &["analytics:report:view", "GDPR:*:*"],
                Tier::Sensitive,
            ),
            ("Roles", &["authorization:*:*"], Tier::Escalating),
            (
                "Roles",
                &["recording:*:*", "oauth:client:edit"],
                Tier::Escalating,
            ),
            (
                "Trustees",
                &["authorization:orgTrusteeUser:edit"],
                Tier::Escalating,
            ),
            ("Old", &["admin"], Tier::Admin),
            ("Master Admin", &[], Tier::Admin),
        ] {
            assert_eq!(tier_of_role(&role(name, permissions)), tier, "{name}");
        }
    }

    #[test]
    fn permissions_that_were_not_given_are_no_pass() {
        let hidden = Role {
            permissions_known: false,
            ..role("Anything", &[])
        };
        assert_eq!(tier_of_role(&hidden), Tier::Unknown);
    }
}
