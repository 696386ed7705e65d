//! `token-lifetime-default`: a lifetime that was not chosen.

use crate::catalog::Need;
use crate::checks::lifetimes::{DEFAULT, Lifetime};
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{ClientKind, FieldName, Target};

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let client = context.client;
    // `embeddable-token-lifetime` says which lifetime is right.
    if client.kind.kind == ClientKind::Embeddable {
        return;
    }
    match Lifetime::of(client) {
        Lifetime::Unknown => judgement.not_judged(Need::Value),
        // A rule that the default breaks says so.
        Lifetime::Default if context.lifetimes().speaker(DEFAULT).is_none() => {
            let target = Target::field(client, FieldName::TokenLifetime, &client.token_lifetime);
            judgement.report(client, "main", &target);
        }
        _ => {}
    }
}
