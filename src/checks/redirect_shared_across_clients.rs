//! `redirect-shared-across-clients`: URIs that more than one active client has.

use crate::catalog::Need;
use crate::checks::redirect_uri::{Class, Environment, are_used, meaning};
use crate::checks::regions::is_vendor_host;
use crate::checks::sameness::groups;
use crate::checks::{Native, Parameters, Verdict, Whole};
use crate::model::{Client, FieldName, Spot};
use rayon::prelude::*;

pub(super) const CHECK: Native = Native::Organisation(check);

fn check(whole: &Whole<'_, '_>, verdict: &mut Verdict) {
    let clients = &whole.organisation.clients;
    let judged = |client: &Client<'_>| client.is_active() && are_used(client);
    for (_, client) in whole.clients() {
        if judged(client) && !client.redirect_uris.is_complete() {
            verdict.not_judged_client(client, Need::Value);
        }
    }
    // Clients with the positions of their URIs, of which there are the most in memory at a time.
    let all = (0..clients.len() as u32).into_par_iter();
    let all = all
        .map(|at| (at, &clients[at as usize]))
        .filter(|(_, client)| judged(client))
        .flat_map_iter(|(at, client)| {
            client
                .redirect_uris
                .items()
                .map(move |item| (at, item.index))
        });
    let uri = |(at, index): (u32, u32)| clients[at as usize].redirect_uris.item(index);
    for mut group in groups(all, |at| meaning(uri(at)?.value)) {
        group.sort_unstable_by(|one, other| {
            let age = |at: u32| whole.age(at as usize);
            age(one.0).cmp(&age(other.0)).then(one.cmp(other))
        });
        // A client that has it twice answers once.
        group.dedup_by_key(|(client, _)| *client);
        let Some((owner, first)) = group.first().and_then(|&at| Some((at.0, uri(at)?))) else {
            continue;
        };
        let other = clients[owner as usize].label();
        for &at in &group[1..] {
            // Whether it counts is asked last: few URIs come twice.
            let Some(item) = uri(at).filter(|item| counts(item.value, whole.parameters)) else {
                continue;
            };
            let index = at.0 as usize;
            let client = &clients[index];
            let spot = Spot::item(FieldName::RedirectUris, &item);
            verdict
                .blame_client(index, client, "main", &spot)
                .with("other", other)
                .related(first.place, format!("the client \"{other}\""));
        }
    }
}

/// Whether a URI belongs to one application.
fn counts(raw: &str, parameters: &Parameters) -> bool {
    match Class::of(raw) {
        Class::Custom(custom) => custom.scheme != "urn",
        Class::Web(web) => {
            let is_own = matches!(
                web.environment(),
                Environment::Public | Environment::Test | Environment::Address
            );
            let host = web.host_text();
            is_own && !is_vendor_host(&host) && !parameters.names_host("allowed-hosts", &host)
        }
        _ => false,
    }
}
