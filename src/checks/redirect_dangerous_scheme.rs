//! `redirect-dangerous-scheme`: whatever the grant, what a browser would run or open.

use crate::catalog::Need;
use crate::checks::redirect_uri::Class;
use crate::checks::{Native, Subject, Verdict};

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    for uri in subject.redirects.of(subject.client) {
        if let Class::Dangerous(scheme) = &uri.class
            && !uri.is_repeated
        {
            verdict
                .blame(subject.client, "main", &uri.spot())
                .with("scheme", scheme);
        }
    }
    if !subject.client.redirect_uris.is_complete() {
        verdict.not_judged(Need::Value);
    }
}
