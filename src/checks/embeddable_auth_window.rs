//! `embeddable-auth-window`: the page of the dedicated login window is not registered.

use crate::catalog::Need;
use crate::checks::regions::{YOUR_DOMAIN, crm_domain};
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{ClientKind, FieldName, Target};

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let client = context.client;
    if !context.parameters.boolean("dedicated-login-window")
        || !client.may_be(ClientKind::Embeddable)
    {
        return;
    }
    let uris = || client.redirect_uris.items();
    if uris().any(|uri| crm_domain(uri.value, "authWindow.html").is_some()) {
        return;
    }
    if !client.redirect_uris.is_complete() {
        return judgement.not_judged(Need::Value);
    }
    let own = context.organisation.region;
    let domain = own
        .map(|region| region.domain)
        .or_else(|| uris().find_map(|uri| crm_domain(uri.value, "index.html")))
        .unwrap_or(YOUR_DOMAIN);
    let target = Target::field(client, FieldName::RedirectUris, &client.redirect_uris);
    judgement
        .report(client, "main", &target)
        .with(
            "right",
            format!("https://apps.{domain}/crm/authWindow.html"),
        )
        .guess_kind(client, ClientKind::Embeddable);
}
