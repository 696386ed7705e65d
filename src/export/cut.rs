//! Listings in YAML, or with a client in each line, that were cut off where their syntax cannot
//! show it.

use super::{EntityKind, Facts, Shape};
use crate::finding::{Problem, ProblemKind};
use crate::model::{Client, Clients, FieldName, Naming};

/// Fields that the platform gives every client.
const ALWAYS: [FieldName; 8] = [
    FieldName::Id,
    FieldName::Name,
    FieldName::GrantType,
    FieldName::State,
    FieldName::DateCreated,
    FieldName::DateModified,
    FieldName::CreatedBy,
    FieldName::ModifiedBy,
];

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
    // People who write a listing by hand often leave it out of a client.
    let lifetime = (count > 2).then_some(FieldName::TokenLifetime);
    let lacks = |client: &Client<'_>, field| client.presence(field).is_absent();
    let mut fields = ALWAYS.into_iter().chain(lifetime);
    let is_only_here = |field: &FieldName| {
        let mut others = clients.iter().take(count - 1);
        lacks(last, *field) && others.all(|client| !lacks(client, *field))
    };
    let missing = fields.find(is_only_here)?;
    Some(missing.written(Naming::PlatformApi))
}
