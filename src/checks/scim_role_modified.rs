//! `scim-role-modified`: the SCIM Integration role permits more than SCIM needs.

use crate::catalog::{Confidence, Need};
use crate::checks::holdings::powers;
use crate::checks::{Native, Subject, Verdict};
use crate::model::DefaultRole;

pub(super) const CHECK: Native = Native::Client(check);

/// So many permissions are named in a message.
const NAMED: usize = 4;

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    let holdings = subject.holdings();
    for (holding, role) in holdings.given() {
        if role.default_role() != Some(DefaultRole::ScimIntegration) {
            continue;
        }
        if !role.permissions_known {
            verdict.not_judged(Need::Roles);
            continue;
        }
        let extra: Vec<_> = role
            .permission_strings()
            .filter(|(permission, _)| !subject.parameters.list_holds("expected", permission))
            .collect();
        if extra.is_empty() {
            continue;
        }
        let mut names: Vec<_> = extra
            .iter()
            .take(NAMED)
            .map(|(permission, _)| permission.clone())
            .collect();
        if extra.len() > NAMED {
            names.push(format!("{} more", extra.len() - NAMED));
        }
        let blame = holdings.blame(verdict, "main", holding, role);
        blame.with("extra", names.join(", "));
        for (permission, place) in extra {
            blame.related(place, permission);
        }
        // The vendor does not publish what the role holds; only what is dangerous is sure not
        // to be part of it.
        if powers(role).next().is_none() {
            blame.confidence(Confidence::Low);
        }
    }
    // A role that is not known may be this one.
    if holdings.missing() == Some(Need::Value) {
        verdict.not_judged(Need::Value);
    } else if holdings.all.iter().any(|holding| holding.role.is_none()) {
        verdict.not_judged(Need::Roles);
    }
}
