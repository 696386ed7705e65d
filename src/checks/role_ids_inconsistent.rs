//! `role-ids-inconsistent`: the two lists of roles disagree.

use crate::catalog::Need;
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{FieldName, Target};
use std::collections::HashSet;

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let client = context.client;
    let holdings = context.holdings();
    if holdings.missing() == Some(Need::Value) {
        return judgement.not_judged(Need::Value);
    }
    // Where one of the lists is empty there is nothing to disagree with.
    if client.role_ids.is_empty() {
        return;
    }
    let divided: HashSet<_> = holdings
        .all
        .iter()
        .filter(|holding| holding.grant.field == FieldName::RoleDivisions)
        .map(|holding| holding.grant.role.to_ascii_lowercase())
        .collect();
    let ids: HashSet<_> = client
        .role_ids
        .items()
        .map(|item| item.value.to_ascii_lowercase())
        .collect();
    if divided.is_empty() {
        return;
    }
    let mut said = false;
    for item in client.role_ids.items() {
        if !divided.contains(&item.value.to_ascii_lowercase()) {
            let target = Target::item(FieldName::RoleIds, &item);
            judgement.report(client, "main", &target);
            said = true;
        }
    }
    // That the lists disagree is reported once, from the side of the deprecated one.
    if said {
        return;
    }
    for holding in holdings.distinct() {
        if !ids.contains(&holding.grant.role.to_ascii_lowercase()) {
            judgement.report(client, "divided", &holding.grant.role_target());
        }
    }
}
