//! `redirect-many-domains`: registered domains beyond those of the client's own.

use crate::checks::redirect_uri::{RedirectUri, Web, for_each_web};
use crate::checks::regions::is_vendor_host;
use crate::checks::{Native, Parameters, Subject, Verdict};

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    let parameters = subject.parameters;
    let uris = subject.redirects.of(subject.client);
    // Domains with the number of their URIs, in the order in which they appear.
    let mut domains: Vec<(&str, usize)> = Vec::new();
    for domain in uris
        .iter()
        .filter_map(RedirectUri::web)
        .filter_map(|web| counted(web, parameters))
    {
        match domains.iter_mut().find(|(known, _)| *known == domain) {
            Some((_, count)) => *count += 1,
            None => domains.push((domain, 1)),
        }
    }
    let limit = usize::try_from(parameters.integer("limit")).unwrap_or(1);
    if domains.len() <= limit {
        // Nobody is strange; what is hidden may be.
        return for_each_web(subject, verdict, |_, _, _| {});
    }
    // The sort is stable: of equals, the first in the list is the client's own.
    domains.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let mut strange: Vec<&str> = domains.iter().skip(limit).map(|(name, _)| *name).collect();
    let words: Vec<&str> = domains.iter().map(|(name, _)| *name).collect();
    let words = words.join(", ");
    for_each_web(subject, verdict, |uri, web, verdict| {
        let Some(at) = counted(web, parameters)
            .and_then(|domain| strange.iter().position(|name| *name == domain))
        else {
            return;
        };
        let domain = strange.remove(at);
        verdict
            .blame(subject.client, "main", &uri.spot())
            .with("domain", domain)
            .with("count", domains.len())
            .with("domains", &words);
    });
}

/// The registered domain of a URI, if it counts.
fn counted<'w>(web: &'w Web, parameters: &Parameters) -> Option<&'w str> {
    if web.is_loopback() || web.is_internal_name() || web.name().is_some_and(is_vendor_host) {
        return None;
    }
    web.registrable()
        .filter(|domain| !parameters.list_holds("trusted-domains", domain))
}
