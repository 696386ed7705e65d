//! `client-name-confusable`: a client whose name passes for that of another.

use crate::checks::names::{fold, skeleton};
use crate::checks::{GroupKeys, Judgement, Native, OrganisationContext};
use crate::model::{Client, FieldName, Target};

pub(super) const CHECK: Native = Native::Comparison { mark, check };

fn mark(client: &Client<'_>, marks: &mut GroupKeys) {
    marks.add(0, looks_of(client));
}

fn looks_of(client: &Client<'_>) -> Option<String> {
    let looks = client.name.text().map(skeleton);
    looks.filter(|looks| !looks.is_empty())
}

fn check(whole: &OrganisationContext<'_, '_>, judgement: &mut Judgement) {
    let clients = &whole.organisation.clients;
    for (newer, older) in whole.repeats(looks_of) {
        judge(
            (older, &clients[older]),
            (newer, &clients[newer]),
            judgement,
        );
    }
}

/// Judges two clients whose names look alike, the older and the newer.
fn judge(older: (usize, &Client<'_>), newer: (usize, &Client<'_>), judgement: &mut Judgement) {
    fn name<'c>(client: &'c Client<'_>) -> &'c str {
        client.name.text().unwrap_or_default()
    }
    // One name twice is for another rule to report.
    if fold(name(older.1)) == fold(name(newer.1)) {
        return;
    }
    // Foreign letters among Latin ones are the imitation, whichever is older.
    let ((index, client), (_, other)) = if name(newer.1).is_ascii() && !name(older.1).is_ascii() {
        (older, newer)
    } else {
        (newer, older)
    };
    let target = Target::field(client, FieldName::Name, &client.name);
    let message = if name(client).is_ascii() == name(other).is_ascii() {
        "main"
    } else {
        "script"
    };
    judgement
        .report_client(index, client, message, &target)
        .with("value", name(client))
        .with("other", name(other))
        .related(other.label_place(), "the client that it resembles");
}
