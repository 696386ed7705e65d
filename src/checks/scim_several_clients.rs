//! `scim-several-clients`: more than one active client provisions users.

use crate::catalog::Confidence;
use crate::checks::{Native, Verdict, Whole};
use crate::model::{Client, ClientKind, FieldName, Spot};

pub(super) const CHECK: Native = Native::Organisation(check);

fn check(whole: &Whole<'_, '_>, verdict: &mut Verdict) {
    let is_scim = |client: &Client<'_>| client.kind.kind == ClientKind::Scim && client.is_active();
    let mut active = whole.clients().filter(|(_, client)| is_scim(client));
    let Some((_, first)) = active.next() else {
        return;
    };
    for (index, client) in active {
        let other = first.name.text().unwrap_or("another client");
        let spot = Spot::field(client, FieldName::Name, &client.name);
        let blame = verdict.blame_client(index, client, "main", &spot);
        blame.with("other", other).related(
            first.name.place().unwrap_or(first.place),
            format!("the SCIM client {other}"),
        );
        if client.kind.is_guess || first.kind.is_guess {
            blame.confidence(Confidence::Medium);
        }
    }
}
