//! `redirect-shared-across-clients`: URIs that more than one active client has.

use crate::catalog::Need;
use crate::checks::redirect_uri::{
    Class, Environment, RedirectUri, are_used, is_host_like, read_all,
};
use crate::checks::regions::is_vendor_host;
use crate::checks::{Native, Parameters, Verdict, Whole};
use crate::model::Client;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

pub(super) const CHECK: Native = Native::Organisation(check);

fn check(whole: &Whole<'_, '_>, verdict: &mut Verdict) {
    let clients = &whole.organisation.clients;
    let redirects = |client: &Client<'_>| client.is_active() && are_used(client);
    let shared = shared_sites(whole.clients().filter(|(_, client)| redirects(client)));
    let mut owners: HashMap<String, (usize, RedirectUri)> = HashMap::new();
    for (at, client) in whole.clients().filter(|(_, client)| redirects(client)) {
        if !client.redirect_uris.is_complete() {
            verdict.not_judged_client(at, Need::Value);
        }
        if !sites(client).iter().any(|site| shared.contains(site)) {
            continue;
        }
        for uri in read_all(client) {
            let Some(meaning) = uri.meaning().filter(|_| counts(&uri, whole.parameters)) else {
                continue;
            };
            match owners.get(&meaning) {
                Some((owner, first)) if *owner != at => {
                    let other = clients[*owner].label();
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

/// The sites that URIs of several clients name. Taking URIs apart costs much, and most
/// clients have a site of their own.
fn shared_sites<'c, 'a: 'c>(
    clients: impl Iterator<Item = (usize, &'c Client<'a>)>,
) -> HashSet<Cow<'c, str>> {
    let mut owners: HashMap<Cow<'c, str>, usize> = HashMap::new();
    let mut shared = HashSet::new();
    for (at, client) in clients {
        for site in sites(client) {
            if *owners.entry(site.clone()).or_insert(at) != at {
                shared.insert(site);
            }
        }
    }
    shared
}

/// What is equal for URIs of a client that mean the same as those of another: their hosts,
/// read off where they are written plainly.
fn sites<'c>(client: &'c Client<'_>) -> Vec<Cow<'c, str>> {
    let plain: Option<Vec<_>> = client
        .redirect_uris
        .items()
        .map(|item| plain_host(item.value).map(Cow::Borrowed))
        .collect();
    plain.unwrap_or_else(|| {
        read_all(client)
            .iter()
            .filter_map(|uri| match &uri.class {
                Class::Web(web) => Some(web.host_text()),
                Class::Custom(_) => Some(uri.raw.clone()),
                _ => None,
            })
            .map(Cow::Owned)
            .collect()
    })
}

/// The host of a URI in which nothing needs to be taken apart.
fn plain_host(uri: &str) -> Option<&str> {
    let rest = uri.strip_prefix("https://")?;
    let host = rest.split(['/', '?', '#', ':']).next()?;
    let is_plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-');
    let last = host.rsplit('.').next()?;
    (last.starts_with(|first: char| first.is_ascii_lowercase()) && host.bytes().all(is_plain))
        .then_some(host)
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
