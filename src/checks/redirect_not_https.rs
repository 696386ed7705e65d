//! `redirect-not-https`: `http:` to a host that is not the user's own machine.

use crate::checks::redirect_uri::{Environment, Web, for_each_web, has_public_host};
use crate::checks::{Native, Subject, Verdict, replacements};

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    for_each_web(subject, verdict, |uri, web, verdict| {
        if web.is_https() || web.is_loopback() {
            return;
        }
        let host = web.host_text();
        if !subject.parameters.names_host("allowed-hosts", &host) {
            verdict
                .blame(subject.client, message(subject, web), &uri.spot())
                .with("host", host)
                .with("replacement", replacements::mended(subject, uri, web))
                .with("secure", web.mended());
        }
    });
}

/// What is to be done hangs on whose the host is.
fn message(subject: &Subject<'_, '_>, web: &Web<'_>) -> &'static str {
    let is_beside_production = || has_public_host(subject.redirects.of(subject.client));
    match web.environment() {
        Environment::Address => "address",
        _ if web.address_within().is_some() => "address",
        Environment::Internal => "internal",
        Environment::Test if is_beside_production() => "elsewhere",
        _ => "main",
    }
}
