//! `redirect-ip-literal`: an address that is not the user's own machine.

use crate::checks::redirect_uri::for_each_web;
use crate::checks::{Native, Subject, Verdict};

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    for_each_web(subject, verdict, |uri, web, verdict| {
        // Over http, `redirect-not-https` says that a name is wanted as well.
        if web.name().is_some() || web.is_loopback() || !web.is_https() {
            return;
        }
        let message = if web.is_private_address() {
            "private"
        } else {
            "main"
        };
        verdict
            .blame(subject.client, message, &uri.spot())
            .with("host", web.host_text());
    });
}
