//! `monitor-forbidden-holder`: a client holds what the policy keeps for others.

use crate::checks::guarded::{By, held, missing};
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{Action, RemedyClass};

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let parameters = context.parameters;
    if !parameters.is_configured("guarded") || parameters.list_means("holders", context.client) {
        return;
    }
    let holders: Vec<_> = parameters.list("holders").collect();
    let holders = if holders.is_empty() {
        "no client".to_owned()
    } else {
        holders.join(", ")
    };
    for held in held(context) {
        let (message, role, place) = match held.by {
            By::Scope => ("scope", "", None),
            By::Role(role) => ("role", role, None),
            By::Permission(role, place) => ("main", role, place),
        };
        let report = judgement.report(context.client, message, &held.target);
        if message == "main" {
            report.option(Action::Remove);
        } else {
            report.clear_every(RemedyClass::Unsafe, Action::Remove);
        }
        report
            .with("role", role)
            .with("held", held.guarded)
            .with("holders", &holders);
        if let Some(place) = place {
            report.related(place, held.guarded);
        }
    }
    if let Some(need) = missing(context) {
        judgement.not_judged(need);
    }
}
