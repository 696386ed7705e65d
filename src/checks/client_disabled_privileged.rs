//! `client-disabled-privileged`: a client that was switched off with all that it could do.

use crate::checks::{Judgement, Native, RuleContext};
use crate::model::{Action, Change, FieldName, GrantType, Target};

pub(super) const CHECK: Native = Native::Client(check);

fn check(context: &RuleContext<'_, '_>, judgement: &mut Judgement) {
    let client = context.client;
    // One that is on its way out needs no more done.
    let is_going = client.rare.date_to_delete.known().is_some();
    if client.is_active() || is_going {
        return;
    }
    let machine = client.grant() == Some(GrantType::ClientCredentials);
    let known = client
        .grant()
        .is_some_and(|grant| grant != GrantType::Other);
    // What has no effect is for other rules to report.
    let roles = if known && !machine {
        0
    } else {
        client.grants().len()
    };
    let scopes = if machine {
        0
    } else {
        client.scopes.items().count()
    };
    if roles + scopes == 0 {
        // What is not known of a client that is switched off can wait until it is not.
        return;
    }
    let target = Target::field(client, FieldName::State, &client.state);
    let holds = match (roles, scopes) {
        (0, _) => "scopes",
        (_, 0) => "roles",
        _ => "roles and scopes",
    };
    judgement
        .report(client, "main", &target)
        .choice(reduced(roles > 0, scopes > 0))
        .with("value", client.state.text().unwrap_or_default())
        .with("holds", holds);
}

/// Nothing of what the client holds.
fn reduced(roles: bool, scopes: bool) -> Vec<Change> {
    let of_roles = [FieldName::RoleDivisions, FieldName::RoleIds];
    let fields = of_roles.into_iter().filter(|_| roles);
    let fields = fields.chain(scopes.then_some(FieldName::Scopes));
    let removed = fields.map(|field| Change::of_field(field, Action::Remove));
    removed.collect()
}
