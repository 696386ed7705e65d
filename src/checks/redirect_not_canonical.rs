//! `redirect-not-canonical`: scheme, host and port written as no application sends them.

use crate::checks::redirect_uri::for_each_web;
use crate::checks::{Judgement, Native, RuleContext, replacements};
use crate::model::UriEdits;

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    for_each_web(context, judgement, |uri, web, judgement| {
        if web.is_written_canonically() {
            return;
        }
        let better = replacements::repaired_uri(context, web);
        judgement
            .report(context.client, "main", &uri.target())
            .remedy(replacements::remedy(context, uri, UriEdits::default()))
            .replacement(replacements::in_place_of(context, uri, &better))
            .with("better", web.canonical());
    });
}
