//! `scope-duplicate`: an entry that repeats an earlier one.

use crate::catalog::Need;
use crate::checks::sameness::Seen;
use crate::checks::scope_names::{apply_to, spot};
use crate::checks::{Native, Subject, Verdict};
use crate::model::Client;
use crate::text::Place;
use std::cell::LazyCell;
use std::collections::HashMap;

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    let client = subject.client;
    if !apply_to(client) {
        return;
    }
    let mut seen = Seen::default();
    // Few clients have one twice.
    let places = LazyCell::new(|| places(client));
    for item in client.scopes.items() {
        if seen.insert(item.value.as_ref()) {
            continue;
        }
        let blame = verdict.blame(client, "main", &spot(&item));
        if let Some(first) = places.get(item.value.as_ref()) {
            blame.related(*first, "the first entry");
        }
    }
    if !client.scopes.is_complete() {
        verdict.not_judged(Need::Value);
    }
}

/// Where each scope stands first.
fn places<'c>(client: &'c Client<'_>) -> HashMap<&'c str, Place> {
    let mut places = HashMap::new();
    for item in client.scopes.items() {
        places.entry(item.value.as_ref()).or_insert(item.place);
    }
    places
}
