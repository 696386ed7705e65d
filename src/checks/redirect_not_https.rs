//! `redirect-not-https`: `http:` to a host that is not the user's own machine.
//!
//! Silent where a stronger rule wants the URI gone, whatever its scheme.

use super::redirect_homograph::is_surely_blamed;
use super::redirect_shared_host::is_anybodys;
use crate::checks::redirect_uri::{Environment, Web, for_each_web, has_public_host, replacement};
use crate::checks::{Native, Subject, Verdict};

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    for_each_web(subject, verdict, |uri, web, verdict| {
        if web.is_https() || web.is_loopback() || is_surely_blamed(web) || is_anybodys(web) {
            return;
        }
        let host = web.host_text();
        if !subject.parameters.names_host("allowed-hosts", &host) {
            let better = web.mended();
            verdict
                .blame(subject.client, message(subject, web), &uri.spot())
                .with("host", host)
                .with("replacement", replacement(subject, &better))
                .with("secure", better);
        }
    });
}

/// What is to be done hangs on whose the host is.
fn message(subject: &Subject<'_, '_>, web: &Web<'_>) -> &'static str {
    let is_beside_production = || has_public_host(subject.redirects.of(subject.client));
    match web.environment() {
        Environment::Address => "address",
        Environment::Internal | Environment::Test if is_beside_production() => "elsewhere",
        Environment::Internal => "internal",
        _ => "main",
    }
}
