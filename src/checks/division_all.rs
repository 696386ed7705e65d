//! `division-all`: a role that reaches every division, those to come included.

use crate::catalog::Need;
use crate::checks::{Native, Subject, Verdict};
use crate::model::GrantType;

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    let client = subject.client;
    let holdings = subject.holdings();
    if holdings.seems_scim() {
        return holdings.report_perhaps_scim(verdict);
    }
    let mut in_all = holdings
        .all
        .iter()
        .filter(|holding| {
            holding.division() == Some("*") && holding.is_bounded(subject.organisation)
        })
        .peekable();
    let is_open = holdings.missing_divisions(Some("")) == Some(Need::Value);
    // Without the grant type nobody knows whether its roles have an effect.
    let is_machine = client.grant() == Some(GrantType::ClientCredentials);
    if is_open || (in_all.peek().is_some() && !is_machine) {
        verdict.not_judged(Need::Value);
    }
    if is_machine {
        for holding in in_all {
            verdict.blame(client, "main", &holding.grant.division_spot());
        }
    }
}
