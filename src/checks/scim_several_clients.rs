//! `scim-several-clients`: more than one active client provisions users.

use crate::checks::holdings::doubt;
use crate::checks::{Judgement, Native, OrganisationContext};
use crate::model::{Client, ClientKind, FieldName, Target};

pub(super) const CHECK: Native = Native::Organisation(check);

fn check(whole: &OrganisationContext<'_, '_>, judgement: &mut Judgement) {
    let is_scim = |client: &Client<'_>| client.may_be(ClientKind::Scim) && client.is_active();
    let mut active: Vec<_> = whole
        .clients()
        .filter(|(_, client)| is_scim(client))
        .collect();
    active.sort_unstable_by(|one, other| whole.age(one.0).cmp(&whole.age(other.0)));
    let Some((&(_, first), others)) = active.split_first() else {
        return;
    };
    for &(index, client) in others {
        let other = first.name.text().unwrap_or("another client");
        let target = Target::field(client, FieldName::Name, &client.name);
        let report = judgement.report_client(index, client, "main", &target);
        report
            .with("other", other)
            .related(first.label_place(), format!("the SCIM client {other}"));
        if let Some(confidence) = [client, first].into_iter().filter_map(doubt).min() {
            report.confidence(confidence);
        }
    }
}
