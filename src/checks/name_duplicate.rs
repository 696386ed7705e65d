//! `name-duplicate`: two clients with one name.

use crate::checks::names::fold;
use crate::checks::{Native, Verdict, Whole};
use crate::model::{Client, FieldName, Spot};

pub(super) const CHECK: Native = Native::Organisation(check);

fn check(whole: &Whole<'_, '_>, verdict: &mut Verdict) {
    let clients = &whole.organisation.clients;
    let name_of = |client: &Client<'_>| {
        let name = client.name.text().map(fold);
        name.filter(|name| !name.is_empty())
    };
    for (index, oldest) in whole.repeats(name_of) {
        let (client, other) = (&clients[index], &clients[oldest]);
        let spot = Spot::field(client, FieldName::Name, &client.name);
        verdict
            .blame_client(index, client, "main", &spot)
            .with("other", other.name.text().unwrap_or_default())
            .related(
                other.name.place().unwrap_or(other.place),
                "the client of the same name",
            );
    }
}
