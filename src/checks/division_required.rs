//! `division-required`: a client does not reach a division that the policy wants it to reach.

use crate::checks::divisions::{enumerate, uncovered};
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{FieldName, Target};

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let client = context.client;
    let organisation = context.organisation;
    let Some(wanted) = context.parameters.by_client("required", client) else {
        return;
    };
    let home = organisation.home.as_deref();
    let holdings = context.holdings();
    let covered = holdings.divisions(home, |_| true);
    let missing = match uncovered(wanted, &covered, organisation.divisions.as_ref()) {
        Ok(missing) if missing.is_empty() => return,
        Ok(missing) => missing,
        Err(need) => return judgement.not_judged(need),
    };
    if let Some(need) = holdings.missing_divisions(home) {
        return judgement.not_judged(need);
    }
    let target = Target {
        field: FieldName::RoleDivisions,
        ..Target::client(client)
    };
    judgement
        .report(client, "main", &target)
        .with("missing", enumerate(&missing));
}
