//! `client-unused`: a client that makes no requests.

use crate::checks::calls::{judged, period};
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{Interval, Target};

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let client = context.client;
    let Some(analysis) = judged(context, judgement) else {
        return;
    };
    let (Some(usage), Some(window)) = (context.organisation.usage_of(client), analysis.window)
    else {
        return;
    };
    let target = Target::client(client);
    if usage.calls.is_empty() {
        judgement
            .report(client, "main", &target)
            .with("period", period(analysis))
            .sure(analysis.confidence_of_findings);
        return;
    }
    let Some(last) = usage.last_use() else { return };
    let pause = last.tomorrow().ok();
    let pause = pause.and_then(|next| Interval::new(next, window.whole.end));
    let age = pause.map_or(0, |pause| pause.days());
    if age > context.parameters.integer("days") {
        judgement
            .report(client, "idle", &target)
            .with("last", last)
            .with("age", age)
            .sure(analysis.confidence_of_findings);
    }
}
