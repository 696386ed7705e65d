//! `role-unused`: a role of which no call needed a permission.

use crate::checks::calls::{judged_roles, period};
use crate::checks::holdings::Holding;
use crate::checks::{Judgement, Native, RuleContext};
use crate::usage::{Analysis, HOME};

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let holdings = context.holdings();
    let Some(analysis) = judged_roles(context, judgement) else {
        return;
    };
    let home = context.organisation.home.as_deref();
    for holding in &holdings.all {
        if let Some(role) = holding.role
            && is_unused(analysis, holding, home)
        {
            holdings
                .report(judgement, "main", holding, role)
                .with("period", period(analysis))
                .sure(analysis.confidence_of_findings);
        }
    }
    holdings.report_missing(judgement);
}

/// Whether no call needed a permission of a role in its division.
pub(super) fn is_unused(
    analysis: &Analysis<'_>,
    holding: &Holding<'_>,
    home: Option<&str>,
) -> bool {
    let division = holding.division();
    let is_in = |divisions: &[String]| {
        let mut divisions = divisions.iter();
        divisions.any(|other| match division {
            Some(own) => own.eq_ignore_ascii_case(other),
            None => other == HOME || home.is_some_and(|home| home.eq_ignore_ascii_case(other)),
        })
    };
    let mut drops = analysis.roles.drop.iter().filter(|drop| drop.unused);
    let is_same = |id: &str| holding.grant.role.eq_ignore_ascii_case(id);
    drops.any(|drop| is_same(&drop.role.id) && is_in(&drop.divisions))
}
