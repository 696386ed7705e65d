//! Permissions, roles and scopes that a policy guards, and by what a client holds them.

use super::RuleContext;
use super::constraint::Expected;
use super::holdings::{admin, covers};
use super::scope_names::{self, Known, READ_ONLY};
use crate::catalog::Need;
use crate::model::{Client, Role, Target};
use crate::text::Place;
use std::collections::HashSet;

/// How a client holds a guarded entry.
pub(super) enum By<'r> {
    /// A scope.
    Scope,
    /// A role, by its name or id.
    Role(&'r str),
    /// A permission of the role of this name, where it is named.
    Permission(&'r str, Option<Place>),
}

/// A guarded entry that a client holds.
pub(super) struct Held<'r> {
    /// The entry of the policy.
    pub guarded: &'r str,
    /// Where the client says so.
    pub target: Target<'r>,
    /// How it is held.
    pub by: By<'r>,
}

/// The guarded entries that the client holds: each of its scopes and roles once, with
/// the first entry that it means.
pub(super) fn held<'r>(context: &RuleContext<'r, '_>) -> Vec<Held<'r>> {
    let guarded: Vec<&'r str> = context.parameters.list("guarded").collect();
    let client = context.client;
    let mut held = Vec::new();
    if scope_names::apply_to(client) {
        let mut seen = HashSet::new();
        for item in client.scopes.items() {
            let means = guarded.iter().find(|name| opens(item.value, name));
            if let Some(&guarded) = means.filter(|_| seen.insert(item.value.as_ref())) {
                let target = scope_names::target(&item);
                let by = By::Scope;
                held.push(Held {
                    guarded,
                    target,
                    by,
                });
            }
        }
    }
    for holding in context.holdings().distinct() {
        let id = holding.grant.role;
        let found = guarded
            .iter()
            .find_map(|guarded| Some((*guarded, by_role(id, holding.role, guarded)?)));
        if let Some((guarded, by)) = found {
            let target = holding.grant.role_target();
            held.push(Held {
                guarded,
                target,
                by,
            });
        }
    }
    held
}

/// Whether a guarded entry means what a client holds.
pub(super) fn means(guarded: &str, held: Expected<'_>) -> bool {
    match held {
        Expected::Scope(scope) => opens(scope, guarded),
        Expected::Permission(role, permission) => {
            is_role(&role.id, Some(role), guarded) || covers(guarded, permission)
        }
    }
}

/// What is missing to know all guarded entries that the client holds.
pub(super) fn missing(context: &RuleContext<'_, '_>) -> Option<Need> {
    let client: &Client<'_> = context.client;
    if scope_names::apply_to(client) && !client.scopes.is_complete() {
        return Some(Need::Value);
    }
    // Roles give no scopes.
    let known = Known::to(context.organisation);
    if context
        .parameters
        .list("guarded")
        .all(|it| known.contains(it))
    {
        return None;
    }
    context.holdings().missing()
}

/// Whether a scope is the guarded one, or its read-write form.
fn opens(scope: &str, guarded: &str) -> bool {
    scope.eq_ignore_ascii_case(guarded)
        || guarded
            .strip_suffix(READ_ONLY)
            .is_some_and(|guarded| scope.eq_ignore_ascii_case(guarded))
}

/// Whether a guarded entry is the id or the name of a role.
fn is_role(id: &str, role: Option<&Role<'_>>, guarded: &str) -> bool {
    let label = role.map_or(id, Role::label);
    id.eq_ignore_ascii_case(guarded) || label.to_lowercase() == guarded.to_lowercase()
}

fn by_role<'r>(id: &'r str, role: Option<&'r Role<'_>>, guarded: &str) -> Option<By<'r>> {
    let label = role.map_or(id, Role::label);
    if is_role(id, role, guarded) {
        return Some(By::Role(label));
    }
    let role = role?;
    let place = permits(role, guarded);
    // An administrator holds every permission.
    let is_admin = guarded.split(':').count() == 3 && admin(role).is_some();
    (place.is_some() || is_admin).then_some(By::Permission(label, place))
}

/// Where a role holds a permission that `guarded` means; `*` covers all, on either side.
fn permits(role: &Role<'_>, guarded: &str) -> Option<Place> {
    let wanted: Vec<_> = guarded.split(':').collect();
    let [domain, entity, action] = wanted[..] else {
        return role.permits(guarded);
    };
    let meet = |held: &str, wanted: &str| {
        held == "*" || wanted == "*" || held.eq_ignore_ascii_case(wanted)
    };
    role.policies
        .iter()
        .filter(|policy| meet(&policy.domain, domain) && meet(&policy.entity, entity))
        .flat_map(|policy| &policy.actions)
        .find(|(held, _)| meet(held, action))
        .map(|(_, place)| *place)
}
