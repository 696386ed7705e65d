//! `role-wildcard`: a role that grows without anybody deciding it.

use crate::checks::holdings::{broad, domain_size, is_admin_or_escalating};
use crate::checks::{Native, Subject, Verdict};

pub(super) const CHECK: Native = Native::Client(check);

/// So many wildcards are named in a message.
const NAMED: usize = 3;

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    let holdings = subject.holdings();
    for (holding, role) in holdings.replaceable(subject) {
        let broad = broad(role, subject.organisation);
        let Some((first, _)) = broad.first() else {
            continue;
        };
        if is_admin_or_escalating(role) {
            continue;
        }
        let mut names: Vec<_> = broad
            .iter()
            .take(NAMED)
            .map(|(name, _)| name.clone())
            .collect();
        if broad.len() > NAMED {
            names.push(format!("{} more", broad.len() - NAMED));
        }
        let message = if first.contains(':') {
            "main"
        } else {
            "domain"
        };
        let blame = holdings.blame(verdict, message, holding, role);
        blame
            .with("wildcards", names.join(", "))
            .with("domain", first)
            .with("count", domain_size(subject.organisation, first));
        for (name, place) in broad {
            blame.related(*place, name);
        }
    }
    holdings.report_missing(verdict);
}
