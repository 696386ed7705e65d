//! `redirect-loopback`: the user's own machine, on a client without public hosts.

use crate::checks::redirect_uri::for_each_web;
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::Action;

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    for_each_web(context, judgement, |uri, web, judgement| {
        if !web.is_loopback() {
            return;
        }
        let message = if web.name().is_some() { "name" } else { "main" };
        judgement
            .report(context.client, message, &uri.target())
            .option(Action::Remove)
            .with("literal", web.repaired_host("127.0.0.1"));
    });
}
