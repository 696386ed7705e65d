//! `authorized-app-pending`: an application of somebody else waits to be authorised.

use crate::checks::applications::{blame, each};
use crate::checks::{Native, Verdict, Whole};

pub(super) const CHECK: Native = Native::Organisation(check);

fn check(whole: &Whole<'_, '_>, verdict: &mut Verdict) {
    each(whole, verdict, |about, application, verdict| {
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
            blame(verdict, about, application, "main", field, place);
        }
    });
}
