//! `token-lifetime-too-long`: a lifetime over the policy's limit and within the platform's.

use crate::catalog::Need;
use crate::checks::lifetimes::{Speaker, blame_long, words};
use crate::checks::{Native, Subject, Verdict};

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    let limits = subject.lifetimes();
    if limits.is_policy_broken {
        return verdict.not_judged(Need::Policy);
    }
    let Some(limit) = limits.policy else { return };
    if let Some(blame) = blame_long(subject, verdict, Speaker::TooLong) {
        blame.with("limit", limit).with("limit-words", words(limit));
    }
}
