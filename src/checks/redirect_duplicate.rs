//! `redirect-duplicate`: entries that lead to the same place.

use crate::catalog::Need;
use crate::checks::redirect_uri::{are_used, duplicates};
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{Action, RemedyClass};

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
        let (message, class) = if uri.raw == kept.raw {
            ("main", RemedyClass::Safe)
        } else {
            ("other-words", RemedyClass::Unsafe)
        };
        judgement
            .report(client, message, &uri.target())
            .clear(class, Action::Remove)
            .because(&[kept.index])
            .with("kept", kept.raw)
            .related(kept.place(), "the same place");
    }
    if !client.redirect_uris.is_complete() {
        judgement.not_judged(Need::Value);
    }
}
