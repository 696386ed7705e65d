//! `terraform-drift`: a client that is not as its configuration has it.
//!
//! Only values that both sources know are compared. All fields that differ are reported.

use crate::checks::{Judgement, Native, OrganisationContext};
use crate::model::{Applied, Client, Field, FieldName, List, Target, Text};
use crate::text::Place;
use std::fmt::Display;

pub(super) const CHECK: Native = Native::Organisation(check);

fn check(whole: &OrganisationContext<'_, '_>, judgement: &mut Judgement) {
    for (index, client) in whole.clients() {
        if let Some((written, live, source)) = sources(client) {
            for difference in differences(written, live) {
                let message = match source {
                    Applied::Plan => "plan",
                    Applied::State => "state",
                    Applied::Export => "export",
                };
                judgement
                    .report_client(index, written, message, &difference.target)
                    .with("written", difference.written)
                    .with("live", difference.live)
                    .related(difference.place, "the other value");
            }
        }
    }
}

/// The client as configured, as it is elsewhere, and where that is; `None` if they do not differ.
fn sources<'c, 'a>(client: &'c Client<'a>) -> Option<(&'c Client<'a>, &'c Client<'a>, Applied)> {
    let mut others = client.rare.other_worlds.iter();
    match client.rare.applied {
        Some(source) => Some((others.next()?, client, source)),
        None => others.find_map(|live| Some((client, live, live.rare.applied?))),
    }
}

/// A field that two sources of a client know and in which they differ.
struct Difference<'c> {
    target: Target<'c>,
    written: String,
    live: String,
    /// Where the other source has it.
    place: Place,
}

fn differences<'c>(written: &'c Client<'_>, live: &'c Client<'_>) -> Vec<Difference<'c>> {
    let grants = |client: &Client<'_>| scalar(client.grant_type.known().map(|(_, text)| text));
    let lifetimes = |client: &Client<'_>| {
        scalar(
            client
                .token_lifetime
                .known()
                .and_then(|number| number.integer),
        )
    };
    let states = |client: &Client<'_>| scalar(client.state.text());
    let mut found = Vec::new();
    let mut add = |target, own: Option<String>, other: Option<String>, place: Option<Place>| {
        if let (Some(own), Some(other)) = (own, other)
            && own != other
        {
            found.push(Difference {
                target,
                written: own,
                live: other,
                place: place.unwrap_or(live.place),
            });
        }
    };
    add(
        Target::field(written, FieldName::GrantType, &written.grant_type),
        grants(written),
        grants(live),
        live.grant_type.place(),
    );
    add(
        Target::field(written, FieldName::State, &written.state),
        states(written),
        states(live),
        live.state.place(),
    );
    add(
        Target::field(written, FieldName::TokenLifetime, &written.token_lifetime),
        lifetimes(written),
        lifetimes(live),
        live.token_lifetime.place(),
    );
    add(
        Target::field(written, FieldName::RedirectUris, &written.redirect_uris),
        texts(&written.redirect_uris),
        texts(&live.redirect_uris),
        live.redirect_uris.place(),
    );
    add(
        Target::field(written, FieldName::Scopes, &written.scopes),
        texts(&written.scopes),
        texts(&live.scopes),
        live.scopes.place(),
    );
    // A role without a division is one in the home division, whose id is not known here.
    let are_divided = [written, live]
        .iter()
        .all(|client| client.grants().iter().all(|grant| grant.division.is_some()));
    add(
        Target::field(written, FieldName::RoleDivisions, &written.role_divisions),
        roles(written, are_divided),
        roles(live, are_divided),
        live.role_divisions.place(),
    );
    found
}

fn scalar(value: Option<impl Display>) -> Option<String> {
    value.map(|value| value.to_string())
}

/// The texts of a list that is known completely, in one order.
fn texts(list: &List<Text<'_>>) -> Option<String> {
    let is_known = matches!(list, Field::Present(_)) && list.is_complete();
    let mut texts: Vec<&str> = list.items().map(|item| item.value.as_ref()).collect();
    texts.sort_unstable();
    texts.dedup();
    is_known.then(|| listed(&texts))
}

/// The roles, with their divisions if that is asked for, if all are known by their ids.
fn roles(client: &Client<'_>, are_divided: bool) -> Option<String> {
    let is_known = matches!(client.role_divisions, Field::Present(_)) && client.knows_its_roles();
    let mut roles: Vec<String> = client
        .grants()
        .iter()
        .map(|grant| match grant.division.filter(|_| are_divided) {
            Some(division) => format!("{} in {division}", grant.role),
            None => grant.role.to_owned(),
        })
        .collect();
    roles.sort_unstable();
    roles.dedup();
    (is_known && client.has_role_ids(are_divided)).then(|| listed(&roles))
}

fn listed(texts: &[impl AsRef<str>]) -> String {
    if texts.is_empty() {
        return "nothing".to_owned();
    }
    let texts: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
    texts.join(", ")
}
