//! `role-unused-permission`: what a role permits beyond what the calls needed.

use crate::catalog::{Need, Severity, Tier};
use crate::checks::calls::{self, highest_tier, judged_roles, period};
use crate::checks::role_unused::is_unused;
use crate::checks::{Judgement, Native, RuleContext};
use crate::text::first_of;
use crate::usage::{Analysis, Proposal};

pub(super) const CHECK: Native = Native::Client(check);

/// The most permissions of a role that a fix lists.
const MOST_LISTED: usize = 12;

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let holdings = context.holdings();
    let Some(analysis) = judged_roles(context, judgement) else {
        return;
    };
    let removable = &analysis.permissions.removable;
    let has_rest = !analysis.permissions.keep.is_empty();
    if !removable.is_empty() && has_rest && analysis.roles.proposals.is_empty() {
        judgement.not_judged_because(Need::Usage, analysis.reasons.join("; "));
        return;
    }
    let home = context.organisation.home.as_deref();
    for (holding, role) in holdings.given() {
        let unused = removable.iter().copied();
        let unused: Vec<&str> = unused.filter(|name| role.permits(name).is_some()).collect();
        if unused.is_empty() || is_unused(analysis, holding, home) {
            continue;
        }
        let (phrase, better) = better(analysis);
        let violation = holdings
            .report(judgement, "main", holding, role)
            .with("names", calls::names(&unused))
            .with("period", period(analysis))
            .phrase("better", phrase)
            .with("roles", better)
            .sure(analysis.confidence_of_findings);
        if highest_tier(&unused) >= Some(Tier::Escalating) {
            violation.severity(Severity::High);
        }
    }
    holdings.report_missing(judgement);
}

/// What to hold instead: existing roles that permit nothing else, or a role with exactly what is
/// needed. A phrase, and what it names.
fn better(analysis: &Analysis<'_>) -> (&'static str, String) {
    let mut exact = Vec::new();
    let mut wanted = Vec::new();
    for proposal in &analysis.roles.proposals {
        match proposal {
            Proposal::Existing { roles, .. } if roles.iter().all(|role| role.excess.is_empty()) => {
                exact.extend(roles.iter().map(|role| role.role.label()));
            }
            Proposal::Existing { .. } => {}
            Proposal::Custom {
                permissions,
                policies,
                ..
            } => {
                wanted.extend(permissions.iter().map(ToString::to_string));
                wanted.extend(policies.iter().flat_map(|policy| {
                    let actions = policy.actions.iter();
                    actions.map(|action| format!("{}:{}:{action}", policy.domain, policy.entity))
                }));
            }
        }
    }
    exact.sort_unstable();
    exact.dedup();
    if !exact.is_empty() {
        return ("existing", exact.join("\" and \""));
    }
    wanted.sort_unstable();
    wanted.dedup();
    ("exact", first_of(wanted.iter(), MOST_LISTED))
}
