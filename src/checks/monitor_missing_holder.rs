//! `monitor-missing-holder`: a client holds nothing of what the policy expects it to hold.

use crate::checks::constraint::{Constraint, Expected};
use crate::checks::guarded::{held, means, missing};
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::Target;

pub(super) const CHECK: Native = Native::Constraining {
    check,
    constraint: Constraint::Expected(expects),
};

fn expects(context: &RuleContext<'_, '_>, held: Expected<'_>) -> bool {
    let parameters = context.parameters;
    parameters.list_means("holders", context.client)
        && parameters
            .list("guarded")
            .any(|guarded| means(guarded, held))
}

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
