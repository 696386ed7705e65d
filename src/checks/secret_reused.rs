//! `secret-reused`: one secret for several clients.

use crate::checks::{Judgement, Native, OrganisationContext};
use std::collections::HashMap;

pub(super) const CHECK: Native = Native::Organisation(check);

fn check(whole: &OrganisationContext<'_, '_>, judgement: &mut Judgement) {
    let mut first = HashMap::new();
    let mut holders: Vec<_> = whole.clients().collect();
    holders.retain(|(_, client)| !client.rare.secrets.is_empty());
    holders.sort_unstable_by(|one, other| whole.age(one.0).cmp(&whole.age(other.0)));
    for (index, client) in holders {
        for secret in &client.rare.secrets {
            let &mut (owner, place) = first.entry(&secret.value).or_insert((index, secret.place));
            if owner == index {
                continue;
            }
            let name = whole.organisation.clients[owner].name.text();
            let name = name.unwrap_or("another client");
            judgement
                .report_client(index, client, "main", &secret.target())
                .with("other", name)
                .related(place, format!("the same secret at {name}"));
        }
    }
}
