//! `division-required`: a client does not reach a division that the policy wants it to reach.

use crate::checks::divisions::{enumerate, find, uncovered};
use crate::checks::holdings::{Holding, should_go};
use crate::checks::options;
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{FieldName, Target};

pub(super) const CHECK: Native = Native::Client(check);

/// So many roles are offered.
const MOST_OFFERED: usize = 3;

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
    let report = judgement.report(client, "main", &target);
    let listing = organisation.divisions.as_ref();
    let wanted = |name: &String| find(name, listing?);
    let offered = missing.iter().take(options::MOST_ADDED + 1);
    let wanted: Vec<_> = offered.filter_map(wanted).collect();
    let stays = |holding: &&Holding<'_>| !holding.role.is_some_and(should_go);
    for holding in holdings.distinct().filter(stays).take(MOST_OFFERED) {
        let pairs = wanted
            .iter()
            .map(|division| (holding.grant.role, &*division.id));
        let added = options::added(pairs).filter(|added| added.len() == missing.len());
        report.choice(added.unwrap_or_default());
    }
    report.with("missing", enumerate(&missing));
}
