//! What changes make of a client.

use crate::model::{
    Action, Change, Client, EntityRef, Field, FieldName, GrantType, List, Located, NewValue,
    Number, RoleGrant, Text,
};
use crate::text::Place;
use std::collections::BTreeMap;

/// The fields of a client after changes, where they differ.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The fields that changed.
    pub fields: Vec<FieldName>,
}

/// Changes a client. Changes of entries name positions before any of them is made.
pub fn apply<'c>(client: &mut Client<'_>, changes: impl Iterator<Item = &'c Change>) -> Outcome {
    let mut of_entries: BTreeMap<(usize, u32), &Action> = BTreeMap::new();
    let mut outcome = Outcome::default();
    for change in changes {
        let at = outcome
            .fields
            .iter()
            .position(|field| *field == change.field);
        let at = at.unwrap_or_else(|| {
            outcome.fields.push(change.field);
            outcome.fields.len() - 1
        });
        match change.index {
            Some(index) => {
                of_entries.entry((at, index)).or_insert(&change.action);
            }
            None => set(client, change.field, &change.action),
        }
    }
    for (at, field) in outcome.fields.iter().enumerate() {
        let actions: BTreeMap<u32, &Action> = of_entries
            .range((at, 0)..=(at, u32::MAX))
            .map(|((_, index), action)| (*index, *action))
            .collect();
        if actions.is_empty() {
            continue;
        }
        match field {
            FieldName::RedirectUris => edit(&mut client.redirect_uris, &actions, replaced),
            FieldName::Scopes => edit(&mut client.scopes, &actions, replaced),
            FieldName::RoleIds => edit(&mut client.role_ids, &actions, replaced),
            FieldName::RoleDivisions => edit(&mut client.role_divisions, &actions, changed),
            _ => {}
        }
    }
    outcome
}

/// An entry after an action; none if it is removed.
fn replaced<'a>(entry: Field<Text<'a>>, action: &Action, place: Place) -> Option<Field<Text<'a>>> {
    match action {
        Action::Replace(text) => Some(Field::present(text.clone().into(), place)),
        Action::Remove => None,
        _ => Some(entry),
    }
}

/// A role after an action; none if it is removed.
fn changed<'a>(
    mut entry: Field<RoleGrant<'a>>,
    action: &Action,
    place: Place,
) -> Option<Field<RoleGrant<'a>>> {
    if let Field::Present(grant) = &mut entry {
        match action {
            Action::Replace(role) => grant.value.role = reference(role, place),
            Action::Move(NewValue::Known(division)) => {
                grant.value.division = reference(division, place);
            }
            _ => {}
        }
    }
    (*action != Action::Remove).then_some(entry)
}

/// A role or division that a change names as the platform does.
fn reference<'a>(id: &str, place: Place) -> Field<EntityRef<'a>> {
    Field::present(EntityRef::Id(id.to_owned().into()), place)
}

fn set(client: &mut Client<'_>, field: FieldName, action: &Action) {
    match (field, action) {
        (_, Action::Insert { value, division }) => {
            if let Some(value) = value.text() {
                let division = division.as_ref().and_then(NewValue::text);
                insert(client, field, value, division);
            }
        }
        (_, Action::Write(NewValue::Placeholder)) => {}
        (FieldName::GrantType, Action::Write(NewValue::Known(text))) => {
            let place = client.grant_type.place().unwrap_or(client.place);
            client.grant_type =
                Field::present((GrantType::parse(text), text.clone().into()), place);
        }
        (FieldName::Description, Action::Write(NewValue::Known(text))) => {
            let place = client.description.place().unwrap_or(client.place);
            client.description = Field::present(text.clone().into(), place);
        }
        (FieldName::TokenLifetime, Action::Set(number)) => {
            let place = client.token_lifetime.place().unwrap_or(client.place);
            let number = Number {
                written: number.to_string().into(),
                integer: Some(*number),
            };
            client.token_lifetime = Field::present(number, place);
        }
        (FieldName::TokenLifetime, _) => client.token_lifetime = Field::Absent,
        (FieldName::RedirectUris, _) => empty(&mut client.redirect_uris),
        (FieldName::Scopes, _) => empty(&mut client.scopes),
        (FieldName::RoleIds, _) => empty(&mut client.role_ids),
        (FieldName::RoleDivisions, _) => empty(&mut client.role_divisions),
        (FieldName::Description, _) => client.description = Field::Absent,
        _ => {}
    }
}

/// Adds an entry to a list.
fn insert(client: &mut Client<'_>, field: FieldName, value: &str, division: Option<&str>) {
    let place = client.place;
    let text = |text: &str| Field::present(text.to_owned().into(), place);
    match field {
        FieldName::RedirectUris => push(&mut client.redirect_uris, text(value), place),
        FieldName::Scopes => push(&mut client.scopes, text(value), place),
        FieldName::RoleIds => push(&mut client.role_ids, text(value), place),
        FieldName::RoleDivisions => {
            let grant = RoleGrant {
                role: reference(value, place),
                division: division.map_or(Field::Absent, |id| reference(id, place)),
            };
            push(
                &mut client.role_divisions,
                Field::present(grant, place),
                place,
            );
        }
        _ => {}
    }
}

fn push<T>(list: &mut List<T>, entry: Field<T>, place: Place) {
    match list {
        Field::Present(entries) => entries.value.push(entry),
        Field::Absent => *list = Field::present(vec![entry], place),
        Field::Unknown(_) => {}
    }
}

fn empty<T>(list: &mut List<T>) {
    if let Field::Present(Located { value, .. }) = list {
        value.clear();
    }
}

/// Changes the entries at some positions of a list.
fn edit<T>(
    list: &mut List<T>,
    actions: &BTreeMap<u32, &Action>,
    changed: impl Fn(Field<T>, &Action, Place) -> Option<Field<T>>,
) {
    let Field::Present(located) = list else {
        return;
    };
    let entries = std::mem::take(&mut located.value);
    let edited = entries
        .into_iter()
        .enumerate()
        .filter_map(|(index, entry)| match actions.get(&(index as u32)) {
            None => Some(entry),
            Some(action) => {
                let place = entry.place().unwrap_or(located.place);
                changed(entry, action, place)
            }
        });
    located.value = edited.collect();
}
