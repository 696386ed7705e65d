//! `token-lifetime-hipaa`: tokens that are meant to outlive the idle timeout of a HIPAA
//! organisation.

use crate::checks::lifetimes::{acts_for_user, report_long};
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::Remedy;

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    if let Some(limit) = context.lifetimes().hipaa {
        let is_user = acts_for_user(context.client);
        let Some(report) = report_long(context, judgement, limit) else {
            return;
        };
        if is_user {
            // The session ends without the lifetime, and a short one interrupts people.
            report.message = "user";
            let shorter = std::mem::take(&mut report.remedy.changes);
            report.remedy(Remedy {
                options: vec![shorter],
                ..Remedy::default()
            });
        }
    }
}
