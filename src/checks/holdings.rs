//! The roles of a client, what is known about each, and what they permit.
//!
//! Invariant: a role that was not given, or whose permissions were not, is neither harmless nor a
//! fault. Whatever is known of the other roles is said, and next to it that this one was not
//! judged.

use super::divisions::Ids;
use super::grouping::{DedupSet, lower_case};
use super::judgement::Violation;
use super::{Judgement, Parameters, RuleContext};
use crate::catalog::{Confidence, Need, Permission, Tier, domains, permissions, unbounded};
use crate::model::{
    Action, Client, ClientKind, DefaultRole, Field, GrantType, Grants, Listing, Organisation, Role,
    SCIM_PERMISSIONS,
};
use crate::text::{Place, first_of};
use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap, HashSet};

/// A role in a division, as far as it is known.
#[derive(Debug)]
pub(super) struct Holding<'r> {
    /// The entry of the client.
    pub grant: Grants<'r>,
    /// The role, if it is in the input.
    pub role: Option<&'r Role<'r>>,
    /// No entry before it names the same role.
    is_first: bool,
    /// A listing that proves to be complete lacks the role: it was deleted.
    is_deleted: bool,
}

impl<'r> Holding<'r> {
    /// The division's id, or `*`, if one is named.
    pub(super) fn division(&self) -> Option<&'r str> {
        self.grant
            .division
            .filter(|division| !division.trim().is_empty())
    }

    /// Whether no division is named, for certain.
    pub(super) fn lacks_division(&self) -> bool {
        self.division().is_none() && !self.grant.division_unknown
    }

    /// Whether the division matters: unless no division bounds any permission that the role names.
    pub(super) fn is_bounded(&self, organisation: &Organisation<'_>) -> bool {
        let Some(role) = self.role.filter(|role| role.permissions_known) else {
            return true;
        };
        if admin(role).is_some() {
            return true;
        }
        let permissions = role.permission_strings();
        let is_free = |(permission, _): &(String, _)| is_unbounded(permission, organisation);
        permissions.is_empty() || !permissions.iter().all(is_free)
    }
}

/// Whether no division bounds a permission: the organisation's own catalogue says so, or the
/// built-in list where that catalogue does not have it.
fn is_unbounded(permission: &str, organisation: &Organisation<'_>) -> bool {
    let permission = permission.to_ascii_lowercase();
    match organisation.bounded.get(&permission) {
        Some(is_bounded) => !is_bounded,
        None => unbounded().iter().any(|known| covers(known, &permission)),
    }
}

/// Whether `held`, in which `*` means every part, covers a permission.
pub(super) fn covers(held: &str, permission: &str) -> bool {
    let mut wanted = permission.split(':');
    held.split(':').all(|held| {
        let wanted = wanted.next();
        wanted.is_some_and(|wanted| held == "*" || held.eq_ignore_ascii_case(wanted))
    }) && wanted.next().is_none()
}

/// The roles of a client.
#[derive(Debug)]
pub(super) struct Holdings<'r> {
    client: &'r Client<'r>,
    /// All entries, in order.
    pub all: Vec<Holding<'r>>,
    /// The positions of the entries of each role, by id in lower case.
    by_role: OnceCell<HashMap<String, Vec<usize>>>,
    /// The positions of the entries in each division, by id in lower case.
    by_division: OnceCell<HashMap<String, Vec<usize>>>,
}

/// So many entries of a role are named in a message.
const NAMED: usize = 5;

