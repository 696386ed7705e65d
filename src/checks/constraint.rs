//! What rules demand of a client beyond their findings, so that no rule advises what another one
//! would report.
//!
//! Invariant: rules do not know each other. Each states its own demands as data, and a check asks
//! for those of all rules that run over the client. A rule that does not run demands nothing.

use super::lifetimes::LifetimeRange;
use super::redirect_uri::Web;
use super::{Prepared, RuleContext};
use crate::catalog::Decision;
use crate::model::Role;

/// A demand of a rule. Each is asked in the context of its own rule.
#[derive(Clone, Copy)]
pub(in crate::checks) enum Constraint {
    /// The token lifetimes that it accepts.
    Lifetime(fn(&RuleContext<'_, '_>) -> LifetimeRange),
    /// Whether it removes the redirect URIs of a host, whatever else is wrong with them.
    Host(fn(&RuleContext<'_, '_>, &Web<'_>) -> bool),
    /// Whether it removes a scope.
    Scope(fn(&RuleContext<'_, '_>, &str) -> bool),
    /// What the policy expects the client to hold.
    Expected(fn(&RuleContext<'_, '_>, Expected<'_>) -> bool),
    /// Whether it reports a permission of a role as part of something broader.
    Permission(fn(&RuleContext<'_, '_>, &Role<'_>, &str) -> bool),
}

/// What a policy can expect a client to hold.
#[derive(Clone, Copy)]
pub(in crate::checks) enum Expected<'e> {
    /// A permission of a role, or the role itself.
    Permission(&'e Role<'e>, &'e str),
    /// A scope.
    Scope(&'e str),
}

impl<'s> RuleContext<'s, '_> {
    /// This client as another rule that runs over it sees it.
    fn for_rule(&self, rule: &'s Prepared) -> Self {
        Self {
            parameters: &rule.parameters,
            ..*self
        }
    }

    /// Whether a rule that runs over the client demands something.
    fn any(&self, demands: impl Fn(Constraint, &Self) -> bool) -> bool {
        let mut constraining = self.rules.constraining();
        constraining.any(|rule| {
            let constraint = rule.constraint();
            constraint.is_some_and(|constraint| demands(constraint, &self.for_rule(rule)))
        })
    }

    /// The token lifetimes that the rules accept, one range of each.
    pub(super) fn lifetime_ranges(&self) -> impl Iterator<Item = LifetimeRange> {
        let constraining = self.rules.constraining();
        constraining.filter_map(|rule| rule.lifetime_range(&self.for_rule(rule)))
    }

    /// Whether a rule removes the host, whatever else is wrong with the URI.
    pub(super) fn is_host_removed(&self, web: &Web<'_>) -> bool {
        self.any(|constraint, context| match constraint {
            Constraint::Host(removes) => removes(context, web),
            _ => false,
        })
    }

    /// Whether a rule removes the scope.
    pub(super) fn is_scope_removed(&self, scope: &str) -> bool {
        self.any(|constraint, context| match constraint {
            Constraint::Scope(removes) => removes(context, scope),
            _ => false,
        })
    }

    /// Whether the policy expects the client to hold something.
    pub(super) fn is_expected(&self, held: Expected<'_>) -> bool {
        self.any(|constraint, context| match constraint {
            Constraint::Expected(expects) => expects(context, held),
            _ => false,
        })
    }

    /// Whether a rule reports a permission of a role as part of something broader.
    pub(super) fn is_permission_reported(&self, role: &Role<'_>, permission: &str) -> bool {
        self.any(|constraint, context| match constraint {
            Constraint::Permission(reports) => reports(context, role, permission),
            _ => false,
        })
    }

    /// What the policy decides about this client, if it decides it.
    pub(super) fn decided(&self, decision: Decision) -> Option<Vec<&'s str>> {
        let mut deciding = self.rules.deciding(decision).peekable();
        deciding.peek()?;
        let values = deciding.filter_map(|(rule, name)| rule.by_client(name, self.client));
        values.reduce(|mut all, more| {
            all.extend(more);
            all
        })
    }

    /// Whether the policy decides something for a host in lower case.
    pub(super) fn is_host_decided(&self, decision: Decision, host: &str) -> bool {
        let mut deciding = self.rules.deciding(decision);
        deciding.any(|(rule, name)| rule.names_host(name, host))
    }
}
