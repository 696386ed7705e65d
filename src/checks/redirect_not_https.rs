//! `redirect-not-https`: `http:` to a host that is not the user's own machine.

use crate::checks::redirect_uri::for_each_web;
use crate::checks::{Native, Subject, Verdict};

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    for_each_web(subject, verdict, |uri, web, verdict| {
        if web.is_https() || web.is_loopback() {
            return;
        }
        let host = web.host_text();
        if !subject.parameters.names_host("allowed-hosts", &host) {
            let message = if web.name().is_some() {
                "main"
            } else {
                "address"
            };
            verdict
                .blame(subject.client, message, &uri.spot())
                .with("host", host)
                .with("secure", web.secure());
        }
    });
}
