//! `redirect-shared-across-clients`: URIs that more than one active client has.

use crate::catalog::Need;
use crate::checks::redirect_uri::{
    Class, Environment, RedirectUri, are_used, is_host_like, read_all,
};
use crate::checks::regions::is_vendor_host;
use crate::checks::{Native, Parameters, Verdict, Whole};
use crate::model::Client;
use std::collections::HashMap;

pub(super) const CHECK: Native = Native::Organisation(check);

fn check(whole: &Whole<'_, '_>, verdict: &mut Verdict) {
    let clients = &whole.organisation.clients;
    let mut owners: HashMap<String, (usize, RedirectUri)> = HashMap::new();
    for (at, client) in clients.iter().enumerate() {
        if !client.is_active() || !are_used(client) {
            continue;
        }
        if !client.redirect_uris.is_complete() {
            verdict.not_judged_client(at, Need::Value);
        }
        for uri in read_all(client) {
            let Some(meaning) = uri.meaning().filter(|_| counts(&uri, whole.parameters)) else {
                continue;
            };
            match owners.get(&meaning) {
                Some((owner, first)) if *owner != at => {
                    let other = name(&clients[*owner]);
                    verdict
                        .blame_client(at, client, "main", &uri.spot())
                        .with("other", other)
                        .related(first.place(), format!("the client \"{other}\""));
                }
                Some(_) => {}
                None => {
                    owners.insert(meaning, (at, uri));
                }
            }
        }
    }
}

/// What people call a client.
fn name<'c>(client: &'c Client<'_>) -> &'c str {
    let name = client.name.text().filter(|name| !name.trim().is_empty());
    name.or(client.id.text()).unwrap_or("without a name")
}

/// Whether a URI belongs to one application.
fn counts(uri: &RedirectUri, parameters: &Parameters) -> bool {
    if uri.is_repeated {
        return false;
    }
    match &uri.class {
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
