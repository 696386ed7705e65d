//! `machine-behind-user`: a client of users whose calls all come from one user.

use crate::checks::calls::{self, judged, period};
use crate::checks::options;
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{FieldName, GrantType, Target};

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let client = context.client;
    let is_of_users = matches!(
        client.grant(),
        Some(GrantType::Code | GrantType::Token | GrantType::Saml2Bearer | GrantType::Password)
    );
    if !is_of_users {
        return;
    }
    let Some(analysis) = judged(context, judgement) else {
        return;
    };
    let Some(usage) = context.organisation.usage_of(client) else {
        return;
    };
    if !usage.by_user || usage.users != 1 {
        return;
    }
    let requests = usage.calls.iter().map(|call| call.requests).sum();
    let target = Target::field(client, FieldName::GrantType, &client.grant_type);
    judgement
        .report(client, "main", &target)
        .choice(options::grant(client, GrantType::ClientCredentials))
        .with("requests", calls::requests(requests))
        .with("period", period(analysis));
}
