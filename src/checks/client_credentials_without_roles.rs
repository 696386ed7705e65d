//! `client-credentials-without-roles`: a list of roles that is there and empty.

use crate::catalog::Need;
use crate::checks::options;
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{FieldName, GrantType, Target};

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let client = context.client;
    let is_machine = match client.grant() {
        Some(GrantType::ClientCredentials) => true,
        Some(GrantType::Other) | None => false,
        Some(_) => return,
    };
    if !client.is_active() || !context.holdings().all.is_empty() {
        return;
    }
    let tells_nothing = client.role_divisions.is_absent() && client.role_ids.is_absent();
    if !is_machine || tells_nothing || !client.knows_its_roles() || client.state.is_unknown() {
        return judgement.not_judged(Need::Value);
    }
    let target = if client.role_divisions.is_absent() {
        Target::field(client, FieldName::RoleIds, &client.role_ids)
    } else {
        Target::field(client, FieldName::RoleDivisions, &client.role_divisions)
    };
    let role = vec![options::placeholder(FieldName::RoleDivisions)];
    judgement.report(client, "main", &target).choice(role);
}
