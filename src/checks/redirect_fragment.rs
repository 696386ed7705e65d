//! `redirect-fragment`: everything from `#`, empty or not.

use crate::checks::redirect_uri::{Class, for_each};
use crate::checks::{Judgement, Native, RuleContext, replacements};
use crate::model::UriEdits;

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    for_each(context, judgement, |uri, judgement| {
        let fragment = match &uri.class {
            Class::Web(web) => &web.fragment,
            Class::Custom(custom) => &custom.fragment,
            _ => return,
        };
        if let Some(fragment) = fragment {
            let better = match uri.web() {
                Some(web) => replacements::repaired_uri(context, web),
                None => uri.raw.split('#').next().unwrap_or("").to_owned(),
            };
            let edits = UriEdits {
                fragment: true,
                ..UriEdits::default()
            };
            judgement
                .report(context.client, "main", &uri.target())
                .remedy(replacements::remedy(context, uri, edits))
                .with("fragment", fragment)
                .replacement(replacements::in_place_of(context, uri, &better));
        }
    });
}
