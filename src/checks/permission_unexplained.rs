//! `permission-unexplained`: answered calls whose declared permission the client does not hold.

use crate::checks::calls::{self, covered};
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{FieldName, GrantType, Target};

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let client = context.client;
    let has_user = !matches!(
        client.grant(),
        None | Some(GrantType::ClientCredentials | GrantType::Other)
    );
    if has_user {
        return;
    }
    let Some(analysis) = covered(context, judgement) else {
        return;
    };
    let holdings = context.holdings();
    if holdings.missing().is_some() {
        holdings.report_missing(judgement);
        return;
    }
    let unexplained = &analysis.permissions.unexplained;
    if unexplained.is_empty() {
        return;
    }
    let target = Target::field(client, FieldName::RoleDivisions, &client.role_divisions);
    judgement
        .report(client, "main", &target)
        .with("names", calls::names(unexplained));
}
