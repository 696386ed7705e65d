//! `scim-wrong-grant`: SCIM without client credentials.

use crate::catalog::{Confidence, Need};
use crate::checks::options;
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{Client, ClientKind, Field, FieldName, GrantType, Target, has_word};

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let client = context.client;
    let is_scim = client.is_of_kind(ClientKind::Scim);
    if !is_scim && !says_scim(client) {
        return;
    }
    let grant = match &client.grant_type {
        Field::Present(located) => located.value.0,
        _ => return judgement.not_judged(Need::Value),
    };
    if grant == GrantType::ClientCredentials {
        return;
    }
    let target = Target::field(client, FieldName::GrantType, &client.grant_type);
    let message = if is_scim { "main" } else { "named" };
    let report = judgement.report(client, message, &target);
    report
        .choice(options::scim_grant(context))
        .with("grant", grant.words());
    if !is_scim {
        report.confidence(Confidence::Low);
    }
}

/// Whether the name says SCIM and the scopes do not speak against it: an application that
/// people sign in to may also be about SCIM, but then it does not ask for the scope.
fn says_scim(client: &Client<'_>) -> bool {
    let name = client.name.text();
    let named = name.is_some_and(|name| has_word(name, "scim"));
    let scope = client
        .scopes
        .items()
        .any(|scope| scope.value.eq_ignore_ascii_case("scim"));
    named && (scope || client.scopes.is_empty())
}
