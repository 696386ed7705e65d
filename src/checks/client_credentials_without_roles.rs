//! `client-credentials-without-roles`: a list of roles that is there and empty.

use crate::catalog::Need;
use crate::checks::{Native, Subject, Verdict};
use crate::model::{ClientKind, FieldName, GrantType, Spot};

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    let client = subject.client;
    let is_machine = match client.grant() {
        Some(GrantType::ClientCredentials) => true,
        Some(GrantType::Other) | None => false,
        Some(_) => return,
    };
    // `embeddable-grant` asks for another grant, with which roles have no effect.
    let has_wrong_grant = client.kind.kind == ClientKind::Embeddable;
    if has_wrong_grant || !client.is_active() || !subject.holdings().all.is_empty() {
        return;
    }
    let tells_nothing = client.role_divisions.is_absent() && client.role_ids.is_absent();
    if !is_machine || tells_nothing || !client.knows_its_roles() || client.state.is_unknown() {
        return verdict.not_judged(Need::Value);
    }
    let spot = if client.role_divisions.is_absent() {
        Spot::field(client, FieldName::RoleIds, &client.role_ids)
    } else {
        Spot::field(client, FieldName::RoleDivisions, &client.role_divisions)
    };
    verdict.blame(client, "main", &spot);
}
