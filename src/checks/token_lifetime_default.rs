//! `token-lifetime-default`: a lifetime that nobody chose.

use crate::catalog::Need;
use crate::checks::lifetimes::{DEFAULT, Lifetime};
use crate::checks::{Native, Subject, Verdict};
use crate::model::{ClientKind, FieldName, Spot};

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    let client = subject.client;
    // `embeddable-token-lifetime` says which lifetime is right.
    if client.kind.kind == ClientKind::Embeddable {
        return;
    }
    match Lifetime::of(client) {
        Lifetime::Unknown => verdict.not_judged(Need::Value),
        // A rule that the default breaks says so.
        Lifetime::Default if subject.lifetimes().speaker(DEFAULT).is_none() => {
            let spot = Spot::field(client, FieldName::TokenLifetime, &client.token_lifetime);
            verdict.blame(client, "main", &spot);
        }
        _ => {}
    }
}
