//! Roles and what they permit.

use super::field::{EntityRef, Field, Text};
use crate::text::Place;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

/// A role of the organisation.
#[derive(Clone, Debug, Default)]
pub struct Role<'a> {
    /// The whole role in its file.
    pub place: Place,
    /// Its id, a UUID of this organisation.
    pub id: EntityRef<'a>,
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

/// What a default role of the platform is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefaultRole {
    /// `admin` or `masterAdmin`: administers the organisation.
    Admin,
    /// `integrationServer`: for a server of the vendor; it holds the general permission `admin`.
    Integration,
    /// `employee`: every person holds it.
    Employee,
    /// For people in a job, such as `engage` (User), `qualityEvaluator` or `telephonyAdmin`.
    People,
    /// `scimIntegration`: for provisioning users.
    ScimIntegration,
    /// Marked as a default role by a slug that this version does not know.
    Other,
}

/// Default roles by slug, and the names that they have in English. Slugs: an export of CX as Code
/// of 2024-11-26. `supervisor`, `user` and `trustedExternalUser` are older spellings.
const DEFAULT_ROLES: [(&str, &[&str], DefaultRole); 29] = [
    ("admin", &["admin"], DefaultRole::Admin),
    ("masterAdmin", &["master admin"], DefaultRole::Admin),
    ("integrationServer", &[], DefaultRole::Integration),
    ("employee", &["employee"], DefaultRole::Employee),
    (
        "engage",
        &["user", "engage user", "purecloud user"],
        DefaultRole::People,
    ),
    (
        "engageSupervisor",
        &["supervisor", "engage supervisor", "purecloud supervisor"],
        DefaultRole::People,
    ),
    ("developer", &["developer"], DefaultRole::People),
    (
        "trustedUser",
        &["trusted external user"],
        DefaultRole::People,
    ),
    (
        "scimIntegration",
        &["scim integration"],
        DefaultRole::ScimIntegration,
    ),
    (
        "unifiedCommunication",
        &["communicate - user"],
        DefaultRole::People,
    ),
    ("telephonyAdmin", &[], DefaultRole::People),
    ("voiceAdmin", &[], DefaultRole::People),
    ("unifiedCommunicationAdmin", &[], DefaultRole::People),
    ("outboundAdmin", &[], DefaultRole::People),
    ("outboundAgent", &[], DefaultRole::People),
    ("qualityAdmin", &[], DefaultRole::People),
    ("qualityEvaluator", &[], DefaultRole::People),
    ("peopleAdmin", &[], DefaultRole::People),
    ("performanceAdmin", &[], DefaultRole::People),
    ("plannerAdmin", &[], DefaultRole::People),
    ("scriptDesigner", &[], DefaultRole::People),
    ("salesforceAgent", &[], DefaultRole::People),
    ("screenshareAgent", &[], DefaultRole::People),
    ("cobrowseAgent", &[], DefaultRole::People),
    ("aiAgent", &[], DefaultRole::People),
    ("wallboardUser", &[], DefaultRole::People),
    ("supervisor", &[], DefaultRole::People),
    ("user", &[], DefaultRole::People),
    ("trustedExternalUser", &[], DefaultRole::People),
];

/// What [`Role::read_colon_permissions`] found.
#[derive(Clone, Copy, Debug, Default)]
pub struct Colons {
    /// The place of the first.
    pub first: Option<Place>,
    /// One of them does not have three parts, so it is not known what it permits.
    pub are_unclear: bool,
}

/// Up to so many policies, looking at each costs less than an index.
const FEW_POLICIES: usize = 16;

/// Whether two spellings of a slug are one: case, spaces and hyphens do not matter.
fn same_letters(one: &str, other: &str) -> bool {
    fn letters(text: &str) -> impl Iterator<Item = char> + '_ {
        let kept = text.chars().filter(|sign| !matches!(sign, ' ' | '-' | '_'));
        kept.flat_map(char::to_lowercase)
    }
    letters(one).eq(letters(other))
}

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

    /// Which default role it is: its slug decides, under any name. A role that is marked as custom
    /// is not one, whatever its name: any custom role can be called "SCIM Integration". Where the
    /// export marks nothing, the name decides.
    #[must_use]
    pub fn default_role(&self) -> Option<DefaultRole> {
        let memo = &self.memo.default_role;
        *memo.get_or_init(|| self.find_default_role())
    }

    /// Its slug, if the export marks it as a default role by one.
    #[must_use]
    pub fn slug(&self) -> Option<&str> {
        let slug = self.default_role_id.text().unwrap_or("").trim();
        (!slug.is_empty()).then_some(slug)
    }

    /// Whether the export marks it as a default role, rather than only its name suggesting it.
    #[must_use]
    pub fn is_marked_default(&self) -> bool {
        self.slug().is_some() || self.is_default.known() == Some(&true)
    }

    fn find_default_role(&self) -> Option<DefaultRole> {
        let has_slug = |slug: &str| {
            let known = DEFAULT_ROLES.iter();
            known
                .filter(|(known, ..)| same_letters(known, slug))
                .map(|(.., role)| *role)
                .next()
        };
        if let Some(slug) = self.slug() {
            return Some(has_slug(slug).unwrap_or(DefaultRole::Other));
        }
        if self.is_default.known() == Some(&false) {
            return None;
        }
        let name = self.name.text().unwrap_or("").trim().to_lowercase();
        let mut known = DEFAULT_ROLES.iter();
        let named = known.find(|(_, names, _)| names.contains(&name.as_str()));
        let named = named.map(|(.., role)| *role);
        if self.is_marked_default() {
            return named
                .or_else(|| has_slug(&name))
                .or(Some(DefaultRole::Other));
        }
        named
    }

    /// Moves permissions of domains, such as `routing:queue:view`, from the list of general
    /// permissions to the policies. Returns where the first of them is, and whether one cannot be
    /// read. Call it before anything else looks at the permissions.
    pub fn read_colon_permissions(&mut self) -> Colons {
        let mut colons = Colons::default();
        let (colon, general): (Vec<_>, Vec<_>) = std::mem::take(&mut self.permissions)
            .into_iter()
            .partition(|(name, _)| name.contains(':'));
        self.permissions = general;
        for (name, place) in colon {
            colons.first.get_or_insert(place);
            let parts: Vec<&str> = name.split(':').map(str::trim).collect();
            let own = |part: &str| Text::Owned(part.to_owned());
            match parts[..] {
                [domain, entity, action] if parts.iter().all(|part| !part.is_empty()) => {
                    self.policies.push(PermissionPolicy {
                        place,
                        domain: own(domain),
                        entity: own(entity),
                        actions: vec![(own(action), place)],
                        condition: PolicyCondition::None,
                    });
                }
                _ => colons.are_unclear = true,
            }
        }
        colons
    }

    /// Whether it names no permission at all. A default role that does was not exported in full.
    #[must_use]
    pub fn lacks_permissions(&self) -> bool {
        self.permissions.is_empty() && self.policies.is_empty()
    }

    /// Where it holds every permission of every domain, `*:*:*`.
    #[must_use]
    pub fn holds_everything(&self) -> Option<Place> {
        let is_all = |policy: &&PermissionPolicy<'_>| policy.domain == "*" && policy.entity == "*";
        let mut actions = self
            .policies
            .iter()
            .filter(is_all)
            .flat_map(|policy| &policy.actions);
        let (_, place) = actions.find(|(action, _)| *action == "*")?;
        Some(*place)
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
