//! Findings by the owner of their client.
//!
//! Invariant: each finding is in one list, also if its client has no known owner.

use super::shared;
use super::view::grouped;
use crate::finding::{Finding, Owner, Report};
use std::cmp::Reverse;

/// Whose list it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct OwnerName<'r>(Option<&'r str>);

impl OwnerName<'_> {
    /// The name, or that no owner is known.
    pub(super) fn words(&self) -> String {
        self.0.unwrap_or("no known owner").to_owned()
    }
}

/// The owner of a finding's client, if one is known.
pub(super) fn owner<'r>(report: &'r Report<'_>, finding: &Finding) -> Option<&'r Owner> {
    shared::client(report, finding)?.owner.as_ref()
}

/// Findings by owner: the list with the worst findings first, the one without an owner last.
pub(super) fn lists<'r>(
    report: &'r Report<'_>,
    findings: &[&'r Finding],
) -> Vec<(OwnerName<'r>, Vec<&'r Finding>)> {
    let name = |finding| OwnerName(owner(report, finding).map(|owner| &*owner.name));
    let mut lists = grouped(findings, name);
    lists.sort_by_key(|(owner, _)| Reverse(owner.0.is_some()));
    lists
}
