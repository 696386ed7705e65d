//! `redirect-not-https`: `http:` to a host that is not the user's own machine.

use crate::checks::redirect_uri::{Environment, Web, for_each_web};
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
                .blame(subject.client, message(web), &uri.spot())
                .with("host", host)
                .with("replacement", replacements::mended(subject, uri, web));
        }
    });
}

/// What is to be done hangs on whose the host is.
fn message(web: &Web<'_>) -> &'static str {
    match web.environment() {
        Environment::Address => "address",
        Environment::Internal => "internal",
        _ => "main",
    }
}
