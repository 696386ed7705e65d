//! `client-name-confusable`: a client whose name passes for that of another.

use crate::catalog::Severity;
use crate::checks::names::{are_versions, fold, imitations, marked, skeleton};
use crate::checks::redirect_uri::Class;
use crate::checks::{GroupKeys, Judgement, Native, OrganisationContext};
use crate::model::{Client, Field, FieldName, Target, Text};
use std::collections::BTreeSet;

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
    if fold(name(older.1)) == fold(name(newer.1)) || are_versions(name(older.1), name(newer.1)) {
        return;
    }
    // Foreign letters among Latin ones are the imitation, whichever is older.
    let foreign = |client: &Client<'_>| imitations(name(client)).len();
    let ((index, client), (_, other)) = if foreign(older.1) > foreign(newer.1) {
        (older, newer)
    } else {
        (newer, older)
    };
    let letters = imitations(name(client));
    let target = Target::field(client, FieldName::Name, &client.name);
    let imitates = foreign(client) > foreign(other);
    let message = if imitates { "script" } else { "main" };
    let report = judgement.report_client(index, client, message, &target);
    report
        .with("value", name(client))
        .with("other", name(other))
        .with("letters", letters.join(", "))
        .with("shown", marked(name(client)))
        .related(other.label_place(), "the client that it resembles");
    if imitates && is_of_someone_else(client, other) {
        report.severity(Severity::High);
    }
}

/// Whether a client was made by another user than `other`, later, or redirects to other hosts, for
/// certain.
fn is_of_someone_else(client: &Client<'_>, other: &Client<'_>) -> bool {
    let differ = |one: &Field<Text<'_>>, two: &Field<Text<'_>>| match (one.text(), two.text()) {
        (Some(one), Some(two)) => one != two,
        _ => false,
    };
    let is_later = match (client.date_created.day(), other.date_created.day()) {
        (Some(own), Some(day)) => own > day,
        _ => false,
    };
    let (own, others) = (hosts(client), hosts(other));
    let leads_elsewhere = !own.is_empty() && !others.is_empty() && own.is_disjoint(&others);
    is_later || leads_elsewhere || differ(&client.created_by, &other.created_by)
}

/// The hosts of the redirect URIs.
fn hosts(client: &Client<'_>) -> BTreeSet<String> {
    let uris = client.redirect_uris.items();
    let classes = uris.map(|uri| Class::classify(uri.value));
    classes
        .filter_map(|class| match class {
            Class::Web(web) => Some(web.host_text()),
            _ => None,
        })
        .collect()
}
