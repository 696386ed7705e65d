//! `scope-duplicate`: an entry that repeats an earlier one.

use crate::catalog::Need;
use crate::checks::scope_names::{apply_to, spot};
use crate::checks::{Native, Subject, Verdict};
use hashbrown::HashMap;

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    let client = subject.client;
    if !apply_to(client) {
        return;
    }
    let mut first = HashMap::new();
    for item in client.scopes.items() {
        if let Some(place) = first.get(item.value.as_ref()) {
            verdict
                .blame(client, "main", &spot(&item))
                .related(*place, "the first entry");
        } else {
            first.insert(item.value.as_ref(), item.place);
        }
    }
    if !client.scopes.is_complete() {
        verdict.not_judged(Need::Value);
    }
}
