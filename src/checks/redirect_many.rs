//! `redirect-many`: more URIs than a reviewer takes in, and no more than the platform takes.

use crate::catalog::Need;
use crate::checks::redirect_uri::are_used;
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{FieldName, Target};

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let client = context.client;
    if !are_used(client) {
        return;
    }
    let limit = usize::try_from(context.parameters.integer("limit")).unwrap_or(usize::MAX);
    let distinct: Vec<_> = context
        .redirects
        .of(client)
        .iter()
        .filter(|uri| !uri.is_repeated)
        .collect();
    let count = distinct.len();
    match distinct.get(limit) {
        Some(beyond) => {
            // In the name of the list: its length is not a property of this entry.
            let mut target = Target::field(client, FieldName::RedirectUris, &client.redirect_uris);
            target.place = beyond.place();
            judgement
                .report(client, "main", &target)
                .with("count", count);
        }
        _ => {
            if !client.redirect_uris.is_complete() {
                judgement.not_judged(Need::Value);
            }
        }
    }
}
