//! `embeddable-grant`: a grant with which the Embeddable Framework cannot sign anybody in.

use crate::catalog::{Confidence, Need};
use crate::checks::options;
use crate::checks::regions::crm_domain;
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{Action, Change, Client, ClientKind, Field, FieldName, GrantType, Target};

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let client = context.client;
    if !client.may_be(ClientKind::Embeddable) {
        return;
    }
    let Field::Present(located) = &client.grant_type else {
        return judgement.not_judged(Need::Value);
    };
    let message = match located.value.0 {
        GrantType::Token => return,
        GrantType::Code if context.parameters.boolean("pkce") => return,
        GrantType::Code => "code",
        // Other values are for another rule to report.
        GrantType::Other => return judgement.not_judged(Need::Value),
        _ => "main",
    };
    let target = Target::field(client, FieldName::GrantType, &client.grant_type);
    let report = judgement.report(client, message, &target);
    report.with("grant", located.value.0.words());
    if message == "main" && context.parameters.boolean("pkce") {
        report.choice(with_page(client, options::grant(client, GrantType::Code)));
    }
    if client.is_guessed(ClientKind::Embeddable) {
        report.confidence(Confidence::Low);
    }
}

/// Changes that keep the page of the framework, if it is registered.
fn with_page(client: &Client<'_>, mut changes: Vec<Change>) -> Vec<Change> {
    let mut uris = client.redirect_uris.items();
    let page = uris.find(|uri| crm_domain(uri.value, "index.html").is_some());
    if let Some(page) = page {
        for change in &mut changes {
            let is_insert = matches!(change.action, Action::Insert { .. });
            if is_insert && change.field == FieldName::RedirectUris {
                *change = options::inserted(FieldName::RedirectUris, page.value);
            }
        }
    }
    changes
}
