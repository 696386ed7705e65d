//! Roles and what they permit.

use super::field::{Field, Text};
use crate::text::Place;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

/// A role of the organisation.
#[derive(Clone, Debug, Default)]
pub struct Role<'a> {
    /// The whole role in its file.
    pub place: Place,
    /// Its id, a UUID of this organisation.
    pub id: Text<'a>,
    /// Its Terraform address, if it has one.
    pub address: Option<Text<'a>>,
    /// Its name.
    pub name: Field<Text<'a>>,
    /// The stable slug of a default role; other roles have none.
    pub default_role_id: Field<Text<'a>>,
    /// Whether the platform marks it as a default role.
    pub is_default: Field<bool>,
    /// General permissions, such as `admin`: legacy, without a colon.
    pub permissions: Vec<(Text<'a>, Place)>,
    /// Permissions as domain, entity and actions.
    pub policies: Vec<PermissionPolicy<'a>>,
    /// Whether permissions or policies are in the input at all, and could be read.
    pub permissions_known: bool,
    /// What follows from all that, worked out once: roles are few and clients many.
    pub memo: Memo,
}

/// What follows from what a role says. The first caller computes it, so the role must not
/// change afterwards.
#[derive(Clone, Debug, Default)]
pub struct Memo {
    default_role: OnceLock<Option<DefaultRole>>,
    permissions: OnceLock<Vec<(String, Place)>>,
    names: OnceLock<Arc<[String]>>,
    policies: OnceLock<HashMap<String, Vec<usize>>>,
    pub(super) is_scim: OnceLock<bool>,
    /// Permissions that are not ordinary: positions in the list of them, and the place.
    pub listed: OnceLock<Vec<(u16, Place)>>,
    /// Permissions that cover many, such as `routing:*:*`, and domains held whole, and the
    /// place.
    pub broad: OnceLock<Vec<(String, Place)>>,
}

/// Actions on an entity of a domain.
#[derive(Clone, Debug)]
pub struct PermissionPolicy<'a> {
    /// Its place.
    pub place: Place,
    /// The domain, such as `authorization`.
    pub domain: Text<'a>,
    /// The entity, such as `role`, or `*`.
    pub entity: Text<'a>,
    /// The actions, such as `edit`, or `*`.
    pub actions: Vec<(Text<'a>, Place)>,
    /// The condition under which it holds.
    pub condition: PolicyCondition<'a>,
}

/// The condition of a policy of permissions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum PolicyCondition<'a> {
    /// It holds always.
    #[default]
    None,
    /// The policy allows conditions (`allowConditions`), and the export does not contain them.
    Unstated,
    /// The condition (`resourceConditionNode`), as it is written in the export.
    Written(Text<'a>),
}

/// The default roles that rules use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefaultRole {
    /// `admin`: may change anything.
    Admin,
    /// `Master Admin`: may change anything.
    MasterAdmin,
    /// `employee`: every person holds it.
    Employee,
    /// `Supervisor`
    Supervisor,
    /// `User`
    User,
    /// `Developer`
    Developer,
    /// `Trusted External User`
    TrustedExternalUser,
    /// `SCIM Integration`
    ScimIntegration,
}

/// Default roles by name. Their slugs are not published, save `employee`.
const DEFAULT_ROLES: [(&str, DefaultRole); 12] = [
    ("admin", DefaultRole::Admin),
    ("master admin", DefaultRole::MasterAdmin),
    ("employee", DefaultRole::Employee),
    ("supervisor", DefaultRole::Supervisor),
    ("engage supervisor", DefaultRole::Supervisor),
    ("purecloud supervisor", DefaultRole::Supervisor),
    ("user", DefaultRole::User),
    ("engage user", DefaultRole::User),
    ("purecloud user", DefaultRole::User),
    ("developer", DefaultRole::Developer),
    ("trusted external user", DefaultRole::TrustedExternalUser),
    ("scim integration", DefaultRole::ScimIntegration),
];

/// Up to so many policies, looking at each costs less than an index.
const FEW_POLICIES: usize = 16;

