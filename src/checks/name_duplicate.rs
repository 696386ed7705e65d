//! `name-duplicate`: two clients with one name.

use crate::checks::names::fold;
use crate::checks::{Native, Verdict, Whole};
use crate::model::{FieldName, Spot};
use std::collections::HashMap;

pub(super) const CHECK: Native = Native::Organisation(check);

fn check(whole: &Whole<'_, '_>, verdict: &mut Verdict) {
    let mut first = HashMap::new();
    for (index, client) in whole.clients() {
        let name = client.name.text().map(fold).unwrap_or_default();
        if name.is_empty() {
            continue;
        }
        let &mut owner = first.entry(name).or_insert(index);
        if owner == index {
            continue;
        }
        let other = &whole.organisation.clients[owner];
        let spot = Spot::field(client, FieldName::Name, &client.name);
        verdict
            .blame_client(index, client, "main", &spot)
            .with("other", other.name.text().unwrap_or_default())
            .related(
                other.name.place().unwrap_or(other.place),
                "the client of the same name",
            );
    }
}
