//! `implicit-grant`: counts the days until the platform stops serving the grant.

use crate::catalog::{Need, Severity};
use crate::checks::options;
use crate::checks::regions::{crm_domain, serves_only_framework, serves_only_service_cloud_voice};
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{Client, FieldName, GrantType, Target};
use crate::text::counted;

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let client = context.client;
    match client.grant() {
        Some(GrantType::Token) => {}
        // Older listings leave the grant type out: nothing says that it is another.
        None => return judgement.not_judged(Need::Value),
        Some(_) => return,
    }
    let sunset = context.parameters.date("sunset");
    let days = sunset.map_or(0, |sunset| (sunset - context.today).get_days());
    let message = if days < 0 {
        "past"
    } else if is_as_the_guide_says(client) {
        "embeddable"
    } else if serves_only_service_cloud_voice(client) {
        "service-cloud-voice"
    } else {
        "main"
    };
    let left = counted(usize::try_from(days).unwrap_or(0), "day");
    let target = Target::field(client, FieldName::GrantType, &client.grant_type);
    let report = judgement.report(client, message, &target);
    report.with("left", left);
    if matches!(message, "embeddable" | "service-cloud-voice") {
        // Nothing can be done until the vendor's application signs in another way.
        report.severity(Severity::Medium);
    } else {
        report.choice(options::grant(client, GrantType::Code));
    }
}

/// Whether a client serves the Embeddable Framework as its guide says: a slip in a redirect URI leads
/// the token elsewhere.
fn is_as_the_guide_says(client: &Client<'_>) -> bool {
    let is_page = |uri: &str| {
        let mut pages = ["index.html", "authWindow.html"].iter();
        pages.any(|page| crm_domain(uri, page).is_some())
    };
    serves_only_framework(client) && client.redirect_uris.items().all(|uri| is_page(uri.value))
}
