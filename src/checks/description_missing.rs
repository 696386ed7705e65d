//! `description-missing`: a description that is missing or says nothing.

use crate::catalog::Need;
use crate::checks::options;
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{Field, FieldName, Target};

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let client = context.client;
    let target = Target::field(client, FieldName::Description, &client.description);
    let option = || vec![options::placeholder(FieldName::Description)];
    let description = match &client.description {
        Field::Present(located) => located.value.as_ref(),
        Field::Absent => "",
        Field::Unknown(_) => return judgement.not_judged(Need::Value),
    };
    if description.trim().is_empty() {
        judgement.report(client, "main", &target).choice(option());
        return;
    }
    let is_name = |name: &str| says(name).next().is_some() && says(name).eq(says(description));
    if client.name.text().is_some_and(is_name) {
        judgement.report(client, "name", &target).choice(option());
        return;
    }
    let empty_words = || context.parameters.list("empty-words");
    let longest = empty_words().map(str::len).max().unwrap_or(0);
    let mut letters = description
        .chars()
        .filter(|letter| letter.is_alphanumeric());
    let is_short = letters.nth(longest).is_none();
    let empty = is_short && empty_words().any(|word| says(word).eq(says(description)));
    if empty || says(description).nth(1).is_none() {
        judgement
            .report(client, "says-nothing", &target)
            .choice(option())
            .with("value", description.trim());
        return;
    }
    if let Some(pattern) = context
        .parameters
        .first_unmatched("required-patterns", description)
    {
        judgement
            .report(client, "lacks", &target)
            .choice(option())
            .with("pattern", pattern);
    }
}

/// Letters and digits in lower case: what is left says something.
fn says(text: &str) -> impl Iterator<Item = char> {
    let letters = text.chars().filter(|letter| letter.is_alphanumeric());
    letters.flat_map(char::to_lowercase)
}
