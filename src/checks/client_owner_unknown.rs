//! `client-owner-unknown`: the user who created or last changed a client is gone.

use crate::catalog::Need;
use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{FieldName, Organisation, Target, User};

pub(super) const CHECK: Native = Native::Client(check);

/// What the listing of users says about an id.
enum Standing<'r, 'a> {
    /// A user, or a client, of the organisation.
    Current,
    /// A user who has been deactivated or deleted.
    Left(&'r User<'a>),
    /// Not a user of the organisation.
    Nobody,
    /// It may be a user that was not given.
    Open,
}

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let client = context.client;
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
        match standing(id, context.organisation) {
            Standing::Current => {}
            Standing::Open => missing = Some(Need::Users),
            Standing::Nobody => {
                let target = Target::field(client, name, field);
                judgement.report(client, message, &target).with("value", id);
            }
            Standing::Left(user) => {
                let target = Target::field(client, name, field);
                judgement
                    .report(client, left, &target)
                    .with("value", id)
                    .with("user", user.name.text().unwrap_or(id))
                    .with("state", user.state.text().unwrap_or("inactive"))
                    .related(user.place, "the user");
            }
        }
    }
    if let Some(need) = missing {
        judgement.not_judged(need);
    }
}

fn standing<'r, 'a>(id: &str, organisation: &'r Organisation<'a>) -> Standing<'r, 'a> {
    match (organisation.user(id), &organisation.users) {
        (Some(user), _) if user.has_left() => Standing::Left(user),
        (Some(_), _) => Standing::Current,
        // A client can create clients: such an id is known and is not a user.
        (None, _) if organisation.has_client(id) => Standing::Current,
        // An empty listing proves nothing: the user who exported it exists.
        (None, Some(users)) if users.is_complete() && !users.items().is_empty() => Standing::Nobody,
        (None, _) => Standing::Open,
    }
}
