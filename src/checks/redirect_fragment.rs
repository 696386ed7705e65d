//! `redirect-fragment`: everything from `#`, empty or not.

use crate::checks::redirect_uri::{Class, Web, for_each, is_embeddable_page};
use crate::checks::{Native, Subject, Verdict, replacements};

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    for_each(subject, verdict, |uri, verdict| {
        let fragment = match &uri.class {
            Class::Web(web) if !is_embeddable_page(subject.client, web) => &web.fragment,
            Class::Custom(custom) => &custom.fragment,
            _ => return,
        };
        if let Some(fragment) = fragment {
            let plain = || uri.raw.split('#').next().unwrap_or("").to_owned();
            let better = uri.web().map_or_else(plain, Web::mended);
            verdict
                .blame(subject.client, "main", &uri.spot())
                .with("fragment", fragment)
                .with(
                    "replacement",
                    replacements::in_place_of(subject, uri, &better),
                );
        }
    });
}
