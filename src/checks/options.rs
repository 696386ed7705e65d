//! Alternative changes, each with everything that it entails. A person chooses one.
//!
//! Invariant: an option that is made alone clears its finding and brings about none that is as bad. What
//! only a person knows is a placeholder, so nothing applies such an option.

use super::RuleContext;
use super::divisions::find;
use super::holdings::is_scim;
use crate::catalog::Decision;
use crate::model::{
    Action, Change, Client, DefaultRole, Division, Field, FieldName, GrantType, Grants, List,
    NewValue, Organisation,
};

/// So many values are offered, each as an option.
const MOST_OFFERED: usize = 5;

/// So many entries are added by one option.
pub(super) const MOST_ADDED: usize = 20;

/// Another grant type, without what has no effect with it, and with placeholders for what it
/// needs and the client does not use yet.
pub(super) fn grant(client: &Client<'_>, grant: GrantType) -> Vec<Change> {
    let mut changes = vec![write(FieldName::GrantType, grant.name())];
    let is_machine = grant == GrantType::ClientCredentials;
    let needs_uris = matches!(grant, GrantType::Code | GrantType::Token);
    for (field, needs) in [
        (FieldName::RedirectUris, needs_uris),
        (FieldName::Scopes, !is_machine),
        (FieldName::RoleDivisions, is_machine),
        (FieldName::RoleIds, false),
    ] {
        // What had no effect may be anything.
        let is_kept = needs && client.uses(field) && is_set(client, field);
        if is_kept {
            continue;
        }
        if is_set(client, field) {
            changes.push(Change::of_field(field, Action::Remove));
        }
        // A client that is switched off needs nothing until it is not.
        if needs && client.is_active() {
            changes.push(placeholder(field));
        }
    }
    changes
}

/// Whether a list has entries, or may have.
fn is_set(client: &Client<'_>, field: FieldName) -> bool {
    match field {
        FieldName::RedirectUris => has_any(&client.redirect_uris),
        FieldName::Scopes => has_any(&client.scopes),
        FieldName::RoleIds => has_any(&client.role_ids),
        _ => has_any(&client.role_divisions),
    }
}

fn has_any<T>(list: &List<T>) -> bool {
    match list {
        Field::Present(entries) => !entries.value.is_empty(),
        Field::Absent => false,
        Field::Unknown(_) => true,
    }
}

/// Client credentials with the SCIM Integration role in all divisions, or in those of the policy.
pub(super) fn scim_grant(context: &RuleContext<'_, '_>) -> Vec<Change> {
    let client = context.client;
    let mut changes = grant(client, GrantType::ClientCredentials);
    let role = scim_role(context.organisation);
    let allowed = allowed(context);
    for change in &mut changes {
        if let Action::Insert { value, division } = &mut change.action {
            *value = role.map_or(NewValue::Placeholder, known);
            *division = Some(match allowed.as_deref() {
                None => known("*"),
                Some([only]) => known(&only.id),
                Some(_) => NewValue::Placeholder,
            });
        }
    }
    changes
}

/// The id of the default role SCIM Integration.
pub(super) fn scim_role<'o>(organisation: &'o Organisation<'_>) -> Option<&'o str> {
    let roles = organisation.roles.as_ref()?.items();
    let mut roles = roles
        .iter()
        .filter(|role| role.default_role() == Some(DefaultRole::ScimIntegration));
    let is_known = |id: &&str| !id.trim().is_empty();
    roles.next().map(|role| role.id.as_ref()).filter(is_known)
}

/// The divisions that the policy lets the client reach, as far as they are known; none if it does
/// not limit them.
pub(super) fn allowed<'o>(context: &RuleContext<'_, 'o>) -> Option<Vec<&'o Division<'o>>> {
    let named = context.decided(Decision::AllowedDivisions)?;
    if named.contains(&"*") {
        return None;
    }
    let listing = context.organisation.divisions.as_ref();
    let divisions = named.into_iter();
    Some(
        divisions
            .filter_map(|named| find(named, listing?))
            .collect(),
    )
}

/// The divisions that the policy requires the client to reach, as far as they are known.
fn required<'o>(context: &RuleContext<'_, 'o>) -> Vec<&'o Division<'o>> {
    let named = context.decided(Decision::RequiredDivisions);
    let listing = context.organisation.divisions.as_ref();
    let named = named.into_iter().flatten().filter(|named| *named != "*");
    named.filter_map(|named| find(named, listing?)).collect()
}

