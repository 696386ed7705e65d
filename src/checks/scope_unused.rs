//! `scope-unused`: a scope that no call of the client accepts.

use crate::checks::calls::{judged, period};
use crate::checks::scope_names::{apply_to, for_each};
use crate::checks::{Judgement, Native, RuleContext};

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    if !apply_to(context.client) || context.client.scopes.is_empty() {
        return;
    }
    let Some(analysis) = judged(context, judgement) else {
        return;
    };
    for_each(context, judgement, |scope, target, judgement| {
        if analysis.scopes.remove.iter().any(|unused| unused == scope) {
            judgement
                .report(context.client, "main", target)
                .with("period", period(analysis))
                .sure(analysis.confidence_of_findings);
        }
    });
}
