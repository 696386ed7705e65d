//! `scope-downgrade`: a scope that writes, of a client whose calls only read.

use crate::checks::calls::{self, judged_scopes, period};
use crate::checks::scope_names::{Held, READ_ONLY, for_each};
use crate::checks::{Judgement, Native, RuleContext};

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let Some(analysis) = judged_scopes(context, judgement) else {
        return;
    };
    let held = Held::by(context.client);
    for_each(context, judgement, |scope, target, judgement| {
        if !analysis.scopes.downgrade.iter().any(|wide| wide == scope) {
            return;
        }
        let readonly = format!("{scope}{READ_ONLY}");
        let reasons = analysis.because.get(&readonly).into_iter().flatten();
        let reasons: Vec<_> = reasons.map(|at| &analysis.calls.mapped[*at]).collect();
        let violation = judgement
            .report(context.client, "main", target)
            .with("period", period(analysis))
            .with("calls", calls::calls(&reasons))
            .with("readonly", &readonly)
            .sure(analysis.confidence_of_findings);
        held.replace(violation, &readonly);
        calls::relate(violation, &reasons);
    });
}
