//! `client-name-confusable`: a client whose name passes for that of another.

use crate::checks::names::{fold, skeleton};
use crate::checks::{Native, Verdict, Whole};
use crate::model::{Client, FieldName, Spot};
use std::collections::HashMap;

pub(super) const CHECK: Native = Native::Organisation(check);

fn check(whole: &Whole<'_, '_>, verdict: &mut Verdict) {
    let mut first = HashMap::new();
    for (index, client) in whole.clients() {
        let Some(name) = client.name.text() else {
            continue;
        };
        let skeleton = skeleton(name);
        if skeleton.is_empty() {
            continue;
        }
        let &mut owner = first.entry(skeleton).or_insert(index);
        let other = &whole.organisation.clients[owner];
        let other_name = other.name.text().unwrap_or_default();
        // One name twice is the fault of another rule.
        if owner == index || fold(name) == fold(other_name) {
            continue;
        }
        // Foreign letters among Latin ones are the imitation, whichever is older.
        let (index, client, other) = if name.is_ascii() && !other_name.is_ascii() {
            (owner, other, client)
        } else {
            (index, client, other)
        };
        let text = |client: &Client<'_>| client.name.text().unwrap_or_default().to_owned();
        let (name, other_name) = (text(client), text(other));
        let spot = Spot::field(client, FieldName::Name, &client.name);
        let message = if name.is_ascii() == other_name.is_ascii() {
            "main"
        } else {
            "script"
        };
        verdict
            .blame_client(index, client, message, &spot)
            .with("value", name)
            .with("other", other_name)
            .related(
                other.name.place().unwrap_or(other.place),
                "the client that it passes for",
            );
    }
}