impl<'r> Holdings<'r> {
    /// The roles of a client. Roles have an effect with client credentials only, so a client
    /// that is known to use another grant holds none. Where the grant type is not given, having
    /// roles speaks for client credentials.
    pub(super) fn for_client(client: &'r Client<'r>, organisation: &'r Organisation<'r>) -> Self {
        let grants = if is_without_effect(client) {
            Vec::new()
        } else {
            client.grants()
        };
        let mut seen = DedupSet::default();
        let is_complete = organisation.roles.as_ref().is_some_and(Listing::is_proven);
        let all = grants
            .into_iter()
            .map(|grant| Holding {
                grant,
                role: organisation.role(grant.role),
                is_deleted: is_complete && organisation.role(grant.role).is_none(),
                is_first: seen.insert(lower_case(grant.role)),
            })
            .collect();
        Self {
            client,
            all,
            by_role: OnceCell::new(),
            by_division: OnceCell::new(),
        }
    }

    /// The entries that name a division.
    pub(super) fn in_division(&self, division: &str) -> Vec<&Grants<'r>> {
        let by_division = self.by_division.get_or_init(|| {
            let mut by_division: HashMap<String, Vec<usize>> = HashMap::new();
            for (at, holding) in self.all.iter().enumerate() {
                if let Some(division) = holding.division() {
                    let key = division.to_ascii_lowercase();
                    by_division.entry(key).or_default().push(at);
                }
            }
            by_division
        });
        let positions = by_division.get(&division.to_ascii_lowercase());
        let positions = positions.into_iter().flatten();
        positions.map(|at| &self.all[*at].grant).collect()
    }

    /// Each role once, at its first place.
    pub(super) fn distinct(&self) -> impl Iterator<Item = &Holding<'r>> {
        self.all.iter().filter(|holding| holding.is_first)
    }

    /// Each role that is in the input, once, at its first place.
    pub(super) fn given(&self) -> impl Iterator<Item = (&Holding<'r>, &'r Role<'r>)> {
        self.distinct()
            .filter_map(|holding| Some((holding, holding.role?)))
    }

    /// The divisions of the entries that `counts`. Where none is named the platform takes the
    /// home division, so far as that is known.
    pub(super) fn divisions(
        &self,
        home: Option<&str>,
        counts: impl Fn(&Holding<'r>) -> bool,
    ) -> Ids {
        self.all
            .iter()
            .filter(|holding| counts(holding))
            .filter_map(|holding| {
                if holding.lacks_division() {
                    home
                } else {
                    holding.division()
                }
            })
            .map(str::to_ascii_lowercase)
            .collect()
    }

    /// Whether all entries name one division, for certain.
    pub(super) fn is_of_one_division(&self) -> bool {
        let mut divisions = self.all.iter().map(Holding::division);
        let Some(Some(first)) = divisions.next() else {
            return false;
        };
        divisions.all(|other| other.is_some_and(|other| other.eq_ignore_ascii_case(first)))
    }

    /// What is missing to know all divisions of the entries.
    pub(super) fn missing_divisions(&self, home: Option<&str>) -> Option<Need> {
        let hidden = |holding: &Holding<'_>| holding.grant.division_unknown;
        if self.missing() == Some(Need::Value) || self.all.iter().any(hidden) {
            return Some(Need::Value);
        }
        (home.is_none() && self.all.iter().any(Holding::lacks_division)).then_some(Need::Divisions)
    }

    /// What is missing to know everything that the roles permit.
    pub(super) fn missing(&self) -> Option<Need> {
        if !is_without_effect(self.client) && !self.client.knows_its_roles() {
            return Some(Need::Value);
        }
        let settled = |role: &Role<'_>| role.permissions_known || admin(role).is_some();
        self.all
            .iter()
            .any(|holding| !holding.role.is_some_and(settled))
            .then_some(Need::Roles)
    }

    /// Records the rule as not judged if the permissions of any role are unknown.
    pub(super) fn report_missing(&self, judgement: &mut Judgement) {
        if let Some(need) = self.missing() {
            judgement.not_judged(need);
        }
    }

    /// Records the rule, for which the name of a role is enough, as not judged if a role was not
    /// given.
    pub(super) fn report_missing_roles(&self, judgement: &mut Judgement) {
        if self.missing() == Some(Need::Value) {
            judgement.not_judged(Need::Value);
        } else if self.all.iter().any(|holding| holding.role.is_none()) {
            judgement.not_judged(Need::Roles);
        }
    }

    /// Says that a rule about SCIM clients is not judged, if a role that is not known may make
    /// this client one.
    pub(super) fn report_perhaps_scim(&self, judgement: &mut Judgement) {
        if !self.all.is_empty() && self.is_scim().is_none() {
            judgement.not_judged(self.missing().unwrap_or(Need::Roles));
        }
    }

    /// Reports a role: marks its id in the client, names it as `{role}` and points at the role.
    pub(super) fn report<'v>(
        &self,
        judgement: &'v mut Judgement,
        message: &'static str,
        holding: &Holding<'r>,
        role: &Role<'_>,
    ) -> &'v mut Violation {
        let report = judgement.report(self.client, message, &holding.grant.role_target());
        report
            .with("entries", self.entries(holding.grant.role))
            .with("role", role.label())
            .related(label_place(role), format!("the role {}", role.label()));
        if self
            .client
            .grant()
            .is_none_or(|grant| grant == GrantType::Other)
        {
            report.confidence(Confidence::Medium);
        }
        report
    }

    /// The entries that hold a role, for a message: it is to be removed from all of them.
    fn entries(&self, role: &str) -> String {
        let entries = self.by_role.get_or_init(|| {
            let mut by_role: HashMap<String, Vec<usize>> = HashMap::new();
            for (at, holding) in self.all.iter().enumerate() {
                let role = holding.grant.role.to_ascii_lowercase();
                by_role.entry(role).or_default().push(at);
            }
            by_role
        });
        let positions = entries.get(&role.to_ascii_lowercase());
        let positions = positions.map_or(&[][..], Vec::as_slice);
        let path = |at: &usize| self.all[*at].grant.role_target().path(self.client.naming);
        first_of(positions.iter().map(path), NAMED)
    }

    /// Reports a role for its powers of a tier, the first explained and the others by name, or
    /// for a permission that the policy's list `extra` counts among them; for none that `is_left`
    /// to another rule.
    pub(super) fn report_powers(
        &self,
        context: &RuleContext<'_, '_>,
        judgement: &mut Judgement,
        tier: Tier,
        (holding, role): (&Holding<'r>, &Role<'_>),
        is_left: impl Fn(&str) -> bool,
    ) {
        // A default role must not be edited.
        let is_default = role.default_role().is_some();
        let found: Vec<_> = powers_of(role, tier)
            .filter(|(permission, _)| !is_left(&permission.name))
            .collect();
        if let Some(((first, _), others)) = found.split_first() {
            let message = match (others.is_empty(), is_default) {
                (true, false) => "main",
                (true, true) => "default",
                (false, false) => "several",
                (false, true) => "default-several",
            };
            let others: Vec<_> = others
                .iter()
                .map(|(other, _)| other.name.as_ref())
                .collect();
            let report = self.report(judgement, message, holding, role);
            report
                .option(Action::Remove)
                .with("held", held_as(role, &found))
                .with("path", &first.path)
                .with("permission", &first.name)
                .with("others", others.join(", "));
            for (permission, place) in &found {
                report.related(
                    *place,
                    format!("{}, {}", permission.name, permission.reason),
                );
            }
            return;
        }
        let mut also = context
            .parameters
            .list("extra")
            .filter(|name| !is_left(name));
        if let Some((permission, place)) = also.find_map(|name| Some((name, role.permits(name)?))) {
            let message = if is_default {
                "default-listed"
            } else {
                "listed"
            };
            self.report(judgement, message, holding, role)
                .option(Action::Remove)
                .with("held", permission)
                .with("permission", permission)
                .related(place, permission);
        }
    }

    /// The most powerful role with its worst path, if any role permits more than the ordinary.
    pub(super) fn most_powerful(&self) -> Option<(&'r Role<'r>, &'static str)> {
        self.given()
            .filter_map(|(_, role)| {
                let (tier, path) = power(role)?;
                Some((tier, role, path))
            })
            // The first of several equal ones.
            .reduce(|best, other| if other.0 > best.0 { other } else { best })
            .map(|(_, role, path)| (role, path))
    }

    /// Whether the client holds the SCIM role. `None` if that depends on a role that is not known.
    pub(super) fn is_scim(&self) -> Option<bool> {
        let known: Vec<_> = self
            .all
            .iter()
            .map(|holding| match holding.role {
                Some(role) => is_scim(role),
                None => holding.is_deleted.then_some(false),
            })
            .collect();
        if known.contains(&Some(true)) {
            return Some(true);
        }
        // Neither list of roles is there at all: the export may have dropped them.
        let says_nothing = matches!(self.client.role_divisions, Field::Absent)
            && matches!(self.client.role_ids, Field::Absent);
        let hidden = !self.client.knows_its_roles() || says_nothing;
        if !is_without_effect(self.client) && (hidden || known.contains(&None)) {
            return None;
        }
        Some(false)
    }

    /// Whether the client can have the lifetime of a SCIM client: it holds the SCIM role, and its
    /// grant type is one that the platform knows. `None` if that depends on a role that is not
    /// known.
    pub(super) fn has_scim_lifetime(&self) -> Option<bool> {
        match self.client.grant() {
            Some(GrantType::Other) => Some(false),
            _ => self.is_scim(),
        }
    }
}

