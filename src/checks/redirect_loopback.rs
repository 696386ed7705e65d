//! `redirect-loopback`: the user's own machine, on a client without public hosts.

use crate::checks::redirect_uri::for_each_web;
use crate::checks::replacements::has_public_host;
use crate::checks::{Native, Subject, Verdict};

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    for_each_web(subject, verdict, |uri, web, verdict| {
        if !web.is_loopback() || has_public_host(subject) {
            return;
        }
        let message = if web.name().is_some() { "name" } else { "main" };
        verdict
            .blame(subject.client, message, &uri.spot())
            .with("literal", web.mended_host("127.0.0.1"));
    });
}