/// Whether the policy names the divisions of the client.
pub(super) fn is_decided(context: &RuleContext<'_, '_>) -> bool {
    allowed(context).is_some() || !required(context).is_empty()
}

/// Other divisions for these entries: all that the policy requires, each that it allows, or a
/// placeholder.
pub(super) fn divisions(
    context: &RuleContext<'_, '_>,
    entries: &[&Grants<'_>],
) -> Vec<Vec<Change>> {
    let required = required(context);
    if let Some((first, others)) = required.split_first() {
        let mut option = moved(entries, &known(&first.id));
        for entry in entries {
            let added = others
                .iter()
                .map(|other| granted(entry.role, known(&other.id)));
            option.extend(added);
        }
        return vec![option];
    }
    match allowed(context) {
        Some(allowed) if !allowed.is_empty() => {
            let offered = allowed.iter().take(MOST_OFFERED);
            let options = offered.map(|division| moved(entries, &known(&division.id)));
            options.collect()
        }
        _ => vec![moved(entries, &NewValue::Placeholder)],
    }
}

/// These entries in another division.
pub(super) fn moved(entries: &[&Grants<'_>], division: &NewValue) -> Vec<Change> {
    let moved = entries.iter().map(|entry| match entry.field {
        FieldName::RoleDivisions => {
            let action = Action::Move(division.clone());
            Change::of_entry(entry.field, entry.index, action)
        }
        // The deprecated list names no divisions.
        _ => granted(entry.role, division.clone()),
    });
    let mut moved: Vec<Change> = moved.collect();
    let of_list = entries
        .iter()
        .find(|entry| entry.field == FieldName::RoleIds);
    if of_list.is_some() {
        moved.insert(0, Change::of_field(FieldName::RoleIds, Action::Remove));
    }
    moved
}

/// Roles in divisions, all added together; none if they are too many to be chosen one by one.
pub(super) fn added<'p>(
    pairs: impl IntoIterator<Item = (&'p str, &'p str)>,
) -> Option<Vec<Change>> {
    let pairs = pairs.into_iter();
    let added: Vec<Change> = pairs
        .map(|(role, division)| granted(role, known(division)))
        .collect();
    (1..=MOST_ADDED).contains(&added.len()).then_some(added)
}

/// The SCIM roles of a client in all divisions.
pub(super) fn scim_everywhere(context: &RuleContext<'_, '_>) -> Vec<Change> {
    let holdings = context.holdings();
    let of_scim = holdings
        .all
        .iter()
        .filter(|holding| holding.role.and_then(is_scim) == Some(true));
    let grants: Vec<&Grants<'_>> = of_scim.map(|holding| &holding.grant).collect();
    let Some((first, others)) = grants.split_first() else {
        return Vec::new();
    };
    let mut changes = moved(&[first], &known("*"));
    let of_divisions = others
        .iter()
        .filter(|other| other.field == FieldName::RoleDivisions);
    changes.extend(
        of_divisions.map(|other| Change::of_entry(other.field, other.index, Action::Remove)),
    );
    changes
}

/// A role in a division.
pub(super) fn granted(role: &str, division: NewValue) -> Change {
    let action = Action::Insert {
        value: known(role),
        division: Some(division),
    };
    Change::of_field(FieldName::RoleDivisions, action)
}

/// A placeholder for an entry.
pub(super) fn placeholder(field: FieldName) -> Change {
    let action = match field {
        FieldName::RedirectUris | FieldName::Scopes => Action::Insert {
            value: NewValue::Placeholder,
            division: None,
        },
        FieldName::RoleDivisions | FieldName::RoleIds => Action::Insert {
            value: NewValue::Placeholder,
            division: Some(NewValue::Placeholder),
        },
        _ => Action::Write(NewValue::Placeholder),
    };
    let field = match field {
        FieldName::RoleIds => FieldName::RoleDivisions,
        field => field,
    };
    Change::of_field(field, action)
}

/// An entry with this text.
pub(super) fn inserted(field: FieldName, text: &str) -> Change {
    let action = Action::Insert {
        value: known(text),
        division: None,
    };
    Change::of_field(field, action)
}

fn write(field: FieldName, text: &str) -> Change {
    Change::of_field(field, Action::Write(known(text)))
}

/// A value that is known.
pub(super) fn known(text: &str) -> NewValue {
    NewValue::Known(text.to_owned())
}