/// Whether roles have no effect on this client, for certain.
fn is_without_effect(client: &Client<'_>) -> bool {
    matches!(
        client.grant(),
        Some(GrantType::Code | GrantType::Token | GrantType::Saml2Bearer | GrantType::Password)
    )
}

/// Where a report points to for a role: its name, else all of it.
pub(super) fn label_place(role: &Role<'_>) -> Place {
    role.name.place().unwrap_or(role.place)
}

/// Whether a role is the SCIM Integration role or holds the same permissions; `None` if its
/// permissions were not given.
pub(super) fn is_scim(role: &Role<'_>) -> Option<bool> {
    if role.is_scim() {
        return Some(true);
    }
    // A role that the platform defines for something else is not SCIM, whatever it grants.
    let defined = role.default_role();
    let is_known = defined.is_some_and(|defined| defined != DefaultRole::Other);
    (is_known || role.permissions_known).then_some(false)
}

/// What was added to the SCIM Integration role: permissions that `scim-role-modified`, which has
/// these parameters, does not expect. Nothing of another role, or of one that is not known.
pub(super) fn added_to_scim<'r>(
    role: &'r Role<'_>,
    parameters: &Parameters,
) -> Vec<&'r (String, Place)> {
    if role.default_role() != Some(DefaultRole::ScimIntegration) {
        return Vec::new();
    }
    let all = role.permission_strings().iter();
    all.filter(|(permission, _)| !parameters.list_holds("expected", permission))
        .collect()
}

