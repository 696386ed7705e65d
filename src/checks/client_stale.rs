//! `client-stale`: nobody has looked at a client for long.

use crate::catalog::Need;
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{Field, FieldName, Target};

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let client = context.client;
    if !client.is_active() {
        return;
    }
    // What was never changed has been as it is since it was made.
    let (name, field) = match &client.date_modified {
        Field::Absent => (FieldName::DateCreated, &client.date_created),
        modified => (FieldName::DateModified, modified),
    };
    let Some(date) = field.day() else {
        return judgement.not_judged(Need::Value);
    };
    let days = (context.today - date).get_days();
    if i64::from(days) > context.parameters.integer("days") {
        let spot = Target::field(client, name, field);
        judgement
            .report(client, "main", &spot)
            .with("age", days)
            .with("date", date);
    }
}
