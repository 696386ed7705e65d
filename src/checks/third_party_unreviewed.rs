//! `third-party-unreviewed`: a client of somebody else's that nobody has reviewed of late.

use crate::catalog::Need;
use crate::checks::{Native, Subject, Verdict};
use crate::model::Spot;
use jiff::civil::Date;

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    let client = subject.client;
    let parameters = subject.parameters;
    if !parameters.list_means("clients", client) {
        return;
    }
    let spot = Spot::client(client);
    let Some(reviews) = parameters.by_client("reviews", client) else {
        verdict.blame(client, "main", &spot);
        return;
    };
    // Of several reviews the latest counts.
    let dates: Result<Vec<Date>, _> = reviews.iter().map(|review| review.trim().parse()).collect();
    let Ok(dates) = dates else {
        return verdict.not_judged(Need::Policy);
    };
    let Some(latest) = dates.into_iter().max() else {
        verdict.blame(client, "main", &spot);
        return;
    };
    let days = (subject.today - latest).get_days();
    if days < 0 {
        verdict.blame(client, "to-come", &spot).with("date", latest);
        return;
    }
    if i64::from(days) > parameters.integer("days") {
        verdict
            .blame(client, "expired", &spot)
            .with("date", latest)
            .with("age", days);
    }
}
