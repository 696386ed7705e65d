//! `client-pending-deletion`: the platform will delete the client, or should have.

use crate::catalog::Need;
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{Field, FieldName, Target};

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let client = context.client;
    let field = &client.rare.date_to_delete;
    let date = match field {
        Field::Present(located) if !located.value.trim().is_empty() => &located.value,
        Field::Present(_) | Field::Absent => return,
        Field::Unknown(_) => return judgement.not_judged(Need::Value),
    };
    let message = match field.day() {
        Some(day) if day < context.today => "past",
        _ => "main",
    };
    let target = Target::field(client, FieldName::DateToDelete, field);
    judgement
        .report(client, message, &target)
        .with("date", date);
}
