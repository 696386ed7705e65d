//! `token-lifetime-hipaa`: tokens that are meant to outlive the idle timeout of a HIPAA
//! organisation.

use crate::checks::constraint::Constraint;
use crate::checks::lifetimes::{LifetimeRange, acts_for_user, report_long};
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{Action, Change, FieldName, Remedy};

pub(super) const CHECK: Native = Native::Constraining {
    check,
    constraint: Constraint::Lifetime(range),
};

/// The idle timeout of a HIPAA organisation, in seconds.
const IDLE: i64 = 900;

/// A session of a person ends without the lifetime, so a short one is a choice.
fn range(context: &RuleContext<'_, '_>) -> LifetimeRange {
    LifetimeRange {
        is_choice: acts_for_user(context.client),
        ..LifetimeRange::up_to(context.parameters.boolean("hipaa").then_some(IDLE))
    }
}

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    if !context.parameters.boolean("hipaa") {
        return;
    }
    let Some(report) = report_long(context, judgement, IDLE) else {
        return;
    };
    if acts_for_user(context.client) {
        // A short lifetime interrupts people.
        report.message = "user";
        let shorter = Change::of_field(FieldName::TokenLifetime, Action::Set(IDLE));
        report
            .with("accepted", format!("{IDLE} or less"))
            .remedy(Remedy {
                options: vec![vec![shorter]],
                ..Remedy::default()
            });
    }
}
