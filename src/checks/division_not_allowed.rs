//! `division-not-allowed`: a division that the policy does not grant to this client.

use crate::catalog::Need;
use crate::checks::grouping::{DedupSet, lower_case};
use crate::checks::holdings::Holdings;
use crate::checks::parameters::{allows, listed};
use crate::checks::{Judgement, Native, RuleContext, Violation, options};
use crate::model::{Action, Change, Remedy, RemedyClass};

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    if !context.parameters.is_configured("allowed") {
        return;
    }
    let organisation = context.organisation;
    let holdings = context.holdings();
    let home = organisation.home.as_deref();
    let hidden = holdings.missing_divisions(home);
    if holdings.all.is_empty() && hidden.is_none() {
        return;
    }
    let Some(allowed) = context.parameters.by_client("allowed", context.client) else {
        return judgement.not_judged(Need::Policy);
    };
    let allows = |name: &str| allows(&allowed, name);
    let mut missing = hidden;
    let mut seen = DedupSet::default();
    for holding in &holdings.all {
        let Some(division) = holding
            .division()
            .or(home.filter(|_| holding.lacks_division()))
        else {
            continue;
        };
        let is_unbounded = division == "*" && !holding.is_bounded(organisation);
        if is_unbounded || allows(division) || !seen.insert(lower_case(division)) {
            continue;
        }
        let listing = organisation.divisions.as_ref();
        match listing.and_then(|listing| listing.get(division)) {
            Some(known) if allows(&known.name) => {}
            Some(known) => {
                let report =
                    judgement.report(context.client, "main", &holding.grant.division_target());
                report.remedy(removed_from(holdings, division));
                offer(context, report, division);
                report
                    .with("division", &known.name)
                    .with("allowed", listed(&allowed));
            }
            None if division == "*" => {
                let report =
                    judgement.report(context.client, "all", &holding.grant.division_target());
                offer(context, report, division);
                report.with("allowed", listed(&allowed));
            }
            // It may have a name that is allowed.
            None => missing = missing.or(Some(Need::Divisions)),
        }
    }
    if let Some(need) = missing {
        judgement.not_judged(need);
    }
}

/// Offers the divisions that the policy allows in place of one that it does not.
fn offer(context: &RuleContext<'_, '_>, report: &mut Violation, division: &str) {
    let entries = context.holdings().in_division(division);
    if !entries.is_empty() && options::allowed(context).is_some_and(|all| !all.is_empty()) {
        report.choices(options::divisions(context, &entries));
    }
}

/// The removal of every role from a division that is named.
fn removed_from(holdings: &Holdings<'_>, division: &str) -> Remedy {
    let removed = holdings.in_division(division).into_iter();
    let changes = removed.map(|grant| Change::of_entry(grant.field, grant.index, Action::Remove));
    let changes: Vec<_> = changes.collect();
    if changes.is_empty() {
        return Remedy::default();
    }
    Remedy {
        class: RemedyClass::Unsafe,
        changes,
        options: Vec::new(),
    }
}
