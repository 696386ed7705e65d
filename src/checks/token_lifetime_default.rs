//! `token-lifetime-default`: a lifetime that was not chosen.

use crate::catalog::Need;
use crate::checks::lifetimes::{DEFAULT, Lifetime};
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{Action, FieldName, RemedyClass, Target};

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let client = context.client;
    match Lifetime::from_client(client) {
        Lifetime::Unknown => judgement.not_judged(Need::Value),
        Lifetime::Default => {
            let target = Target::field(client, FieldName::TokenLifetime, &client.token_lifetime);
            judgement.report(client, "main", &target).set(
                RemedyClass::Safe,
                FieldName::TokenLifetime,
                Action::Set(DEFAULT),
            );
        }
        _ => {}
    }
}
