//! `redirect-not-https`: `http:` to a host that is not the user's own machine.

use crate::checks::redirect_uri::{Environment, Web, for_each_web};
use crate::checks::{Judgement, Native, RuleContext, replacements};
use crate::model::UriEdits;

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    for_each_web(context, judgement, |uri, web, judgement| {
        if web.is_https() || web.is_loopback() {
            return;
        }
        let host = web.host_text();
        if !context.parameters.names_host("allowed-hosts", &host) {
            let edits = UriEdits {
                scheme: true,
                ..UriEdits::default()
            };
            judgement
                .report(context.client, message(web), &uri.target())
                .remedy(replacements::remedy(context, uri, edits))
                .with("host", host)
                .replacement(replacements::repaired(context, uri, web));
        }
    });
}

/// What is to be done depends on whose the host is.
fn message(web: &Web<'_>) -> &'static str {
    match web.environment() {
        Environment::Address => "address",
        Environment::Internal => "internal",
        _ => "main",
    }
}
