//! `monitor-missing-holder`: a client holds nothing of what the policy expects it to hold.

use crate::checks::guarded::{held, missing};
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::Target;

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let parameters = context.parameters;
    let client = context.client;
    if !parameters.is_configured("guarded") || !parameters.list_means("holders", client) {
        return;
    }
    if !held(context).is_empty() {
        return;
    }
    // What is not known may be what is expected.
    match missing(context) {
        Some(need) => judgement.not_judged(need),
        None => {
            judgement.report(client, "main", &Target::client(client));
        }
    }
}
