//! `role-sensitive-permission`: a role that opens what must not leak or vanish.

use crate::catalog::Tier;
use crate::checks::holdings::{broad, is_admin_or_escalating};
use crate::checks::{Native, Subject, Verdict};

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    let holdings = subject.holdings();
    for (holding, role) in holdings.replaceable(subject) {
        // Stronger rules speak of such a role.
        if !is_admin_or_escalating(role) && broad(role, subject.organisation).is_empty() {
            holdings.blame_powers(subject, verdict, Tier::Sensitive, holding, role);
        }
    }
    holdings.report_missing(verdict);
}
