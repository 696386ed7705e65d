//! `scope-unused`: a scope that no call of the client accepts.

use crate::checks::calls::{judged_scopes, period};
use crate::checks::scope_names::for_each;
use crate::checks::{Judgement, Native, RuleContext};

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let Some(analysis) = judged_scopes(context, judgement) else {
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
