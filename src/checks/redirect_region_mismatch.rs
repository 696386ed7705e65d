//! `redirect-region-mismatch`: Genesys hosts of a region other than the organisation's.

use crate::catalog::Need;
use crate::checks::redirect_uri::for_each_web;
use crate::checks::regions::{is_meant_as_crm_page, region_named, region_of_host};
use crate::checks::{Judgement, Native, RuleContext, replacements};
use crate::model::is_below_crm;
use std::cell::LazyCell;

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let own = LazyCell::new(|| region_named(context.parameters.text("region")));
    let mut is_open = false;
    for_each_web(context, judgement, |uri, web, judgement| {
        let Some((name, region)) = web
            .name()
            .and_then(|name| Some((name, region_of_host(name)?)))
        else {
            return;
        };
        match *own {
            None => is_open = true,
            Some(own) if own == region => {}
            Some(own) => {
                let host = name.strip_suffix(region.domain).unwrap_or("");
                // Genesys publishes such a page in one region; its name in another is not published.
                let message = if is_below_crm(web.path) && !is_meant_as_crm_page(web.path) {
                    "published"
                } else {
                    "main"
                };
                let better = web.repaired_host(&format!("{host}{}", own.domain));
                judgement
                    .report(context.client, message, &uri.target())
                    .with("region", region.name)
                    .with("own", own.name)
                    .with(
                        "replacement",
                        replacements::in_place_of(context, uri, &better),
                    );
            }
        }
    });
    if is_open {
        judgement.not_judged(Need::Policy);
    }
}
