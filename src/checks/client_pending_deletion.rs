//! `client-pending-deletion`: the platform will delete the client, or should have.

use crate::catalog::Need;
use crate::checks::{Native, Subject, Verdict};
use crate::model::{Field, FieldName, Spot};

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    let client = subject.client;
    let field = &client.rare.date_to_delete;
    let date = match field {
        Field::Present(located) if !located.value.trim().is_empty() => &located.value,
        Field::Present(_) | Field::Absent => return,
        Field::Unknown(_) => return verdict.not_judged(Need::Value),
    };
    let message = match field.day() {
        Some(day) if day < subject.today => "past",
        _ => "main",
    };
    let spot = Spot::field(client, FieldName::DateToDelete, field);
    verdict.blame(client, message, &spot).with("date", date);
}
