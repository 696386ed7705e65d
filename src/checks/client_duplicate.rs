//! `client-duplicate`: two clients that can do the same.

use crate::catalog::Need;
use crate::checks::{Native, Verdict, Whole};
use crate::model::{Client, FieldName, GrantType, List, Spot, Text};
use std::collections::{BTreeSet, HashMap};

pub(super) const CHECK: Native = Native::Organisation(check);

/// What a client can do: the grant, the redirect URIs, the scopes, the roles.
type Abilities = (
    GrantType,
    BTreeSet<String>,
    BTreeSet<String>,
    BTreeSet<(String, String)>,
);

fn check(whole: &Whole<'_, '_>, verdict: &mut Verdict) {
    let mut first = HashMap::new();
    for (index, client) in whole.clients() {
        if !client.is_active() {
            continue;
        }
        let Some(abilities) = abilities(client) else {
            verdict.not_judged_client(index, Need::Value);
            continue;
        };
        // Clients that hold nothing have nothing in common.
        if abilities.1.is_empty() && abilities.2.is_empty() && abilities.3.is_empty() {
            continue;
        }
        let &mut owner = first.entry(abilities).or_insert(index);
        if owner == index {
            continue;
        }
        let other = &whole.organisation.clients[owner];
        let spot = Spot::field(client, FieldName::Name, &client.name);
        verdict
            .blame_client(index, client, "main", &spot)
            .with("other", other.name.text().unwrap_or("another client"))
            .related(
                other.name.place().unwrap_or(other.place),
                "the client that can do the same",
            );
    }
}

/// What a client can do, if all of that is known.
fn abilities(client: &Client<'_>) -> Option<Abilities> {
    let known = client.redirect_uris.is_complete()
        && client.scopes.is_complete()
        && client.knows_its_roles();
    let grants = client.grants();
    if !known || grants.iter().any(|grant| grant.division_unknown) {
        return None;
    }
    let grant = client.grant().filter(|grant| *grant != GrantType::Other)?;
    let roles = grants
        .iter()
        .map(|grant| {
            let division = grant.division.unwrap_or_default();
            (
                grant.role.to_ascii_lowercase(),
                division.to_ascii_lowercase(),
            )
        })
        .collect();
    let uris = texts(&client.redirect_uris, str::to_owned);
    let scopes = texts(&client.scopes, str::to_ascii_lowercase);
    Some((grant, uris, scopes, roles))
}

fn texts(list: &List<Text<'_>>, normalise: fn(&str) -> String) -> BTreeSet<String> {
    list.items().map(|item| normalise(item.value)).collect()
}
