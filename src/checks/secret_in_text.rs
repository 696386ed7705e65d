//! `secret-in-text`: somebody noted a credential where everybody reads it.

use crate::checks::{Native, Subject, Verdict};
use crate::model::{Client, Field, FieldName, Spot, Text};
use crate::text::{Place, Span, credentials};
use std::borrow::Cow;

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    let client = subject.client;
    // Whoever put the organisation together has looked at every text.
    if client.rare.recognised.is_empty() {
        return;
    }
    for (name, field) in [
        (FieldName::Name, &client.name),
        (FieldName::Description, &client.description),
    ] {
        judge_field(client, name, field, verdict);
    }
    for item in client.redirect_uris.items() {
        let spot = Spot::item(FieldName::RedirectUris, &item);
        judge(client, "redirect", &spot, item.value, verdict);
    }
}

fn judge_field(
    client: &Client<'_>,
    name: FieldName,
    field: &Field<Text<'_>>,
    verdict: &mut Verdict,
) {
    if let Some(text) = field.text() {
        let spot = Spot::field(client, name, field);
        judge(client, "main", &spot, text, verdict);
    }
}

fn judge(
    client: &Client<'_>,
    message: &'static str,
    spot: &Spot<'_>,
    text: &str,
    verdict: &mut Verdict,
) {
    for range in credentials(text) {
        let spot = Spot {
            place: part(spot.place, text, range),
            // The fingerprint hangs on the field, never on what stands in it.
            value: Cow::Borrowed(""),
            ..spot.clone()
        };
        verdict.blame(client, message, &spot);
    }
}

/// The place of a part of a value; all of the value where the file writes it in another way,
/// with escapes.
fn part(place: Place, text: &str, range: std::ops::Range<usize>) -> Place {
    if place.span.len() as usize != text.len() {
        return place;
    }
    let start = place.span.start;
    let span = Span::new(start + range.start as u32, start + range.end as u32);
    Place::new(place.source, span)
}
