//! `scim-role-modified`: the SCIM Integration role permits more than SCIM needs.

use crate::catalog::{Confidence, Need, Severity};
use crate::checks::divisions::enumerate;
use crate::checks::holdings::{added_to_scim, broad, is_admin_or_escalating, power, powers};
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::DefaultRole;
use crate::text::Place;
use std::collections::HashSet;

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let holdings = context.holdings();
    for (holding, role) in holdings.given() {
        if role.default_role() != Some(DefaultRole::ScimIntegration) {
            continue;
        }
        if !role.permissions_known {
            judgement.not_judged(Need::Roles);
            continue;
        }
        let mut added = added_to_scim(role, context.parameters);
        if added.is_empty() {
            continue;
        }
        let powers: HashSet<Place> = powers(role).map(|(_, place)| place).collect();
        let is_power =
            |place: &Place| powers.contains(place) || role.permits("admin") == Some(*place);
        // What is dangerous is named first.
        added.sort_by_key(|(_, place)| !is_power(place));
        let names: Vec<_> = added.iter().map(|(name, _)| name.clone()).collect();
        let (message, path) = match power(role) {
            Some((_, path)) => ("powerful", path),
            None => ("main", ""),
        };
        let report = holdings.report(judgement, message, holding, role);
        report.with("extra", enumerate(&names)).with("path", path);
        for (permission, place) in added {
            report.related(*place, permission.as_str());
        }
        if is_admin_or_escalating(role) {
            report
                .severity(Severity::Critical)
                .confidence(Confidence::High);
        } else if powers.is_empty() && broad(role, context.organisation).is_empty() {
            // The vendor does not publish what the role holds; only what is dangerous is sure
            // not to be part of it.
            report.confidence(Confidence::Low);
        }
    }
    // A role that is not known may be this one.
    holdings.report_missing_roles(judgement);
}
