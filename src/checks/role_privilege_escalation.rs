//! `role-privilege-escalation`: a role from which its holder can reach every other.

use crate::catalog::Tier;
use crate::checks::holdings::{Holdings, admin, powers_of};
use crate::checks::{Native, Subject, Verdict};

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    let holdings = Holdings::of(subject.client, subject.organisation);
    for (holding, role) in holdings.given() {
        // Who may do anything need not raise itself.
        if admin(role).is_some() {
            continue;
        }
        let ways: Vec<_> = powers_of(role, Tier::Escalating).collect();
        if let Some(((first, _), others)) = ways.split_first() {
            let message = if others.is_empty() { "main" } else { "several" };
            let others: Vec<_> = others.iter().map(|(way, _)| way.name.as_ref()).collect();
            let blame = holdings.blame(verdict, message, holding, role);
            blame
                .with("path", &first.path)
                .with("permission", &first.name)
                .with("others", others.join(", "));
            for (way, place) in &ways {
                blame.related(*place, format!("{}: {}", way.name, way.reason));
            }
            continue;
        }
        let listed = subject.parameters.list("also");
        if let Some((permission, place)) = listed
            .filter_map(|name| Some((name, role.permits(name)?)))
            .next()
        {
            holdings
                .blame(verdict, "listed", holding, role)
                .with("permission", permission)
                .related(place, permission);
        }
    }
    holdings.report_missing(verdict);
}
