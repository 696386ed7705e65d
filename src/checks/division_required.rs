//! `division-required`: a client does not reach a division that the policy wants it to reach.

use crate::checks::divisions::{enumerate, uncovered};
use crate::checks::{Native, Subject, Verdict};
use crate::model::{FieldName, Spot};

pub(super) const CHECK: Native = Native::Client(check);

fn check(subject: &Subject<'_, '_>, verdict: &mut Verdict) {
    let client = subject.client;
    let organisation = subject.organisation;
    let Some(wanted) = subject.parameters.by_client("required", client) else {
        return;
    };
    let home = organisation.home.as_deref();
    let holdings = subject.holdings();
    let covered = holdings.divisions(home, |_| true);
    let missing = match uncovered(wanted, &covered, organisation.divisions.as_ref()) {
        Ok(missing) if missing.is_empty() => return,
        Ok(missing) => missing,
        Err(need) => return verdict.not_judged(need),
    };
    if let Some(need) = holdings.missing_divisions(home) {
        return verdict.not_judged(need);
    }
    let spot = Spot {
        field: FieldName::RoleDivisions,
        ..Spot::client(client)
    };
    verdict
        .blame(client, "main", &spot)
        .with("missing", enumerate(&missing));
}
