//! `authorized-app-pending`: an application of a third party waits to be authorised.

use crate::checks::applications::{each, report};
use crate::checks::{Judgement, Native, OrganisationContext};

pub(super) const CHECK: Native = Native::Organisation(check);

fn check(whole: &OrganisationContext<'_, '_>, judgement: &mut Judgement) {
    each(whole, judgement, |about, application, judgement| {
        let is_requested = application.state_is("Requested");
        let is_decided = application.state_is("Authorized")
            || application.state_is("Unauthorized")
            || application.state_is("Revoked");
        if is_requested || (!is_decided && application.pending.known() == Some(&true)) {
            let (field, place) = if is_requested {
                ("state", application.state.place())
            } else {
                ("pending", application.pending.place())
            };
            report(judgement, about, application, "main", field, place);
        }
    });
}
