//! The roles of a client with what is known of each, and what they let it do.
//!
//! Law: a role that was not given, or whose permissions were not, is neither harmless nor a
//! fault. Whatever is known of the other roles is said, and beside it that this one was not
//! judged.

use super::Verdict;
use super::verdict::Blame;
use crate::catalog::{Confidence, Need};
use crate::model::{Client, DefaultRole, Field, GrantType, Grants, Organisation, Role};
use crate::text::Place;
use std::collections::HashSet;

/// A role in a division, as far as it is known.
pub(super) struct Holding<'r, 'a> {
    /// The entry of the client.
    pub grant: Grants<'r>,
    /// The role, if it was given.
    pub role: Option<&'r Role<'a>>,
}

impl<'r> Holding<'r, '_> {
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
}

/// The roles of a client.
pub(super) struct Holdings<'r, 'a> {
    client: &'r Client<'a>,
    /// All entries, in order.
    pub all: Vec<Holding<'r, 'a>>,
}

impl<'r, 'a> Holdings<'r, 'a> {
    /// The roles of a client. Roles have an effect with client credentials only, so a client
    /// that is known to use another grant holds none. Where the grant type is not given, having
    /// roles speaks for client credentials.
    pub(super) fn of(client: &'r Client<'a>, organisation: &'r Organisation<'a>) -> Self {
        let grants = if is_without_effect(client) {
            Vec::new()
        } else {
            client.grants()
        };
        let all = grants
            .into_iter()
            .map(|grant| Holding {
                grant,
                role: organisation.role(grant.role),
            })
            .collect();
        Self { client, all }
    }

    /// Each role once, at its first place.
    pub(super) fn distinct(&self) -> impl Iterator<Item = &Holding<'r, 'a>> {
        let mut seen = HashSet::new();
        self.all
            .iter()
            .filter(move |holding| seen.insert(holding.grant.role.to_ascii_lowercase()))
    }

    /// Each role that was given, once, at its first place.
    pub(super) fn given(&self) -> impl Iterator<Item = (&Holding<'r, 'a>, &'r Role<'a>)> {
        self.distinct()
            .filter_map(|holding| Some((holding, holding.role?)))
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

    /// Says that the rule is not judged, if the permissions of any role are not known.
    pub(super) fn report_missing(&self, verdict: &mut Verdict) {
        if let Some(need) = self.missing() {
            verdict.not_judged(need);
        }
    }

    /// Blames a role: marks its id in the client, names it as `{role}` and points at the role.
    pub(super) fn blame<'v>(
        &self,
        verdict: &'v mut Verdict,
        message: &'static str,
        holding: &Holding<'r, 'a>,
        role: &Role<'_>,
    ) -> &'v mut Blame {
        let blame = verdict.blame(self.client, message, &holding.grant.role_spot());
        blame
            .with("role", role.label())
            .related(label_place(role), format!("the role {}", role.label()));
        if self
            .client
            .grant()
            .is_none_or(|grant| grant == GrantType::Other)
        {
            blame.confidence(Confidence::Medium);
        }
        blame
    }

    /// Whether the client may have the lifetime of a SCIM client: it holds the SCIM role.
    /// `None` if that hangs on a role that is not known.
    pub(super) fn is_scim(&self) -> Option<bool> {
        let known: Vec<_> = self
            .all
            .iter()
            .map(|holding| holding.role.and_then(is_scim))
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
    role.permissions_known.then_some(false)
}

/// What makes a role an administrator's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Admin {
    /// The general permission `admin`, at its place.
    Permission(Place),
    /// It is a default role for administrators.
    DefaultRole,
}

/// Whether a role is an administrator's, and by what.
pub(super) fn admin(role: &Role<'_>) -> Option<Admin> {
    if let Some(place) = role.permits("admin") {
        return Some(Admin::Permission(place));
    }
    matches!(
        role.default_role(),
        Some(DefaultRole::Admin | DefaultRole::MasterAdmin)
    )
    .then_some(Admin::DefaultRole)
}