fn policy_key(domain: &str, entity: &str) -> String {
    let mut key = format!("{domain}:{entity}");
    key.make_ascii_lowercase();
    key
}

impl Role<'_> {
    /// Its name, or its id if it has none.
    #[must_use]
    pub fn label(&self) -> &str {
        self.name.text().unwrap_or(&self.id)
    }

    /// Which default role it is. A role that is marked as custom is not one, whatever its name:
    /// any custom role can be called "SCIM Integration". Where the export marks nothing, the name
    /// decides.
    #[must_use]
    pub fn default_role(&self) -> Option<DefaultRole> {
        let memo = &self.memo.default_role;
        *memo.get_or_init(|| self.find_default_role())
    }

    fn find_default_role(&self) -> Option<DefaultRole> {
        let slug = self.default_role_id.text().unwrap_or("").trim();
        if slug.is_empty() && self.is_default.known() == Some(&false) {
            return None;
        }
        let name = self.name.text().unwrap_or("").trim().to_lowercase();
        let slug = slug.to_lowercase().replace(['-', '_'], " ");
        DEFAULT_ROLES
            .iter()
            .find(|(known, _)| name == *known || slug == *known)
            .map(|(_, role)| *role)
    }

    /// Every permission it names, once, in lower case and in order.
    #[must_use]
    pub fn permission_names(&self) -> Arc<[String]> {
        let names = self.memo.names.get_or_init(|| {
            let strings = self.permission_strings().iter();
            let names: BTreeSet<String> = strings.map(|(name, _)| name.to_lowercase()).collect();
            names.into_iter().collect()
        });
        Arc::clone(names)
    }

    /// Every permission it names, as `domain:entity:action` or a general one, with its place.
    pub fn permission_strings(&self) -> &[(String, Place)] {
        self.memo.permissions.get_or_init(|| {
            let general = self.permissions.iter();
            let general = general.map(|(name, place)| (name.to_string(), *place));
            let policies = self.policies.iter().flat_map(|policy| {
                let PermissionPolicy { domain, entity, .. } = policy;
                let actions = policy.actions.iter();
                actions.map(move |(action, place)| (format!("{domain}:{entity}:{action}"), *place))
            });
            general.chain(policies).collect()
        })
    }

    /// Where it holds a permission, if it does. `wanted` is `domain:entity:action` or a
    /// general permission; case does not matter, and `*` in the role covers all.
    #[must_use]
    pub fn permits(&self, wanted: &str) -> Option<Place> {
        let mut parts = wanted.splitn(3, ':');
        let (Some(domain), Some(entity), Some(action)) = (parts.next(), parts.next(), parts.next())
        else {
            return self
                .permissions
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
                .map(|(_, place)| *place);
        };
        let covers = |held: &str, wanted: &str| held == "*" || held.eq_ignore_ascii_case(wanted);
        let find = |policy: &PermissionPolicy<'_>| {
            let mut actions = policy.actions.iter();
            let (_, place) = actions.find(|(held, _)| covers(held, action))?;
            Some(*place)
        };
        if self.policies.len() <= FEW_POLICIES {
            let covers = |policy: &&PermissionPolicy<'_>| {
                covers(&policy.domain, domain) && covers(&policy.entity, entity)
            };
            return self.policies.iter().filter(covers).find_map(find);
        }
        let mut found: Vec<usize> = [domain, "*"]
            .iter()
            .flat_map(|domain| [entity, "*"].map(|entity| policy_key(domain, entity)))
            .filter_map(|key| self.policies_by_key().get(&key))
            .flatten()
            .copied()
            .collect();
        found.sort_unstable();
        found.into_iter().find_map(|at| find(&self.policies[at]))
    }

    /// The positions of the policies of each domain and entity.
    fn policies_by_key(&self) -> &HashMap<String, Vec<usize>> {
        self.memo.policies.get_or_init(|| {
            let mut positions: HashMap<_, Vec<usize>> = HashMap::new();
            for (at, policy) in self.policies.iter().enumerate() {
                let key = policy_key(&policy.domain, &policy.entity);
                positions.entry(key).or_default().push(at);
            }
            positions
        })
    }
}