/// How sure a finding about a SCIM client may be while its roles do not say that it is one: any
/// client may have such a name.
pub(super) fn doubt(client: &Client<'_>) -> Option<Confidence> {
    client
        .is_guessed(ClientKind::Scim)
        .then_some(Confidence::Low)
}

/// What makes a role an administrator's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Admin {
    /// The general permission `admin`, at its place.
    Permission(Place),
    /// Every permission, `*:*:*`, at its place.
    Everything(Place),
    /// It is a default role for administrators.
    DefaultRole,
    /// It is the default role `integrationServer`, whose permissions were not given.
    Integration,
}

/// Whether a role is an administrator's, and by what. What a default role permits is in its
/// permissions where they are given; otherwise its slug says so.
pub(super) fn admin(role: &Role<'_>) -> Option<Admin> {
    if let Some(place) = role.permits("admin") {
        return Some(Admin::Permission(place));
    }
    if let Some(place) = role.holds_everything() {
        return Some(Admin::Everything(place));
    }
    match role.default_role()? {
        DefaultRole::Admin if !role.permissions_known || escalates(role) => {
            Some(Admin::DefaultRole)
        }
        DefaultRole::Integration if !role.permissions_known => Some(Admin::Integration),
        _ => None,
    }
}

/// Whether a role holds a permission that leads to every other.
fn escalates(role: &Role<'_>) -> bool {
    powers_of(role, Tier::Escalating).next().is_some()
}

