//! `redirect-region-mismatch`: Genesys hosts of a region other than the organisation's.

use crate::catalog::{Confidence, Need};
use crate::checks::redirect_uri::for_each_web;
use crate::checks::regions::{Region, is_meant_as_crm_page, region_of_host};
use crate::checks::{Judgement, Native, RuleContext, replacements};
use crate::model::{Action, is_below_crm};

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let own = context.organisation.region;
    let mut is_open = false;
    for_each_web(context, judgement, |uri, web, judgement| {
        let Some((name, region)) = web
            .name()
            .and_then(|name| Some((name, region_of_host(name)?)))
        else {
            return;
        };
        match own {
            None => {
                let in_use = context.organisation.regions_in_use();
                if !is_rarer(region, in_use) {
                    is_open = true;
                    return;
                }
                let others = in_use.iter().map(|(other, _)| other.name);
                let others: Vec<_> = others.filter(|other| *other != region.name).collect();
                judgement
                    .report(context.client, "several", &uri.target())
                    .with("region", region.name)
                    .with("others", others.join(", "))
                    .confidence(Confidence::Medium);
            }
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
                    .option(Action::Remove)
                    .with("region", region.name)
                    .with("own", own.name)
                    .replacement(replacements::in_place_of(context, uri, &better));
            }
        }
    });
    if is_open {
        judgement.not_judged(Need::Policy);
    }
}

/// Whether fewer clients of an organisation lead to a region than to another, or equally many to
/// several: an organisation has one. `in_use` begins with the most frequent.
fn is_rarer(region: Region, in_use: &[(Region, usize)]) -> bool {
    let [(first, most), (_, next), ..] = in_use else {
        return false;
    };
    most == next || *first != region
}
