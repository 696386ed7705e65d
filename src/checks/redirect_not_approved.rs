//! `redirect-not-approved`: hosts and schemes against the policy's list.

use crate::catalog::Need;
use crate::checks::hosts::Hosts;
use crate::checks::redirect_uri::{Class, are_used, for_each};
use crate::checks::{Native, Subject, Verdict};

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    let client = subject.client;
    if !are_used(client) || client.redirect_uris.is_empty() {
        return;
    }
    let Some(approved) = subject.parameters.by_client("approved", client) else {
        return verdict.not_judged(Need::Policy);
    };
    if approved.contains(&"*") {
        return;
    }
    let approved = Hosts::new(approved.into_iter());
    for_each(subject, verdict, |uri, verdict| {
        let (message, host) = match &uri.class {
            Class::Web(web) => ("main", web.host_text()),
            Class::Custom(custom) => ("scheme", format!("{}:", custom.scheme)),
            _ => return,
        };
        if !approved.name(&host) {
            verdict
                .blame(client, message, &uri.spot())
                .with("host", host);
        }
    });
}
