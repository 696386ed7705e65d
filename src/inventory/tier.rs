//! How much harm a role can do.
//!
//! Law: the only place that says so. What counts as escalating or sensitive is the list here;
//! whoever knows better replaces [`tier_of_role`] and nothing else.

use crate::finding::Tier;
use crate::model::{DefaultRole, Role};

/// Permissions with which a client can give itself or others more rights.
const ESCALATING: [&str; 9] = [
    "authorization:role:add",
    "authorization:role:edit",
    "authorization:grant:add",
    "oauth:client:add",
    "oauth:client:edit",
    "oauth:client:authorize",
    "directory:user:setPassword",
    "sso:provider:add",
    "sso:provider:edit",
];

/// Domains whose every permission is about confidential things.
const SENSITIVE: [&str; 4] = ["recording", "gdpr", "billing", "dataprivacy"];

/// The tier of a role that was given.
#[must_use]
pub fn tier_of_role(role: &Role<'_>) -> Tier {
    let is_admin = matches!(
        role.default_role(),
        Some(DefaultRole::Admin | DefaultRole::MasterAdmin)
    );
    if is_admin || role.permits("admin").is_some() {
        return Tier::Admin;
    }
    if ESCALATING.iter().any(|held| role.permits(held).is_some()) {
        return Tier::Escalating;
    }
    let is_sensitive = role.policies.iter().any(|policy| {
        policy.domain == "*"
            || SENSITIVE
                .iter()
                .any(|domain| policy.domain.eq_ignore_ascii_case(domain))
    });
    if is_sensitive {
        return Tier::Sensitive;
    }
    if role.permissions_known {
        Tier::Ordinary
    } else {
        Tier::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Field, PermissionPolicy};
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