/// The permissions of a role that are not ordinary, in the order of the list, each with its
/// place. What SCIM needs does not count in a SCIM role: the vendor prescribes it.
pub(super) fn powers(role: &Role<'_>) -> impl Iterator<Item = (&'static Permission, Place)> {
    listed(role)
        .iter()
        .filter_map(|&(index, place)| Some((permissions().get(usize::from(index))?, place)))
}

/// The powers of one tier.
pub(super) fn powers_of<'r>(
    role: &'r Role<'_>,
    tier: Tier,
) -> impl Iterator<Item = (&'static Permission, Place)> + use<'r> {
    powers(role).filter(move |(permission, _)| permission.tier == tier)
}

/// The permissions of a role by which it holds others, as the role writes them: `authorization:*:*`
/// for `authorization:role:edit`.
fn held_as(role: &Role<'_>, found: &[(&Permission, Place)]) -> String {
    let places: HashSet<Place> = found.iter().map(|(_, place)| *place).collect();
    let all = role.permission_strings().iter();
    let held = all.filter(|(_, place)| places.contains(place));
    let mut names: Vec<&str> = held.map(|(name, _)| name.as_str()).collect();
    names.dedup();
    names.join(", ")
}

/// The most that a role lets its holder do beyond the ordinary, in words.
pub(super) fn power(role: &Role<'_>) -> Option<(Tier, &'static str)> {
    if admin(role).is_some() {
        let first = permissions()
            .iter()
            .find(|permission| permission.tier == Tier::Admin);
        return Some((Tier::Admin, first.map_or("", |first| first.path.as_ref())));
    }
    // Of each tier the list has the shortest path first, so the first of the greatest counts.
    powers(role)
        .map(|(permission, _)| (permission.tier, permission.path.as_ref()))
        .reduce(|best, other| if other.0 > best.0 { other } else { best })
}

/// What a role holds that covers many permissions, each with its place: `routing:*:*`, or the
/// name of a domain of which it names all.
pub(super) fn broad<'r>(
    role: &'r Role<'_>,
    organisation: &Organisation<'_>,
) -> &'r [(String, Place)] {
    role.memo.broad.get_or_init(|| {
        let mut found = wildcards(role);
        found.extend(whole_domains(role, organisation));
        found
    })
}

/// The highest tier of what the role's wildcards and whole domains cover, if any of it is more than
/// ordinary.
pub(super) fn tier_of_broad(role: &Role<'_>, organisation: &Organisation<'_>) -> Option<Tier> {
    let broad = broad(role, organisation);
    powers(role)
        .filter(|(permission, _)| is_within(&permission.name, broad))
        .map(|(permission, _)| permission.tier)
        .max()
}

/// Whether a wildcard or a whole domain covers a permission.
pub(super) fn is_within(permission: &str, broad: &[(String, Place)]) -> bool {
    let domain = permission.split(':').next().unwrap_or_default();
    broad.iter().any(|(held, _)| {
        let is_domain = !held.contains(':') && held.eq_ignore_ascii_case(domain);
        is_domain || covers(held, permission)
    })
}

/// How many permissions a domain has at least: as the organisation's own catalogue says, or as many
/// as this version knows of.
pub(super) fn domain_size(organisation: &Organisation<'_>, domain: &str) -> usize {
    whole(organisation, &domain.to_ascii_lowercase()).len()
}

