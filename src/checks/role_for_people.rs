//! `role-for-people`: a role that is made for persons, on a machine.

use crate::catalog::Confidence;
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{Action, DefaultRole, RemedyClass};

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let holdings = context.holdings();
    for (holding, role) in holdings.given() {
        let message = match role.default_role() {
            Some(DefaultRole::Employee) => "employee",
            Some(DefaultRole::People) => "main",
            _ => continue,
        };
        let report = holdings
            .report(judgement, message, holding, role)
            .clear_every(RemedyClass::Unsafe, Action::Remove);
        if !role.is_marked_default() {
            report.confidence(Confidence::Medium);
        }
    }
    holdings.report_missing_roles(judgement);
}
