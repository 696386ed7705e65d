//! `token-lifetime-hipaa`: tokens that are meant to outlive the idle timeout of a HIPAA
//! organisation.

use crate::checks::lifetimes::report_long;
use crate::checks::{Judgement, Native, RuleContext};

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    if let Some(limit) = context.lifetimes().hipaa {
        report_long(context, judgement, limit);
    }
}
