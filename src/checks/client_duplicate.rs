//! `client-duplicate`: two clients that can do the same.

use crate::catalog::{Confidence, Need};
use crate::checks::grouping::lower_case;
use crate::checks::holdings::admin;
use crate::checks::names::fold;
use crate::checks::regions::crm_domain;
use crate::checks::{GroupKeys, Judgement, Native, OrganisationContext};
use crate::model::{
    Client, FieldName, GrantType, Item, List, Organisation, RoleGrant, Target, Text,
};
use std::borrow::Cow;

pub(super) const CHECK: Native = Native::Comparison { mark, check };

/// What a client can do, each list in order and without repetitions.
#[derive(PartialEq, Eq, Hash)]
struct Abilities<'c> {
    grant: GrantType,
    redirect_uris: Vec<Cow<'c, str>>,
    scopes: Vec<Cow<'c, str>>,
    /// Roles and divisions.
    roles: Vec<(Cow<'c, str>, Cow<'c, str>)>,
}

fn mark(client: &Client<'_>, marks: &mut GroupKeys) {
    if client.is_active() && !are_known(client) {
        return marks.not_judged(client, Need::Value);
    }
    marks.add(0, Abilities::of(client));
}

fn check(whole: &OrganisationContext<'_, '_>, judgement: &mut Judgement) {
    let clients = &whole.organisation.clients;
    for (index, oldest) in whole.repeats(Abilities::of) {
        let (client, other) = (&clients[index], &clients[oldest]);
        if !tells_apart(client, whole.organisation) {
            continue;
        }
        let target = Target::field(client, FieldName::Name, &client.name);
        let report = judgement.report_client(index, client, "main", &target);
        report
            .with("other", other.name.text().unwrap_or("another client"))
            .related(other.label_place(), "the client with the same access");
        if say_different_purposes(client, other) {
            report.confidence(Confidence::Low);
        }
    }
}

/// Fewer words than this are a label, not a purpose.
const WORDS_OF_A_PURPOSE: usize = 3;

/// Whether each of two clients says what it is for, and not the same.
fn say_different_purposes(one: &Client<'_>, other: &Client<'_>) -> bool {
    let purpose = |client: &Client<'_>| {
        let folded = fold(client.description.text().unwrap_or_default());
        let says_enough = folded.split(' ').count() >= WORDS_OF_A_PURPOSE;
        says_enough.then_some(folded)
    };
    match (purpose(one), purpose(other)) {
        (Some(one), Some(other)) => one != other,
        _ => false,
    }
}

/// Whether what a client can do tells its application from others. An administrator's role can do
/// everything, and each client of the Embeddable Framework has the pages and scopes of its guide.
fn tells_apart(client: &Client<'_>, organisation: &Organisation<'_>) -> bool {
    let mut uris = client.redirect_uris.items().peekable();
    if uris.peek().is_some() {
        let is_of_framework = |uri: &str| {
            ["index.html", "authWindow.html"]
                .iter()
                .any(|page| crm_domain(uri, page).is_some())
        };
        return !uris.all(|uri| is_of_framework(uri.value));
    }
    let is_ordinary = |role: &str| organisation.role(role).and_then(admin).is_none();
    let mut roles = client.grants().into_iter().map(|grant| grant.role);
    !client.scopes.is_empty() || roles.any(is_ordinary)
}

impl<'c> Abilities<'c> {
    /// What an active client can do, if all of that is known.
    fn of(client: &'c Client<'_>) -> Option<Self> {
        if !client.is_active() || !are_known(client) {
            return None;
        }
        let grants = client.grants();
        let roles = grants.iter().map(|grant| {
            let division = grant.division.unwrap_or_default();
            (lower_case(grant.role), lower_case(division))
        });
        let abilities = Self {
            grant: client.grant()?,
            redirect_uris: texts(&client.redirect_uris, Cow::Borrowed),
            scopes: texts(&client.scopes, lower_case),
            roles: set(roles),
        };
        // Clients that hold nothing have nothing in common.
        (!abilities.are_none()).then_some(abilities)
    }

    fn are_none(&self) -> bool {
        self.redirect_uris.is_empty() && self.scopes.is_empty() && self.roles.is_empty()
    }
}

/// Whether all is known that a client can do.
fn are_known(client: &Client<'_>) -> bool {
    let are_divisions_known = |item: Item<'_, RoleGrant<'_>>| !item.value.division.is_unknown();
    client
        .grant()
        .is_some_and(|grant| grant != GrantType::Other)
        && client.redirect_uris.is_complete()
        && client.scopes.is_complete()
        && client.knows_its_roles()
        && client.role_divisions.items().all(are_divisions_known)
}

fn texts<'c>(list: &'c List<Text<'_>>, read: fn(&'c str) -> Cow<'c, str>) -> Vec<Cow<'c, str>> {
    set(list.items().map(|item| read(item.value)))
}

fn set<T: Ord>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.collect();
    items.sort_unstable();
    items.dedup();
    items
}
