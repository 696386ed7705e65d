//! Values that are unknown, for runs in which they make the audit incomplete.

use crate::catalog::{Need, Severity};
use crate::finding::{NotJudged, Problem, ProblemKind};
use crate::model::{Client, Field, List, Organisation, Unknown, Why};

/// The most rules that a message names.
const MOST_NAMED: usize = 3;

/// A problem for each client with an unknown value, if rules at or above the gate were not judged
/// for want of a value.
pub(super) fn problems(
    organisations: &[Organisation<'_>],
    not_judged: &[NotJudged],
    severity: impl Fn(&str) -> Option<Severity>,
    gate: Severity,
) -> Vec<Problem> {
    let wants_value = |one: &&NotJudged| matches!(one.needs, Need::Value | Need::Plan);
    let counts = |one: &&NotJudged| severity(one.rule).is_some_and(|own| own >= gate);
    let rules = not_judged.iter().filter(wants_value).filter(counts);
    let mut rules: Vec<&str> = rules.map(|one| one.rule).collect();
    rules.dedup();
    if rules.is_empty() {
        return Vec::new();
    }
    let clients = organisations.iter().flat_map(|one| &one.clients);
    clients
        .filter_map(|client| {
            let (field, unknown) = client.worlds().find_map(unknown_value)?;
            Some(problem(client, field, unknown, &rules))
        })
        .collect()
}

fn problem(client: &Client<'_>, field: &str, unknown: Unknown, rules: &[&str]) -> Problem {
    let named = rules.iter().take(MOST_NAMED).copied();
    let mut named = named.collect::<Vec<_>>().join(", ");
    if rules.len() > MOST_NAMED {
        named = format!("{named} and {} more", rules.len() - MOST_NAMED);
    }
    let label = client.address.as_deref().unwrap_or("a client");
    Problem::new(
        ProblemKind::UnknownValue,
        format!("{field} of {label} is unknown; rules that were not judged: {named}"),
        "audit the plan too: terraform show -json plan.out > plan.json; or set unknown-values = \"report\" in [gate]",
    )
    .at(unknown.place)
}

/// The first value of a client that is an expression of unknown value, with its field.
fn unknown_value(client: &Client<'_>) -> Option<(&'static str, Unknown)> {
    let grants = client.role_divisions.known().map_or(&[][..], Vec::as_slice);
    let in_roles = grants.iter().find_map(|grant| match grant {
        Field::Present(grant) => of(&grant.value.role).or_else(|| of(&grant.value.division)),
        other => of(other),
    });
    let found = [
        ("authorized_grant_type", of(&client.grant_type)),
        ("registered_redirect_uris", in_list(&client.redirect_uris)),
        ("scopes", in_list(&client.scopes)),
        ("roles", of(&client.role_divisions).or(in_roles)),
        ("access_token_validity_seconds", of(&client.token_lifetime)),
        ("state", of(&client.state)),
        ("name", of(&client.name)),
        ("description", of(&client.description)),
    ];
    found
        .into_iter()
        .find_map(|(field, unknown)| Some((field, unknown?)))
}

fn of<T>(field: &Field<T>) -> Option<Unknown> {
    match field {
        Field::Unknown(unknown) if unknown.why == Why::Expression => Some(*unknown),
        _ => None,
    }
}

fn in_list<T>(list: &List<T>) -> Option<Unknown> {
    let items = list.known().map_or(&[][..], Vec::as_slice);
    of(list).or_else(|| items.iter().find_map(of))
}
