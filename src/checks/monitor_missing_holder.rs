//! `monitor-missing-holder`: a client holds nothing of what the policy expects it to hold.

use crate::checks::guarded::{held, missing};
use crate::checks::{Native, Subject, Verdict};
use crate::model::Spot;

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    let parameters = subject.parameters;
    let client = subject.client;
    if !parameters.is_configured("guarded") || !parameters.list_means("holders", client) {
        return;
    }
    if !held(subject).is_empty() {
        return;
    }
    // What is not known may be what is expected.
    match missing(subject) {
        Some(need) => verdict.not_judged(need),
        None => {
            verdict.blame(client, "main", &Spot::client(client));
        }
    }
}
