//! `redirect-internal-host`: names that each network answers in its own way.

use crate::checks::redirect_uri::for_each_web;
use crate::checks::{Judgement, Native, RuleContext};

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    for_each_web(context, judgement, |uri, web, judgement| {
        let Some(name) = web.name().filter(|_| web.is_internal_name()) else {
            return;
        };
        let (message, suffix) = match name.rsplit_once('.') {
            Some(_) if name.ends_with(".home.arpa") => ("suffix", "home.arpa"),
            Some((_, suffix)) => ("suffix", suffix),
            None => ("main", ""),
        };
        judgement
            .report(context.client, message, &uri.target())
            .with("host", name)
            .with("suffix", suffix);
    });
}
