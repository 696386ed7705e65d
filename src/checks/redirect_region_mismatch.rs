//! `redirect-region-mismatch`: Genesys hosts of a region other than the organisation's.

use crate::catalog::Need;
use crate::checks::redirect_uri::{for_each_web, is_embeddable_page, replacement};
use crate::checks::regions::{region_named, region_of_host};
use crate::checks::{Native, Subject, Verdict};
use std::cell::LazyCell;

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    let own = LazyCell::new(|| region_named(subject.parameters.text("region")));
    let mut is_open = false;
    for_each_web(subject, verdict, |uri, web, verdict| {
        let Some((name, region)) = web
            .name()
            .and_then(|name| Some((name, region_of_host(name)?)))
        else {
            return;
        };
        if is_embeddable_page(subject.client, web) {
            return;
        }
        match *own {
            None => is_open = true,
            Some(own) if own == region => {}
            Some(own) => {
                let host = name.strip_suffix(region.domain).unwrap_or("");
                let better = web.mended_host(&format!("{host}{}", own.domain));
                verdict
                    .blame(subject.client, "main", &uri.spot())
                    .with("region", region.name)
                    .with("own", own.name)
                    .with("replacement", replacement(subject, &better));
            }
        }
    });
    if is_open {
        verdict.not_judged(Need::Policy);
    }
}
