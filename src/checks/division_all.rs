//! `division-all`: a role that reaches every division, including future ones.

use crate::catalog::{Confidence, Need};
use crate::checks::holdings::{Holding, is_scim};
use crate::checks::options;
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::GrantType;

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let client = context.client;
    let holdings = context.holdings();
    // SCIM must reach all divisions that it manages, with its own role.
    let is_scim_role = |holding: &Holding<'_>| holding.role.and_then(is_scim) == Some(true);
    let mut in_all = holdings
        .all
        .iter()
        .filter(|holding| {
            holding.division() == Some("*")
                && holding.is_bounded(context.organisation)
                && !is_scim_role(holding)
        })
        .peekable();
    let is_open = holdings.missing_divisions(Some("")) == Some(Need::Value);
    // Without the grant type it is unknown whether its roles have an effect.
    let is_machine = client.grant() == Some(GrantType::ClientCredentials);
    if is_open || (in_all.peek().is_some() && !is_machine) {
        judgement.not_judged(Need::Value);
    }
    if is_machine {
        for grant in client.unknown_roles_in("*") {
            judgement
                .report(client, "main", &grant.division_target())
                .confidence(Confidence::Medium)
                .unless_scim(context);
        }
        let home = context.organisation.home.as_deref();
        let is_limited = options::is_decided(context);
        for holding in in_all {
            let entry = [&holding.grant];
            let report = judgement.report(client, "main", &holding.grant.division_target());
            if let Some(home) = home.filter(|_| !is_limited) {
                report.choice(options::moved(&entry, &options::known(home)));
            }
            report
                .choices(options::divisions(context, &entry))
                .unless_scim(context);
        }
    }
}
