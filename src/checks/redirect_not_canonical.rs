//! `redirect-not-canonical`: scheme, host and port written as no application sends them.

use super::redirect_homograph;
use crate::checks::redirect_uri::{RedirectUri, Web, duplicates, for_each_web, is_embeddable_page};
use crate::checks::{Judgement, Native, RuleContext, replacements};
use std::collections::HashSet;

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let uris = context.redirects.of(context.client);
    if uris
        .iter()
        .filter_map(RedirectUri::web)
        .all(Web::is_written_canonically)
    {
        // The common case, without looking for duplicates.
        for_each_web(context, judgement, |_, _, _| {});
        return;
    }
    let duplicates: HashSet<&str> = uris
        .iter()
        .zip(duplicates(uris))
        .filter(|(_, kept)| kept.is_some())
        .map(|(uri, _)| uri.raw)
        .collect();
    for_each_web(context, judgement, |uri, web, judgement| {
        let is_blamed_elsewhere = !(web.is_https() || web.is_loopback())
            || duplicates.contains(uri.raw)
            || is_embeddable_page(context.client, web)
            || redirect_homograph::is_blamed(web);
        if !web.is_written_canonically() && !is_blamed_elsewhere {
            let better = web.repaired();
            judgement
                .report(context.client, "main", &uri.target())
                .with(
                    "replacement",
                    replacements::in_place_of(context, uri, &better),
                )
                .with("better", better);
        }
    });
}
