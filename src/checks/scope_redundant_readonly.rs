//! `scope-redundant-readonly`: `x:readonly` beside `x`.

use crate::checks::scope_names::{READ_ONLY, for_each, spot};
use crate::checks::{Native, Subject, Verdict};
use hashbrown::HashMap;

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    let held: HashMap<&str, _> = subject
        .client
        .scopes
        .items()
        .map(|item| (item.value.as_ref(), item))
        .collect();
    for_each(subject, verdict, |scope, twin, verdict| {
        let Some(wide) = scope
            .strip_suffix(READ_ONLY)
            .and_then(|plain| held.get(plain))
        else {
            return;
        };
        verdict
            .blame(subject.client, "main", twin)
            .with("wide", wide.value)
            .related(spot(wide).place, "the scope that reads and writes");
    });
}
