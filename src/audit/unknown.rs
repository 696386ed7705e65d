//! Values that are unknown, for runs in which they make the audit incomplete.

use crate::catalog::{Need, Rule};
use crate::finding::{NotJudged, OpenClients, Problem, ProblemKind};
use crate::model::{Client, Field, List, Organisation, Unknown, Why};
use crate::text::first_of;
use std::collections::{BTreeMap, BTreeSet};

/// The most rules that a message names.
const MOST_NAMED: usize = 3;

/// What rules could not judge.
pub(super) struct Unjudged<'u> {
    pub not_judged: &'u [NotJudged],
    /// For each rule, the clients for which it was not judged.
    pub open: &'u BTreeMap<&'static str, OpenClients>,
    /// The rules that ran.
    pub rules: &'u [&'static Rule],
    /// Whether a finding of a rule would fail for a client.
    pub is_gated: &'u dyn Fn(&Rule, u32) -> bool,
}

impl Unjudged<'_> {
    /// A problem for each client with an unknown value that kept rules from judging it whose
    /// findings would fail.
    pub(super) fn problems(&self, organisations: &[Organisation<'_>]) -> Vec<Problem> {
        let wants_value: BTreeSet<&str> = self
            .not_judged
            .iter()
            .filter(|one| matches!(one.needs, Need::Value | Need::Plan))
            .map(|one| one.rule)
            .collect();
        let rules = self.rules.iter().copied();
        let rules: Vec<&Rule> = rules
            .filter(|rule| wants_value.contains(&*rule.id))
            .collect();
        if rules.is_empty() {
            return Vec::new();
        }
        let clients = organisations.iter().flat_map(|one| &one.clients);
        clients
            .zip(0..)
            .filter_map(|(client, number)| {
                let (field, unknown) = client.worlds().find_map(unknown_value)?;
                let open = rules.iter().filter(|rule| self.is_open(rule, number));
                let open: Vec<&str> = open.map(|rule| &*rule.id).collect();
                (!open.is_empty()).then(|| problem(client, field, unknown, &open))
            })
            .collect()
    }

    fn is_open(&self, rule: &Rule, client: u32) -> bool {
        let open = self.open.get(&*rule.id);
        let is_open =
            open.is_some_and(|open| open.has_others || open.clients.binary_search(&client).is_ok());
        is_open && (self.is_gated)(rule, client)
    }
}

fn problem(client: &Client<'_>, field: &str, unknown: Unknown, rules: &[&str]) -> Problem {
    let named = first_of(rules.iter(), MOST_NAMED);
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
