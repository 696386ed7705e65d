//! `role-redundant`: a role that adds nothing to the others.

use crate::catalog::Need;
use crate::checks::redundancy::redundant;
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{Action, RemedyClass};

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let holdings = context.holdings();
    for found in redundant(holdings) {
        let covering: Vec<_> = found.covering.iter().map(|other| other.label()).collect();
        let phrase = match (covering.is_empty(), found.has_more) {
            (true, _) => "nothing",
            (false, false) => "within",
            (false, true) => "within-others",
        };
        holdings
            .report(judgement, "main", found.holding, found.role)
            .clear_every(RemedyClass::Unsafe, Action::Remove)
            .phrase("names", phrase)
            .with("covering", covering.join("\", \""));
    }
    let hidden = holdings
        .all
        .iter()
        .any(|holding| holding.grant.division_unknown);
    if hidden {
        judgement.not_judged(Need::Value);
    } else if holdings.distinct().count() > 1 {
        holdings.report_missing(judgement);
    }
}
