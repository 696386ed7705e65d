//! `redirect-shared-across-clients`: URIs that more than one active client has.

use crate::catalog::Need;
use crate::checks::redirect_uri::{Class, Environment, are_used, meaning};
use crate::checks::regions::is_vendor_host;
use crate::checks::{GroupKey, GroupKeys, Judgement, Native, OrganisationContext, Parameters};
use crate::model::{Client, FieldName, Target};

pub(super) const CHECK: Native = Native::Comparison { mark, check };

fn mark(client: &Client<'_>, marks: &mut GroupKeys) {
    if !client.is_active() || !are_used(client) {
        return;
    }
    if !client.redirect_uris.is_complete() {
        marks.not_judged(client, Need::Value);
    }
    for item in client.redirect_uris.items() {
        marks.add(item.index, meaning(item.value));
    }
}

fn check(whole: &OrganisationContext<'_, '_>, judgement: &mut Judgement) {
    let clients = &whole.organisation.clients;
    let uri = |mark: GroupKey| clients[mark.client as usize].redirect_uris.item(mark.item);
    for mut group in whole.groups(|mark| meaning(uri(mark)?.value)) {
        // A client that has it twice answers once.
        group.dedup_by_key(|mark| mark.client);
        let Some((owner, first)) = group.first().and_then(|&mark| Some((mark, uri(mark)?))) else {
            continue;
        };
        let other = clients[owner.client as usize].label();
        for &mark in &group[1..] {
            // Whether it counts is asked last: few URIs come twice.
            let Some(item) = uri(mark).filter(|item| counts(item.value, whole.parameters)) else {
                continue;
            };
            let index = mark.client as usize;
            let client = &clients[index];
            let target = Target::item(FieldName::RedirectUris, &item);
            judgement
                .report_client(index, client, "main", &target)
                .with("other", other)
                .related(first.place, format!("the client \"{other}\""));
        }
    }
}

/// Whether a URI belongs to one application.
fn counts(raw: &str, parameters: &Parameters) -> bool {
    match Class::classify(raw) {
        Class::Custom(custom) => custom.scheme != "urn",
        Class::Web(web) => {
            let is_own = matches!(
                web.environment(),
                Environment::Public | Environment::Test | Environment::Address
            );
            let host = web.host_text();
            is_own && !is_vendor_host(&host) && !parameters.names_host("allowed-hosts", &host)
        }
        _ => false,
    }
}
