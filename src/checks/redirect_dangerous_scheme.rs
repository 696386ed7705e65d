//! `redirect-dangerous-scheme`: whatever the grant, what a browser would run or open.

use crate::catalog::Need;
use crate::checks::redirect_uri::Class;
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{Action, RemedyClass};

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    for uri in context.redirects.of(context.client) {
        if let Class::Dangerous(scheme) = &uri.class
            && !uri.is_repeated
        {
            judgement
                .report(context.client, "main", &uri.target())
                .clear_every(RemedyClass::Unsafe, Action::Remove)
                .with("scheme", scheme);
        }
    }
    if !context.client.redirect_uris.is_complete() {
        judgement.not_judged(Need::Value);
    }
}
