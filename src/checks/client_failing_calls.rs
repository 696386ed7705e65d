//! `client-failing-calls`: operations that never answered.

use crate::checks::calls::{self, covered, period};
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::Target;
use crate::text::counted;

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let Some(analysis) = covered(context, judgement) else {
        return;
    };
    let failing: Vec<_> = analysis.calls.attempted().collect();
    if failing.is_empty() {
        return;
    }
    let violation = judgement
        .report(context.client, "main", &Target::client(context.client))
        .with("count", counted(failing.len(), "operation"))
        .with("period", period(analysis))
        .with("calls", calls::calls(&failing));
    calls::relate(violation, &failing);
}
