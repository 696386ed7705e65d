//! `role-wildcard`: a role that grows without anybody deciding it.

use crate::catalog::{Severity, Tier};
use crate::checks::constraint::Constraint;
use crate::checks::holdings::{broad, domain_size, is_within, tier_of_broad};
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{Action, Role};

pub(super) const CHECK: Native = Native::Constraining {
    check,
    constraint: Constraint::Permission(reports),
};

fn reports(context: &RuleContext<'_, '_>, role: &Role<'_>, permission: &str) -> bool {
    is_within(permission, broad(role, context.organisation))
}

/// So many wildcards are named in a message.
const NAMED: usize = 3;

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let holdings = context.holdings();
    for (holding, role) in holdings.given() {
        let broad = broad(role, context.organisation);
        let Some((first, _)) = broad.first() else {
            continue;
        };
        let mut names: Vec<_> = broad
            .iter()
            .take(NAMED)
            .map(|(name, _)| name.clone())
            .collect();
        if broad.len() > NAMED {
            names.push(format!("{} more", broad.len() - NAMED));
        }
        // A default role must not be edited.
        let message = match (first.contains(':'), role.default_role().is_some()) {
            (true, false) => "main",
            (true, true) => "default",
            (false, false) => "domain",
            (false, true) => "default-domain",
        };
        let severity = match tier_of_broad(role, context.organisation) {
            Some(Tier::Admin | Tier::Escalating) => Severity::Critical,
            Some(Tier::Sensitive) => Severity::High,
            None => Severity::Medium,
        };
        let report = holdings.report(judgement, message, holding, role);
        report.option(Action::Remove);
        report
            .severity(severity)
            .with("wildcards", names.join(", "))
            .with("domain", first)
            .with("count", domain_size(context.organisation, first));
        for (name, place) in broad {
            report.related(*place, name);
        }
    }
    holdings.report_missing(judgement);
}
