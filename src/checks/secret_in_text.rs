//! `secret-in-text`: a credential in a text that everyone reads.

use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{Client, Field, FieldName, Target, Text};
use crate::text::{Place, SecretValue, Span, disclosed, disclosed_in_uri};
use std::borrow::Cow;
use std::ops::Range;

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let client = context.client;
    // Assembling the organisation has searched every text.
    if client.rare.recognised.is_empty() {
        return;
    }
    for (name, field) in [
        (FieldName::Name, &client.name),
        (FieldName::Description, &client.description),
    ] {
        judge_field(client, name, field, judgement);
    }
    for item in client.redirect_uris.items() {
        let target = Target::item(FieldName::RedirectUris, &item);
        // A word before the host that does not look like a secret is for `redirect-userinfo`.
        let found = disclosed_in_uri(item.value);
        judge(client, "redirect", &target, (item.value, found), judgement);
    }
}

fn judge_field(
    client: &Client<'_>,
    name: FieldName,
    field: &Field<Text<'_>>,
    judgement: &mut Judgement,
) {
    if let Some(text) = field.text() {
        let target = Target::field(client, name, field);
        judge(client, "main", &target, (text, disclosed(text)), judgement);
    }
}

fn judge(
    client: &Client<'_>,
    message: &'static str,
    target: &Target<'_>,
    (text, found): (&str, Vec<Range<usize>>),
    judgement: &mut Judgement,
) {
    for range in found {
        let secret = SecretValue::new(&text[range.clone()]);
        let target = Target {
            place: part(target.place, text, range),
            // The fingerprint depends on the field, never on what is in it.
            value: Cow::Borrowed(""),
            ..target.clone()
        };
        judgement.report(client, message, &target).secret(secret);
    }
}

/// The place of a part of a value; all of the value where the file writes it in another way,
/// with escapes.
fn part(place: Place, text: &str, range: Range<usize>) -> Place {
    if place.span.len() as usize != text.len() {
        return place;
    }
    let start = place.span.start;
    let span = Span::new(start + range.start as u32, start + range.end as u32);
    Place::new(place.source, span)
}
