//! `role-admin`: a role that may do anything.

use crate::catalog::Confidence;
use crate::checks::holdings::{Admin, admin};
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{Action, RemedyClass};

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let holdings = context.holdings();
    for (holding, role) in holdings.given() {
        match admin(role) {
            Some(Admin::Permission(place)) => {
                holdings
                    .report(judgement, "main", holding, role)
                    .clear_every(RemedyClass::Unsafe, Action::Remove)
                    .related(place, "the general permission admin");
            }
            Some(Admin::Everything(place)) => {
                holdings
                    .report(judgement, "everything", holding, role)
                    .related(place, "the wildcard *:*:*");
            }
            Some(Admin::Integration) => {
                holdings.report(judgement, "integration", holding, role);
            }
            Some(Admin::DefaultRole) => {
                let report = holdings
                    .report(judgement, "default", holding, role)
                    .clear_every(RemedyClass::Unsafe, Action::Remove);
                // Without the marks of a default role only its name speaks for it.
                if !role.is_marked_default() {
                    report.confidence(Confidence::Medium);
                }
            }
            None => {}
        }
    }
    holdings.report_missing(judgement);
}
