//! `redirect-shared-across-clients`: URIs that more than one active client has.

use crate::catalog::Need;
use crate::checks::redirect_uri::{Class, Environment, are_used, is_host_like, meaning};
use crate::checks::regions::is_vendor_host;
use crate::checks::{Native, Parameters, Verdict, Whole};
use crate::model::{FieldName, Spot};
use crate::text::Place;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

pub(super) const CHECK: Native = Native::Organisation(check);

fn check(whole: &Whole<'_, '_>, verdict: &mut Verdict) {
    let clients = &whole.organisation.clients;
    // What a URI means -> the client that had it first, and where.
    let mut owners: HashMap<Cow<'_, str>, (usize, Place)> = HashMap::new();
    for (at, client) in whole.clients() {
        if !client.is_active() || !are_used(client) {
            continue;
        }
        if !client.redirect_uris.is_complete() {
            verdict.not_judged_client(at, Need::Value);
        }
        let mut blamed = HashSet::new();
        for item in client.redirect_uris.items() {
            let Some(meaning) = meaning(item.value) else {
                continue;
            };
            let (owner, place) = *owners.entry(meaning).or_insert((at, item.place));
            // Whether it counts is asked last: few URIs come twice.
            if owner == at || !counts(item.value, whole.parameters) || !blamed.insert(place) {
                continue;
            }
            let other = clients[owner].label();
            verdict
                .blame_client(
                    at,
                    client,
                    "main",
                    &Spot::item(FieldName::RedirectUris, &item),
                )
                .with("other", other)
                .related(place, format!("the client \"{other}\""));
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
            let mut allowed = parameters.list("allowed-hosts");
            is_own && !is_vendor_host(&host) && !allowed.any(|pattern| is_host_like(pattern, &host))
        }
        _ => false,
    }
}
