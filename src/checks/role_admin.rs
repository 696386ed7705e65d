//! `role-admin`: a role that may do anything.

use crate::catalog::Confidence;
use crate::checks::holdings::{Admin, admin};
use crate::checks::{Native, Subject, Verdict};

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    let holdings = subject.holdings();
    for (holding, role) in holdings.replaceable(subject) {
        match admin(role) {
            Some(Admin::Permission(place)) => {
                holdings
                    .blame(verdict, "main", holding, role)
                    .related(place, "the general permission admin");
            }
            Some(Admin::DefaultRole) => {
                let blame = holdings.blame(verdict, "default", holding, role);
                // Without the marks of a default role only its name speaks for it.
                let marked = role.is_default.known() == Some(&true)
                    || role.default_role_id.text().is_some_and(|id| !id.is_empty());
                if !marked {
                    blame.confidence(Confidence::Medium);
                }
            }
            None => {}
        }
    }
    holdings.report_missing(verdict);
}
