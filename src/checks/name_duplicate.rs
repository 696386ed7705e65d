//! `name-duplicate`: two clients with one name.

use crate::checks::names::fold;
use crate::checks::{GroupKeys, Judgement, Native, OrganisationContext};
use crate::model::{Client, FieldName, Target};

pub(super) const CHECK: Native = Native::Comparison { mark, check };

fn mark(client: &Client<'_>, marks: &mut GroupKeys) {
    marks.add(0, name_of(client));
}

fn name_of(client: &Client<'_>) -> Option<String> {
    let name = client.name.text().map(fold);
    name.filter(|name| !name.is_empty())
}

fn check(whole: &OrganisationContext<'_, '_>, judgement: &mut Judgement) {
    let clients = &whole.organisation.clients;
    for (index, oldest) in whole.repeats(name_of) {
        let (client, other) = (&clients[index], &clients[oldest]);
        let target = Target::field(client, FieldName::Name, &client.name);
        judgement
            .report_client(index, client, "main", &target)
            .with("other", other.name.text().unwrap_or_default())
            .related(other.label_place(), "the client of the same name");
    }
}
