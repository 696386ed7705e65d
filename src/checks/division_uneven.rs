//! `division-uneven`: a client's roles reach different divisions.

use crate::catalog::Need;
use crate::checks::divisions::Ids;
use crate::checks::holdings::Holding;
use crate::checks::{Native, Subject, Verdict};

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    let organisation = subject.organisation;
    let holdings = subject.holdings();
    if holdings.distinct().nth(1).is_none() {
        return;
    }
    // Where no division is named the platform takes the home division: only whether that is
    // the same as another one hangs on knowing it.
    let home = organisation.home.as_deref().unwrap_or("home");
    let roles: Vec<(&Holding<'_>, Ids)> = holdings
        .distinct()
        .map(|holding| {
            let same =
                |other: &Holding<'_>| other.grant.role.eq_ignore_ascii_case(holding.grant.role);
            (holding, holdings.divisions(Some(home), same))
        })
        .collect();
    if let Some(need) = holdings.missing_divisions(organisation.home.as_deref()) {
        return verdict.not_judged(need);
    }
    let all: Ids = roles.iter().flat_map(|(_, ids)| ids.clone()).collect();
    let reaches_all = |ids: &Ids| ids.contains("*") || *ids == all;
    let narrowest = roles
        .iter()
        .filter(|(_, ids)| !reaches_all(ids))
        .min_by_key(|(_, ids)| ids.len());
    if let Some((holding, ids)) = narrowest {
        let label = holding.role.map_or(holding.grant.role, |role| role.label());
        let count = if all.contains("*") {
            "all".to_owned()
        } else {
            all.len().to_string()
        };
        verdict
            .blame(subject.client, "main", &holding.grant.role_spot())
            .with("role", label)
            .with("some", ids.len())
            .with("all", count);
    } else if roles.iter().any(|(_, ids)| ids.is_empty()) {
        verdict.not_judged(Need::Value);
    }
}
