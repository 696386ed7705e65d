//! `role-sensitive-permission`: a role that opens what must not leak or vanish.

use crate::catalog::Tier;
use crate::checks::holdings::{Holdings, broad, is_admin_or_escalating, powers_of};
use crate::checks::{Native, Subject, Verdict};

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    let holdings = Holdings::of(subject.client, subject.organisation);
    for (holding, role) in holdings.given() {
        // Stronger rules speak of such a role.
        if is_admin_or_escalating(role) || !broad(role).is_empty() {
            continue;
        }
        let found: Vec<_> = powers_of(role, Tier::Sensitive).collect();
        if let Some(((first, _), others)) = found.split_first() {
            let message = if others.is_empty() { "main" } else { "several" };
            let others: Vec<_> = others
                .iter()
                .map(|(other, _)| other.name.as_ref())
                .collect();
            let blame = holdings.blame(verdict, message, holding, role);
            blame
                .with("path", &first.path)
                .with("permission", &first.name)
                .with("others", others.join(", "));
            for (permission, place) in &found {
                blame.related(
                    *place,
                    format!("{}: {}", permission.name, permission.reason),
                );
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
