//! `redirect-duplicate`: entries that lead to the same place.

use crate::catalog::Need;
use crate::checks::redirect_uri::{are_used, duplicates};
use crate::checks::{Judgement, Native, RuleContext};

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let client = context.client;
    if !are_used(client) {
        return;
    }
    let uris = context.redirects.of(client);
    for (uri, kept) in uris.iter().zip(duplicates(uris)) {
        let Some(kept) = kept.map(|at| &uris[at]) else {
            continue;
        };
        let message = if uri.raw == kept.raw {
            "main"
        } else {
            "other-words"
        };
        judgement
            .report(client, message, &uri.target())
            .with("kept", kept.raw)
            .related(kept.place(), "the same place");
    }
    if !client.redirect_uris.is_complete() {
        judgement.not_judged(Need::Value);
    }
}
