//! `authorized-app-revoked`: an application was refused and still has scopes or roles on record.

use crate::checks::applications::{blame, each};
use crate::checks::{Native, Verdict, Whole};

pub(super) const CHECK: Native = Native::Organisation(check);

fn check(whole: &Whole<'_, '_>, verdict: &mut Verdict) {
    each(whole, verdict, |about, application, verdict| {
        if !application.state_is("Revoked") && !application.state_is("Unauthorized") {
            return;
        }
        let scopes = application.scopes.items().count();
        let roles = application.roles.items().count();
        if scopes + roles > 0 {
            let place = application.state.place();
            blame(verdict, about, application, "main", "state", place)
                .with("scopes", counted(scopes, "scope"))
                .with("roles", counted(roles, "role"));
        }
    });
}

fn counted(count: usize, noun: &str) -> String {
    match count {
        0 => format!("no {noun}"),
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}
