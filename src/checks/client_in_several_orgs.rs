//! `client-in-several-orgs`: one client id in the exports of several organisations.
//!
//! All that two organisations share is reported once, at the first such client of the later one.

use crate::catalog::{Confidence, Severity};
use crate::checks::{Judgement, Native};
use crate::model::{Client, FieldName, Organisation, Target};
use std::collections::{BTreeMap, HashMap};

pub(super) const CHECK: Native = Native::Everywhere(check);

/// So many clients are pointed at next to the first.
const SHOWN: usize = 10;

/// A client, counted through all organisations, and where else its id is.
struct Shared<'o, 'a> {
    at: usize,
    client: &'o Client<'a>,
    other: &'o Client<'a>,
}

fn check(organisations: &[Organisation<'_>], judgement: &mut Judgement) {
    if organisations.len() < 2 {
        return;
    }
    let mut first: HashMap<String, (usize, &Client<'_>)> = HashMap::new();
    let mut shared: BTreeMap<(usize, usize), Vec<Shared<'_, '_>>> = BTreeMap::new();
    let clients = (0..)
        .zip(organisations)
        .flat_map(|(number, one)| one.clients.iter().map(move |client| (number, client)));
    for (at, (number, client)) in clients.enumerate() {
        let Some(id) = client.id.text() else { continue };
        let &mut (owner, other) = first
            .entry(id.to_ascii_lowercase())
            .or_insert((number, client));
        if owner != number {
            let pair = shared.entry((owner, number)).or_default();
            pair.push(Shared { at, client, other });
        }
    }
    for ((owner, number), pair) in shared {
        let [first, more @ ..] = &pair[..] else {
            continue;
        };
        let (theirs, own) = (&organisations[owner], &organisations[number]);
        let is_copy =
            pair.len() > 1 && pair.len() * 2 > theirs.clients.len().min(own.clients.len());
        let message = match (is_copy, more.is_empty()) {
            (true, _) => "copy",
            (false, true) => "main",
            (false, false) => "several",
        };
        let target = Target::field(first.client, FieldName::Id, &first.client.id);
        let report = judgement.report_client(first.at, first.client, message, &target);
        report
            .with("other", &theirs.label)
            .with("count", pair.len())
            .with("own", own.clients.len())
            .related(
                place(first.other),
                format!("the same id in {}", theirs.label),
            );
        if is_copy {
            report
                .severity(Severity::Low)
                .confidence(Confidence::Medium);
        }
        for one in more.iter().take(SHOWN) {
            report.related(place(one.client), format!("also {}", one.client.label()));
        }
    }
}

fn place(client: &Client<'_>) -> crate::text::Place {
    client.id.place().unwrap_or(client.place)
}
