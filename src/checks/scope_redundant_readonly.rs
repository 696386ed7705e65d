//! `scope-redundant-readonly`: `x:readonly` next to `x`.

use crate::checks::scope_names::{READ_ONLY, for_each, target};
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{Action, RemedyClass};
use std::cell::LazyCell;
use std::collections::HashMap;

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let items = || context.client.scopes.items();
    // Many clients have scopes that read, and no others.
    let are_mixed = items().any(|item| !item.value.ends_with(READ_ONLY));
    let held = LazyCell::new(|| {
        let held = items().map(|item| (item.value.as_ref(), item));
        held.collect::<HashMap<&str, _>>()
    });
    for_each(context, judgement, |scope, twin, judgement| {
        let Some(wide) = scope
            .strip_suffix(READ_ONLY)
            .filter(|_| are_mixed)
            .and_then(|plain| held.get(plain))
        else {
            return;
        };
        judgement
            .report(context.client, "main", twin)
            .clear_every(RemedyClass::Safe, Action::Remove)
            .because(&[wide.index])
            .with("wide", wide.value)
            .related(target(wide).place, "the scope that reads and writes");
    });
}
