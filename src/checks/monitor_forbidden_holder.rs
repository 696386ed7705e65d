//! `monitor-forbidden-holder`: a client holds what the policy keeps for others.

use crate::checks::guarded::{By, held, missing};
use crate::checks::{Native, Subject, Verdict};

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    let parameters = subject.parameters;
    if !parameters.is_configured("guarded") || parameters.list_means("holders", subject.client) {
        return;
    }
    let holders: Vec<_> = parameters.list("holders").collect();
    let holders = if holders.is_empty() {
        "nobody".to_owned()
    } else {
        holders.join(", ")
    };
    for held in held(subject) {
        let (message, role, place) = match held.by {
            By::Scope => ("scope", "", None),
            By::Role(role) => ("role", role, None),
            By::Permission(role, place) => ("main", role, place),
        };
        let blame = verdict.blame(subject.client, message, &held.spot);
        blame
            .with("role", role)
            .with("held", held.guarded)
            .with("holders", &holders);
        if let Some(place) = place {
            blame.related(place, held.guarded);
        }
    }
    if let Some(need) = missing(subject) {
        verdict.not_judged(need);
    }
}
