//! `redirect-many-domains`: registered domains beyond those of the client's own.

use crate::catalog::Confidence;
use crate::checks::grouping::DedupSet;
use crate::checks::redirect_uri::{Environment, RedirectUri, Web, for_each_web};
use crate::checks::regions::{is_under, is_vendor_host};
use crate::checks::replacements::has_public_host;
use crate::checks::{Judgement, Native, Parameters, RuleContext};
use crate::model::SALESFORCE;
use crate::text::first_of;
use std::cmp::Reverse;
use std::collections::HashMap;

pub(super) const CHECK: Native = Native::Client(check);

/// A registered domain of a client.
struct Domain<'u> {
    name: &'u str,
    /// What was registered, where anybody may register it under another suffix.
    label: Option<&'u str>,
    /// How many URIs are below it.
    uris: usize,
}

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let parameters = context.parameters;
    let limit = usize::try_from(parameters.integer("limit")).unwrap_or(1);
    let uris = context.redirects.of(context.client);
    let mut seen = DedupSet::default();
    let webs = uris.iter().filter_map(RedirectUri::web);
    let mut distinct = webs
        .filter_map(|web| counted(web, parameters))
        .filter(|name| seen.insert(*name));
    let stays = |web: &Web<'_>| {
        let is_elsewhere = web.environment() == Environment::Test && has_public_host(context);
        !is_elsewhere && !context.is_host_removed(web)
    };
    // Few clients have several, so that what costs more is asked of those alone.
    let mut domains = if distinct.nth(limit).is_some() {
        domains(uris, parameters, stays)
    } else {
        Vec::new()
    };
    if domains.len() <= limit {
        // No known domain is foreign; a hidden one may be.
        return for_each_web(context, judgement, |_, _, _| {});
    }
    // The sort is stable: of equals, the first in the list is the client's own.
    domains.sort_by_key(|domain| Reverse(domain.uris));
    let (own, strange) = domains.split_at(limit);
    let mut strange: HashMap<_, _> = strange.iter().map(|domain| (domain.name, domain)).collect();
    let names = names(&domains);
    for_each_web(context, judgement, |uri, web, judgement| {
        let Some(domain) = counted(web, parameters).and_then(|name| strange.remove(name)) else {
            return;
        };
        let report = judgement.report(context.client, "main", &uri.target());
        report
            .with("domain", domain.name)
            .with("count", domains.len())
            .with("domains", &names);
        // One name in several countries has one owner as a rule.
        if domain.label.is_some() && own.iter().any(|own| own.label == domain.label) {
            report.confidence(Confidence::Low);
        }
    });
}

/// So many domains are named.
const NAMED: usize = 5;

/// The first domains by name, and how many more there are.
fn names(domains: &[Domain<'_>]) -> String {
    first_of(domains.iter().map(|domain| domain.name), NAMED)
}

/// The domains that count, in the order in which they appear. What does not stay, because another
/// rule wants it gone, is no owner of its own.
fn domains<'u>(
    uris: &'u [RedirectUri<'_>],
    parameters: &Parameters,
    stays: impl Fn(&Web<'_>) -> bool,
) -> Vec<Domain<'u>> {
    let mut domains: Vec<Domain<'_>> = Vec::new();
    let mut positions = HashMap::new();
    let distinct = uris.iter().filter(|uri| !uri.is_repeated);
    for web in distinct.filter_map(RedirectUri::web) {
        let Some(name) = counted(web, parameters) else {
            continue;
        };
        if let Some(at) = positions.get(name) {
            let known: &mut Domain<'_> = &mut domains[*at];
            known.uris += 1;
        } else if stays(web) {
            positions.insert(name, domains.len());
            domains.push(Domain {
                name,
                label: web.registered_label(),
                uris: 1,
            });
        }
    }
    domains
}

/// The registered domain of a URI, if it counts.
fn counted<'w>(web: &'w Web, parameters: &Parameters) -> Option<&'w str> {
    let is_public = matches!(web.environment(), Environment::Public | Environment::Test);
    if !is_public || web.name().is_some_and(is_vendor_host) {
        return None;
    }
    let name = web.name()?;
    let mut salesforce = SALESFORCE.into_iter();
    let domain = if salesforce.any(|domain| is_under(name, domain)) {
        SALESFORCE[0]
    } else {
        web.registrable()?
    };
    let is_trusted = |trusted: &str| {
        let trusted = trusted.to_ascii_lowercase();
        is_under(domain, &trusted) || is_under(name, &trusted)
    };
    (!parameters.list("allowed").any(is_trusted)).then_some(domain)
}
