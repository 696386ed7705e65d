//! What changes make of a client.

use crate::model::{Action, Change, Client, Field, FieldName, List, Located, Number, Text};
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
            FieldName::RoleDivisions => {
                edit(&mut client.role_divisions, &actions, |entry, _, _| entry);
            }
            _ => {}
        }
    }
    outcome
}

/// A text in place of an entry.
fn replaced<'a>(_: Field<Text<'a>>, text: &str, place: Place) -> Field<Text<'a>> {
    Field::present(text.to_owned().into(), place)
}

fn set(client: &mut Client<'_>, field: FieldName, action: &Action) {
    match (field, action) {
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

fn empty<T>(list: &mut List<T>) {
    if let Field::Present(Located { value, .. }) = list {
        value.clear();
    }
}

/// Changes the entries at some positions of a list.
fn edit<T>(
    list: &mut List<T>,
    actions: &BTreeMap<u32, &Action>,
    replaced: impl Fn(Field<T>, &str, Place) -> Field<T>,
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
            Some(Action::Replace(text)) => {
                let place = entry.place().unwrap_or(located.place);
                Some(replaced(entry, text, place))
            }
            Some(_) => None,
        });
    located.value = edited.collect();
}
