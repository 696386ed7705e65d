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
        let names = if covering.is_empty() {
            "no permission at all".to_owned()
        } else {
            let others = if found.has_more { " and others" } else { "" };
            format!("nothing beyond \"{}\"{others}", covering.join("\", \""))
        };
        holdings
            .report(judgement, "main", found.holding, found.role)
            .clear_every(RemedyClass::Unsafe, Action::Remove)
            .with("names", names);
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
