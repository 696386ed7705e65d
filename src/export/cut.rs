//! Listings in YAML, or with a client in each line, that were cut off where their syntax cannot
//! show it.

use super::{EntityKind, Facts, Shape};
use crate::finding::{Problem, ProblemKind};
use crate::model::{Client, Clients};

/// Fields that the platform gives every client.
type FieldOfAll = (&'static str, fn(&Client<'_>) -> bool);

const ALWAYS: [FieldOfAll; 8] = [
    ("id", |client| !client.id.is_absent()),
    ("name", |client| !client.name.is_absent()),
    ("authorizedGrantType", |client| {
        !client.grant_type.is_absent()
    }),
    ("state", |client| !client.state.is_absent()),
    ("dateCreated", |client| !client.date_created.is_absent()),
    ("dateModified", |client| !client.date_modified.is_absent()),
    ("createdBy", |client| !client.created_by.is_absent()),
    ("modifiedBy", |client| !client.modified_by.is_absent()),
];

/// People who write a listing by hand often leave it out of a client.
const LIFETIME: FieldOfAll = ("accessTokenValiditySeconds", |client| {
    !client.token_lifetime.is_absent()
});

/// The problem that the last client of a listing lacks a field that every other client has.
pub(super) fn last_client(facts: &Facts<'_>) -> Option<Problem> {
    let is_in_lines = facts.listed.is_empty() && facts.documents > 1;
    let is_of_clients = facts
        .shapes
        .iter()
        .all(|shape| *shape == Shape::Of(EntityKind::Clients));
    if facts.listed != [EntityKind::Clients] && !(is_in_lines && is_of_clients) {
        return None;
    }
    let missing = missing_in_last(&facts.records.clients)?;
    let last = facts.records.clients.iter().last()?;
    let problem = Problem::new(
        ProblemKind::Truncated,
        format!(
            "the last client lacks `{missing}`, which every other client has: the file was probably cut off"
        ),
        "export the file again and let the command finish",
    );
    Some(problem.at(last.place))
}

fn missing_in_last(clients: &Clients<'_>) -> Option<&'static str> {
    let count = clients.len();
    let last = clients.iter().last().filter(|_| count > 1)?;
    let lifetime = (count > 2).then_some(LIFETIME);
    ALWAYS
        .into_iter()
        .chain(lifetime)
        .filter(|(_, has)| !has(last))
        .find(|(_, has)| clients.iter().take(count - 1).all(has))
        .map(|(name, _)| name)
}
