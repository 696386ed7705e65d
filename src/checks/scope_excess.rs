//! `scope-excess`: what a client holds against what the policy grants it.

use crate::catalog::Need;
use crate::checks::scope_names::{Held, READ_ONLY, apply_to, for_each};
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{Action, RemedyClass};

pub(super) const CHECK: Native = Native::Client(check);

/// Applications need it to learn who signed in; wizards add it to every client.
const NEVER_EXCESS: &str = "user-basic-info";

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let client = context.client;
    if !context.parameters.is_configured("allowed") {
        return;
    }
    if !apply_to(client) || client.scopes.is_empty() {
        return;
    }
    let Some(allowed) = context.parameters.by_client("allowed", client) else {
        return judgement.not_judged(Need::Policy);
    };
    if allowed.contains(&"*") {
        return;
    }
    let allows = |scope: &str| {
        allowed
            .iter()
            .any(|known| known.eq_ignore_ascii_case(scope))
    };
    let held = Held::by(client);
    for_each(context, judgement, |scope, target, judgement| {
        let plain = scope.strip_suffix(READ_ONLY).unwrap_or(scope);
        if plain == NEVER_EXCESS || allows(scope) || allows(plain) {
            return;
        }
        let read_only = format!("{plain}{READ_ONLY}");
        if allows(&read_only) {
            let report = judgement.report(client, "write", target);
            held.replace(report, &read_only);
            report
                .clear_every(RemedyClass::Unsafe, Action::Replace(read_only.clone()))
                .with("granted", read_only);
        } else {
            judgement
                .report(client, "main", target)
                .clear_every(RemedyClass::Unsafe, Action::Remove);
        }
    });
}
