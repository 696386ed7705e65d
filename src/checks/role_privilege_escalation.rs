//! `role-privilege-escalation`: a role from which its holder can reach every other.

use crate::catalog::Tier;
use crate::checks::holdings::admin;
use crate::checks::{Native, Subject, Verdict};

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    let holdings = subject.holdings();
    for (holding, role) in holdings.replaceable(subject) {
        // Who may do anything need not raise itself.
        if admin(role).is_none() {
            holdings.blame_powers(subject, verdict, Tier::Escalating, holding, role);
        }
    }
    holdings.report_missing(verdict);
}
