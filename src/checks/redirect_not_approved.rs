//! `redirect-not-approved`: hosts and schemes against the policy's list.

use crate::catalog::Need;
use crate::checks::hosts::Hosts;
use crate::checks::redirect_uri::{Class, are_used, for_each};
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{Action, RemedyClass};

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let client = context.client;
    if !are_used(client) || client.redirect_uris.is_empty() {
        return;
    }
    let Some(approved) = context.parameters.by_client("allowed", client) else {
        return judgement.not_judged(Need::Policy);
    };
    if approved.contains(&"*") {
        return;
    }
    let approved = Hosts::new(approved.into_iter());
    for_each(context, judgement, |uri, judgement| {
        let (message, host) = match &uri.class {
            Class::Web(web) => ("main", web.host_text()),
            Class::Custom(custom) => ("scheme", format!("{}:", custom.scheme)),
            _ => return,
        };
        if !approved.name(&host) {
            judgement
                .report(client, message, &uri.target())
                .clear_every(RemedyClass::Unsafe, Action::Remove)
                .with("host", host);
        }
    });
}
