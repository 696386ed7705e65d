//! `client-deprecated-calls`: answered calls of operations that are deprecated.

use crate::checks::calls::{self, covered};
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::Target;
use crate::text::counted;

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let Some(analysis) = covered(context, judgement) else {
        return;
    };
    let deprecated = analysis.calls.used();
    let deprecated: Vec<_> = deprecated
        .filter(|call| call.operation.deprecated)
        .collect();
    if deprecated.is_empty() {
        return;
    }
    let violation = judgement
        .report(context.client, "main", &Target::client(context.client))
        .with("count", counted(deprecated.len(), "operation"))
        .with("calls", calls::calls(&deprecated));
    calls::relate(violation, &deprecated);
}