/// The permissions that holding a domain whole includes, as `entity:action` in lower case: those of
/// the organisation's own catalogue, unless it lists fewer than this version knows of.
fn whole(organisation: &Organisation<'_>, domain: &str) -> HashSet<String> {
    let known = domains()
        .iter()
        .find(|known| known.name.eq_ignore_ascii_case(domain))
        .map(|known| {
            known
                .permissions
                .iter()
                .map(|name| name.to_ascii_lowercase())
        });
    let known: HashSet<String> = known.into_iter().flatten().collect();
    match organisation.domain_permissions.get(domain) {
        Some(listed) if listed.len() >= known.len() => listed.clone(),
        _ => known,
    }
}

/// Whether a role leads to every permission, by itself or in a step or two.
pub(super) fn is_admin_or_escalating(role: &Role<'_>) -> bool {
    admin(role).is_some() || escalates(role)
}

/// Whether other rules say that no client should hold this role, so that it is not to be
/// assigned in more divisions: an administrator's, or one that is made for people.
pub(super) fn should_go(role: &Role<'_>) -> bool {
    let is_for_others = matches!(
        role.default_role(),
        Some(DefaultRole::Employee | DefaultRole::People | DefaultRole::ScimIntegration)
    );
    is_for_others || is_admin_or_escalating(role)
}

/// The permissions of a role that are not ordinary: positions in the list, and the place.
fn listed<'r>(role: &'r Role<'_>) -> &'r [(u16, Place)] {
    role.memo.listed.get_or_init(|| {
        let is_scim = role.is_scim();
        let prescribed = |name: &str| {
            let mut needed = SCIM_PERMISSIONS.iter();
            is_scim && needed.any(|known| known.eq_ignore_ascii_case(name))
        };
        (0..)
            .zip(permissions())
            .filter(|(_, permission)| !prescribed(&permission.name))
            .filter_map(|(index, permission)| Some((index, role.permits(&permission.name)?)))
            .collect()
    })
}

fn wildcards(role: &Role<'_>) -> Vec<(String, Place)> {
    let mut found = Vec::new();
    for policy in &role.policies {
        let (domain, entity) = (&policy.domain, &policy.entity);
        for (action, place) in &policy.actions {
            if [domain, entity, action].iter().any(|part| *part == "*") {
                found.push((format!("{domain}:{entity}:{action}"), *place));
            }
        }
    }
    found
}

/// One of so many permissions of a domain can be missing.
const FEW_OF: usize = 20;

/// So few permissions say nothing about a domain as a whole.
const SMALLEST_DOMAIN: usize = 3;

/// Domains of which a role names every permission, or nearly, without a wildcard: the platform writes out a
/// chosen wildcard.
fn whole_domains(role: &Role<'_>, organisation: &Organisation<'_>) -> Vec<(String, Place)> {
    let mut named: BTreeMap<String, (Place, HashSet<String>)> = BTreeMap::new();
    for policy in &role.policies {
        let domain = policy.domain.to_ascii_lowercase();
        let (_, permissions) = named
            .entry(domain)
            .or_insert_with(|| (policy.place, HashSet::new()));
        let actions = policy.actions.iter().map(|(action, _)| action);
        permissions.extend(
            actions
                .filter(|action| policy.entity != "*" && *action != "*")
                .map(|action| format!("{}:{action}", policy.entity).to_ascii_lowercase()),
        );
    }
    named
        .into_iter()
        .filter(|(_, (_, permissions))| permissions.len() >= SMALLEST_DOMAIN)
        .filter_map(|(domain, (place, permissions))| {
            let all = whole(organisation, &domain);
            let missing = all.difference(&permissions).count();
            // A release may have dropped a few that this version knows.
            let is_whole = all.len() >= SMALLEST_DOMAIN && missing * FEW_OF <= all.len();
            is_whole.then_some((domain, place))
        })
        .collect()
}
