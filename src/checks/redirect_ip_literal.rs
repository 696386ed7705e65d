//! `redirect-ip-literal`: an address that is not the user's own machine.

use crate::checks::redirect_uri::for_each_web;
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::Action;

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    for_each_web(context, judgement, |uri, web, judgement| {
        let within = web.address_within();
        let is_address = web.name().is_none() || within.is_some_and(|one| !one.is_loopback());
        if !is_address || web.is_loopback() {
            return;
        }
        let message = if within.is_some() {
            "within"
        } else if web.is_private_address() {
            "private"
        } else {
            "main"
        };
        judgement
            .report(context.client, message, &uri.target())
            .option(Action::Remove)
            .with("host", web.host_text());
    });
}
