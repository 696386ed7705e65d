//! `client-stale`: nobody has looked at a client for long.

use crate::catalog::Need;
use crate::checks::{Native, Subject, Verdict};
use crate::model::{Field, FieldName, Spot};

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    let client = subject.client;
    if !client.is_active() {
        return;
    }
    // What was never changed has been as it is since it was made.
    let (name, field) = match &client.date_modified {
        Field::Absent => (FieldName::DateCreated, &client.date_created),
        modified => (FieldName::DateModified, modified),
    };
    let Some(date) = field.day() else {
        return verdict.not_judged(Need::Value);
    };
    let days = (subject.today - date).get_days();
    if i64::from(days) > subject.parameters.integer("days") {
        let spot = Spot::field(client, name, field);
        verdict
            .blame(client, "main", &spot)
            .with("age", days)
            .with("date", date);
    }
}
