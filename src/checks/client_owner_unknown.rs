//! `client-owner-unknown`: whoever made or last changed a client is no longer a user.

use crate::catalog::Need;
use crate::checks::sameness::lower_case;
use crate::checks::{Native, Verdict, Whole};
use crate::model::{FieldName, Organisation, Spot, User};
use hashbrown::HashSet;
use std::borrow::Cow;

pub(super) const CHECK: Native = Native::Organisation(check);

/// What the users that were given say of an id.
enum Standing<'r, 'a> {
    /// A user, or a client, of the organisation.
    Current,
    /// A user who has been deactivated or deleted.
    Left(&'r User<'a>),
    /// Nobody.
    Nobody,
    /// It may be a user that was not given.
    Open,
}

fn check(whole: &Whole<'_, '_>, verdict: &mut Verdict) {
    // A client may make clients: then it is no user, and known all the same.
    let makers: HashSet<Cow<'_, str>> = whole
        .clients()
        .flat_map(|(_, client)| [client.created_by.text(), client.modified_by.text()])
        .filter_map(|id| id.map(lower_case))
        .collect();
    let clients: HashSet<Cow<'_, str>> = whole
        .clients()
        .filter_map(|(_, client)| client.id.text().map(lower_case))
        .filter(|id| makers.contains(id))
        .collect();
    for (index, client) in whole.clients() {
        let (maker, changer) = (&client.created_by, &client.modified_by);
        let same = maker.text().is_some() && maker.text() == changer.text();
        let mut missing = None;
        for (name, message, left, field) in [
            (FieldName::CreatedBy, "main", "left", maker),
            (FieldName::ModifiedBy, "changed", "changer-left", changer),
        ] {
            if same && name == FieldName::ModifiedBy {
                continue;
            }
            let Some(id) = field.text() else {
                if field.is_unknown() {
                    missing = Some(Need::Value);
                }
                continue;
            };
            let spot = Spot::field(client, name, field);
            match standing(id, &clients, whole.organisation) {
                Standing::Current => {}
                Standing::Open => missing = Some(Need::Users),
                Standing::Nobody => {
                    verdict
                        .blame_client(index, client, message, &spot)
                        .with("value", id);
                }
                Standing::Left(user) => {
                    verdict
                        .blame_client(index, client, left, &spot)
                        .with("value", id)
                        .with("user", user.name.text().unwrap_or(id))
                        .with("state", user.state.text().unwrap_or("inactive"))
                        .related(user.place, "the user");
                }
            }
        }
        if let Some(need) = missing {
            verdict.not_judged_client(index, need);
        }
    }
}

fn standing<'r, 'a>(
    id: &str,
    clients: &HashSet<Cow<'_, str>>,
    organisation: &'r Organisation<'a>,
) -> Standing<'r, 'a> {
    match (organisation.user(id), &organisation.users) {
        (Some(user), _) if user.has_left() => Standing::Left(user),
        (Some(_), _) => Standing::Current,
        (None, _) if clients.contains(&lower_case(id)) => Standing::Current,
        // An empty listing is no listing: somebody asked for it.
        (None, Some(users)) if users.is_complete() && !users.items().is_empty() => Standing::Nobody,
        (None, _) => Standing::Open,
    }
}
