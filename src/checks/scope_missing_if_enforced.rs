//! `scope-missing-if-enforced`: answered calls that no held scope covers.

use crate::checks::calls::{self, covered};
use crate::checks::scope_names::apply_to;
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{FieldName, Target};
use crate::text::counted;
use crate::usage::scope_covers;

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let client = context.client;
    if !apply_to(client) {
        return;
    }
    let Some(analysis) = covered(context, judgement) else {
        return;
    };
    if analysis.scopes.missing.is_empty() {
        return;
    }
    let held: Vec<&str> = client
        .scopes
        .items()
        .map(|item| item.value.as_ref())
        .collect();
    let uncovered = analysis.calls.used().filter(|call| {
        let operation = call.operation;
        !operation.scopes.is_empty() && !held.iter().any(|scope| scope_covers(scope, operation))
    });
    let uncovered: Vec<_> = uncovered.collect();
    let missing: Vec<&str> = analysis.scopes.missing.iter().map(String::as_str).collect();
    let message = if analysis.shows_unenforced {
        "unenforced"
    } else {
        "main"
    };
    let target = Target::field(client, FieldName::Scopes, &client.scopes);
    let violation = judgement
        .report(client, message, &target)
        .with("count", counted(uncovered.len(), "operation"))
        .with("missing", calls::names(&missing))
        .with("calls", calls::calls(&uncovered));
    calls::relate(violation, &uncovered);
}
