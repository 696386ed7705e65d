//! `scope-duplicate`: an entry that repeats an earlier one.

use crate::catalog::Need;
use crate::checks::grouping::DedupSet;
use crate::checks::scope_names::{apply_to, target};
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{Action, Client, RemedyClass};
use crate::text::Place;
use std::cell::LazyCell;
use std::collections::HashMap;

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let client = context.client;
    if !apply_to(client) {
        return;
    }
    let mut seen = DedupSet::default();
    // Few clients have one twice.
    let places = LazyCell::new(|| places(client));
    for item in client.scopes.items() {
        if seen.insert(item.value.as_ref()) {
            continue;
        }
        let report = judgement.report(client, "main", &target(&item));
        report.clear(RemedyClass::Safe, Action::Remove);
        if let Some((first, place)) = places.get(item.value.as_ref()) {
            report.because(&[*first]).related(*place, "the first entry");
        }
    }
    if !client.scopes.is_complete() {
        judgement.not_judged(Need::Value);
    }
}

/// Where each scope is first.
fn places<'c>(client: &'c Client<'_>) -> HashMap<&'c str, (u32, Place)> {
    let mut places = HashMap::new();
    for item in client.scopes.items() {
        places
            .entry(item.value.as_ref())
            .or_insert((item.index, item.place));
    }
    places
}
