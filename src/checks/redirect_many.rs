//! `redirect-many`: more URIs than a reviewer takes in, and no more than the platform takes.

use crate::catalog::Need;
use crate::checks::redirect_uri::are_used;
use crate::checks::{Native, Subject, Verdict};
use crate::model::{FieldName, Spot};

pub(super) const CHECK: Native = Native::Client(check);

/// What Genesys Cloud takes; beyond it is `redirect-too-many`.
const PLATFORM_LIMIT: usize = 125;

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    let client = subject.client;
    if !are_used(client) {
        return;
    }
    let limit = usize::try_from(subject.parameters.integer("limit")).unwrap_or(usize::MAX);
    let distinct: Vec<_> = subject
        .redirects
        .of(client)
        .iter()
        .filter(|uri| !uri.is_repeated)
        .collect();
    let count = distinct.len();
    match distinct.get(limit) {
        Some(beyond) if count <= PLATFORM_LIMIT => {
            // In the name of the list: its length is no property of this entry.
            let mut spot = Spot::field(client, FieldName::RedirectUris, &client.redirect_uris);
            spot.place = beyond.place();
            verdict.blame(client, "main", &spot).with("count", count);
        }
        _ => {
            if !client.redirect_uris.is_complete() {
                verdict.not_judged(Need::Value);
            }
        }
    }
}
