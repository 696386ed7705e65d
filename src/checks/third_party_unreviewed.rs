//! `third-party-unreviewed`: a third party's client without a recent review.

use crate::catalog::Need;
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::Target;
use jiff::civil::Date;

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let client = context.client;
    let parameters = context.parameters;
    if !parameters.list_means("clients", client) {
        return;
    }
    let target = Target::client(client);
    let Some(reviews) = parameters.by_client("reviews", client) else {
        judgement.report(client, "main", &target);
        return;
    };
    // Of several reviews the latest counts.
    let dates: Result<Vec<Date>, _> = reviews.iter().map(|review| review.trim().parse()).collect();
    let Ok(dates) = dates else {
        return judgement.not_judged(Need::Policy);
    };
    let Some(latest) = dates.into_iter().max() else {
        judgement.report(client, "main", &target);
        return;
    };
    let days = (context.today - latest).get_days();
    if days < 0 {
        judgement
            .report(client, "to-come", &target)
            .with("date", latest);
        return;
    }
    if i64::from(days) > parameters.integer("days") {
        judgement
            .report(client, "expired", &target)
            .with("date", latest)
            .with("age", days);
    }
}
