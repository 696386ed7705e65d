//! `description-missing`: nobody wrote down what a client is for.

use crate::catalog::Need;
use crate::checks::{Native, Subject, Verdict};
use crate::model::{Field, FieldName, Spot};

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    let client = subject.client;
    let spot = Spot::field(client, FieldName::Description, &client.description);
    let description = match &client.description {
        Field::Present(located) => located.value.as_ref(),
        Field::Absent => "",
        Field::Unknown(_) => return verdict.not_judged(Need::Value),
    };
    let folded = fold(description);
    if description.trim().is_empty() {
        verdict.blame(client, "main", &spot);
        return;
    }
    let name = client.name.text().map(fold).unwrap_or_default();
    if folded == name && !name.is_empty() {
        verdict.blame(client, "name", &spot);
        return;
    }
    let empty = subject
        .parameters
        .list("empty-words")
        .any(|word| fold(word) == folded);
    if empty || folded.chars().count() < 2 {
        verdict
            .blame(client, "says-nothing", &spot)
            .with("value", description.trim());
        return;
    }
    if let Some(pattern) = subject
        .parameters
        .first_unmatched("required-patterns", description)
    {
        verdict
            .blame(client, "lacks", &spot)
            .with("pattern", pattern);
    }
}

/// Letters and digits in lower case, words apart by one space: what is left says something.
fn fold(text: &str) -> String {
    text.split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase()
}
