//! `client-stale`: a client that has not changed for a long time.

use crate::catalog::Need;
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{Field, FieldName, Target};

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let client = context.client;
    if !client.is_active() {
        return;
    }
    // A client that was never changed is as old as its creation.
    let (name, field) = match &client.date_modified {
        Field::Absent => (FieldName::DateCreated, &client.date_created),
        modified => (FieldName::DateModified, modified),
    };
    let Some(date) = field.day() else {
        return judgement.not_judged(Need::Value);
    };
    let days = (context.today - date).get_days();
    if i64::from(days) > context.parameters.integer("days") {
        let target = Target::field(client, name, field);
        judgement
            .report(client, "main", &target)
            .with("age", days)
            .with("date", date);
    }
}
