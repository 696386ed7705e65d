//! `division-missing`: a role without a division.

use crate::catalog::Need;
use crate::checks::options;
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::FieldName;

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let holdings = context.holdings();
    let without: Vec<_> = holdings
        .all
        .iter()
        .filter(|holding| holding.lacks_division() && holding.is_bounded(context.organisation))
        .collect();
    let home = || {
        let home = context.organisation.home.as_deref();
        let home = home.and_then(|home| context.organisation.division(home));
        home.map_or_else(String::new, |home| format!(" ({})", home.name))
    };
    match without.first() {
        // The list as a whole names no divisions, so it is reported once.
        Some(first) if first.grant.field == FieldName::RoleIds => {
            let message = if without.len() > 1 {
                "role-ids"
            } else {
                "role-id"
            };
            let entries: Vec<_> = without.iter().map(|holding| &holding.grant).collect();
            judgement
                .report(context.client, message, &first.grant.role_target())
                .choices(options::divisions(context, &entries))
                .with("count", without.len())
                .with("home", home());
        }
        _ => {
            for holding in &without {
                judgement
                    .report(context.client, "main", &holding.grant.role_target())
                    .choices(options::divisions(context, &[&holding.grant]))
                    .with("home", home());
            }
        }
    }
    let hidden = holdings
        .all
        .iter()
        .any(|holding| holding.grant.division_unknown);
    if hidden || holdings.missing() == Some(Need::Value) {
        judgement.not_judged(Need::Value);
    }
}
